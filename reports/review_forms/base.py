"""A form filled over the version of a row that the person saw."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from milestones.forms.base import ServiceForm
from networks.acts import Act


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"


def text_area(rows: int = 3, **attrs: Any) -> forms.Textarea:
    """A text of some lines."""
    return forms.Textarea(attrs={"rows": rows, **attrs})


class RowForm(ServiceForm):
    """Knows its row; after a conflict it takes the newer version and shows both texts."""

    # The fields that somebody else may have written: shown side by side.
    compared: ClassVar[tuple[str, ...]] = ()
    version_column: ClassVar[str] = "version"

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        self.row = row
        self.lines: list[dict[str, Any]] = []
        known = {"version": getattr(row, self.version_column)}
        kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def carry_out(self, act: Act) -> bool:
        """As any form; after a refusal the row is as the database has it."""
        done = super().carry_out(act)
        if not done:
            self.row.refresh_from_db()
        if self.conflict:
            self._compare()
        return done

    @property
    def seen(self) -> int | None:
        """The version that was read."""
        version: int | None = self.cleaned_data.get("version")
        return version

    def _compare(self) -> None:
        newer = QueryDict(mutable=True)
        newer.update(self.data)
        newer[self.add_prefix("version")] = str(getattr(self.row, self.version_column))
        self.data = newer
        for name in self.compared:
            theirs, yours = str(getattr(self.row, name)), str(self.cleaned_data.get(name) or "")
            if theirs != yours:
                line = {"label": self.fields[name].label, "theirs": theirs, "yours": yours}
                self.lines.append(line)
