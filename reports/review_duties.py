"""The duties that a review makes: checking, reviewing, summarising, meeting a condition.

None of them asks whether the network's work is running: a final report is reviewed after the
end of an award, and a network on hold has its conditions to meet before it may go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks import access, duties
from networks.duties import BEFORE, LADDER, Audience, Audiences, Duty, Name, Step
from networks.functions import AddDays
from networks.models import Event, Member, ProgrammeRole, User
from networks.standing import Standing
from reports.eligible import still_on_panel
from reports.models import Condition, ProgressReport, Review, ReviewRound

_SHORT = tuple(step for step in BEFORE if step.offset > -30)
# A network is told nothing of who reviews it, nor whether they are late: no step for leads.
COMMITTEE_LADDER = (
    *_SHORT,
    Step(1, Audience.RESPONSIBLE),
    Step(7, Audience.OFFICERS),
    Step(14, Audience.MANAGERS),
)
STAFF_LADDER = (
    *_SHORT,
    Step(1, Audience.RESPONSIBLE),
    Step(7, Audience.MANAGERS),
    Step(30, Audience.MANAGERS),
)


class ReportDuties(duties.DutySource):
    """What the kinds below have in common: rows with their date as ``due``."""

    model: ClassVar[type[Any]]
    url_name: ClassVar[str]
    # How each column of a Duty is read from the row.
    columns: ClassVar[dict[str, str]]

    def rows(self) -> QuerySet[Any]:
        """Open ones, with ``due`` as the duty's date."""
        raise NotImplementedError

    def held(self, user: User, day: date) -> Q:
        """Rows that concern a person at all."""
        raise NotImplementedError

    def due_by(self, last: date) -> Iterator[Duty]:
        return self._read(self.rows().filter(due__lte=last).order_by("due", "pk"))

    def among(self, ids: Iterable[int]) -> list[Duty]:
        rows = self.rows().filter(pk__in=list(ids)).order_by()
        return [self.duty(row) for row in self._values(rows)]

    def near(self, user: User, last: date, day: date) -> list[Duty]:
        wanted = Q(due__lte=last) | Q(**self.always_near())
        return list(self._read(self.rows().filter(self.held(user, day)).filter(wanted)))

    def always_near(self) -> dict[str, Any]:
        """Rows that wait for somebody now, whenever they are due; none by default."""
        return {"pk__in": ()}

    def acted_since(self, ids: Iterable[int], since: datetime) -> set[tuple[int, int]]:
        acts = Event.objects.filter(
            target_type=self.model._meta.label_lower,
            target_id__in=list(ids),
            at__gte=since,
            actor__isnull=False,
        )
        return set(acts.values_list("target_id", "actor_id"))

    def visible_ids(self, user: User, ids: Iterable[int]) -> set[int]:
        seen = self.model.objects.visible_to(user).filter(pk__in=list(ids))
        return set(seen.values_list("pk", flat=True))

    def run_by(self, user: User) -> QuerySet[Any]:
        held: QuerySet[Any] = self.model.objects.within(access.staff(user))
        return held.values("pk") if access.is_known(user) else held.none()

    def names(self, ids: Iterable[int]) -> dict[int, Name]:
        rows = self.model.objects.filter(pk__in=list(ids)).annotate(**self._about())
        found = {}
        for row in rows.values("pk", "network_id", "state", *self._about(), *self.columns.values()):
            code, title = self.named(row)
            url = reverse(self.url_name, args=[row["pk"]])
            label = self._words[row["state"]]
            found[row["pk"]] = Name(code, title, url, row["network_id"], label)
        return found

    def named(self, row: dict[str, Any]) -> tuple[str, str]:
        """Code and title of a row: of a report its number and period, never its content."""
        start, end = row[self.columns["start"]], row[self.columns["end"]]
        return f"PR{row[self.columns['number']]}", f"{start:%Y-%m} \N{EN DASH} {end:%Y-%m}"

    def duty(self, row: dict[str, Any]) -> Duty:
        """One row of values as a duty."""
        code, title = self.named(row)
        return Duty(
            kind=self.kind,
            id=row["pk"],
            network_id=row["network_id"],
            programme_id=row["about_programme"],
            acronym=row["about_acronym"],
            zone=row["about_zone"],
            code=code,
            title=title,
            due_date=row["due"],
            deadline_version=self.version(row),
            state=row["state"],
            state_label=self._words[row["state"]],
            url_name=self.url_name,
            returned=bool(row.get("is_returned", False)),
            member_id=row.get("responsible_id"),
        )

    def version(self, row: dict[str, Any]) -> int:
        """What names this deadline among those the thing has had."""
        number: int = row["deadline_version"]
        return number

    def more(self) -> tuple[str, ...]:
        """Further columns that :meth:`duty` or :meth:`version` reads."""
        return ("deadline_version",)

    @cached_property
    def _words(self) -> dict[str, Any]:
        return dict(self.model.State.choices)

    def _about(self) -> dict[str, Any]:
        return {
            "about_programme": F("network__programme_id"),
            "about_acronym": F("network__acronym"),
            "about_zone": F("network__time_zone"),
        }

    def _values(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        columns = ("pk", "network_id", "state", "due", *self.columns.values(), *self.more())
        read: QuerySet[Any] = rows.annotate(**self._about()).values(*columns, *self._about())
        return read

    def _read(self, rows: QuerySet[Any]) -> Iterator[Duty]:
        for row in self._values(rows).iterator(chunk_size=2000):
            yield self.duty(row)


def _of_staff(user: User, day: date) -> Q:
    roles = ProgrammeRole.objects.filter(access.current(day), user=user, role__in=access.STAFF)
    return Q(network__programme_id__in=roles.values("programme_id"))


def _to_staff(book: Standing, duty: Duty) -> dict[str, frozenset[int]]:
    """A duty of the programme: its officers', or its managers' where it has none."""
    officers, managers = book.staff(duty, "officer"), book.staff(duty, "manager")
    return {
        Audience.RESPONSIBLE.value: officers or managers,
        Audience.LEADS.value: frozenset(),
        Audience.OFFICERS.value: officers,
        Audience.MANAGERS.value: managers,
    }


class StaffDuties(ReportDuties):
    """Duties of programme staff: so many days after something was handed in."""

    ladder = STAFF_LADDER

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Handed-in rows with the day on which they should be looked at."""
        days = F("network__programme__verification_days")
        due = AddDays(F("handed_in_on"), days)
        given: QuerySet[Any] = rows.filter(handed_in_on__isnull=False).annotate(due=due)
        return given

    def held(self, user: User, day: date) -> Q:
        return _of_staff(user, day)

    def always_near(self) -> dict[str, Any]:
        return {"pk__isnull": False}

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        book = Standing.around(duties, day)
        return {duty.id: _to_staff(book, duty) for duty in duties}

    def version(self, row: dict[str, Any]) -> int:
        # A second handing in after a return is a new deadline.
        day: date = row["handed_in_on"]
        return day.toordinal()

    def more(self) -> tuple[str, ...]:
        return ("handed_in_on",)


_PERIOD = {"number": "number", "start": "period_start", "end": "period_end"}
_OF_REPORT = {name: f"report__{column}" for name, column in _PERIOD.items()}


class ReportCheck(StaffDuties):
    """Looking whether a submitted report is complete."""

    kind = "progress-report-verification"
    label = _("Check of a progress report")
    model = ProgressReport
    url_name = "report-check"
    columns = _PERIOD

    def rows(self) -> QuerySet[Any]:
        return self.waiting(ProgressReport.objects.filter(state="submitted"))


class ConditionCheck(StaffDuties):
    """Looking whether the evidence meets a condition."""

    kind = "condition-verification"
    label = _("Verification of a condition")
    model = Condition
    url_name = "condition"
    columns: ClassVar[dict[str, str]] = {"number": "number", "text": "text"}

    def rows(self) -> QuerySet[Any]:
        return self.waiting(Condition.objects.filter(state="submitted"))

    def named(self, row: dict[str, Any]) -> tuple[str, str]:
        return condition_named(row)


def condition_named(row: dict[str, Any]) -> tuple[str, str]:
    """A condition by its number and its first words."""
    text = " ".join(row["text"].split())
    return f"C{row['number']}", text if len(text) <= 120 else f"{text[:119]}\N{HORIZONTAL ELLIPSIS}"


class ConditionDuties(ReportDuties):
    """Meeting a condition: the named person's, or the lead's."""

    kind = "condition"
    label = _("Condition")
    ladder = LADDER
    model = Condition
    url_name = "condition"
    columns: ClassVar[dict[str, str]] = {"number": "number", "text": "text"}

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Condition.objects.filter(state__in=Condition.OPEN_STATES)
        dated: QuerySet[Any] = rows.annotate(due=F("due_date"))
        return dated

    @cached_property
    def _words(self) -> dict[str, Any]:
        # The only state in which it is the network's duty.
        return {**super()._words, "open": _("Open")}

    def held(self, user: User, day: date) -> Q:
        team = Member.objects.current(day).filter(user=user, role__in=access.TEAM)
        return Q(network_id__in=team.values("network_id"))

    def always_near(self) -> dict[str, Any]:
        return {"is_returned": True}

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        book = Standing.around(duties, day)
        return {
            duty.id: {
                Audience.RESPONSIBLE.value: book.responsible(duty, ()),
                **book.escalation(duty),
            }
            for duty in duties
        }

    def named(self, row: dict[str, Any]) -> tuple[str, str]:
        return condition_named(row)

    def more(self) -> tuple[str, ...]:
        return ("deadline_version", "is_returned", "responsible_id")


class CommitteeDuties(ReportDuties):
    """Duties of people on the committee, each of one person."""

    ladder = COMMITTEE_LADDER

    def owners(self, duties: Sequence[Duty]) -> dict[int, int]:
        """Whose each duty is, by its id."""
        raise NotImplementedError

    def always_near(self) -> dict[str, Any]:
        return {"pk__isnull": False}

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        """Those still on the committee and without a conflict; the chair is asked elsewhere."""
        book = Standing.around(duties, day)
        owners = self.owners(duties)
        free = still_on_panel(
            {
                (owners[duty.id], duty.network_id, duty.programme_id)
                for duty in duties
                if duty.id in owners
            },
            day,
        )
        found: Audiences = {}
        for duty in duties:
            owner = owners.get(duty.id)
            mine = frozenset([owner]) if owner and (owner, duty.network_id) in free else frozenset()
            found[duty.id] = {**_to_staff(book, duty), Audience.RESPONSIBLE.value: mine}
        return found


class ReviewDuties(CommitteeDuties):
    """Declaring, and writing one's review."""

    kind = "review"
    label = _("Review")
    model = Review
    url_name = "review"
    columns: ClassVar[dict[str, str]] = {
        name: f"round__report__{column}" for name, column in _PERIOD.items()
    }

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Review.objects.filter(
            state__in=Review.OPEN_STATES, round__state=ReviewRound.State.REVIEWING
        )
        dated: QuerySet[Any] = rows.annotate(due=F("due_date"))
        return dated

    def held(self, user: User, day: date) -> Q:
        return Q(reviewer=user)

    def owners(self, duties: Sequence[Duty]) -> dict[int, int]:
        rows = Review.objects.filter(pk__in=[duty.id for duty in duties])
        return dict(rows.values_list("pk", "reviewer_id"))


class SummaryDuties(CommitteeDuties):
    """Writing the rapporteur's summary; without a rapporteur it is nobody's but staff's."""

    kind = "review-summary"
    label = _("Summary of reviews")
    model = ReviewRound
    url_name = "review-round"
    columns = _OF_REPORT

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = ReviewRound.objects.filter(
            state=ReviewRound.State.SUMMARY, summary_due__isnull=False
        )
        dated: QuerySet[Any] = rows.annotate(due=F("summary_due"))
        return dated

    def held(self, user: User, day: date) -> Q:
        own = Review.objects.filter(reviewer=user, is_rapporteur=True, state="submitted")
        return Q(pk__in=own.values("round_id"))

    def owners(self, duties: Sequence[Duty]) -> dict[int, int]:
        rows = Review.objects.filter(
            round__in=[duty.id for duty in duties], is_rapporteur=True, state="submitted"
        )
        return dict(rows.values_list("round_id", "reviewer_id"))

    def version(self, row: dict[str, Any]) -> int:
        day: date = row["due"]
        return day.toordinal()

    def more(self) -> tuple[str, ...]:
        return ()


for _source in (ReportCheck, ConditionCheck, ConditionDuties, ReviewDuties, SummaryDuties):
    duties.register(_source())
