"""What somebody has to do by a date: the contract between the apps that own such rows and
whoever reminds of them or lists them.

An app offers its rows by registering a :class:`DutySource` in a module named ``duties``
(found by ``NetworksConfig.ready``). Reminders, "My work" and feeds read the registry only,
so a new kind of duty joins without any of them being changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from networks.clock import Today

if TYPE_CHECKING:
    from networks.models import User

Words = str | Promise


class Audience(models.TextChoices):
    """Whom a step of the ladder addresses. The first one is primary: it is their duty."""

    RESPONSIBLE = "responsible", _("the person responsible")
    LEADS = "leads", _("lead and deputy")
    OFFICERS = "officers", _("programme officers")
    MANAGERS = "managers", _("programme managers")


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One rung of the ladder: so many days from the due date (negative: before), to whom."""

    offset: int
    audience: str


# design.md: 30, 14, 7, 1 days before and the day itself; then a ladder that climbs.
BEFORE = tuple(Step(offset, Audience.RESPONSIBLE) for offset in (-30, -14, -7, -1, 0))
LADDER = (
    *BEFORE,
    Step(1, Audience.RESPONSIBLE),
    Step(7, Audience.LEADS),
    Step(14, Audience.OFFICERS),
    Step(30, Audience.MANAGERS),
)


class Duty(NamedTuple):
    """One open duty, as its app shows it now. ``id`` is the item's; kind + id name the duty.

    A tuple, which is made in half the time of a frozen dataclass: a morning has thousands.
    """

    kind: str
    id: int
    network_id: int
    programme_id: int
    acronym: str
    zone: str
    code: str
    # Worded when it is read, where it is words of ours.
    title: Words
    due_date: date
    deadline_version: int
    state: str
    state_label: Words
    url_name: str
    confidence: str = ""
    confidence_label: Words = ""
    percent: int = 0
    forecast_date: date | None = None
    is_gate: bool = False
    # Staff sent it back, and nobody has said anything since.
    returned: bool = False
    # The member named on the item itself; ``audiences`` says who that means today.
    member_id: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What names the duty among all kinds."""
        return self.kind, self.id

    @property
    def url(self) -> str:
        """Its page, as a path; mails put SITE_URL before it."""
        return reverse(self.url_name, args=[self.id])

    @property
    def label(self) -> Words:
        """The kind of duty, in words."""
        return source(self.kind).label

    def may_repeat(self, today: Today) -> bool:
        """Whether “no change” can still be true: it did not come back, and what was expected can be.

        The day is the forecast, or the due date where nobody forecast another: once it is
        over, whoever answers has something new to say.
        """
        expected = self.forecast_date or self.due_date
        return not self.returned and expected >= today.in_zone(self.zone)

    def days_left(self, today: Today) -> int:
        """Days until the due date where the network is; negative when it is over."""
        return (self.due_date - today.in_zone(self.zone)).days


@dataclass(frozen=True, slots=True)
class Name:
    """What an item is called, and where its page is, whatever its state."""

    code: str
    title: Words
    url: str
    network_id: int = 0
    state_label: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A thing with a date as a calendar shows it: also once it is done, or will never be."""

    duty: Duty
    done: bool = False
    # Dropped or cancelled; ``done`` and ``ended`` exclude each other.
    ended: bool = False
    network_state: str = "active"
    changed_at: datetime | None = None
    # Part of the plan; anything else is shown only while it waits for somebody.
    in_plan: bool = True


class Figure(models.TextChoices):
    """What a summary counts, in the order in which it is read."""

    OVERDUE = "overdue", _("Overdue")
    RETURNED = "returned", _("Returned, to be handed in again")
    WAITING = "waiting", _("Waiting for verification")
    WEEK = "week", _("Due within 7 days")
    MONTH = "month", _("Due within 30 days")
    CLIMBING = "climbing", _("Will climb to you within 7 days")


@dataclass(frozen=True, slots=True)
class Climb:
    """Steps of a ladder that address somebody: of which networks' duties, and when.

    ``offsets`` count days from the due date; the condition is one on Network.
    """

    where: models.Q
    offsets: frozenset[int]


# How many duties stand how, by network's id and figure.
Tally = dict[int, dict[str, int]]

# For each duty's id: who stands in which audience (ids of people with an open account).
Audiences = dict[int, dict[str, frozenset[int]]]


class DutySource(ABC):
    """The duties of one kind. Every method asks a fixed number of statements."""

    kind: ClassVar[str]
    label: ClassVar[Words]
    ladder: ClassVar[tuple[Step, ...]] = LADDER
    # Whether the person responsible can answer in the form that a mailed link opens.
    answerable: ClassVar[bool] = False
    # Whether staff who have a part of their own in the network are told nothing of it
    # (``access.concerned``): who reviews, and how far that is.
    impartial: ClassVar[bool] = False

    @abstractmethod
    def due_by(self, last: date) -> Iterator[Duty]:
        """Open duties of running networks due on or before a date, nearest first."""

    @abstractmethod
    def among(self, ids: Iterable[int]) -> list[Duty]:
        """Which of these are open duties now; used again at the moment of sending."""

    @abstractmethod
    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        """Who stands in which audience on a day: current roles and open accounts only.

        Nobody is in an audience who could not see the item by ``visible_to``.
        """

    @abstractmethod
    def acted_since(self, ids: Iterable[int], since: datetime) -> set[tuple[int, int]]:
        """(duty's id, person's id) where that person wrote about that item since then."""

    @abstractmethod
    def near(self, user: User, last: date, day: date) -> list[Duty]:
        """Open duties due by a date (or returned) where the person holds any role."""

    @abstractmethod
    def visible_ids(self, user: User, ids: Iterable[int]) -> set[int]:
        """Which of these items a person may see, by ``visible_to``, whatever their state."""

    @abstractmethod
    def run_by(self, user: User) -> models.QuerySet[Any]:
        """The ids of this kind's items in networks the person manages or serves."""

    @abstractmethod
    def names(self, ids: Iterable[int]) -> dict[int, Name]:
        """What the items are called, also those that are no duty any more."""

    def dated(self, user: User, where: models.Q, since: date, most: int) -> list[Dated] | None:
        """What the person sees of networks that meet a condition, due from a date on.

        Whatever its state, nearest first, at most so many. None, which is the default: this
        kind keeps no plan, and calendars hold each person's own open duties of it only.
        """
        return None

    def pick(self, programme: int, network: int | None, text: str, limit: int) -> list[Duty]:
        """Some open duties of a programme or network, nearest first, for a person to choose.

        A kind without it has no list to choose from; nothing else depends on it.
        """
        return []

    def tally(self, where: models.Q, today: Today, climbs: Sequence[Climb]) -> Tally:
        """How many open duties of networks that meet a condition stand how: one statement.

        A kind without it is left out of summaries; its lines are told all the same.
        """
        return {}

    def counted(self, number: int) -> str:
        """So many duties of this kind, in words."""
        return f"{self.label}: {number}"

    def list_url(self, reference: str, figure: str) -> str:
        """The page that lists what a figure of a network counts; its own page, where none does."""
        return reverse("network", args=[reference])

    def still_due(self, versions: Mapping[int, int]) -> dict[int, Duty]:
        """Of ``{id: deadline version}``, the duties that are open with that very deadline."""
        found = self.among(versions)
        return {duty.id: duty for duty in found if duty.deadline_version == versions[duty.id]}


_sources: dict[str, DutySource] = {}


def register(new: DutySource) -> DutySource:
    """Make a kind of duty known. Raises ValueError when another class took the name."""
    known = _sources.get(new.kind)
    if known is not None and type(known) is not type(new):
        raise ValueError(f"There is a kind of duty “{new.kind}” already: {known!r}.")
    _sources[new.kind] = new
    return new


def source(kind: str) -> DutySource:
    """The source of one kind. KeyError for an unknown one."""
    return _sources[kind]


def sources() -> list[DutySource]:
    """All kinds, in a fixed order."""
    return [_sources[kind] for kind in sorted(_sources)]


def kind_choices() -> list[tuple[str, Words]]:
    """The kinds with their words, for forms and filters."""
    return [(each.kind, each.label) for each in sources()]


# "My work" looks this far ahead, as "due soon" does.
SOON_DAYS = 30


def duties_for(user: User, today: Today, *, days: int = SOON_DAYS) -> list[Duty]:
    """What waits for a person: their own duties that are overdue, returned, or due soon.

    Own means primary: the person stands in the audience ``responsible``, which for a claim
    that waits for verification is the programme's officers (and the chair, for a gate).
    Most urgent first; a fixed number of statements per kind, whatever is on file.
    """
    mine = []
    for each in sources():
        near = each.near(user, today.latest(plus_days=days), today.utc_date)
        audiences = each.audiences(near, today.utc_date)
        mine += [duty for duty in near if user.pk in audiences[duty.id][Audience.RESPONSIBLE]]
    return sorted(mine, key=lambda duty: (duty.due_date, duty.acronym, duty.code))
