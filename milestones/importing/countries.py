"""Countries as plans write them: codes, names, and names a PDF has garbled."""

from __future__ import annotations

import difflib
from functools import lru_cache

import pycountry

from milestones.importing.headings import plain_words

# EU practice writes EL and UK where ISO 3166 has GR and GB.
_CODES = {"UK": "GB", "EL": "GR"}
_NAMES = {
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "great britain": "GB",
    "usa": "US",
    "us": "US",
    "united states of america": "US",
    "the netherlands": "NL",
    "holland": "NL",
    "czech republic": "CZ",
    "turkey": "TR",
    "russia": "RU",
    "south korea": "KR",
    "korea": "KR",
    "republic of korea": "KR",
    "iran": "IR",
    "hong kong": "HK",
    "macedonia": "MK",
    "swaziland": "SZ",
    "cape verde": "CV",
    "ivory coast": "CI",
    "palestine": "PS",
}
_CLOSE = 0.88
# A second country nearly as close as the first makes the guess worthless.
_AHEAD = 0.08


def read_country(text: str) -> tuple[str, bool] | None:
    """The ISO 3166 code, and whether it was guessed from a close spelling; None if unknown.

    ``NA`` is refused: in real files it means Namibia, or that nothing is known.
    """
    code = text.strip().upper()
    if code in _CODES:
        return _CODES[code], False
    if len(code) == 2 and code != "NA" and pycountry.countries.get(alpha_2=code):
        return code, False
    if len(code) == 3 and (found := pycountry.countries.get(alpha_3=code)):
        return str(found.alpha_2), False
    words = plain_words(text)
    names = _names()
    if words in names:
        return names[words], False
    return _closest(words)


def _closest(words: str) -> tuple[str, bool] | None:
    # Codes are too short to be guessed at.
    if len(words) < 5:
        return None
    names = _names()
    scores: dict[str, float] = {}
    for name in difflib.get_close_matches(words, names, n=5, cutoff=_CLOSE - _AHEAD):
        ratio = difflib.SequenceMatcher(None, words, name).ratio()
        scores[names[name]] = max(ratio, scores.get(names[name], 0))
    ranked = sorted(scores, key=lambda code: -scores[code])
    if not ranked or scores[ranked[0]] < _CLOSE:
        return None
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < _AHEAD:
        return None
    return ranked[0], True


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for kind in ("name", "common_name", "official_name"):
            name = getattr(country, kind, "")
            if name:
                names[plain_words(name)] = str(country.alpha_2)
    return names | _NAMES
