"""Named questions to the network tables, shared by pages, API, reports and mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from networks import access
from networks.withheld import withheld

if TYPE_CHECKING:
    from datetime import date, datetime

    from networks.models import User

    Person: TypeAlias = User | AnonymousUser


class NetworkQuerySet(QuerySet[Any]):
    """Questions about networks."""

    def visible_to(self, user: Person) -> Self:
        """The networks a person reaches in any capacity."""
        if not access.is_known(user):
            return self.none()
        return self.filter(access.anyone(user))

    def run_by(self, user: Person) -> Self:
        """The networks whose programme the person manages or serves as an officer."""
        if not access.is_known(user):
            return self.none()
        return self.filter(access.staff(user))

    def published(self) -> Self:
        """Networks that anybody may read about: theirs and the programme's switch are on."""
        return self.filter(is_published=True, programme__is_published=True)

    def with_money_shown(self, user: Person) -> Self:
        """Add ``shows_money``: whether this person may read amounts of the network."""
        return self.annotate(shows_money=access.whether(access.budget, user))

    def running(self) -> Self:
        """Networks with work under way: their deadlines count and are reminded of."""
        return self.filter(state="active")


class NetworkOwnedQuerySet(QuerySet[Any]):
    """Rows that belong to a network and are seen by its insiders and its panel."""

    def visible_to(self, user: Person) -> Self:
        """Closed to funders and observers: a subclass opens what they may see."""
        if not access.is_known(user):
            return self.none()
        return self.within(access.readers(user))

    def within(self, condition: Q) -> Self:
        """Rows of the networks that meet a condition on Network."""
        if condition == access.everything():
            return self.all()
        return self.filter(network_id__in=access.networks_where(condition))


class PartnerQuerySet(NetworkOwnedQuerySet):
    """Partners are public: whoever reaches the network sees them."""

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        return self.within(access.anyone(user))

    def current(self, day: date) -> Self:
        """Partners that have joined and not left."""
        return self.filter(access.current(day))


class MemberQuerySet(NetworkOwnedQuerySet):
    """People of a network: seen by insiders and panel; everybody sees their own row."""

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        team = access.networks_where(access.readers(user))
        return self.filter(Q(network_id__in=team) | Q(user=user))

    def current(self, day: date) -> Self:
        """People who have joined and not left."""
        return self.filter(access.current(day))


class ProgrammeQuerySet(QuerySet[Any]):
    """Questions about programmes."""

    def visible_to(self, user: Person) -> Self:
        """Programmes in which the person has a role, or in which they reach a network."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        held = Q(pk__in=access.programmes_held(user))
        reached = access.networks_where(access.insiders(user) | access.watchers(user))
        return self.filter(held | Q(pk__in=reached.values("programme_id")))

    def held_by(self, user: Person, roles: tuple[str, ...] = access.STAFF) -> Self:
        """Programmes in which a person holds one of some roles; the staff's, unless told."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.filter(pk__in=access.programmes_held(user, roles))

    def published(self) -> Self:
        """Programmes that have public pages."""
        return self.filter(is_published=True)


class OrganisationQuerySet(QuerySet[Any]):
    """Questions about organisations: master data, open to whoever is signed in."""

    def visible_to(self, user: Person) -> Self:
        """All of them for a person with an open account, none for anybody else."""
        return self.all() if access.is_known(user) else self.none()


class EventQuerySet(QuerySet[Any]):
    """The activity log, for those inside."""

    def visible_to(self, user: Person) -> Self:
        """Events of networks the person is inside, and of programmes they run.

        What only staff read of a network is withheld from those with a part in it.
        """
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        inside = access.networks_where(access.insiders(user))
        run = access.programmes_held(user, access.STAFF)
        office = Q(network__isnull=True, programme_id__in=run) & ~withheld(user)
        return self.filter(Q(network_id__in=inside) | office)

    def about(self, target: Model) -> Self:
        """Everything that happened to one thing."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk)


class InvitationQuerySet(QuerySet[Any]):
    """Who was asked in: for those who may ask."""

    def visible_to(self, user: Person) -> Self:
        """Into networks the person leads or runs, and into programmes they run."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        led = access.networks_where(access.in_charge(user))
        run = access.programmes_held(user, access.STAFF)
        return self.filter(Q(network__in=led) | Q(network__isnull=True, programme__in=run))

    def unanswered(self) -> Self:
        """Neither accepted nor taken back; it may have expired."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def waiting(self, now: datetime) -> Self:
        """Those that can be accepted at an instant."""
        return self.unanswered().filter(expires_at__gt=now)

    def addressed_to(self, user: Person) -> Self:
        """Those sent to the person's own address."""
        if not access.is_known(user):
            return self.none()
        return self.filter(email=user.email.lower())


class ConflictQuerySet(QuerySet[Any]):
    """Declarations of interest: for the person, and for staff of the network's programme."""

    def visible_to(self, user: Person) -> Self:
        """One's own, and those about the networks one runs."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        run = Q(network_id__in=access.networks_where(access.staff(user)))
        return self.filter(run | Q(person=user))

    def standing(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)
