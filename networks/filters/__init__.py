"""Filters shared by API and pages; every foreign key by id and by code."""

from networks.filters.backends import StrictFilterBackend, StrictOrderingFilter
from networks.filters.kinds import (
    CodeFilter,
    FilterSet,
    IdFilter,
    SearchFilter,
    Since,
    StateFilter,
)

__all__ = [
    "CodeFilter",
    "FilterSet",
    "IdFilter",
    "SearchFilter",
    "Since",
    "StateFilter",
    "StrictFilterBackend",
    "StrictOrderingFilter",
]
