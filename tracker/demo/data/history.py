"""Two years of history: every step of every award in the order of time, by the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from networks.months import month_end
from tracker.demo.data.amending import amendment_steps
from tracker.demo.data.diary import Entry, read_diary
from tracker.demo.data.lives import Lives
from tracker.demo.data.moments import Moments
from tracker.demo.data.people import People
from tracker.demo.data.planning import Award
from tracker.demo.data.playing import Line, act_of, play
from tracker.demo.data.risks import risk_steps
from tracker.demo.data.shapes import Due
from tracker.demo.data.stories import Story
from tracker.demo.data.tables import rows

Step = tuple[datetime, Callable[[], object]]


@dataclass
class History:
    """Collects what happened, then lets it happen."""

    people: People
    moments: Moments
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lives = Lives(self.moments.rng)

    def tell(self, award: Award, story: Story) -> None:
        """Take in the course of one award."""
        told = read_diary(story.diary)
        self.lives.closings = {code: (text, word) for code, text, word in rows(story.closings, 3)}
        for code in award.items:
            due = final_due(award, story, code)
            entries = told.pop(code, None) or self.lives.of(award, code, due)
            self.steps += self._item_steps(award, code, entries)
        if told:
            raise ValueError(f"{award.plan.acronym} has no {', '.join(told)}.")
        self.steps += amendment_steps(award, story, self.people, self.moments)
        self.steps += risk_steps(award, story, self.people, self.moments)

    def play(self) -> None:
        """Everything in the order of time, over all awards."""
        for _, step in sorted(self.steps, key=lambda step: step[0]):
            step()

    def _item_steps(self, award: Award, code: str, entries: list[Entry]) -> Iterator[Step]:
        last = award.planned_at
        for entry in entries:
            zone = self.people[entry.who.strip()].time_zone
            at = self.moments.at(award.today + timedelta(days=entry.day), zone)
            # Zones and weekends may bring two moments close: the order of the diary holds.
            last = max(at, last + timedelta(minutes=17))
            line = Line(award, code, replace(entry), act_of(self.people, entry, last))
            yield last, partial(play, line)


def final_due(award: Award, story: Story, code: str) -> int:
    """The day an item is due once all approved amendments are counted, from today."""
    item = award.items[code]
    due = item.contractual_date
    for amended in story.amendments:
        if amended.decided is None or amended.refused:
            continue
        for target, name, value in rows(amended.changes, 3):
            if target != code:
                continue
            if name == "due_month":
                due = month_end(award.network.starts, int(value))
            else:
                due = Due.parse(value).on(award.network.starts, award.today)
    return (due - award.today).days
