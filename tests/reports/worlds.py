"""A network with a progress report, quickly: open, written, or submitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from milestones.models import Milestone, StatusUpdate
from milestones.services import claim_milestone, post_update
from milestones.services.evidence import NewEvidence
from milestones.services.writing import snapshot
from networks.models import Network
from reports.content import template_for
from reports.models import Answer, ProgressReport, ReportTemplate, ReportVersion
from reports.services.beginning import begin
from reports.services.ready_templates import ensure_ready_templates
from reports.services.submitting import submit
from reports.services.writing import save_section
from tests import factories
from tests.factories import Cast

# The first period of AURORA is the year 2025; its report is written in January 2026.
PLANNED = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
WRITTEN = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
TEXT = "We recruited 120 people and measured what the plan asks for."


@dataclass
class ReportWorld:
    """The fixed cast, a plan with history, and AURORA's first report."""

    cast: Cast
    report: ProgressReport
    items: dict[str, Milestone] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        return self.cast.aurora

    @property
    def version(self) -> ReportVersion:
        """The last submitted version."""
        found: ReportVersion | None = self.report.versions.order_by("-number").first()
        assert found is not None
        return found


def planned(network: Network, code: str, due: date, **fields: Any) -> Milestone:
    """A milestone with the history row that every real one has."""
    item = factories.milestone(network, code=code, contractual_date=due, **fields)
    add_plan_row(item)
    return item


def add_plan_row(item: Any, at: datetime = PLANNED) -> None:
    """The first row of an item's history."""
    about = {str(item._meta.model_name): item}
    StatusUpdate.objects.create(
        network=item.network, kind="plan", at=at, channel="import", **about, **snapshot(item)
    )


def open_report(form: str = "charity_annual", **fields: Any) -> ReportWorld:
    """The cast; MS-A achieved in time, MS-B late with a reason, MS-C still to come; PR1 open."""
    cast = factories.cast()
    net, lead = cast.aurora, cast["lead"]
    items = {
        "MS-A": planned(net, "MS-A", date(2025, 6, 30), title="Protocol agreed"),
        "MS-B": planned(net, "MS-B", date(2025, 10, 31), title="First patient in"),
        "MS-C": planned(net, "MS-C", date(2026, 6, 30), title="Half recruited", is_gate=True),
    }
    claim_milestone(
        factories.act(lead, datetime(2025, 6, 20, 9, 0, tzinfo=UTC)),
        items["MS-A"],
        achieved_on=date(2025, 6, 18),
        evidence=[NewEvidence(title="Protocol", doi="10.5281/zenodo.1234567")],
    )
    post_update(
        factories.act(lead, datetime(2025, 10, 1, 9, 0, tzinfo=UTC)),
        items["MS-B"],
        confidence="off_track",
        percent=40,
        forecast_date=date(2026, 2, 28),
        reason_code="partnership",
        reason="Two clinics joined late.",
    )
    report = next_report(net, **fields)
    use_form(net, form)
    return ReportWorld(cast, report, items)


def next_report(network: Network, **fields: Any) -> ProgressReport:
    """The network's next report, over the year after the last one; open."""
    last = ProgressReport.objects.filter(network=network).order_by("-number").first()
    number = last.number + 1 if last else 1
    year = network.starts.year + number - 1
    end = date(year, 12, 31)
    values = {
        "number": number,
        "period_start": date(year, 1, 1),
        "period_end": end,
        "cut_off": end,
        "due_date": end + timedelta(days=60),
        "state": "open",
    }
    return ProgressReport.objects.create(network=network, **(values | fields))


def use_form(network: Network, form: str) -> None:
    """Let the programme use one of the ready templates, as its own version of it."""
    ensure_ready_templates()
    for ready in ReportTemplate.objects.ready().filter(form=form):
        own = ReportTemplate.objects.create(
            programme=network.programme,
            kind=ready.kind,
            form=form,
            name=ready.name,
            is_current=True,
        )
        for section in ready.sections.all():
            section.pk, section.template = None, own
            section.save(force_insert=True)


def write_all(world: ReportWorld, report: ProgressReport | None = None, text: str = TEXT) -> None:
    """Answer every section, as the lead."""
    report = report or world.report
    act = factories.act(world.cast["lead"], WRITTEN)
    template = template_for(report)
    assert template is not None
    for section in template.sections.all():
        answer = Answer.objects.filter(report=report, section=section).first()
        save_section(
            act,
            report,
            section,
            text=f"{section.title}: {text}",
            version=answer.version if answer else 0,
        )


def submitted_report(form: str = "charity_annual", **fields: Any) -> ReportWorld:
    """As ``open_report``, with every section written and version 1 handed in by the lead."""
    world = open_report(form, **fields)
    write_all(world)
    submit(factories.act(world.cast["lead"], WRITTEN + timedelta(hours=1)), world.report)
    return world


def begun_report(form: str = "charity_annual", **fields: Any) -> ReportWorld:
    """As ``open_report``, begun: a draft with its empty sections."""
    world = open_report(form, **fields)
    begin(factories.act(world.cast["lead"], WRITTEN), world.report)
    return world


def use_form_again(world: ReportWorld, form: str) -> None:
    """Let the programme change to another ready form."""
    ReportTemplate.objects.filter(programme=world.network.programme).update(is_current=False)
    use_form(world.network, form)
