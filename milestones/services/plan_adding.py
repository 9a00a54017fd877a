"""Adding things to a plan from plain values: for imports and approved amendments.

Rows are written kind by kind, in the order in which they refer to each other, in bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower

from milestones.models import (
    Deliverable,
    Effort,
    Milestone,
    PlannedReview,
    Risk,
    WorkPackage,
)
from milestones.services.plan_rows import (
    NewMilestone,
    NewRisk,
    due_date_of,
    insert_items,
    insert_milestones,
    insert_risks,
    insert_rows,
)
from milestones.services.plan_values import Plan, Record, Target, effort_parts, key_of, load
from networks.acts import Act
from networks.models import Organisation, Partner
from networks.refusals import Refusal

# Each kind refers only to kinds before it.
ORDER = (
    Target.PARTNER,
    Target.WORK_PACKAGE,
    Target.MILESTONE,
    Target.DELIVERABLE,
    Target.RISK,
    Target.EFFORT,
    Target.PLANNED_REVIEW,
)
_SPANS = (("start_month", "end_month"), ("starts", "ends"))


def add_records(act: Act, plan: Plan, records: Iterable[Record]) -> None:
    """Write all records, and take them into ``plan``. Call it in a transaction.

    Raises Refusal for a value that is not allowed or a number that is taken.
    """
    by_kind: dict[str, list[Record]] = {kind: [] for kind in ORDER}
    for record in records:
        if record.kind not in by_kind:
            raise Refusal("A network cannot be added by an amendment.", "target_kind")
        if plan.has(record.kind, record.key):
            raise Refusal(f"“{record.key}” is in the plan already.", "target")
        by_kind[record.kind].append(record)
    for kind in ORDER:
        if by_kind[kind]:
            rows = _ADDERS[kind](act, plan, by_kind[kind])
            plan.rows[kind].update({key_of(row): row for row in rows})


def loaded(plan: Plan, record: Record) -> dict[str, Any]:
    """A record's values as models take them; a field that is not given stays out."""
    return {name: load(plan, record.kind, name, value) for name, value in record.values.items()}


def organisations_for(wanted: Sequence[dict[str, str]]) -> list[Organisation]:
    """The organisation of each name and country, made where there is none yet."""
    names = {value["name"].lower() for value in wanted}
    # Both sides are lowered: by the database, and by Python for what it cannot lower.
    known = {
        (row.name.lower(), row.country): row
        for row in Organisation.objects.annotate(lower_name=Lower("name"))
        .filter(Q(lower_name__in=names) | Q(name__in=[value["name"] for value in wanted]))
        .order_by("-pk")
    }
    missing = {}
    for value in wanted:
        key = (value["name"].lower(), value["country"])
        if key not in known and key not in missing:
            missing[key] = Organisation(**value)
    for made in missing.values():
        _check(made)
    Organisation.objects.bulk_create(missing.values())
    known |= missing
    return [known[value["name"].lower(), value["country"]] for value in wanted]


def _add_partners(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    """Those that stand alone first: an affiliated entity refers to one of them."""
    alone = [record for record in records if not record.values.get("affiliated_to")]
    attached = [record for record in records if record.values.get("affiliated_to")]
    return [*_insert_partners(act, plan, alone), *_insert_partners(act, plan, attached)]


def _insert_partners(act: Act, plan: Plan, records: Sequence[Record]) -> list[Partner]:
    values = [loaded(plan, record) for record in records]
    homes = organisations_for([value.pop("organisation") for value in values])
    rows = [
        Partner(**({"short_name": record.key} | value), network=plan.network, organisation=home)
        for record, value, home in zip(records, values, homes, strict=True)
    ]
    written = insert_rows(act, plan.network, "add_partner", [_check(row) for row in rows])
    plan.rows[Target.PARTNER].update({row.short_name: row for row in written})
    return written


def _add_packages(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    rows = [_build(WorkPackage, plan, record) for record in records]
    return insert_rows(act, plan.network, "create_work_package", rows)


def _add_milestones(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    planned = []
    for record in records:
        values = _with_date(plan, record, "contractual_date")
        packages = values.pop("work_packages", [])
        contributors = values.pop("contributors", [])
        row = _check(Milestone(network=plan.network, code=record.key, **values))
        planned.append(NewMilestone(row, packages, contributors))
    return insert_milestones(act, plan.network, planned)


def _add_deliverables(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    rows = [
        _check(
            Deliverable(
                network=plan.network,
                code=record.key,
                **_with_date(plan, record, "contractual_date"),
            )
        )
        for record in records
    ]
    return insert_items(act, plan.network, rows)


def _add_risks(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    planned = []
    for record in records:
        values = loaded(plan, record)
        packages = values.pop("work_packages", [])
        row = _check(Risk(network=plan.network, code=record.key, foreseen=True, **values))
        planned.append(NewRisk(row, packages))
    return insert_risks(act, plan.network, planned)


def _add_efforts(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    rows = []
    for record in records:
        package, partner = effort_parts(record.key)
        row = Effort(
            network=plan.network,
            work_package=plan.row(Target.WORK_PACKAGE, package),
            partner=plan.row(Target.PARTNER, partner),
            **loaded(plan, record),
        )
        rows.append(_check(row))
    return insert_rows(act, plan.network, "plan_effort", rows)


def _add_reviews(act: Act, plan: Plan, records: Sequence[Record]) -> list[Any]:
    rows = [
        _check(
            PlannedReview(
                network=plan.network, code=record.key, **_with_date(plan, record, "due_date")
            )
        )
        for record in records
    ]
    return insert_rows(act, plan.network, "create_planned_review", rows)


_ADDERS: dict[str, Callable[[Act, Plan, Sequence[Record]], list[Any]]] = {
    Target.PARTNER: _add_partners,
    Target.WORK_PACKAGE: _add_packages,
    Target.MILESTONE: _add_milestones,
    Target.DELIVERABLE: _add_deliverables,
    Target.RISK: _add_risks,
    Target.EFFORT: _add_efforts,
    Target.PLANNED_REVIEW: _add_reviews,
}


def _build(model: type[Any], plan: Plan, record: Record) -> Any:
    return _check(model(network=plan.network, code=record.key, **loaded(plan, record)))


def _with_date(plan: Plan, record: Record, column: str) -> dict[str, Any]:
    values = loaded(plan, record)
    due = values.pop("due_date", None)
    month: int | None = values.get("due_month")
    if due is None:
        if month is None:
            raise Refusal(f"Give a due month or a date for “{record.key}”.", "due_date")
        due = due_date_of(plan.network, month)
    return values | {column: due}


def _check(row: Any) -> Any:
    """Run the model's own field rules on a row without asking the database.

    Uniqueness is checked against the plan before; the database's constraints come last.
    Foreign keys point at rows that were just read: looking each up again is a query each.
    """
    skipped = {name for name in ("code_key", "number_key") if hasattr(row, name)}
    skipped |= {field.name for field in row._meta.fields if field.is_relation}
    try:
        row.clean_fields(exclude=skipped)
    except ValidationError as error:
        raise Refusal(f"{key_of(row)}: {' '.join(error.messages)}") from error
    for first, last in _SPANS:
        begins, ends = getattr(row, first, None), getattr(row, last, None)
        if begins is not None and ends is not None and ends < begins:
            raise Refusal(f"{key_of(row)}: it cannot end before it starts.", last)
    return row
