"""Which addresses get no mail, because mail to them came back for good. Reading only."""

from __future__ import annotations

from collections.abc import Iterable

from notifications.models import Suppression


def suppressed(addresses: Iterable[str]) -> set[str]:
    """Of some addresses those that nothing is sent to, as they were given: one statement."""
    by_key = {address.lower(): address for address in addresses}
    barred = Suppression.objects.in_force().filter(address__in=by_key)
    return {by_key[key] for key in barred.values_list("address", flat=True)}
