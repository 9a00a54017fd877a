"""Named questions to the outbox and the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from networks import access

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
        return self.filter(network_id__in=access.networks_where(access.staff(user)))


class StopQuerySet(QuerySet[Any]):
    """Stopped ladders: for the staff of the network they are about."""

    def visible_to(self, user: User | AnonymousUser) -> StopQuerySet:
        """Managers and officers see those of the networks they run."""
        if not access.is_known(user):
            return self.none()
        return self.filter(network_id__in=access.networks_where(access.staff(user)))

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


def _lines() -> ReminderQuerySet:
    lines: ReminderQuerySet = apps.get_model("notifications", "Reminder")._default_manager.all()
    return lines
