"""What the public may read: a switch for a programme, and one for each of its networks."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from networks.acts import Act
from networks.models import Network, Programme
from networks.policy import require
from networks.services.events import build_event, record_event, record_events


@transaction.atomic
def publish(
    act: Act, programme: Programme, *, open_pages: bool, networks: Collection[int]
) -> Programme:
    """Set which networks of a programme are public, and whether its public pages are open.

    ``networks`` holds the ids of all that shall be published; ids of other programmes'
    networks are left alone. Raises PermissionDenied for whoever is no manager.
    """
    require(act.by, "publish", programme)
    _switch(act, programme, open_pages)
    rows = Network.objects.select_for_update().filter(programme=programme).order_by("pk")
    moved = [each for each in rows if each.is_published != (each.pk in networks)]
    for network in moved:
        network.is_published = not network.is_published
    Network.objects.bulk_update(moved, ["is_published"])
    record_events(
        build_event(
            act,
            "publish" if network.is_published else "unpublish",
            network,
            network=network,
            changes={"is_published": [not network.is_published, network.is_published]},
        )
        for network in moved
    )
    return programme


def _switch(act: Act, programme: Programme, open_pages: bool) -> None:
    if programme.is_published == open_pages:
        return
    programme.is_published = open_pages
    programme.save(update_fields=["is_published"])
    changes = {"is_published": [not open_pages, open_pages]}
    verb = "publish" if open_pages else "unpublish"
    record_event(act, verb, programme, programme=programme, changes=changes)
