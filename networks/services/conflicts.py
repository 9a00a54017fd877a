"""Declaring a conflict of interest, and withdrawing what was declared."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from networks.access import COMMITTEE, programmes_held
from networks.acts import Act
from networks.models import ConflictDeclaration, Network, User
from networks.policy import require
from networks.refusals import Refusal
from networks.services.events import record_event

Kind = ConflictDeclaration.Kind


@transaction.atomic
def declare_conflict(
    act: Act, network: Network, *, kind: str = Kind.CONFLICT, reason: str = ""
) -> ConflictDeclaration:
    """A person of the committee says that they have a conflict with a network, or none.

    "None" may become a conflict by a second word; a conflict is withdrawn by staff only.
    Raises PermissionDenied for whoever is not on the committee of its programme.
    """
    if act.by is None or not _on_committee(act.by, network):
        raise PermissionDenied(_("Only people of the committee declare their interests."))
    if kind == Kind.CONFLICT and not reason.strip():
        raise Refusal(_("Say in a sentence what the conflict is."), "reason")
    standing = ConflictDeclaration.objects.select_for_update().standing()
    held = standing.filter(person=act.by, network=network).first()
    if held is not None and held.kind == Kind.CONFLICT:
        raise Refusal(_("You have declared a conflict; only staff can withdraw it."), "kind")
    if held is not None:
        held.withdrawn_at, held.withdrawn_by = act.at, act.by
        held.withdrawn_reason = _("Declared anew.")
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    declared = ConflictDeclaration(
        person=act.by, network=network, kind=kind, reason=reason.strip(), at=act.at
    )
    declared.full_clean()
    declared.save(force_insert=True)
    # The reason is for staff: the team of the network reads its log.
    record_event(act, "declare_conflict", declared, programme=network.programme)
    return declared


def _on_committee(user: User, network: Network) -> bool:
    """Whatever the conflict: who has one computed may still say more."""
    held = programmes_held(user, COMMITTEE).filter(programme=network.programme_id)
    return bool(held.exists())


@transaction.atomic
def withdraw_conflict(
    act: Act, declared: ConflictDeclaration, *, reason: str
) -> ConflictDeclaration:
    """Staff withdraw a declaration, with the reason. A computed conflict stays."""
    require(act.by, "withdraw_conflict", declared.network)
    if not reason.strip():
        raise Refusal(_("Say why the declaration is withdrawn."), "reason")
    if declared.withdrawn_at is not None:
        raise Refusal(_("This declaration was withdrawn already."), "reason")
    if act.by is not None and declared.person_id == act.by.pk:
        raise PermissionDenied(_("Nobody withdraws a declaration of their own."))
    declared.withdrawn_at, declared.withdrawn_by = act.at, act.by
    declared.withdrawn_reason = reason.strip()
    declared.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    programme = declared.network.programme
    record_event(act, "withdraw_conflict", declared, programme=programme)
    return declared
