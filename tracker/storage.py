"""Uploads on disk: a file is there whole, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """As Django's own, but a disk that fills up in the middle leaves nothing behind."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        was_there = path.exists()
        try:
            return super()._save(name, content)  # type: ignore[misc, no-any-return]
        except OSError:
            if not was_there:
                path.unlink(missing_ok=True)
            raise
