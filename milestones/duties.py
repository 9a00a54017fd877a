"""The plan's duties: handing in milestones and deliverables, verifying what was handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import F, Func, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from milestones.conditions import SENT_BACK, last_said
from milestones.dated import ABOUT, dated_items
from milestones.models import Confidence, Deliverable, Milestone, StatusUpdate
from milestones.tallies import LISTS, OPEN, counted, tally
from networks import access, duties
from networks.clock import Today
from networks.duties import (
    BEFORE,
    Audience,
    Audiences,
    Climb,
    Dated,
    Duty,
    Figure,
    Name,
    Step,
    Tally,
)
from networks.functions import AddDays
from networks.models import Member, Network, ProgrammeRole, User
from networks.standing import Standing

# In this order they are read, and :meth:`ItemDuties.duty` takes them apart.
_COLUMNS = (
    *("pk", "network_id", *ABOUT, "code", "title", "due", "deadline_version", "state"),
    *("confidence", "percent", "forecast_date", "gate", "said", "responsible_id", "handed_in_on"),
)
_VERIFIERS = ("manager", "officer", "chair")
_CONFIDENCE: dict[str, Any] = dict(Confidence.choices)


class ItemDuties(duties.DutySource):
    """Handing in one kind of item."""

    model: ClassVar[type[Milestone | Deliverable]]
    answerable = True
    in_plan = True

    def rows(self) -> QuerySet[Any]:
        """Open items of running networks, with ``due`` as the duty's date."""
        rows: QuerySet[Any] = self._running().filter(state__in=self.model.OPEN_STATES)
        return self._with_due(rows, F("due_date"))

    def due_rows(self, last: date) -> QuerySet[Any]:
        """Those due by a date; the index on state and due date does the work."""
        return self.rows().filter(due_date__lte=last)

    def due_by(self, last: date) -> Iterator[Duty]:
        return self._read(self.due_rows(last).order_by("due", "pk"))

    def among(self, ids: Iterable[int]) -> list[Duty]:
        # In no order, and without a cursor on the server: asked while mails are handed over.
        rows = self.values(self.rows().filter(pk__among=set(ids)).order_by())
        return [self.duty(row) for row in rows]

    def near(self, user: User, last: date, day: date) -> list[Duty]:
        own = self._held(user, day)
        sent_back = self.rows().filter(own).annotate(said=self._last_kind())
        rows = self.due_rows(last).filter(own).values("pk")
        returned = sent_back.filter(said__in=SENT_BACK).values("pk")
        return list(self._read(self.rows().filter(Q(pk__in=rows) | Q(pk__in=returned))))

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        packages = self._package_leads([duty.id for duty in duties])
        named = [member for members in packages.values() for member in members]
        book, own = Standing.around(duties, day, named), Audience.RESPONSIBLE.value
        return {
            duty.id: {
                own: book.responsible(duty, packages.get(duty.id, ())),
                **book.escalation(duty),
            }
            for duty in duties
        }

    def acted_since(self, ids: Iterable[int], since: datetime) -> set[tuple[int, int]]:
        about = self.model._meta.model_name
        acts = StatusUpdate.objects.filter(
            at__gte=since, author__isnull=False, **{f"{about}_id__in": list(ids)}
        )
        return set(acts.values_list(f"{about}_id", "author_id"))

    def visible_ids(self, user: User, ids: Iterable[int]) -> set[int]:
        seen = self.model.objects.visible_to(user).filter(pk__in=list(ids))
        return set(seen.values_list("pk", flat=True))

    def run_by(self, user: User) -> QuerySet[Any]:
        held: QuerySet[Any] = self.model.objects.within(access.staff(user))
        return held.values("pk") if access.is_known(user) else held.none()

    def names(self, ids: Iterable[int]) -> dict[int, Name]:
        columns = ("code", "title", "network_id", "state")
        items = self.model.objects.filter(pk__in=list(ids)).only(*columns)
        return {
            item.pk: Name(
                item.code,
                item.title,
                item.get_absolute_url(),
                item.network_id,
                item.get_state_display(),
            )
            for item in items
        }

    def pick(self, programme: int, network: int | None, text: str, limit: int) -> list[Duty]:
        rows = self.rows().filter(network__programme_id=programme)
        if network is not None:
            rows = rows.filter(network_id=network)
        if text:
            named = Q(code__icontains=text) | Q(title__icontains=text)
            rows = rows.filter(named | Q(network__acronym__icontains=text))
        return list(self._read(rows.order_by("due", "pk")[:limit]))

    def dated(self, user: User, where: Q, since: date, most: int) -> list[Dated] | None:
        return dated_items(self, user, where, since, most) if self.in_plan else None

    def tally(self, where: Q, today: Today, climbs: Sequence[Climb]) -> Tally:
        return tally(self.rows(), self._last_kind(), where, today, climbs, OPEN)

    def counted(self, number: int) -> str:
        return counted(str(self.model._meta.model_name), number)

    def list_url(self, reference: str, figure: str) -> str:
        page = reverse(f"network-{self.model._meta.model_name}s", args=[reference])
        return page + LISTS.get(figure, "")

    def _running(self) -> QuerySet[Any]:
        running: QuerySet[Any] = self.model.objects.filter(network__in=Network.objects.running())
        about: QuerySet[Any] = running.annotate(**ABOUT)
        return about

    def _held(self, user: User, day: date) -> Q:
        team = Member.objects.current(day).filter(user=user, role__in=access.TEAM)
        return Q(network_id__in=team.values("network_id"))

    def _with_due(self, rows: QuerySet[Any], due: F | Func) -> QuerySet[Any]:
        dated: QuerySet[Any] = rows.annotate(due=due)
        return dated

    def _last_kind(self) -> Subquery:
        return last_said(str(self.model._meta.model_name))

    def _package_leads(self, ids: list[int]) -> dict[int, list[int]]:
        leads: dict[int, list[int]] = defaultdict(list)
        path = "work_packages__lead_id" if self.model is Milestone else "work_package__lead_id"
        rows = self.model.objects.filter(pk__among=set(ids), **{f"{path}__isnull": False})
        for pk, member in rows.order_by("pk").values_list("pk", path):
            leads[pk].append(member)
        return leads

    def _read(self, rows: QuerySet[Any]) -> Iterator[Duty]:
        for row in self.values(rows).iterator(chunk_size=2000):
            yield self.duty(row)

    def values(self, rows: QuerySet[Any], *more: str) -> QuerySet[Any]:
        """The columns that :meth:`duty` reads, and behind them some more."""
        gate = F("is_gate") if self.model is Milestone else Value(False)
        about = rows.annotate(said=self._last_kind(), gate=gate)
        read: QuerySet[Any] = about.values_list(*_COLUMNS, *more)
        return read

    def duty(self, row: Sequence[Any]) -> Duty:
        """One row of :meth:`values` as a duty: by position, for a morning has thousands."""
        pk, network, programme, acronym, zone, code, title, due, version, state = row[:10]
        confidence, percent, forecast, gate, said, member, handed_in = row[10:17]
        return Duty(
            self.kind,
            pk,
            network,
            programme,
            acronym,
            zone,
            code,
            title,
            due,
            self._version(version, handed_in),
            state,
            self._words[state],
            self._url_name,
            confidence,
            _CONFIDENCE.get(confidence, ""),
            percent,
            forecast,
            gate,
            said in SENT_BACK,
            member,
        )

    @cached_property
    def _words(self) -> dict[str, Any]:
        return dict(self.model.State.choices)

    @cached_property
    def _url_name(self) -> str:
        return str(self.model._meta.model_name)

    def _version(self, planned: int, handed_in: date | None) -> int:
        """The version of the deadline: the item's own."""
        return planned


class VerificationDuties(ItemDuties):
    """Verifying what was handed in: the programme's duty, and the chair's for a gate.

    The deadline is the day of handing in plus the programme's ``verification_days``; a
    second handing in after a return is a new deadline.
    """

    answerable = False
    in_plan = False
    ladder = (
        *(step for step in BEFORE if step.offset > -30),
        Step(1, Audience.RESPONSIBLE),
        Step(7, Audience.MANAGERS),
        Step(30, Audience.MANAGERS),
    )

    def rows(self) -> QuerySet[Any]:
        days = F("network__programme__verification_days")
        waiting: QuerySet[Any] = self._running().filter(
            state=self.model.HANDED_IN_STATE, handed_in_on__isnull=False
        )
        return self._with_due(waiting, AddDays(F("handed_in_on"), days))

    def due_rows(self, last: date) -> QuerySet[Any]:
        # Nothing is due before it was handed in, which gives a bound without arithmetic.
        return self.rows().filter(handed_in_on__lte=last, due__lte=last)

    def near(self, user: User, last: date, day: date) -> list[Duty]:
        return list(self._read(self.rows().filter(self._held(user, day)).order_by("due", "pk")))

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        book = Standing.around(duties, day)
        barred = self._barred_chairs(duties, book)
        found: Audiences = {}
        for duty in duties:
            others = book.escalation(duty)
            own = others[Audience.OFFICERS] or others[Audience.MANAGERS]
            if duty.is_gate:
                chairs = book.staff(duty, "chair")
                own |= {chair for chair in chairs if (chair, duty.network_id) not in barred}
            found[duty.id] = {Audience.RESPONSIBLE.value: own, **others}
        return found

    def tally(self, where: Q, today: Today, climbs: Sequence[Climb]) -> Tally:
        return tally(self.rows(), self._last_kind(), where, today, climbs, (Figure.WAITING,))

    def list_url(self, reference: str, figure: str) -> str:
        page = reverse(f"network-{self.model._meta.model_name}s", args=[reference])
        return f"{page}?state={self.model.HANDED_IN_STATE}"

    def _held(self, user: User, day: date) -> Q:
        roles = ProgrammeRole.objects.filter(access.current(day), user=user, role__in=_VERIFIERS)
        return Q(network__programme_id__in=roles.values("programme_id"))

    def _barred_chairs(self, duties: Sequence[Duty], book: Standing) -> set[tuple[int, int]]:
        """(chair, network) where a conflict of interest bars the chair: by the one door."""
        gates = {duty.network_id: duty for duty in duties if duty.is_gate}
        chairs = {chair for duty in gates.values() for chair in book.staff(duty, "chair")}
        barred = set()
        for chair in User.objects.filter(pk__in=chairs):
            conflicts = access.conflicted(chair).filter(pk__in=gates)
            barred |= {(chair.pk, pk) for pk in conflicts.values_list("pk", flat=True)}
        return barred

    def _version(self, planned: int, handed_in: date | None) -> int:
        # What waits for verification was handed in on some day (``rows``).
        return handed_in.toordinal() if handed_in is not None else planned


class MilestoneDuties(ItemDuties):
    """Achieving a milestone and claiming it."""

    kind = "milestone"
    label = _("Milestone")
    model = Milestone


class DeliverableDuties(ItemDuties):
    """Handing a deliverable in."""

    kind = "deliverable"
    label = _("Deliverable")
    model = Deliverable


class MilestoneVerification(VerificationDuties):
    """Verifying a claimed milestone."""

    kind = "milestone-verification"
    label = _("Verification of a milestone")
    model = Milestone


class DeliverableVerification(VerificationDuties):
    """Accepting a submitted deliverable."""

    kind = "deliverable-verification"
    label = _("Verification of a deliverable")
    model = Deliverable


for _source in (MilestoneDuties, DeliverableDuties, MilestoneVerification, DeliverableVerification):
    duties.register(_source())
