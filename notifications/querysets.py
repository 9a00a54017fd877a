"""Named questions to the outbox and the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from networks import access
from networks.duties import sources

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from networks.duties import Duty
    from networks.models import User


class ReminderQuerySet(QuerySet[Any]):
    """The ledger's rows: for the staff of the network they are about."""

    def visible_to(self, user: User | AnonymousUser) -> ReminderQuerySet:
        """Managers and officers see the reminders of the networks they run."""
        if not access.is_known(user):
            return self.none()
        return self.filter(_run_by_staff(user))


class StopQuerySet(QuerySet[Any]):
    """Stopped ladders: for the staff of the network they are about."""

    def visible_to(self, user: User | AnonymousUser) -> StopQuerySet:
        """Managers and officers see those of the networks they run."""
        if not access.is_known(user):
            return self.none()
        return self.filter(_run_by_staff(user))

    def in_force(self) -> StopQuerySet:
        """Those not started again."""
        return self.filter(started_at__isnull=True)


class SilenceQuerySet(QuerySet[Any]):
    """What people have muted or snoozed."""

    def in_force(self) -> SilenceQuerySet:
        """Those not taken back; a snooze stays in force after its day, as a step of its own."""
        return self.filter(ended_at__isnull=True)

    def about(self, duty: Duty) -> SilenceQuerySet:
        """Of one duty as its deadline is now, or of its network."""
        item = Q(duty_kind=duty.kind, duty_id=duty.id)
        kept = Q(until__isnull=True) | Q(deadline_version=duty.deadline_version)
        return self.filter((item & kept) | Q(duty_kind="", network_id=duty.network_id))


class MessageQuerySet(QuerySet[Any]):
    """Mails: for the staff of the networks they tell of."""

    def visible_to(self, user: User | AnonymousUser) -> MessageQuerySet:
        """Mails with at least one reminder that the person may see, notices and summaries.

        ``foreign`` says that the mail also tells of networks that they may not see: its
        subject and bodies are then not for them. A summary tells of all networks of the
        programmes that its reader runs.
        """
        if not access.is_known(user):
            return self.none()
        own = _lines().visible_to(user)
        foreign = _lines().exclude(pk__in=own.values("pk"))
        run, elsewhere = _run_by_recipient(user)
        summary, happened = Q(kind="summary"), access.networks_where(access.staff(user))
        mine = self.filter(
            Exists(own.filter(message=OuterRef("pk")))
            | (summary & Exists(run))
            | Q(event__network_id__in=happened)
            | _invitations(user)
        )
        shown: MessageQuerySet = mine.annotate(
            foreign=Case(
                When(Exists(foreign.filter(message=OuterRef("pk"))), then=Value(True)),
                When(summary & Exists(elsewhere), then=Value(True)),
                default=Value(False),
            )
        )
        return shown

    def ready(self, now: datetime) -> MessageQuerySet:
        """Waiting mails whose time has come, oldest first."""
        return self.filter(state__in=("due", "deferred"), next_try_at__lte=now).order_by(
            "next_try_at", "pk"
        )

    def abandoned(self) -> MessageQuerySet:
        """Mails whose worker has not come back within its lease, by the database's clock."""
        return self.filter(state__in=("claimed", "handing_over"), lease_until__lte=Now())


class BounceQuerySet(QuerySet[Any]):
    """What came back: for those who look after the person it was sent to."""

    def visible_to(self, user: User | AnonymousUser) -> BounceQuerySet:
        """About people of the networks a person leads or runs, and about their fellow staff."""
        return self.filter(_looked_after("message__recipient", user))

    def lately(self, now: datetime) -> BounceQuerySet:
        """Of the last week."""
        return self.filter(at__gte=now - timedelta(days=7))


class SuppressionQuerySet(QuerySet[Any]):
    """Addresses that get no mail: for those who look after their people."""

    def visible_to(self, user: User | AnonymousUser) -> SuppressionQuerySet:
        """Those of people of the networks a person leads or runs, and of their fellow staff."""
        return self.filter(_looked_after("user", user))

    def concerning(self, user: User) -> SuppressionQuerySet:
        """Those, and the person's own."""
        return self.filter(_looked_after("user", user) | Q(user=user))

    def releasable_by(self, user: User | AnonymousUser) -> SuppressionQuerySet:
        """Those that a person may release: staff of the person's programme, and the person."""
        if not access.is_known(user):
            return self.none()
        run = Q(user__in=_people(access.networks_where(access.staff(user)), user))
        return self.filter(run | Q(user=user)) if not user.is_superuser else self

    def in_force(self) -> SuppressionQuerySet:
        """Those not released, of addresses that their people still have."""
        mine = apps.get_model("networks", "User")._default_manager.filter(
            pk=OuterRef("user"), email__iexact=OuterRef("address")
        )
        return self.filter(Exists(mine), released_at__isnull=True)


def _run_by_staff(user: User) -> Q:
    """Condition on a row about one duty: the person runs its network, and may know of it."""
    if user.is_superuser:
        return access.everything()
    run = Q(network_id__in=access.networks_where(access.staff(user)))
    impartial = [source.kind for source in sources() if source.impartial]
    part = Q(duty_kind__in=impartial, network_id__in=access.concerned(user))
    return run & ~part


def _looked_after(person: str, user: User | AnonymousUser) -> Q:
    """Condition: the person is in a network that somebody leads or runs, or fellow staff."""
    if not access.is_known(user):
        return Q(pk__in=[])
    if user.is_superuser:
        return access.everything()
    networks = access.networks_where(access.in_charge(user))
    people = _people(networks, user)
    return Q(**{f"{person}__in": people})


def _people(networks: QuerySet[Any], user: User) -> QuerySet[Any]:
    members = apps.get_model("networks", "Member")._default_manager.filter(network__in=networks)
    staff = apps.get_model("networks", "ProgrammeRole")._default_manager.filter(
        programme__in=access.programmes_held(user, access.STAFF)
    )
    found = Q(pk__in=members.values("user_id")) | Q(pk__in=staff.values("user_id"))
    people: QuerySet[Any] = apps.get_model("networks", "User")._default_manager.filter(found)
    return people.values("pk")


class CalendarFeedQuerySet(QuerySet[Any]):
    """Calendar addresses: for their owners, and nobody else."""

    def visible_to(self, user: User | AnonymousUser) -> CalendarFeedQuerySet:
        """A person's own ones."""
        return self.filter(user=user) if access.is_known(user) else self.none()

    def holding(self) -> CalendarFeedQuerySet:
        """Those that have not been revoked."""
        return self.filter(revoked_at__isnull=True)


def _run_by_recipient(user: User) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Roles by which a mail's reader runs programmes that somebody runs too, and others.

    Roles that have ended count too: the mail may be from a time when they had not.
    """
    roles = apps.get_model("networks", "ProgrammeRole")._default_manager
    held = roles.filter(user=OuterRef("recipient"), role__in=access.STAFF)
    if user.is_superuser:
        return held, held.none()
    run = access.programmes_held(user, access.STAFF)
    return held.filter(programme__in=run), held.exclude(programme__in=run)


def _invitations(user: User) -> Q:
    """Mails that ask somebody into a programme that a person runs, or a network of it."""
    if user.is_superuser:
        return Q(kind="invited")
    return Q(invitation__programme__in=access.programmes_held(user, access.STAFF))


def _lines() -> ReminderQuerySet:
    lines: ReminderQuerySet = apps.get_model("notifications", "Reminder")._default_manager.all()
    return lines
