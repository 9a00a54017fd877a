"""Risks through the periods: assessed twice a year, and one that nobody had foreseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from milestones.services import add_risk, assess_risk
from networks.acts import Act
from networks.models import Event
from tracker.demo.data.moments import Moments
from tracker.demo.data.people import People
from tracker.demo.data.phrases import RISK_NOTES
from tracker.demo.data.planning import Award
from tracker.demo.data.stories import Story
from tracker.demo.data.tables import rows

Step = tuple[datetime, Callable[[], object]]
HALF_YEAR = 182


def risk_steps(award: Award, story: Story, people: People, moments: Moments) -> Iterator[Step]:
    """State of play of every risk at the end of each half year, and what the story tells."""
    told = list(rows(story.risks, 7))
    spoken_for = {(code, period) for code, _, _, period, *_ in told}
    for code, day, who, period, levels, words, comment in told:
        likelihood, severity = levels.split()
        act = _act(award, people, moments, who, int(day))
        yield (
            act.at,
            partial(
                _assess, act, award, code, period, comment, likelihood, severity, words.split()
            ),
        )
    yield from _ordinary(award, people, moments, spoken_for)
    for code, day, who, levels, description, mitigation in rows(story.unforeseen, 6):
        act = _act(award, people, moments, who, int(day))
        likelihood, severity = levels.split()
        yield (
            act.at,
            partial(
                add_risk,
                act,
                award.network,
                code=code,
                description=description,
                likelihood=likelihood,
                severity=severity,
                mitigation=mitigation,
            ),
        )


def _ordinary(
    award: Award, people: People, moments: Moments, spoken_for: set[tuple[str, str]]
) -> Iterator[Step]:
    started = (award.network.starts - award.today).days
    until = min(-2, (award.network.ends - award.today).days)
    for number, end in enumerate(range(started + HALF_YEAR, until, HALF_YEAR), start=1):
        for code in award.risks:
            if (code, f"RP{number}") in spoken_for:
                continue
            act = _act(award, people, moments, award.lead(), end - moments.rng.randint(1, 12))
            note = moments.rng.choice(RISK_NOTES)
            yield act.at, partial(_assess, act, award, code, f"RP{number}", note, words=["applied"])


def _assess(
    act: Act,
    award: Award,
    code: str,
    period: str,
    comment: str,
    likelihood: str = "",
    severity: str = "",
    words: list[str] | tuple[str, ...] = (),
) -> None:
    assess_risk(
        act,
        award.risks[code],
        period=period,
        likelihood=likelihood,
        severity=severity,
        mitigation_applied="applied" in words,
        materialised="materialised" in words,
        comment=comment,
    )


def _act(award: Award, people: People, moments: Moments, who: str, day: int) -> Act:
    at = moments.at(award.today + timedelta(days=day), people[who].time_zone)
    return Act(people[who], at, Event.Channel.PAGE)
