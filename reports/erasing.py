"""The hash of a frozen version follows its content, also where an erasure has altered a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from networks.erasing import register_seal
from reports.content.canonical import hash_of


def new_hash(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The SHA-256 over the content as it is now."""
    return {"sha256": hash_of(values["content"])}


register_seal("reports.reportversion", new_hash)
