"""One text for one content, and its hash (RFC 8785 for the values that contents hold)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.models import ReportVersion


def canonical(content: dict[str, Any]) -> bytes:
    """Sorted keys, no spaces, UTF-8. Keys are ASCII and there are no floats, so this is RFC 8785."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON, in lower-case hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def is_untouched(version: ReportVersion) -> bool:
    """Whether a version still is what was submitted, by its hash."""
    return hash_of(version.content) == version.sha256


def altered(versions: Iterable[ReportVersion | None]) -> list[ReportVersion]:
    """Those of some versions that are not what was submitted: a page that shows one says so."""
    return [each for each in versions if each is not None and not is_untouched(each)]
