"""The ordinary course of an item: begun in time, updated each quarter, handed in, confirmed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from milestones.models import Milestone
from tracker.demo.data.diary import Entry
from tracker.demo.data.phrases import CONFIRMED, read_lateness, read_phrases
from tracker.demo.data.planning import Award

# Nobody is late in the ordinary course unless it ended well so many days ago.
SETTLED = -30
DOORS = ("page", "page", "page", "mail", "mail", "api")


@dataclass
class Lives:
    """Writes ordinary histories; the same seed gives the same ones."""

    rng: Random
    # Closing words of the award at hand, told by hand: code -> (handed in, answered).
    closings: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.phrases = read_phrases()
        self.lateness = read_lateness()
        self.decks: dict[tuple[str, str], list[str]] = {}

    def of(self, award: Award, code: str, due: int) -> list[Entry]:
        """The entries of one item, whose final due day is so many days from today."""
        begun = max(
            self._started(award) + self.rng.randint(14, 40), due - self.rng.randint(120, 250)
        )
        late = due < SETTLED and self.rng.random() < 0.16
        slip = self.rng.randint(5, 26) if late else -self.rng.randint(1, 12)
        # Work handed in before it began would be a slip of ours: short items take a week.
        handed_in = max(due + slip, begun + 7)
        if handed_in > due and not late:
            handed_in = due
        entries = self._updates(award, code, begun, handed_in, due if late else None)
        if handed_in <= -1 and award.plan.state != "planned":
            entries += self._ending(award, code, handed_in, late)
        return entries

    def _updates(
        self, award: Award, code: str, begun: int, handed_in: int, missed: int | None
    ) -> list[Entry]:
        entries = []
        day = begun + self.rng.randint(5, 30)
        while day < min(handed_in - 6, -1):
            share = (day - begun) / max(handed_in - begun, 1)
            percent = min(95, max(5, round(share * 20) * 5))
            entries.append(self._update(award, code, day, percent, handed_in, missed))
            day += self.rng.randint(72, 104)
        return entries

    def _update(
        self, award: Award, code: str, day: int, percent: int, handed_in: int, missed: int | None
    ) -> Entry:
        stage = "early" if percent < 35 else "mid" if percent < 75 else "late"
        text = self.say(award.work[code], stage) if self.rng.random() < 0.75 else ""
        who = self._speaker(award, code)
        door = self.rng.choice(DOORS)
        if missed is not None and percent >= 50:
            why, sentence = self.lateness[award.work[code]]
            return Entry(day, who, door, f"at_risk {percent} >T{handed_in:+} {why}", text, sentence)
        return Entry(day, who, door, f"on_track {percent}", text)

    def _ending(self, award: Award, code: str, handed_in: int, late: bool) -> list[Entry]:
        work = award.work[code]
        milestone = isinstance(award.items[code], Milestone)
        why, sentence = self.lateness[work] if late else ("", "")
        who = self._speaker(award, code) if milestone else award.lead()
        said = f"{'claim' if milestone else 'submit'} {why}".strip()
        text, answer = self.closings.get(code, ("", ""))
        text = text or self.say(_handed_in_as(award, code), "done")
        entries = [Entry(handed_in, who, "page", said, text, sentence)]
        answered = handed_in + self.rng.randint(3, 12)
        if answered <= -2:
            word = answer or self.rng.choice(CONFIRMED)
            step = "verify" if milestone else "accept"
            entries.append(Entry(answered, self._staff(award, code), "page", step, word))
        return entries

    def say(self, work: str, stage: str) -> str:
        """A sentence that has not been used lately: each deck is dealt before it is shuffled."""
        deck = self.decks.setdefault((work, stage), [])
        if not deck:
            deck += self.phrases[work, stage]
            self.rng.shuffle(deck)
        return deck.pop()

    def _speaker(self, award: Award, code: str) -> str:
        return award.lead() if self.rng.random() < 0.15 else award.speaker[code]

    def _staff(self, award: Award, code: str) -> str:
        if getattr(award.items[code], "is_gate", False):
            return "chair"
        choice = self.rng.choice(("officer", "officer", "aisha.rahmani", "manager"))
        alone = award.plan.reference.startswith("CHA")
        return "officer" if alone and choice == "aisha.rahmani" else choice

    def _started(self, award: Award) -> int:
        return (award.network.starts - award.today).days


def _handed_in_as(award: Award, code: str) -> str:
    """Under which kind of work the closing words stand: a report is a report in all of them."""
    kind = getattr(award.items[code], "type", "")
    return {"R": "report", "DMP": "report", "ETHICS": "trial", "DATA": "data"}.get(
        kind, award.work[code]
    )
