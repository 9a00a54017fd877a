"""What an erasure must do beyond replacing names: the contract with the apps above.

An app registers in a module named ``erasing`` (found by ``NetworksConfig.ready``) what it holds
for a person alone, and what must be computed anew where a text of a row was altered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from networks.models import User

# Deletes or empties what is held for one person alone.
Cleaner: TypeAlias = "Callable[[User], None]"
# From the new values of a row to more of its columns, such as a hash over them.
Sealer: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_cleaners: dict[str, Cleaner] = {}
_sealers: dict[str, Sealer] = {}


def register(name: str, cleaner: Cleaner) -> None:
    """Make known what an app holds for a person alone."""
    _cleaners[name] = cleaner


def register_seal(model_label: str, sealer: Sealer) -> None:
    """Make known what follows from a row's texts; the label as ``reports.reportversion``."""
    _sealers[model_label] = sealer


def clean(person: User) -> None:
    """Let every app delete what it holds for the person alone."""
    for name in sorted(_cleaners):
        _cleaners[name](person)


def sealed(model_label: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What else of a row follows from its new values."""
    sealer = _sealers.get(model_label)
    return sealer(values) if sealer is not None else {}
