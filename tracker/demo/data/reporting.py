"""Progress reports of the demo: some waived, one handed in, one half written, others to come."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from networks.acts import Act
from networks.models import Event, Member, Network, Programme, User
from reports.content import content_of, template_for
from reports.models import Answer, ProgressReport, TemplateSection
from reports.services.scheduling import open_reports, schedule, waive
from reports.services.submitting import submit
from reports.services.templates import choose_form
from reports.services.writing import save_comment, save_section

# What each programme asks for; a challenge award is small, and its report short.
FORMS = {
    Programme.Kind.NETWORK: "eu_periodic",
    Programme.Kind.CHALLENGE: "charity_annual",
    Programme.Kind.OTHER: "rppr",
}
BEFORE = "Reported by letter, before reports were written here."
# By the key of a section; anything else is answered in a sentence.
WORDS = {
    "lay_summary": (
        "People with progressive MS told us that they want to know earlier whether a treatment "
        "helps them. In this period we brought together clinics and laboratories that measure "
        "the same things in the same way. The first results show that two simple blood values "
        "change before walking does. We do not know yet whether they foretell what comes: that "
        "is the question of the next period."
    ),
    "impact": (
        "Sites that used to work side by side now share one protocol, one register of samples "
        "and one way of counting. Two clinics outside of the network have taken the protocol "
        "over. A patient group has rewritten the information sheet with us."
    ),
    "accomplishments": (
        "Work went on in all work packages. Recruitment began slowly and is now at the pace "
        "that was planned; the table shows what that means for single milestones. Data of the "
        "first visits are complete, checked and open to all partners."
    ),
    "goals": "The goals are those of the award; none of them has changed in this period.",
    "delays": (
        "Contracts with two clinics took longer than expected. Visits now take place on two "
        "days a week at these sites, so that most of the delay is made up within a year."
    ),
}
SENTENCE = "We worked as planned; details are in the facts beside this text."


def write_reports(programmes: list[Programme], manager: User, now: datetime) -> None:
    """Lay out and write the reports of all networks as of the demo's today."""
    for programme in programmes:
        act = Act(manager, now - timedelta(days=1000), Event.Channel.PAGE)
        for kind in ("interim", "final"):
            choose_form(act, programme, kind, FORMS[Programme.Kind(programme.kind)])
        for network in programme.networks.filter(state="active").order_by("pk"):
            begun = datetime.combine(network.starts, time(12), tzinfo=UTC)
            schedule(Act(None, min(begun, now), Event.Channel.SYSTEM), network)
    open_reports(Act(None, now, Event.Channel.SYSTEM))
    for network in Network.objects.filter(progress_reports__state="open").distinct():
        _write(network, manager, now)


def _write(network: Network, manager: User, now: datetime) -> None:
    held = Member.objects.current(now.date()).filter(network=network)
    lead = held.filter(role=Member.Role.LEAD).select_related("user").first()
    if lead is None:
        return
    rows = ProgressReport.objects.filter(network=network, state="open").order_by("number")
    reports = list(rows.select_related("network__programme", "template"))
    *earlier, last = reports
    for report in earlier:
        at = datetime.combine(report.due_date, time(10), tzinfo=UTC)
        waive(Act(manager, min(at, now), Event.Channel.PAGE), report, reason=BEFORE)
    begun = datetime.combine(last.period_end, time(9), tzinfo=UTC) + timedelta(days=20)
    if last.due_date < now.date():
        _fill(last, lead.user, min(begun, now), whole=True)
        at = datetime.combine(last.due_date, time(15), tzinfo=UTC) - timedelta(days=3)
        submit(Act(lead.user, at, Event.Channel.PAGE), last)
    else:
        _fill(last, lead.user, min(begun, now - timedelta(days=1)), whole=False)


def _fill(report: ProgressReport, author: User, at: datetime, *, whole: bool) -> None:
    """Answer all sections, or the first half of them."""
    template = template_for(report)
    if template is None:
        return
    sections = list(template.sections.order_by("position"))
    act = Act(author, at, Event.Channel.PAGE)
    for section in sections if whole else sections[: len(sections) // 2]:
        _answer(act, report, section)
    if whole:
        _explain(act, report)


def _answer(act: Act, report: ProgressReport, section: TemplateSection) -> None:
    written = Answer.objects.filter(report=report, section=section).first()
    text = WORDS.get(section.key, SENTENCE)
    save_section(act, report, section, text=text, version=written.version if written else 0)


def _explain(act: Act, report: ProgressReport) -> None:
    """Say why, where an item is late and nobody has said it yet."""
    models = {"milestone": report.network.milestones, "deliverable": report.network.deliverables}
    for item in content_of(report, at=act.at)["facts"]["items"]:
        if item["late_days"] and not item["reason_code"]:
            row: Any = models[item["kind"]].get(pk=item["id"])
            text = "The sites began one after another; this follows the last of them."
            save_comment(act, report, row, text=text, version=0)
