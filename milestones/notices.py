"""The plan's news: an item came back or was accepted, an amendment was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.conditions import SENT_BACK
from milestones.models import Amendment, Deliverable, Milestone, StatusUpdate
from networks import notices
from networks.access import LEADS, STAFF, TEAM, current
from networks.models import Event, Member, ProgrammeRole, User
from networks.notices import NoticeSource, Tale, Waiting

Item = Milestone | Deliverable
MODELS: dict[str, type[Item]] = {
    "milestones.milestone": Milestone,
    "milestones.deliverable": Deliverable,
}
HANDED_IN = (StatusUpdate.Kind.CLAIM, StatusUpdate.Kind.SUBMIT)


class Circle:
    """Who is who around some networks on a day: two statements."""

    def __init__(self, networks: Iterable[int], day: date) -> None:
        ids = set(networks)
        self.team: dict[int, set[int]] = defaultdict(set)
        held: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        team = Member.objects.current(day).filter(network__in=ids, role__in=TEAM)
        rows = team.filter(user__is_active=True).values_list("network_id", "role", "user_id")
        for network, role, person in rows:
            self.team[network].add(person)
            held[network][role].add(person)
        self.leads = {pk: held[pk][LEADS[0]] or held[pk][LEADS[1]] for pk in ids}
        staff = ProgrammeRole.objects.filter(
            current(day), programme__networks__in=ids, role__in=STAFF, user__is_active=True
        )
        self.staff: dict[int, set[int]] = defaultdict(set)
        for network, person in staff.values_list("programme__networks", "user_id"):
            self.staff[network].add(person)

    def inside(self, network: int, people: Iterable[int | None]) -> set[int]:
        """Those of some people who are of the network today, or run its programme."""
        return {pk for pk in people if pk in self.team[network] or pk in self.staff[network]}


def _not_theirs(event: Event, people: Iterable[int]) -> frozenset[int]:
    """Never to the person who did it, or for whom it was done."""
    return frozenset(people) - {event.actor_id, event.on_behalf_of_id}


class ItemNews(NoticeSource):
    """What staff say of an item that was handed in."""

    # Whether the lead is told beside the person who had handed it in.
    to_leads: ClassVar[bool]

    def holds(self, item: Item) -> bool:
        """Whether it is still so."""
        raise NotImplementedError

    def waiting(self, events: Sequence[Event], now: datetime) -> Waiting:
        items = _items_of(events)
        history = _history(items.values())
        circle = Circle({item.network_id for item in items.values()}, now.date())
        return {
            event.pk: self._waiting(event, items[event.pk], history, circle)
            for event in events
            if event.pk in items and self.holds(items[event.pk])
        }

    def _waiting(
        self, event: Event, item: Item, history: dict[Item, list[StatusUpdate]], circle: Circle
    ) -> frozenset[int]:
        rows = history[item]
        before = [row for row in rows if row.kind in HANDED_IN and row.at <= event.at]
        handed_in = {pk for row in before[-1:] for pk in (row.author_id, row.on_behalf_of_id)}
        since = [row for row in rows if row.at > event.at]
        if any(row.kind in HANDED_IN for row in since):
            # Answered already; should it have come back once more, that is news of its own.
            return frozenset()
        # Whoever wrote about it since has seen it.
        seen = {row.author_id for row in since}
        people = circle.inside(item.network_id, handed_in)
        if self.to_leads or getattr(item, "is_gate", False):
            people |= circle.leads[item.network_id]
        return _not_theirs(event, people - seen)

    def items(self, events: Sequence[Event]) -> dict[int, tuple[str, int]]:
        return {event.pk: (event.target_type.split(".")[1], event.target_id) for event in events}

    def tell(self, event: Event, person: User) -> Tale | None:
        item = _items_of([event]).get(event.pk)
        if item is None:
            return None
        said = item.status_updates.filter(kind=event.verb, at=event.at).first()
        words = {"acronym": item.network.acronym, "code": item.code}
        return Tale(
            headline=self.headline() % words,
            about=f"{item.code} {item.title}",
            by=str(event.actor or ""),
            note=said.text if said else "",
            url=item.get_absolute_url(),
            **self.words(),
        )

    def headline(self) -> str:
        """One line with the placeholders ``acronym`` and ``code``."""
        raise NotImplementedError

    def words(self) -> dict[str, Any]:
        """What to do about it, and why it is told."""
        raise NotImplementedError


class ItemReturned(ItemNews):
    """It came back with a note: to who handed it in, and to the lead, for it is theirs again."""

    kind = "returned"
    verbs = frozenset(SENT_BACK)
    to_leads = True

    def holds(self, item: Item) -> bool:
        return item.is_open

    def headline(self) -> str:
        return _("%(acronym)s %(code)s came back: something is missing")

    def words(self) -> dict[str, Any]:
        return {
            "action": _("See what is missing, and hand it in again"),
            "why": _("You handed it in, or lead the network."),
        }


class ItemAccepted(ItemNews):
    """It is verified or accepted: to who handed it in, and waits; of a gate, to the lead too."""

    kind = "accepted"
    verbs = frozenset(["verify", "accept"])
    to_leads = False

    def holds(self, item: Item) -> bool:
        return str(item.state) == item.DONE_STATE

    def headline(self) -> str:
        return _("%(acronym)s %(code)s is accepted")

    def words(self) -> dict[str, Any]:
        return {
            "action": _("See it"),
            "why": _("You handed it in, or it is a gate and you lead the network."),
        }


class AmendmentDecided(NoticeSource):
    """The programme has decided: to who submitted it, and to the lead."""

    kind = "decided"
    verbs = frozenset(["approve_amendment", "refuse_amendment"])

    def waiting(self, events: Sequence[Event], now: datetime) -> Waiting:
        amendments = self._rows(events)
        submitted: dict[int, set[int | None]] = {}
        rows = Event.objects.filter(
            target_type="milestones.amendment", target_id__in=amendments, verb="submit_amendment"
        ).order_by("at", "pk")
        for row in rows:
            submitted[row.target_id] = {row.actor_id, row.on_behalf_of_id}
        circle = Circle({each.network_id for each in amendments.values()}, now.date())
        found = {}
        for event in events:
            amendment = amendments.get(event.target_id)
            if amendment is not None and amendment.state == _decided(event):
                network = amendment.network_id
                people = circle.inside(network, submitted.get(amendment.pk, ()))
                found[event.pk] = _not_theirs(event, people | circle.leads[network])
        return found

    def tell(self, event: Event, person: User) -> Tale | None:
        amendment = self._rows([event]).get(event.target_id)
        if amendment is None:
            return None
        words = {"acronym": amendment.network.acronym, "amendment": f"AMD-{amendment.number}"}
        approved = amendment.state == Amendment.State.APPROVED
        headline = (
            _("%(acronym)s %(amendment)s is approved")
            if approved
            else _("%(acronym)s %(amendment)s is refused")
        )
        moved = _("The dates and items it names have changed accordingly.")
        return Tale(
            headline=headline % words,
            about=str(amendment),
            facts=[moved] if approved else [],
            by=str(amendment.decided_by or ""),
            note=amendment.decision_note,
            url=reverse("network-amendments", args=[amendment.network.reference]),
            action=_("See the amendment"),
            why=_("You submitted it, or lead the network."),
        )

    def _rows(self, events: Sequence[Event]) -> dict[int, Amendment]:
        ids = {event.target_id for event in events}
        return {
            row.pk: row
            for row in Amendment.objects.filter(pk__in=ids).select_related("network", "decided_by")
        }


def _decided(event: Event) -> str:
    decided = event.verb == "approve_amendment"
    return str(Amendment.State.APPROVED if decided else Amendment.State.REFUSED)


def _items_of(events: Sequence[Event]) -> dict[int, Item]:
    """The items that events are about, by event's id: a statement per kind."""
    found: dict[int, Item] = {}
    for label, model in MODELS.items():
        own = {event.pk: event.target_id for event in events if event.target_type == label}
        if own:
            rows = model.objects.select_related("network").in_bulk(own.values())
            found |= {pk: rows[target] for pk, target in own.items() if target in rows}
    return found


def _history(items: Iterable[Item]) -> dict[Item, list[StatusUpdate]]:
    """What was said of items, oldest first: a statement per kind."""
    found: dict[Item, list[StatusUpdate]] = {item: [] for item in items}
    for model in MODELS.values():
        name = str(model._meta.model_name)
        own = {item.pk: item for item in found if isinstance(item, model)}
        if own:
            rows = StatusUpdate.objects.filter(**{f"{name}__in": own}).order_by("at", "pk")
            for row in rows:
                found[own[getattr(row, f"{name}_id")]].append(row)
    return found


for _source in (ItemReturned, ItemAccepted, AmendmentDecided):
    notices.register(_source())
