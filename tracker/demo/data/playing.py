"""Plays an entry of a diary: calls the service that a person's page would have called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from milestones.services import (
    accept_deliverable,
    claim_milestone,
    post_update,
    request_revision,
    return_milestone,
    submit_deliverable,
    verify_milestone,
)
from networks.acts import Act
from networks.models import Event
from networks.refusals import Refusal
from tracker.demo.data.diary import Entry
from tracker.demo.data.evidence import evidence_for
from tracker.demo.data.people import People
from tracker.demo.data.planning import Award


@dataclass(frozen=True)
class Line:
    """An entry at its moment, for one item of one award."""

    award: Award
    code: str
    entry: Entry
    act: Act

    @property
    def item(self) -> Any:
        """The milestone or deliverable."""
        return self.award.items[self.code]


def act_of(people: People, entry: Entry, at: datetime) -> Act:
    """Who acts, when, through which door; ``page for ana`` is staff writing for Ana."""
    door, _, behalf = entry.door.partition(" for ")
    return Act(
        people[entry.who],
        at,
        Event.Channel(door),
        on_behalf_of=people[behalf] if behalf else None,
    )


def play(line: Line) -> None:
    """Let it happen; a refusal names the line, since the slip is in the data."""
    try:
        _VERBS.get(line.entry.verb, _update)(line)
    except Refusal as refusal:
        refusal.add_note(f"{line.award.plan.acronym} {line.code}: {line.entry}")
        raise


def _update(line: Line) -> None:
    entry, item = line.entry, line.item
    forecast = item.revised_date or item.contractual_date
    if entry.forecast is not None:
        forecast = line.award.today + timedelta(days=entry.forecast)
    post_update(
        line.act,
        item,
        confidence=entry.verb,
        percent=entry.percent,
        forecast_date=forecast,
        **_words(entry),
    )


def _claim(line: Line) -> None:
    claim_milestone(
        line.act,
        line.item,
        achieved_on=_day_before(line),
        evidence=[evidence_for(line.award, line.code)],
        **_words(line.entry),
    )


def _submit(line: Line) -> None:
    submit_deliverable(
        line.act,
        line.item,
        delivered_on=_day_before(line),
        evidence=[evidence_for(line.award, line.code)],
        **_words(line.entry),
    )


def _day_before(line: Line) -> Any:
    return (line.act.at - timedelta(days=1)).date()


def _words(entry: Entry) -> dict[str, Any]:
    return {"text": entry.text, "reason_code": entry.reason_code, "reason": entry.reason}


_VERBS: dict[str, Callable[[Line], object]] = {
    "claim": _claim,
    "submit": _submit,
    "verify": lambda line: verify_milestone(line.act, line.item, text=line.entry.text),
    "return": lambda line: return_milestone(line.act, line.item, note=line.entry.text),
    "accept": lambda line: accept_deliverable(line.act, line.item, text=line.entry.text),
    "revise": lambda line: request_revision(line.act, line.item, note=line.entry.text),
}
