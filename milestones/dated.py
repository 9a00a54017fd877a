"""The plan as a calendar shows it: every item with its date, whatever its state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from milestones.models import StatusUpdate
from networks import access
from networks.duties import Dated

if TYPE_CHECKING:
    from milestones.duties import ItemDuties
    from networks.models import User

# What a duty tells of its network.
ABOUT = {
    "programme_id": F("network__programme_id"),
    "acronym": F("network__acronym"),
    "zone": F("network__time_zone"),
}


def dated_items(source: ItemDuties, user: User, where: Q, since: date, most: int) -> list[Dated]:
    """The items a person sees, of networks that meet a condition: one statement.

    The date is the due date. A forecast is what the lead expects, and moves no deadline.
    """
    model = source.model
    spoken = StatusUpdate.objects.filter(**{f"{model._meta.model_name}_id": OuterRef("pk")})
    seen = model.objects.visible_to(user).filter(
        network_id__in=access.networks_where(where), due_date__gte=since
    )
    rows = seen.annotate(
        **ABOUT,
        due=F("due_date"),
        network_state=F("network__state"),
        # An item of which nothing was said yet has its plan row only.
        changed=Coalesce("last_update_at", Subquery(spoken.newest_first().values("at")[:1])),
    )
    values = source.values(rows, "network_state", "changed").order_by("due", "pk")[:most]
    return [
        Dated(
            duty=duty,
            done=duty.state == model.DONE_STATE,
            ended=duty.state == model.ENDED_STATE,
            network_state=network_state,
            changed_at=changed,
        )
        for *row, network_state, changed in values
        for duty in [source.duty(row)]
    ]
