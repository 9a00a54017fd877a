"""A person whose mails come back is marked in lists of people."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from networks.marks import register, register_for_invitations
from networks.models import User
from notifications.models import Message, Suppression


def mails_bounce(reader: User, people: Collection[int]) -> dict[int, str]:
    """Who of some people gets no mail, as far as the reader looks after them."""
    barred = Suppression.objects.in_force().visible_to(reader).filter(user__in=people)
    return dict.fromkeys(barred.values_list("user_id", flat=True), _("mails come back"))


# What whoever sent an invitation needs to know of its mail; of the others there is nothing to do.
_TROUBLE = (
    Message.State.BOUNCED,
    Message.State.REFUSED,
    Message.State.DEFERRED,
    Message.State.UNKNOWN,
)


def mail_in_trouble(reader: User, invitations: Collection[int]) -> dict[int, str]:
    """What is wrong with the latest mail of some invitations; the reader sees these already."""
    rows = Message.objects.filter(invitation__in=invitations).order_by("pk")
    latest = {pk: (state, note) for pk, state, note in _facts(rows)}
    words = {
        Message.State.BOUNCED: _("came back"),
        Message.State.REFUSED: _("refused by the mail server"),
        Message.State.DEFERRED: _("put off by the mail server, will be tried again"),
        Message.State.UNKNOWN: _("may not have arrived: send it again"),
    }
    return {
        pk: f"{words[state]}: {note}" if note else words[state]
        for pk, (state, note) in latest.items()
        if state in _TROUBLE
    }


def _facts(rows: QuerySet[Message]) -> list[tuple[int, Message.State, str]]:
    found = rows.values_list("invitation_id", "state", "note")
    return [(pk or 0, Message.State(state), note) for pk, state, note in found]


register("mails-bounce", mails_bounce)
register_for_invitations("mail-in-trouble", mail_in_trouble)
