"""Reads the data modules' text tables."""

from collections.abc import Iterator


def rows(table: str, columns: int) -> Iterator[list[str]]:
    """The cells of each line; a line with fewer cells is filled up with empty ones.

    Raises ValueError for a line with too many, which is a slip in the data.
    """
    for line in table.strip().splitlines():
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > columns:
            raise ValueError(f"{len(cells)} cells where {columns} belong: {line}")
        yield cells + [""] * (columns - len(cells))
