"""How a plan's cells point at partners and work packages.

``9 - SOUTHAMPTON``, ``9 -SOUTHAMPTON``, ``UoL`` for ``UOL``, ``UOL; Monash``; ``WP1, WP2``,
``4; 6``, ``1`` for WP1, ``WP2-WP5``, ``All``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_NUMBERED = re.compile(r"^(\d{1,4})\s*[-:.]?\s+(?=\D)|^(\d{1,4})\s*[-:]\s*(?=\D)")
_PACKAGE = re.compile(r"^(?:wp|work package)?\s*0*(\d[\d.]*)$", re.IGNORECASE)
_RANGE = re.compile(r"^(?:wp)?\s*(\d+)\s*(?:-|to)\s*(?:wp)?\s*(\d+)$", re.IGNORECASE)
_CLOSE = 0.85
_MOST_GUESSES = 200
ALL = frozenset(["all", "all partners", "all wps", "all wp", "all work packages"])
NONE = frozenset(["", "-", "n/a", "none"])


@dataclass(frozen=True)
class Known:
    """A partner, by everything a cell may call it. ``key`` is its name in the plan."""

    key: str
    number: str
    short_name: str
    name: str = ""
    kind: str = "beneficiary"


@dataclass(frozen=True)
class Found:
    """What a cell's text means, and whether that was a guess."""

    key: str
    guessed: bool = False


@dataclass
class Directory:
    """The partners and work packages of the files and of the plan as it stands."""

    partners: list[Known] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    _names: dict[str, Known] = field(default_factory=dict, repr=False)
    _guesses: dict[str, Found | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._index()

    def add_partners(self, known: Iterable[Known]) -> None:
        """Take more partners in; the first of a name counts."""
        keys = {partner.key for partner in self.partners}
        self.partners += [partner for partner in known if partner.key not in keys]
        self._index()

    def _index(self) -> None:
        """Names in small letters; a short name counts before a long one."""
        self._guesses.clear()
        for name in ("short_name", "key", "name"):
            for partner in self.partners:
                text = plain_dashes(getattr(partner, name)).casefold()
                if text:
                    self._names.setdefault(text, partner)

    def add_packages(self, codes: Iterable[str]) -> None:
        """Take more work packages in."""
        self.packages += [code for code in codes if code not in self.packages]

    def partner(self, text: str) -> Found | None:
        """The partner a text means, or None."""
        text = plain_dashes(text)
        exact = self._by_name(text)
        if exact:
            return Found(exact.key)
        numbered = _NUMBERED.match(text)
        if numbered:
            number, name = numbered.group(1) or numbered.group(2), text[numbered.end() :].strip()
            return self._by_number_and_name(number, name)
        if text.isdigit():
            by_number = self._by_number(text)
            return Found(by_number.key) if by_number else None
        return self._by_close_name(text)

    def partners_in(self, text: str) -> list[tuple[str, Found | None]]:
        """Each partner a cell names; the whole text first, as names may hold commas."""
        if plain_dashes(text).lower() in NONE:
            return []
        whole = self.partner(text)
        if whole:
            return [(text, whole)]
        parts = _parts(text, ";") if ";" in text else _parts(text, ",")
        return [(part, self.partner(part)) for part in parts]

    def packages_in(self, text: str) -> list[tuple[str, str | None]]:
        """Each work package a cell names, with None for one there is not."""
        text = plain_dashes(text)
        if text.lower() in NONE:
            return []
        if text.lower() in ALL:
            return [(code, code) for code in self.packages]
        found: list[tuple[str, str | None]] = []
        for part in re.split(r"[,;/&\n]|\band\b", text):
            found += self._package_range(part.strip())
        return list(dict.fromkeys(found))

    def _package_range(self, part: str) -> list[tuple[str, str | None]]:
        if not part:
            return []
        span = _RANGE.match(part)
        if span and int(span.group(2)) - int(span.group(1)) in range(100):
            numbers = range(int(span.group(1)), int(span.group(2)) + 1)
            codes = [f"WP{number}" for number in numbers]
        else:
            codes = [package_code(part)]
        return [(code, code if code in self.packages else None) for code in codes]

    def _by_name(self, text: str) -> Known | None:
        return self._names.get(text.casefold())

    def _by_number(self, number: str) -> Known | None:
        bare = number.lstrip("0")
        for partner in self.partners:
            if partner.number and partner.number.lstrip("0") == bare:
                return partner
        return None

    def _by_number_and_name(self, number: str, name: str) -> Found | None:
        """Number and name must tell of the same partner; a cut or misspelt name is a guess."""
        partner = self._by_number(number)
        if partner is None:
            return None
        wanted = name.casefold()
        own = [partner.short_name.casefold(), partner.name.casefold()]
        if wanted in own:
            return Found(partner.key)
        cut = any(one and (wanted.startswith(one) or one.startswith(wanted)) for one in own)
        other = self._by_name(name)
        if (cut or _ratio(wanted, own[0]) >= _CLOSE) and other in (None, partner):
            return Found(partner.key, guessed=True)
        return None

    def _by_close_name(self, text: str) -> Found | None:
        if text not in self._guesses:
            # A plan misspells a few names. A table of thousands is no plan, and to compare
            # each of them with every partner would take minutes.
            if len(text) < 4 or len(self._guesses) >= _MOST_GUESSES:
                return None
            self._guesses[text] = self._closest(text)
        return self._guesses[text]

    def _closest(self, text: str) -> Found | None:
        names = {partner.short_name.casefold(): partner.key for partner in self.partners}
        close = difflib.get_close_matches(text.casefold()[:80], names, n=2, cutoff=_CLOSE)
        return Found(names[close[0]], guessed=True) if len(close) == 1 else None


def package_code(text: str) -> str:
    """A work package's number as we write it: ``1``, ``wp 1`` and ``WP01`` are ``WP1``."""
    found = _PACKAGE.match(text.strip())
    return f"WP{found.group(1).rstrip('.')}" if found else text.strip()


def plain_dashes(text: str) -> str:
    """Long dashes, which spreadsheets like to make of plain ones, as plain ones."""
    return text.replace("\u2013", "-").replace("\u2014", "-")


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
