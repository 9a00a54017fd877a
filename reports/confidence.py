"""How sure the networks are of what is open: counts of open items by confidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count
from django.utils import timezone

from milestones.models import Confidence, Deliverable, Milestone
from networks.clock import Today
from networks.models import User
from reports.status.sources import source_of

Mix = dict[str, int]


def confidence_of(user: User, networks: Iterable[int], as_of: date | None = None) -> dict[int, Mix]:
    """``{network: {confidence: number of open items}}``, in two statements.

    "No update yet" (empty) stands last, so that what was said comes first in a bar.
    """
    ids = list(networks)
    source = source_of(user, Today.at(timezone.now()), as_of)
    found: dict[int, Mix] = {network: dict.fromkeys([*Confidence.values, ""], 0) for network in ids}
    for rows, model in ((source.milestones(), Milestone), (source.deliverables(), Deliverable)):
        open_rows = rows.filter(network_id__in=ids, state__in=model.OPEN_STATES).order_by()
        counted = open_rows.values("network_id", "confidence").annotate(n=Count("pk"))
        for network, confidence, n in counted.values_list("network_id", "confidence", "n"):
            found[network][confidence] += n
    return found
