"""What people have typed stays a text in a file that a spreadsheet opens."""

from __future__ import annotations

# What a spreadsheet takes for a formula, where it is the first character of a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text as a cell of CSV that no spreadsheet runs: an apostrophe before it (OWASP)."""
    return f"'{text}" if text.startswith(FORMULA) else text
