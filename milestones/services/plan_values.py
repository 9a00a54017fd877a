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
from django.db.models import Model

from milestones.models import (
    AmendmentChange,
    Deliverable,
    Effort,
    Milestone,
    PlannedReview,
    Risk,
    WorkPackage,
)
from networks.fields import natural_key
from networks.models import Network, Organisation, Partner
from networks.refusals import Refusal

Target = AmendmentChange.Target
ITEM_KINDS = (Target.MILESTONE, Target.DELIVERABLE)
MODELS: dict[str, type[Model]] = {
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
    if name in _PARTNERS or name in _PACKAGES:
        return _load_reference(plan, name, value)
    if name == "organisation":
        return _load_organisation(value)
    if name == "suspension_days":
        if not isinstance(value, int) or value < 1:
            raise Refusal("Say for how many days, at least 1.", name)
        return value
    return clean_value(kind, name, value)


def _load_reference(plan: Plan, name: str, value: Any) -> Any:
    kind = Target.PARTNER if name in _PARTNERS else Target.WORK_PACKAGE
    if name not in LISTS:
        return plan.row(kind, value) if value else None
    if not isinstance(value, list):
        raise Refusal("Give a list of them.", name)
    return [plan.row(kind, key) for key in value]


def _load_organisation(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not str(value.get("name", "")).strip():
        raise Refusal("Give the organisation's name and country.", "organisation")
    return {"name": str(value["name"]).strip(), "country": str(value.get("country") or "")}


def clean_value(kind: str, name: str, value: Any) -> Any:
    """A plain value held against its model's own rules; references pass. Raises Refusal."""
    if name in _PARTNERS or name in _PACKAGES or name == "organisation":
        return value
    column = "contractual_date" if name == "due_date" and kind in ITEM_KINDS else name
    try:
        cleaned = MODELS[kind]._meta.get_field(column).clean(value, None)  # type: ignore[union-attr]
    except ValidationError as error:
        raise Refusal(f"{' '.join(error.messages)} (“{value}”)", name) from error
    if name.endswith("_month") and cleaned is not None and cleaned < 1:
        raise Refusal(f"Month {value} does not exist: project months count from 1.", name)
    if isinstance(cleaned, Decimal) and cleaned < 0:
        raise Refusal(f"{value} is below zero.", name)
    return cleaned
