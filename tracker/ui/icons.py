"""Icons, drawn once per name and size and kept."""

from functools import lru_cache

import lucide
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=512)
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """An icon that only repeats the words beside it, hence hidden from screen readers.

    Lucide parses and copies an XML tree at every call; a list of 300 rows draws
    a thousand icons, so the finished text is kept.
    """
    svg = lucide._render_icon(
        name, size, **{"class": f"icon {css}".strip(), "aria-hidden": "true", "focusable": "false"}
    )
    lines = (line.strip() for line in svg.splitlines())
    # The text comes from the lucide package; names and classes from our own templates.
    return mark_safe("".join(lines))  # noqa: S308
