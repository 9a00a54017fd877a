"""The typesetter: a template of this package and plain data in, a tagged PDF out.

Data reach a template as JSON in ``sys.inputs``, never as markup: what a person wrote is set
as text, whatever it looks like. The same template, data and stamp give the same bytes. Two
things keep it so: nothing reads the clock, and the fonts that Latin, Greek, Cyrillic and
Hebrew are set in are those that the wheel carries. Other scripts, and emoji, need fonts of the
machine (``PAPER_FONTS``); without these they are set as boxes, and stay readable as text.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
# PDF/UA-1: tagged, with a title, a language, and words for every picture, or no paper at all.
ACCESSIBLE = "ua-1"
# There are no packages to load: a template cannot reach the network.
NOWHERE = HERE / "no-packages"


class CannotTypeset(Exception):
    """The template does not accept these data: a mistake of ours, not of the reader."""


def typeset(template: str, data: dict[str, Any], *, stamp: datetime) -> bytes:
    """Set ``data`` by the template of that file name and return the PDF.

    ``stamp`` is the instant the paper says it was made at: the cut-off of its figures, so
    that the same figures give the same bytes. ``data`` may hold dates and decimals, which
    templates read as text. Raises :class:`CannotTypeset`.
    """
    language = (get_language() or "en")[:2]
    inputs = {"data": as_json({"language": language, **data})}
    try:
        return _compile(template, inputs, stamp, [ACCESSIBLE])
    except typst.TypstError as error:
        if "PDF/UA" not in str(error):
            raise CannotTypeset(f"{template}: {error}") from error
        # The standard refuses characters for which the machine has no font. A paper that
        # shows a box in their place is worth more than none.
        logger.warning("%s does not meet PDF/UA-1: %s", template, error)
    try:
        return _compile(template, inputs, stamp, [])
    except typst.TypstError as error:
        raise CannotTypeset(f"{template}: {error}") from error


def as_json(data: dict[str, Any]) -> str:
    """The data as a template reads them; keys in order, so that equal data are equal text."""
    return json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)


def _compile(template: str, inputs: dict[str, str], stamp: datetime, standards: list[Any]) -> bytes:
    pdf = typst.compile(
        HERE / template,
        root=HERE,
        font_paths=_fonts(tuple(settings.PAPER_FONTS)),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=standards,
        timestamp=stamp.astimezone(UTC).replace(microsecond=0),
        package_path=NOWHERE,
        package_cache_path=NOWHERE,
    )
    if not isinstance(pdf, bytes):
        raise CannotTypeset(f"{template} gave no document.")
    return pdf


@lru_cache(maxsize=4)
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """The fonts that the wheel carries, and those of some folders: read once per process."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[Path(folder) for folder in folders if Path(folder).is_dir()],
    )
