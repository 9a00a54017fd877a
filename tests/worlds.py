"""AURORA and BOREAS with one row of everything in them, and who sees which of AURORA's.

``SEEN`` is the role table of the project: a model that belongs to a network and has no
line in it makes a test fail, and so does an endpoint of the API without one.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Model

from milestones.models import (
    Amendment,
    AmendmentChange,
    Deliverable,
    Effort,
    Evidence,
    Milestone,
    PlannedReview,
    Risk,
    RiskAssessment,
    StatusUpdate,
)
from networks.models import ConflictDeclaration, Event, Member, Network, Partner, User
from networks.services import record_event
from reports.content import content_of, hash_of
from reports.models import Answer, ProgressReport, ReportTemplate, ReportVersion
from tests import factories
from tests.factories import NOW, Cast
from tests.reports.furnishing import FREE, furnish_reviews

STAFF = {"manager", "officer"}
PANEL = {"chair", "reviewer"}
TEAM = {"lead", "deputy", "wp_lead", "member"}
INSIDERS = STAFF | TEAM
READERS = INSIDERS | PANEL
EVERYBODY = READERS | {"funder", "observer"}
ROLES = (*factories.PROGRAMME_ROLES, *factories.NETWORK_ROLES, "stranger")

# Who of the cast sees which thing of AURORA. The superuser sees all, the stranger nothing.
SEEN: dict[str, set[str]] = {
    "programme": EVERYBODY,
    "network": EVERYBODY,
    "partner": EVERYBODY,
    "member": READERS,
    "event": INSIDERS,
    "work_package": EVERYBODY,
    "milestone": READERS | {"observer"},
    "verified_milestone": EVERYBODY,
    "public_deliverable": READERS | {"observer"},
    "sensitive_deliverable": READERS,
    "classified_deliverable": INSIDERS,
    "accepted_public": EVERYBODY,
    "accepted_sensitive": READERS | {"funder"},
    "accepted_classified": INSIDERS,
    "status_update": READERS,
    "classified_update": INSIDERS,
    "evidence": READERS,
    "classified_evidence": INSIDERS,
    "risk": READERS,
    "risk_assessment": READERS,
    "amendment": READERS,
    "amendment_change": READERS,
    "classified_change": INSIDERS,
    "effort": READERS,
    "planned_review": READERS,
    # Declared by nobody of the cast, so that only staff see it.
    "conflict": STAFF,
    "review_round": STAFF | PANEL,
    "review": STAFF | PANEL,
    "decision": READERS | {"funder"},
    "condition": READERS,
    "meeting": STAFF | PANEL,
    "draft_report": INSIDERS,
    "submitted_report": INSIDERS | {"chair"},
    "report_version": INSIDERS | {"chair"},
}


@dataclass
class World:
    """The cast, everything in AURORA (``own``) and in BOREAS (``foreign``), by name."""

    cast: Cast
    own: dict[str, Model] = field(default_factory=dict)
    foreign: dict[str, Model] = field(default_factory=dict)

    def person(self, role: str) -> User:
        return self.cast[role]


def world() -> World:
    """Both networks furnished; every text of BOREAS holds the word CANARY."""
    cast = factories.cast()
    cast.people["superuser"] = factories.user("Super", is_superuser=True, is_staff=True)
    boreas = cast.boreas
    boreas.title = boreas.lay_summary = "CANARY"
    boreas.acronym = "CANARY-NET"
    boreas.save()
    boreas.programme.name = "CANARY programme"
    boreas.programme.save()
    own = furnish(cast.aurora, "Aurora", cast["lead"])
    foreign = furnish(boreas, "CANARY", cast["stranger"])
    foreign_reviewer = factories.programme_role(boreas.programme, "reviewer")
    own |= furnish_reviews(cast.aurora, "Aurora", cast["lead"], cast["reviewer"])
    foreign |= furnish_reviews(boreas, "CANARY", cast["stranger"], foreign_reviewer)
    free = factories.user("Free reviewer", email=FREE)
    factories.programme_role(cast.programme, "reviewer", free)
    return World(cast, own, foreign)


def furnish(network: Network, word: str, lead: User) -> dict[str, Model]:
    """One row of every kind, with a word in each of its texts."""
    member = Member.objects.get(network=network, user=lead)
    partner = factories.partner(network, short_name=f"{word} inst")
    package = factories.work_package(
        network, title=word, objectives=word, description=word, lead_partner=partner, lead=member
    )
    rows: dict[str, Model] = {
        "programme": network.programme,
        "network": network,
        "partner": partner,
        "member": member,
        "work_package": package,
        "effort": Effort.objects.create(network=network, work_package=package, partner=partner),
        "planned_review": PlannedReview.objects.create(
            network=network, code="RV1", due_date=date(2026, 9, 1), venue=word, comment=word
        ),
    }
    rows["conflict"] = ConflictDeclaration.objects.create(
        network=network,
        person=factories.user(f"{word} judge"),
        kind="conflict",
        reason=word,
        at=NOW,
    )
    rows |= _items(network, word, member, package, partner)
    rows |= _history(network, word, lead, rows)
    return rows | _risks_and_amendments(network, word, lead) | _reports(network, word, lead)


def _items(network: Network, word: str, member: Member, package: Any, partner: Partner) -> Any:
    common = {"title": word, "description": word, "responsible": member, "lead_partner": partner}
    done = {"actual_date": date(2026, 5, 1)}
    planned = factories.milestone(network, work_packages=[package], **common)
    planned.contributors.add(partner)
    rows = {
        "milestone": planned,
        "verified_milestone": factories.milestone(network, state="verified", **done, **common),
    }
    levels = {"public": "PU", "sensitive": "SEN", "classified": "R-UE/EU-R"}
    for name, level in levels.items():
        fixed = common | {"dissemination_level": level, "work_package": package}
        rows[f"{name}_deliverable"] = factories.deliverable(network, **fixed)
        rows[f"accepted_{name}"] = factories.deliverable(network, state="accepted", **done, **fixed)
    return rows


def _history(network: Network, word: str, lead: User, rows: dict[str, Any]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for name, item in (
        ("", rows["public_deliverable"]),
        ("classified_", rows["classified_deliverable"]),
    ):
        update = StatusUpdate.objects.create(
            network=network,
            deliverable=item,
            at=NOW,
            author=lead,
            channel="page",
            state="draft",
            due_date=item.contractual_date,
            text=word,
            reason=word,
            reason_code="other",
        )
        found[f"{name}update" if name else "status_update"] = update
        found[f"{name}evidence"] = Evidence.objects.create(
            network=network,
            deliverable=item,
            status_update=update,
            kind="link",
            title=word,
            url="https://example.org/",
            added_by=lead,
            at=NOW,
        )
    found["event"] = record_event(
        factories.act(lead), "test", rows["milestone"], network=network, changes={"x": [word, word]}
    )
    return found


def _risks_and_amendments(network: Network, word: str, lead: User) -> dict[str, Model]:
    risk = Risk.objects.create(network=network, code="R1", description=word, mitigation=word)
    amendment = Amendment.objects.create(
        network=network, number=1, title=word, justification=word, drafted_by=lead, drafted_at=NOW
    )
    change = {"network": network, "amendment": amendment, "target_kind": "deliverable"}
    return {
        "risk": risk,
        "risk_assessment": RiskAssessment.objects.create(
            network=network, risk=risk, period="RP1", at=NOW, author=lead, comment=word
        ),
        "amendment": amendment,
        "amendment_change": AmendmentChange.objects.create(
            action="change", target="D9.9", field="title", old=word, new=word, **change
        ),
        "classified_change": AmendmentChange.objects.create(
            action="add",
            target="D9.8",
            new={"title": word, "dissemination_level": "S-UE/EU-S"},
            **change,
        ),
    }


def _reports(network: Network, word: str, lead: User) -> dict[str, Model]:
    """A submitted report with its version, and the next one, begun; one question each."""
    # Two networks of one programme share the template in use; each has a version of its own.
    others = network.programme.report_templates.count()
    template = ReportTemplate.objects.create(
        programme=network.programme,
        kind="interim",
        form="rppr",
        name=word,
        version=others + 1,
        is_current=not others,
    )
    section = template.sections.create(
        position=1, key="goals", title=word, guidance=word, required=False
    )
    reports = [
        ProgressReport.objects.create(
            network=network,
            number=number,
            period_start=date(2024 + number, 1, 1),
            period_end=date(2024 + number, 12, 31),
            # Of the year that runs the facts are as of May, so that its report can be handed in.
            cut_off=min(date(2024 + number, 12, 31), date(2026, 5, 31)),
            due_date=date(2025 + number, 3, 1),
            state=state,
            template=template,
            handed_in_on=date(2026, 2, 1) if state == "submitted" else None,
        )
        for number, state in ((1, "submitted"), (2, "draft"))
    ]
    for report in reports:
        Answer.objects.create(
            report=report, section=section, text=word, version=1, changed_by=lead, changed_at=NOW
        )
    content = content_of(reports[0], at=NOW, version=1, submitted_by=lead)
    version = ReportVersion.objects.create(
        report=reports[0],
        number=1,
        submitted_at=NOW,
        submitted_by=lead,
        cut_off=reports[0].cut_off,
        template=template,
        content=content,
        sha256=hash_of(content),
    )
    return {
        "submitted_report": reports[0],
        "draft_report": reports[1],
        "report_version": version,
    }


def many(count: int, network: Network, package: Any, lead: User) -> None:
    """Fill a network with so many rows of each kind, with their relations, quickly."""
    numbers = range(1000, 1000 + count)
    days = [date(2026, 1, 1) + timedelta(days=number % 700) for number in numbers]
    Milestone.objects.bulk_create(
        Milestone(
            network=network, code=f"MX{n}", title="T", contractual_date=day, responsible_id=None
        )
        for n, day in zip(numbers, days, strict=True)
    )
    Deliverable.objects.bulk_create(
        Deliverable(
            network=network, code=f"DX.{n}", title="T", contractual_date=day, work_package=package
        )
        for n, day in zip(numbers, days, strict=True)
    )
    Risk.objects.bulk_create(Risk(network=network, code=f"R{n}", description="d") for n in numbers)
    Amendment.objects.bulk_create(
        Amendment(network=network, number=n, title="t", drafted_by=lead, drafted_at=NOW)
        for n in numbers
    )
    milestones = list(Milestone.objects.filter(network=network, title="T"))
    links = Milestone.work_packages.through
    links.objects.bulk_create(
        links(milestone_id=row.pk, workpackage_id=package.pk) for row in milestones
    )
    StatusUpdate.objects.bulk_create(
        StatusUpdate(
            network=network,
            milestone=row,
            at=NOW,
            author=lead,
            channel="page",
            state="planned",
            due_date=row.contractual_date,
        )
        for row in milestones
    )
    Event.objects.bulk_create(
        Event(
            network=network,
            at=NOW,
            actor=lead,
            channel="page",
            verb="v",
            target_type="t",
            target_id=n,
        )
        for n in numbers
    )


def more(count: int, network: Network) -> None:
    """So many further milestones, deliverables and risks."""
    numbers, day = range(5000, 5000 + count), date(2026, 9, 1)
    common = {"network": network, "title": "T", "contractual_date": day}
    Milestone.objects.bulk_create(Milestone(code=f"MY{n}", **common) for n in numbers)
    Deliverable.objects.bulk_create(Deliverable(code=f"DY.{n}", **common) for n in numbers)
    Risk.objects.bulk_create(Risk(network=network, code=f"Y{n}", description="d") for n in numbers)
