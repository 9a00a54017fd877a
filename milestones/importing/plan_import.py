"""Taking a plan in: all of it, or nothing.

A network without a plan gets it at once. Where there is a plan already, every difference
becomes a line of one submitted amendment, so that nothing moves silently. Reading the same
plan again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst

from milestones.access import require
from milestones.importing.assembling import Wanted, assemble, warn_after_end
from milestones.importing.dates import DateOrder
from milestones.importing.difference import describe, find_changes
from milestones.importing.opening import open_sources
from milestones.importing.report import ImportReport, Problem
from milestones.importing.tables import Source
from milestones.models import Amendment, AmendmentChange
from milestones.services import NewChange, draft_amendment, submit_amendment
from milestones.services.plan_adding import add_records
from milestones.services.plan_values import MODELS, Plan, Record, Target, read_plan
from networks.acts import Act
from networks.models import Network, Programme
from networks.months import month_end
from networks.refusals import Refusal
from networks.services import create_network, create_programme, record_event

Action = AmendmentChange.Action


@dataclass(frozen=True)
class Setup:
    """Which network the plan is for, and what it takes to set that up."""

    programme: str
    reference: str
    starts: date | None = None
    ends: date | None = None
    acronym: str = ""
    title: str = ""
    time_zone: str = "UTC"
    create: bool = False
    date_order: DateOrder | None = None


def import_plan(
    act: Act,
    setup: Setup,
    sources: Sequence[Source],
    *,
    dry_run: bool = False,
    shown: str = "",
) -> ImportReport:
    """Read the files of a plan and take them in, or say everything that is wrong with them.

    With ``dry_run`` nothing is kept, but all of it has been tried. ``shown`` is the
    fingerprint of a report that somebody has agreed to: anything else is not saved. Raises PermissionDenied;
    what is wrong with the set-up or the files is a problem in the report.
    """
    report = ImportReport(dry_run=dry_run)
    try:
        with transaction.atomic():
            _run(act, setup, sources, report)
            report.has_moved_on = shown not in ("", report.fingerprint)
            if dry_run or report.is_refused or report.has_moved_on:
                transaction.set_rollback(True)
    except Refusal as refusal:
        report.refuse(
            Problem("", str(refusal), "Correct it and import again.", column=refusal.field)
        )
    except ValidationError as error:
        _refuse_fields(report, error)
    except IntegrityError:
        # Two first imports of one network at once: the database lets one of them through.
        wrong = "Somebody else has just saved something with the same number or name."
        report.refuse(Problem("", wrong, "Import again, and look at what is there now."))
    return report


def _run(act: Act, setup: Setup, sources: Sequence[Source], report: ImportReport) -> None:
    programme = _programme(act, setup)
    network = _network(act, setup, programme)
    starts = network.starts if network else setup.starts
    if starts is None:
        raise Refusal("Say on which day the network starts, such as 2015-09-01.", "starts")
    plan = read_plan(network) if network else Plan(Network(), {kind: {} for kind in MODELS})
    sheets = open_sources(sources, report, starts, setup.date_order)
    wanted = assemble(sheets, plan)
    if network is None and not report.is_refused:
        network = _create(act, setup, programme, starts, wanted)
        plan = read_plan(network)
    report.network = network
    if network:
        plan.network = network
        warn_after_end(wanted, network.starts, network.ends)
    changes = find_changes(plan, wanted, report)
    if network and not report.is_refused:
        _take_in(act, plan, changes, report)


def _programme(act: Act, setup: Setup) -> Programme:
    programme: Programme | None = Programme.objects.filter(slug=setup.programme).first()
    if programme:
        return programme
    if not setup.create:
        known = ", ".join(Programme.objects.values_list("slug", flat=True)[:20]) or "none yet"
        wrong = f"There is no programme “{setup.programme}” (there are: {known})."
        raise Refusal(f"{wrong} With --create it is made.", "programme")
    name = capfirst(setup.programme.replace("-", " "))
    return create_programme(act, slug=setup.programme, name=name)


def _network(act: Act, setup: Setup, programme: Programme) -> Network | None:
    # Locked until the end: two imports of one network come one after the other.
    rows = Network.objects.select_for_update(of=("self",)).select_related("programme")
    network: Network | None = rows.filter(reference=setup.reference).first()
    if network is None:
        if not setup.create:
            wrong = f"There is no network with the reference “{setup.reference}”."
            raise Refusal(f"{wrong} With --create it is made.", "reference")
        return None
    if network.programme_id != programme.pk:
        raise Refusal(
            f"“{setup.reference}” is the reference of a network in another programme.",
            "programme",
        )
    require(act.by, "import_plan", network)
    for name in ("starts", "ends"):
        given, present = getattr(setup, name), getattr(network, name)
        if given and given != present:
            raise Refusal(
                f"{network} {name} on {present}, not on {given}: it takes an amendment to move that.",
                name,
            )
    return network


def _create(act: Act, setup: Setup, programme: Programme, starts: date, wanted: Wanted) -> Network:
    last = wanted.last_month()
    ends = setup.ends or (month_end(starts, last) if last else None)
    if ends is None:
        raise Refusal("Say when the network ends: the tables do not tell.", "ends")
    acronym = setup.acronym or setup.reference
    return create_network(
        act,
        programme,
        reference=setup.reference,
        acronym=acronym,
        title=setup.title or acronym,
        starts=starts,
        ends=ends,
        time_zone=setup.time_zone,
    )


def _take_in(act: Act, plan: Plan, changes: list[NewChange], report: ImportReport) -> None:
    """Write what is new to an empty plan; put everything else into an amendment."""
    if plan.is_empty:
        added = [change for change in changes if change.action == Action.ADD]
        changes = [change for change in changes if change.action != Action.ADD]
        report.created = Counter(str(Target(change.target_kind).label) for change in added)
        report.differences = describe(plan, changes)
        add_records(act, plan, (Record(c.target_kind, c.target, c.new) for c in added))
        if added:
            files = [file.file for file in report.files]
            told = {"files": [None, ", ".join(files)]}
            record_event(act, "import_plan", plan.network, network=plan.network, changes=told)
    else:
        report.differences = describe(plan, changes)
    if not changes:
        return
    report.amendment = _waiting(plan.network, changes)
    report.waits_already = report.amendment is not None
    if report.amendment is None:
        report.amendment = _amend(act, plan, changes, report)


def _amend(act: Act, plan: Plan, changes: list[NewChange], report: ImportReport) -> Amendment:
    files = ", ".join(file.file for file in report.files)
    amendment = draft_amendment(
        act,
        plan.network,
        kind=Amendment.Kind.PLAN,
        title="New version of the plan",
        justification=f"Imported from {files}.",
        changes=changes,
        plan=plan,
    )
    return submit_amendment(act, amendment)


def _waiting(network: Network, changes: list[NewChange]) -> Amendment | None:
    """The same changes may wait for their decision already: once is enough."""
    asked = [_line(change) for change in changes]
    waiting = network.amendments.filter(
        kind=Amendment.Kind.PLAN, state=Amendment.State.SUBMITTED
    ).prefetch_related("changes")
    for amendment in waiting:
        if [_line(change) for change in amendment.changes.all()] == asked:
            found: Amendment = amendment
            return found
    return None


def _line(change: Any) -> tuple[Any, ...]:
    return (change.action, change.target_kind, change.target, change.field, change.new)


def _refuse_fields(report: ImportReport, error: ValidationError) -> None:
    """A programme or network that cannot be set up as asked."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in fields.items():
        wrong = " ".join(messages)
        report.refuse(Problem("", wrong, "Correct it and import again.", column=name))
