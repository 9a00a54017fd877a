"""A Django template, rendered once for each language and shape, and filled from then on.

To render a digest of ten lines and write the styles into its tags takes Django some three
milliseconds, and nearly all of what comes out is the same in every mail. So the template is
rendered with a slot (one private-use character) in the place of each value, cut where it
says ``{{ cut }}``, and kept as forms: what stands between the values, and which value stands
where. What people wrote is only ever joined into a form, so that nothing in it can be taken
for a slot, a cut or a tag.

The templates stay the one source of what a mail says; a test compares each filled stencil
with what the template itself gives, byte by byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

_CUT = "\ue000"
# Each part has slots of its own: the mail from the first on, a section, a line.
_SLOTS = (0xE100, 0xE200, 0xE300)
# What is fixed, and the names of the values that are not empty.
Shape = tuple[tuple[tuple[str, str | int], ...], tuple[str, ...]]
_BARE: Shape = ((), ())

Values = Mapping[str, str]


@dataclass(slots=True)
class Part:
    """What a part of a mail says: values to be filled in, and what decides about wording."""

    values: Values
    # Written as they are, so that each of them has a form of its own: few, and no one's text.
    fixed: tuple[tuple[str, str | int], ...] = ()
    # What of it decides about the form: an empty value may leave out a sentence.
    shape: Shape = field(init=False)

    def __post_init__(self) -> None:
        self.shape = self.fixed, tuple([name for name, value in self.values.items() if value])

    def context(self, **more: Any) -> dict[str, Any]:
        """The same, for the template itself."""
        return {**dict(self.fixed), **self.values, **more}


@dataclass(slots=True)
class Section(Part):
    """A part with a heading, and its lines."""

    lines: Sequence[Part] = ()


def as_written(values: Values) -> Values:
    """Values as they stand in plain text."""
    return values


@dataclass(frozen=True, slots=True)
class Form:
    """A piece of a template: what is said in any case, and the names of the values between."""

    pieces: Sequence[str]
    take: Callable[[Values], Sequence[str]]

    @classmethod
    def of(cls, text: str, names: Mapping[str, str]) -> Form:
        """Cut a text at its slots; ``names`` tells whose value each slot is."""
        pieces = re.split(f"([{''.join(names)}])", text) if names else [text]
        return cls(pieces, _taker([names[slot] for slot in pieces[1::2]]))

    def filled(self, values: Values) -> list[str]:
        """The pieces with the values between them, to be joined.

        That takes a sixth of the time of the operator ``%``, which reads its form each time.
        """
        filled = list(self.pieces)
        filled[1::2] = self.take(values)
        return filled


def _taker(names: Sequence[str]) -> Callable[[Values], Sequence[str]]:
    """What picks the values of some names, in their order: quick for more than one."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


@dataclass(frozen=True, eq=False)
class Stencil:
    """A template with up to three nested parts: the mail, its sections, their lines."""

    template: str
    # As it must stand in the finished text.
    escape: Callable[[Values], Values] = as_written
    # What is done to the whole text when it is rendered.
    finish: Callable[[str], str] = str
    # How a cut is written so that it survives that.
    cut: str = _CUT

    def fill(self, mail: Part, sections: Sequence[Section] = ()) -> str:
        """The text in the active language."""
        language, escape = get_language() or "", self.escape
        forms = _forms(self, language, mail.shape, _BARE, _BARE)
        values = escape(mail.values)
        text = forms[0].filled(values)
        for section in sections:
            _, begin, _, end, _ = _forms(self, language, _BARE, section.shape, _BARE)
            heading = escape(section.values)
            text += begin.filled(heading)
            for line in section.lines:
                form = _forms(self, language, _BARE, _BARE, line.shape)[2]
                text += form.filled(escape(line.values))
            text += end.filled(heading)
        for form in forms[4:]:
            text += form.filled(values)
        return "".join(text)

    def render(self, mail: Part, sections: Sequence[Section] = ()) -> str:
        """The same by way of the template itself: slow, and what :meth:`fill` must equal."""
        shown = [
            section.context(lines=[line.context() for line in section.lines])
            for section in sections
        ]
        return self.finish(render_to_string(self.template, mail.context(sections=shown)))


@lru_cache(maxsize=4096)
def _forms(
    stencil: Stencil, language: str, mail: Shape, section: Shape, line: Shape
) -> tuple[Form, ...]:
    """The pieces between the cuts, of a mail with one section of one line.

    The language is part of the key, and the active one.
    """
    samples = [_sample(*each) for each in zip((mail, section, line), _SLOTS, strict=True)]
    context = {
        **samples[0],
        "sections": [{**samples[1], "lines": [samples[2]]}],
        "cut": mark_safe(stencil.cut),  # noqa: S308 - a constant
    }
    text = stencil.finish(render_to_string(stencil.template, context))
    slots = {
        chr(slot): name
        for (_, names), first in zip((mail, section, line), _SLOTS, strict=True)
        for slot, name in enumerate(names, first)
    }
    return tuple([Form.of(piece, slots) for piece in text.split(stencil.cut)])


def _sample(shape: Shape, first: int) -> dict[str, Any]:
    fixed, names = shape
    return {**dict(fixed), **{name: chr(slot) for slot, name in enumerate(names, first)}}


def inline(html: str) -> str:
    """Write the styles of a mail into its tags, for mail programs that know no style sheets."""
    return str(_inliner().inline(html))


@lru_cache(maxsize=1)
def _inliner() -> Any:
    # Imported here: it takes a twentieth of a second, and few processes write mails.
    import css_inline  # noqa: PLC0415

    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


# As an HTML parser reads what Django escapes, and a serializer writes it again.
_SPECIAL = re.compile('[&<>"\u00a0\r\0]')
_BREAKS = {ord("\r"): "\n", ord("\0"): None}
_IN_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", 0xA0: "&nbsp;", **_BREAKS}
_IN_TAG = {ord("&"): "&amp;", ord('"'): "&quot;", 0xA0: "&nbsp;", **_BREAKS}


def escaped(values: Values) -> Values:
    """Values as they stand in HTML: addresses (their names end in ``url``) within a tag."""
    if not _SPECIAL.search("".join(values.values())):
        return values
    return {
        name: _escaped(name, value) if _SPECIAL.search(value) else value
        for name, value in values.items()
    }


def _escaped(name: str, value: str) -> str:
    return value.replace("\r\n", "\n").translate(_IN_TAG if name.endswith("url") else _IN_TEXT)


def html_stencil(template: str) -> Stencil:
    """A stencil of an HTML mail."""
    return Stencil(template, escaped, inline, f"<!--{_CUT}-->")
