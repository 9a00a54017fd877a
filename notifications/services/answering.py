"""What a link in a mail opens: one item's form, as one person, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from milestones.access import may
from milestones.forms import UpdateForm
from milestones.models import Deliverable, Milestone
from networks.acts import Act
from networks.clock import Today
from networks.models import Event
from networks.services import record_event
from notifications.models import ItemLink
from notifications.services.links import hashed

# Which kinds of duty have a form of their own in the mail, and the right it takes.
FORMS: dict[str, tuple[type[Milestone | Deliverable], str]] = {
    "milestone": (Milestone, "update"),
    "deliverable": (Deliverable, "draft"),
}


@dataclass(frozen=True)
class Opened:
    """A link that still holds, with the item it is about."""

    link: ItemLink
    item: Milestone | Deliverable

    def act(self, now: datetime) -> Act:
        """What is done through the link: as its person, and logged as coming by mail."""
        return Act(by=self.link.user, at=now, channel=Event.Channel.MAIL)


def open_link(token: str, now: datetime) -> Opened | None:
    """The item behind an address, if the address still holds. Changes nothing.

    It does not once it has expired or been revoked, the account is closed, or the person
    may no longer see the item or say where it stands. All of these look the same outside.
    """
    link = (
        ItemLink.objects.filter(
            token_hash=hashed(token),
            revoked_at__isnull=True,
            expires_at__gt=now,
            user__is_active=True,
            action=ItemLink.Action.UPDATE,
        )
        .select_related("user")
        .first()
    )
    if link is None or link.duty_kind not in FORMS:
        return None
    model, right = FORMS[link.duty_kind]
    item = (
        model.objects.visible_to(link.user)
        .filter(pk=link.duty_id)
        .select_related("network__programme")
        .first()
    )
    if item is None or not may(link.user, right, item):
        return None
    return Opened(link, item)


def language_of_link(token: str) -> str:
    """The language of the person a link was made for, also once it does not hold any more."""
    found = ItemLink.objects.filter(token_hash=hashed(token))
    return found.values_list("user__language", flat=True).first() or ""


def answer(opened: Opened, form: UpdateForm, now: datetime) -> bool:
    """Save what was said through a link. False, with the reasons in the form, if refused."""
    if not form.carry_out(opened.act(now)):
        return False
    ItemLink.objects.filter(pk=opened.link.pk).update(used_at=now)
    return True


def still_the_same(item: Milestone | Deliverable, version: str, today: Today) -> UpdateForm:
    """“Still on track, no change”: the last statement once more, in one press.

    Where nothing was ever said, the press says what its button reads: on track.
    """
    item.confidence = item.confidence or "on_track"
    return UpdateForm.no_change(item, version, today)


@transaction.atomic
def revoke_links(act: Act, item: Milestone | Deliverable) -> int:
    """Take back every link to an item that still holds; returns how many those were."""
    held = ItemLink.objects.filter(
        duty_kind=item._meta.model_name,
        duty_id=item.pk,
        revoked_at__isnull=True,
        expires_at__gt=act.at,
    )
    number = held.update(revoked_at=act.at)
    if number:
        record_event(act, "revoke_links", item, network=item.network)
    return number
