"""A plan as plain values: what an amendment's lines, an import and their difference share.

Each thing of a plan has a *kind* (``AmendmentChange.Target``), a *key* that people know it
by (``MS3``, ``D1.2``, ``WP4``, a partner's short name, ``WP4 / UPSud`` for effort) and
*values* as JSON holds them: dates in ISO 8601, amounts as text, other things by their key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from milestones.models import (
    AmendmentChange,
    Deliverable,
    Effort,
    Milestone,
    PlannedReview,
    Risk,
    WorkPackage,
)
from milestones.services.plan_values_rules import (
    require_bounds,
    require_days,
    require_shape,
    words,
)
from networks.fields import natural_key
from networks.models import Network, Organisation, Partner
from networks.refusals import Refusal

Target = AmendmentChange.Target
ITEM_KINDS = (Target.MILESTONE, Target.DELIVERABLE)
MODELS: dict[str, type[models.Model]] = {
    Target.NETWORK: Network,
    Target.PARTNER: Partner,
    Target.WORK_PACKAGE: WorkPackage,
    Target.MILESTONE: Milestone,
    Target.DELIVERABLE: Deliverable,
    Target.RISK: Risk,
    Target.EFFORT: Effort,
    Target.PLANNED_REVIEW: PlannedReview,
}
_ITEM = ("title", "description", "lead_partner", "due_month", "due_date")
FIELDS: dict[str, tuple[str, ...]] = {
    Target.NETWORK: (
        "title",
        "acronym",
        "award_amount",
        "starts",
        "ends",
        "state",
        "suspension_days",
    ),
    Target.PARTNER: (
        "organisation",
        "kind",
        "number",
        "short_name",
        "affiliated_to",
        "starts",
        "ends",
    ),
    Target.WORK_PACKAGE: (
        "title",
        "objectives",
        "description",
        "lead_partner",
        "start_month",
        "end_month",
        "person_months",
    ),
    Target.MILESTONE: (
        *_ITEM,
        "work_packages",
        "contributors",
        "means_of_verification",
        "is_gate",
        "tranche",
    ),
    Target.DELIVERABLE: (*_ITEM, "work_package", "type", "dissemination_level"),
    Target.RISK: ("description", "work_packages", "likelihood", "severity", "mitigation"),
    Target.EFFORT: ("person_months",),
    Target.PLANNED_REVIEW: ("due_month", "due_date", "venue", "comment"),
}
LISTS = frozenset(["work_packages", "contributors"])
_PARTNERS = frozenset(["lead_partner", "affiliated_to", "contributors"])
_PACKAGES = frozenset(["work_package", "work_packages"])


@dataclass(frozen=True)
class Record:
    """One thing of a plan as plain values."""

    kind: str
    key: str
    values: dict[str, Any]


@dataclass
class Plan:
    """Everything a network has planned, loaded in a fixed number of queries."""

    network: Network
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of a plan is there yet; partners alone are no plan."""
        return not any(
            rows for kind, rows in self.rows.items() if kind not in (Target.NETWORK, Target.PARTNER)
        )

    def row(self, kind: str, key: str) -> Any:
        """The thing of that kind and key. Raises Refusal when there is none."""
        try:
            return self.rows[kind][key]
        except KeyError:
            name = str(Target(kind).label).lower()
            raise Refusal(f"There is no {name} “{key}” in {self.network}.", "target") from None

    def values(self, kind: str, key: str) -> dict[str, Any]:
        """The present values of a thing."""
        row = self.row(kind, key)
        return {name: dump(row, name) for name in FIELDS[kind]}

    def has(self, kind: str, key: str) -> bool:
        """Whether that thing is in the plan."""
        return key in self.rows[kind]


def read_plan(network: Network) -> Plan:
    """Load a network's whole plan."""
    partners = Partner.objects.filter(network=network).select_related(
        "organisation", "affiliated_to"
    )
    packages = WorkPackage.objects.filter(network=network).select_related("lead_partner")
    milestones = Milestone.objects.filter(network=network).select_related(
        "lead_partner", "network__programme"
    )
    deliverables = Deliverable.objects.filter(network=network).select_related(
        "lead_partner", "work_package", "network__programme"
    )
    risks = Risk.objects.filter(network=network).prefetch_related("work_packages")
    efforts = Effort.objects.filter(network=network).select_related("work_package", "partner")
    items = milestones.prefetch_related("work_packages", "contributors")
    rows: dict[str, dict[str, Any]] = {
        Target.NETWORK: {"": network},
        Target.PARTNER: {row.short_name: row for row in partners},
        Target.WORK_PACKAGE: {row.code: row for row in packages},
        Target.MILESTONE: {row.code: row for row in items},
        Target.DELIVERABLE: {row.code: row for row in deliverables},
        Target.RISK: {row.code: row for row in risks},
        Target.EFFORT: {key_of(row): row for row in efforts},
        Target.PLANNED_REVIEW: {
            row.code: row for row in PlannedReview.objects.filter(network=network)
        },
    }
    return Plan(network, rows)


def key_of(row: Any) -> str:
    """What people know a thing of a plan by."""
    if isinstance(row, Partner):
        return row.short_name
    if isinstance(row, Effort):
        return effort_key(row.work_package.code, row.partner.short_name)
    return str(row.code)


def effort_key(package: str, partner: str) -> str:
    """The key of a partner's effort in a work package."""
    return f"{package} / {partner}"


def effort_parts(key: str) -> tuple[str, str]:
    """The work package and the partner of an effort's key. Raises Refusal for another text."""
    package, slash, partner = key.partition(" / ")
    if not (package and slash and partner):
        raise Refusal(
            f"Name effort by its work package and its partner, like “WP1 / UNorth”, not “{key}”.",
            "target",
        )
    return package, partner


def dump(row: Any, name: str) -> Any:
    """One value of a row as JSON holds it."""
    if name == "suspension_days":
        return None
    if name == "due_date" and isinstance(row, Milestone | Deliverable):
        # The generated column is only right after a read; the two it comes from always are.
        return (row.revised_date or row.contractual_date).isoformat()
    if name in LISTS:
        keys = [key_of(other) for other in getattr(row, name).all()]
        return sorted(keys, key=natural_key)
    return plain(getattr(row, name))


def plain(value: Any) -> Any:
    """A value as JSON holds it, always in the same spelling."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Organisation):
        return {"name": value.name, "country": value.country}
    if isinstance(value, Partner | WorkPackage):
        return key_of(value)
    return value


def load(plan: Plan, kind: str, name: str, value: Any) -> Any:
    """What a model takes, from a plain value. Raises Refusal with the field's name."""
    if name not in FIELDS[kind]:
        known = ", ".join(FIELDS[kind])
        raise Refusal(f"“{name}” is not a field of it. There are: {known}.", name)
    if (referred := kind_of_reference(name)) is not None:
        return _load_reference(plan, referred, name, value)
    if name == "organisation":
        return _load_organisation(value)
    if name == "suspension_days":
        require_days(value)
        return value
    return clean_value(kind, name, value)


def kind_of_reference(name: str) -> str | None:
    """The kind of thing that a field refers to by its key; None for a plain value."""
    if name in _PARTNERS:
        return Target.PARTNER
    return Target.WORK_PACKAGE if name in _PACKAGES else None


def read_keys(name: str, value: Any) -> list[str]:
    """The keys that a reference, or a list of them, names. Raises Refusal for other shapes."""
    if name in LISTS:
        if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
            raise Refusal(f"Give a list of the {words(name)}, each by its name as text.", name)
        return list(dict.fromkeys(value))
    if value is not None and not isinstance(value, str):
        raise Refusal(f"Give the {words(name)} by its name as text, or null for none.", name)
    return [value] if value else []


def _load_reference(plan: Plan, kind: str, name: str, value: Any) -> Any:
    rows = [plan.row(kind, key) for key in read_keys(name, value)]
    if name in LISTS:
        return rows
    return rows[0] if rows else None


def _load_organisation(value: Any) -> dict[str, str]:
    """An organisation's name and country, by its model's own rules."""
    texts = value if isinstance(value, dict) else {}
    name, country = texts.get("name"), texts.get("country") or ""
    if not isinstance(name, str) or not isinstance(country, str) or not name.strip():
        raise Refusal("Give the organisation's name and country, both as text.", "organisation")
    meant = {"name": name.strip(), "country": country}
    try:
        Organisation(**meant).clean_fields()
    except ValidationError as error:
        raise Refusal(f"{' '.join(error.messages)} (“{name}”)", "organisation") from error
    return meant


def clean_value(kind: str, name: str, value: Any) -> Any:
    """A plain value held against its model's own rules; references pass. Raises Refusal."""
    if kind_of_reference(name) or name == "organisation":
        return value
    column = "contractual_date" if name == "due_date" and kind in ITEM_KINDS else name
    rules: models.Field[Any, Any] = MODELS[kind]._meta.get_field(column)  # type: ignore[assignment]
    require_shape(rules, name, value)
    try:
        cleaned = rules.clean(value, None)
    except ValidationError as error:
        raise Refusal(f"{' '.join(error.messages)} (“{value}”)", name) from error
    require_bounds(name, cleaned)
    return cleaned
