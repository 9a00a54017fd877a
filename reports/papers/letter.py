"""The letter that tells a network what was decided on its report.

It holds what is meant for the network and nothing else: no rating, no recommendation, no
name of a reviewer, and neither remarks nor a summary for the committee only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import translation

from networks.clock import Today
from reports.models import Condition, Decision
from reports.models.review import GOES_ON
from reports.papers.document import title_of
from reports.papers.parts import (
    Block,
    Fields,
    Heading,
    Note,
    Paper,
    Prose,
    Signature,
    Table,
    clean,
    day,
)

REMINDED = (
    "Each condition is a duty with a date. Everybody responsible is reminded of it as of any "
    "other deadline, and says in the tracker how it was met."
)


@translation.override("en")
def decision_letter(decision: Decision) -> Paper:
    """The letter of a decision. Queries: its conditions, and what is not read along with it."""
    round_ = decision.round
    version = round_.version
    meta = version.content["meta"]
    network, programme = decision.network, decision.network.programme
    return Paper(
        title=f"Decision on {clean(network.acronym)}, {_in_a_sentence(title_of(meta))}",
        subtitle=day(decision.decided_on),
        sender=clean(programme.name),
        recipient=tuple(_recipient(meta)),
        cover=(("Award", clean(network.reference)), ("Network", clean(network.title))),
        blocks=tuple(_body(decision, meta)),
        stamp=decision.at,
        foot=(
            f"{clean(network.acronym)} · {clean(network.reference)} · decision of "
            f"{day(decision.decided_on)}\nReport version {version.number}, SHA-256 {version.sha256}"
        ),
        layout="letter",
    )


def _in_a_sentence(title: str) -> str:
    return title[:1].lower() + title[1:]


def _recipient(meta: dict[str, Any]) -> Iterator[str]:
    """Whom it is for: the lead as frozen in the report, so that the letter stays the same."""
    lead = meta["network"].get("lead")
    if lead:
        yield clean(lead["name"])
        if lead["organisation"]:
            yield clean(lead["organisation"])
    yield f"Network {clean(meta['network']['acronym'])}"


def _body(decision: Decision, meta: dict[str, Any]) -> Iterator[Block]:
    lead = meta["network"].get("lead")
    yield Prose(f"Dear {clean(lead['name'])}," if lead else "Dear colleagues,")
    yield Prose(_occasion(decision, meta))
    yield Heading("Decision")
    yield Fields(tuple(_facts(decision)))
    if decision.reasons:
        yield Heading("Reasons")
        yield Prose(clean(decision.reasons))
    yield from _conditions(decision)
    if decision.public_sentence:
        yield Heading("What the public reads")
        yield Prose(clean(decision.public_sentence))
    yield Prose("Yours sincerely,")
    yield Signature(
        name=clean(decision.decided_by) if decision.decided_by else "The committee",
        role=f"for the committee of {clean(decision.network.programme.name)}",
        day=day(decision.decided_on),
    )
    # Behind the signature: the letter itself stays short, and is signed where it ends.
    if decision.round.summary:
        yield Heading("Annex: summary of the review", breaks=True)
        yield Prose(clean(decision.round.summary))


def _occasion(decision: Decision, meta: dict[str, Any]) -> str:
    version, meeting = decision.round.version, decision.meeting
    handed_in = Today.at(version.submitted_at).in_zone(decision.network.time_zone)
    where = f"at its meeting “{clean(meeting.title)}” " if meeting else ""
    return (
        f"The committee of {clean(decision.network.programme.name)} considered {where}on "
        f"{day(decision.decided_on)} your network\u2019s {_in_a_sentence(title_of(meta))}, "
        f"submitted on {day(handed_in)} as version {version.number}."
    )


def _facts(decision: Decision) -> Iterator[tuple[str, str]]:
    yield "The network", str(decision.get_outcome_display())
    yield "The report", str(decision.get_report_outcome_display())
    if decision.gate:
        gate = f"{clean(decision.gate.code)} {clean(decision.gate.title)}"
        yield "Gate", f"{gate}: {_verdict(decision)}"
    if decision.amendment:
        yield "Amendment asked for", clean(decision.amendment.title)
    yield (
        "Vote",
        f"{decision.votes_for} for, {decision.votes_against} against, "
        f"{decision.abstentions} abstained; {decision.present} present, quorum {decision.quorum}",
    )


def _verdict(decision: Decision) -> str:
    """What the decision means for the gate, whatever has become of it since."""
    if decision.outcome not in GOES_ON:
        return "held"
    tranche = clean(decision.gate.tranche) if decision.gate else ""
    return f"opened, and with it {tranche}" if tranche else "opened"


def _conditions(decision: Decision) -> Iterator[Block]:
    rows = Condition.objects.filter(decision=decision).select_related("responsible__user")
    listed = [_condition(row) for row in rows.order_by("number")]
    if not listed:
        return
    yield Heading("Conditions")
    yield Table(
        caption="What is asked of the network, and until when",
        columns=("No.", "Condition", "Evidence", "Due", "Responsible"),
        widths=(0.6, 3.2, 2.2, 1.2, 1.6),
        rows=tuple(listed),
    )
    yield Note(REMINDED)


def _condition(row: Condition) -> tuple[str, ...]:
    responsible = str(row.responsible.user) if row.responsible else "The network lead"
    evidence = clean(row.evidence_asked) or "\u2013"
    return (row.code, clean(row.text), evidence, day(row.due_date), clean(responsible))
