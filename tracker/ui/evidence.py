"""Where a piece of evidence lies: a file here, a page elsewhere, a DOI."""

from typing import NamedTuple
from urllib.parse import quote, urlsplit

ICONS = {"file": "paperclip", "link": "link", "doi": "fingerprint-pattern"}


class Source(NamedTuple):
    icon: str
    href: str
    place: str
    outside: bool


def source_of(kind: str, target: str) -> Source:
    """The address to open, the place to show, and whether it leaves this site.

    Only http, https and our own paths become a link; `javascript:` stays text.
    """
    if kind == "doi":
        bare = target.removeprefix("https://doi.org/")
        return Source(ICONS[kind], f"https://doi.org/{quote(bare, safe='/:;().-_')}", bare, True)
    parts = urlsplit(target)
    outside = parts.scheme in {"http", "https"}
    ours = not parts.scheme and target.startswith("/") and not target.startswith("//")
    place = parts.netloc if outside else target
    return Source(ICONS[kind], target if outside or ours else "", place, outside)
