"""Column types of our own."""

import re
from typing import Any

from django.db import models


def natural_key(text: str) -> str:
    """A text that sorts as people count: ``D1.2`` before ``D1.10``.

    Numbers in real plans are text (``1.10`` is not ``1.1``), so the text stays as it is
    and this key, each run of digits padded to five, is only for order.
    """
    return re.sub(r"\d+", lambda found: found.group().zfill(5), text.strip().lower())


class NaturalKeyField(models.CharField[str, str]):
    """The natural sort key of another column, filled whenever the row is written.

    It works with ``bulk_create`` too, since it is the field that fills itself.
    """

    def __init__(self, *args: Any, source: str = "code", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 160)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        kwargs.pop("editable", None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = natural_key(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value
