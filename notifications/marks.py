"""A person whose mails come back is marked in lists of people."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from networks.marks import register
from networks.models import User
from notifications.models import Suppression


def mails_bounce(reader: User, people: Collection[int]) -> dict[int, str]:
    """Who of some people gets no mail, as far as the reader looks after them."""
    barred = Suppression.objects.in_force().visible_to(reader).filter(user__in=people)
    return dict.fromkeys(barred.values_list("user_id", flat=True), _("mails come back"))


register("mails-bounce", mails_bounce)
