"""Another role for somebody who is in a network already: a deputy becomes its lead."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from networks.access import access_day
from networks.acts import Act
from networks.holdings import held_by, sources
from networks.models import Member, Partner
from networks.refusals import Conflict, Refusal
from networks.services.events import changed, record_event
from networks.services.permits import require_inviter


@transaction.atomic
def change_role(act: Act, member: Member, *, role: str, partner: Partner | None) -> Member:
    """A member has another role, or another partner, from today on; returns the new row.

    The old row ends yesterday and stays, as history; what they hold comes along. Who leads
    is the programme's to say. Raises Refusal and PermissionDenied.
    """
    rows = Member.objects.select_related("network__programme", "user", "partner")
    held: Member = rows.select_for_update(of=("self",)).get(pk=member.pk)
    for touched in (held.role, role):
        require_inviter(act.by, held.network.programme, held.network, touched)
    today = access_day()
    if held.ends is not None and held.ends < today:
        raise Conflict(_("This person has left in the meantime."))
    changes = changed(
        {"role": held.role, "partner": held.partner and str(held.partner)},
        {"role": role, "partner": partner and str(partner)},
    )
    if not changes:
        return held
    things = held_by(held)
    if role == Member.Role.OBSERVER and things:
        words = {"thing": things[0].label}
        raise Refusal(_("An observer has no duties. Hand over first: %(thing)s.") % words, "role")
    taken = _taken(held, role, partner)
    record_event(act, "change_member_role", taken, network=held.network, changes=changes)
    if taken.pk != held.pk:
        for source in sources():
            own = {each.id: held.user for each in things if each.kind == source.kind}
            source.hand_over(act, held, own)
    return taken


def _taken(held: Member, role: str, partner: Partner | None) -> Member:
    """The row with the new role: a second one, unless the first has lasted no day yet."""
    today = access_day()
    fresh = held.starts is not None and held.starts >= today
    taken = held if fresh else Member(network=held.network, user=held.user, starts=today)
    taken.role, taken.partner = role, partner
    if not fresh:
        taken.ends, taken.effort = held.ends, held.effort
        held.ends = today - timedelta(days=1)
        held.full_clean()
        held.save(update_fields=["ends"])
    taken.full_clean()
    taken.save()
    return taken
