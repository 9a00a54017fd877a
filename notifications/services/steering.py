"""Staff take a mail into their own hands: try it again, settle a doubt about it, cancel it.

Each step is one conditional UPDATE that starts from the state the person saw. A worker at
work therefore either has the mail or has not, and whoever comes second changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.acts import Act
from networks.refusals import Conflict, Refusal
from notifications.models import Attempt, Message, Reminder
from notifications.services.claiming import GIVE_UP_AFTER, follow
from notifications.services.holding import wait_for_planner
from notifications.services.mail_log import log_mails
from notifications.suppressing import suppressed

_State = Message.State
RETRY, ARRIVED, LOST, CANCEL = "retry", "arrived", "lost", "cancel"
# From which states a step leads on; a cancelled mail must also have been called off by staff.
STEPS: dict[str, tuple[Message.State, ...]] = {
    RETRY: (
        _State.REFUSED,
        _State.BOUNCED,
        _State.CANCELLED,
        _State.UNKNOWN,
        _State.DEFERRED,
    ),
    ARRIVED: (_State.UNKNOWN,),
    LOST: (_State.UNKNOWN,),
    CANCEL: (_State.DUE, _State.DEFERRED, _State.UNKNOWN),
}
# What many mails are retried from at once: of the others each wants a look of its own.
AT_ONCE = (_State.REFUSED, _State.DEFERRED)
MOST_AT_ONCE = 1000
MOVED_ON = gettext_lazy("The mail has moved on in the meantime. Look at it again.")
_FREE = {"token": None, "lease_until": None}


@dataclass(frozen=True)
class Outlook:
    """What a retry would mean, for the person who is about to press."""

    # Lines (or news) that go out if they still hold then, and lines that a later mail has told.
    going: int
    told_since: int
    # A first copy may have arrived, so this would be a second one.
    copy: bool
    # A second copy has gone out already: a third one needs a plain yes.
    third: bool
    # So old that the next "later" of the server is taken for a no.
    last_chance: bool
    # Nothing is sent to the address: the retry would end as it did before.
    suppressed: bool


def steps_for(message: Message) -> list[str]:
    """The steps that lead on from a mail's state, in the order of the page."""
    lasting = message.state == _State.CANCELLED and not message.called_off
    found = [] if lasting else [name for name, when in STEPS.items() if message.state in when]
    # An invitation is sent again from its own list, with a new link.
    again = message.kind != message.Kind.INVITATION
    return [step for step in found if again or step != RETRY]


def outlook(message: Message, act: Act) -> Outlook:
    """What a retry would mean now; nothing is written."""
    lines = _lines().filter(message=message.pk)
    told = lines.filter(Exists(_told_since())).count()
    whole = Message.objects.filter(_without_lines(), pk=message.pk).exists()
    copy = _doubtful(Message.objects.filter(pk=message.pk)).exists()
    return Outlook(
        going=1 if whole else lines.count() - told,
        told_since=told,
        copy=copy,
        third=copy and message.resent,
        last_chance=act.at - message.created_at > GIVE_UP_AFTER,
        suppressed=bool(suppressed([message.goes_to])),
    )


@transaction.atomic
def retry(act: Act, message: Message, *, reason: str, third: bool = False) -> None:
    """Send a mail again at the next pass, with what still holds of its lines then.

    A copy of one that may have arrived is marked, and has the same Message-ID. Raises
    Refusal where a third copy was not said yes to, or nothing is left to tell; Conflict
    where the mail is no longer in the state that was seen.
    """
    reason = _ready(act, message, RETRY, reason)
    wait_for_planner()
    rows = list(_from_seen(message).select_for_update())
    if not rows:
        raise _conflict()
    seen = outlook(message, act)
    if seen.third and not third:
        raise Refusal(_("Say that a third copy may go out, or settle the mail instead."), "third")
    if seen.suppressed:
        raise Refusal(_("Mail to this address comes back. Release the address first."))
    if not seen.going:
        raise Refusal(_("Nothing is left to tell: later mails have told all of it."))
    _retry(act, rows, reason)


@transaction.atomic
def retry_all(act: Act, messages: QuerySet[Message], *, reason: str) -> tuple[int, int]:
    """Retry what was refused or put off; returns how many are, and how many are left.

    Mails that are not the person's to steer, that changed in the meantime, or that have
    nothing left to tell are passed over. Large numbers go in portions.
    """
    reason = _reason(reason)
    wait_for_planner()
    ids = retriable(act, messages).values_list("pk", flat=True)
    # A mail that a worker has in hand at this moment is passed over.
    held = Message.objects.filter(pk__in=list(ids[:MOST_AT_ONCE]), state__in=AT_ONCE)
    rows = list(held.select_for_update(skip_locked=True).order_by("pk"))
    _retry(act, rows, reason)
    return len(rows), retriable(act, messages).exclude(pk__in=[m.pk for m in rows]).count()


def retriable(act: Act, messages: QuerySet[Message]) -> QuerySet[Message]:
    """Of some mails those that may be retried at once, without a look at each."""
    found = steerable(act, messages).filter(state__in=AT_ONCE)
    # A third copy is nothing to be pressed by the hundred.
    third = _doubtful(Message.objects.filter(resent=True))
    lines = _lines().filter(message=OuterRef("pk")).exclude(Exists(_told_since()))
    left = Exists(lines) | _without_lines()
    return found.exclude(pk__in=third.values("pk")).filter(left).order_by("pk")


@transaction.atomic
def settle_by_hand(act: Act, message: Message, *, arrived: bool, reason: str) -> None:
    """Say what became of a mail whose answer was lost: it arrived, or it did not.

    One that did not is sent anew, and is no second copy then.
    """
    reason = _ready(act, message, ARRIVED if arrived else LOST, reason)
    who = act.by.get_full_name() if act.by else "system"
    found = "it arrived" if arrived else "it did not arrive"
    said = f"Settled by {who}: {found}. {reason}"[:500]
    state = _State.ACCEPTED if arrived else _State.DUE
    moved = _from_seen(message).update(
        state=state, settled_at=act.at, next_try_at=act.at, note=said, **_FREE
    )
    if not moved:
        raise _conflict()
    outcome = Attempt.Outcome.ACCEPTED if arrived else Attempt.Outcome.DEFERRED
    Attempt.objects.create(
        message=message, number=message.tries, at=act.at, outcome=outcome, reply=said
    )
    follow([message.pk])
    log_mails(act, "settle_mail", [message], {"state": state, "reason": reason})


@transaction.atomic
def cancel(act: Act, message: Message, *, reason: str) -> None:
    """Call a mail off that has not left for certain.

    Its steps count as told: the planner does not write them again, and the next step of
    each ladder goes out on its day. Who wants silence stops the ladder instead.
    """
    reason = _ready(act, message, CANCEL, reason)
    who = act.by.get_full_name() if act.by else "system"
    said = f"Cancelled by {who}: {reason}"
    moved = _from_seen(message).update(
        state=_State.CANCELLED, called_off=True, settled_at=act.at, note=said[:500], **_FREE
    )
    if not moved:
        raise _conflict()
    Reminder.objects.filter(message=message, state=Reminder.State.PLANNED).update(
        state=Reminder.State.CANCELLED, note=said[:200]
    )
    log_mails(act, "cancel_mail", [message], {"state": _State.CANCELLED, "reason": reason})


def steerable(act: Act, messages: QuerySet[Message]) -> QuerySet[Message]:
    """Of some mails those the person may steer: they run every network it tells of."""
    if act.by is None:
        return messages
    own = Message.objects.visible_to(act.by).filter(foreign=False)
    return messages.filter(pk__in=own.values("pk"))


def _ready(act: Act, message: Message, step: str, reason: str) -> str:
    """Who may do it, is there a reason, and does the step exist from that state?"""
    if not steerable(act, Message.objects.filter(pk=message.pk)).exists():
        raise PermissionDenied(_("This mail also tells of networks that you do not run."))
    if step not in steps_for(message):
        raise Refusal(_("That cannot be done with a mail in this state."))
    return _reason(reason)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refusal(_("Say why."), "reason")
    return reason.strip()


def _conflict() -> Conflict:
    return Conflict(str(MOVED_ON))


def _from_seen(message: Message) -> QuerySet[Message]:
    """The row, if it is still as it was seen: the fence against workers and colleagues."""
    return Message.objects.filter(
        pk=message.pk, state=message.state, tries=message.tries, resent=message.resent
    )


def _retry(act: Act, messages: Sequence[Message], reason: str) -> None:
    """Make mails due that were locked as they were seen."""
    ids = [message.pk for message in messages]
    lines = _lines().filter(message__in=ids).exclude(Exists(_told_since()))
    again = list(lines.values_list("pk", flat=True))
    doubtful = list(_doubtful(Message.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    Message.objects.filter(pk__in=doubtful).update(resent=True)
    Message.objects.filter(pk__in=ids).update(
        state=_State.DUE, next_try_at=act.at, crashes=0, called_off=False, **_FREE
    )
    Reminder.objects.filter(pk__in=again).update(state=Reminder.State.PLANNED, note="")
    log_mails(act, "retry_mail", messages, {"state": _State.DUE, "reason": reason})


def _lines() -> QuerySet[Reminder]:
    """The lines that a retry takes along: what was to be said, and was not for the mail's sake.

    A line that was dropped for a reason of its own is looked at again when the mail leaves.
    """
    called_off = Q(state=Reminder.State.CANCELLED, message__called_off=True)
    kept = (Reminder.State.PLANNED, Reminder.State.REFUSED, Reminder.State.BOUNCED)
    return Reminder.objects.filter(Q(state__in=kept) | called_off)


def _without_lines() -> Q:
    """Mails that say one thing as a whole: news, and the summary of a week without reminders.

    Whether that still holds is asked when the mail leaves, as the first time.
    """
    whole = Q(kind__in=(Message.Kind.NOTICE, Message.Kind.SUMMARY))
    return whole & ~Q(Exists(Reminder.objects.filter(message=OuterRef("pk"))))


def _told_since() -> QuerySet[Reminder]:
    """A later step of the same ladder that went out, or waits, in another mail."""
    return Reminder.objects.filter(
        duty_kind=OuterRef("duty_kind"),
        duty_id=OuterRef("duty_id"),
        deadline_version=OuterRef("deadline_version"),
        recipient=OuterRef("recipient"),
        offset_days__gt=OuterRef("offset_days"),
        state__in=(Reminder.State.PLANNED, Reminder.State.SENT),
    ).exclude(message=OuterRef("message"))


def _doubtful(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Of some mails those of which a copy may have arrived: no answer is the last we know."""
    last = Attempt.objects.filter(message=OuterRef("pk")).order_by("-at", "-pk")
    outcome = Coalesce(Subquery(last.values("outcome")[:1]), Value(""))
    known = messages.annotate(last_outcome=outcome)
    return known.filter(Q(state=_State.UNKNOWN) | Q(last_outcome=Attempt.Outcome.UNKNOWN))
