"""Writing the activity log."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from networks.acts import Act
from networks.models import Event, Network, Programme


def build_event(
    act: Act,
    verb: str,
    target: Model,
    *,
    network: Network | None = None,
    programme: Programme | None = None,
    changes: dict[str, list[Any]] | None = None,
) -> Event:
    """An unsaved Event; ``changes`` is ``{field: [old, new]}``."""
    return Event(
        at=act.at,
        network=network,
        programme=programme,
        actor=act.by,
        on_behalf_of=act.on_behalf_of,
        channel=act.channel,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_label=str(target)[:200],
        changes=_plain(changes or {}),
    )


def record_event(act: Act, verb: str, target: Model, **about: Any) -> Event:
    """Write one Event, in the transaction of the change it tells of."""
    event = build_event(act, verb, target, **about)
    event.save(force_insert=True)
    return event


def record_events(events: Iterable[Event]) -> None:
    """Write many Events at once, for imports."""
    Event.objects.bulk_create(events, batch_size=500)


def changed(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` for the fields whose values differ."""
    return {name: [old.get(name), new[name]] for name in new if old.get(name) != new[name]}


def _plain(changes: dict[str, list[Any]]) -> dict[str, Any]:
    # Dates and decimals become text once, here, so that a reader of the row needs no rule.
    plain: dict[str, Any] = json.loads(json.dumps(changes, cls=DjangoJSONEncoder))
    return plain
