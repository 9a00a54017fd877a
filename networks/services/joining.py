"""Coming in by an invitation: the role is given at this moment, and not before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from networks.access import access_day
from networks.acts import Act
from networks.holdings import sources
from networks.invitation_links import hashed
from networks.models import Event, Invitation, Member, ProgrammeRole, User
from networks.refusals import Conflict, Refusal
from networks.services.addresses import is_unproved, vouch_for_address
from networks.services.events import record_event
from networks.services.permits import require_inviter


@dataclass(frozen=True)
class NewAccount:
    """What somebody without an account says about themself."""

    name: str
    password: str
    language: str
    time_zone: str


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, whatever its state; None for a token of nothing."""
    rows = Invitation.objects.select_related(
        "programme", "network__programme", "organisation", "partner__organisation", "invited_by"
    )
    return rows.filter(token_hash=hashed(token)).first()


def account_of(invitation: Invitation) -> User | None:
    """The account with the invited address, open or closed."""
    return User.objects.filter(email__iexact=invitation.email).first()


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether it was sent to this person's own address, and they have shown that it is theirs."""
    if user.email.lower() != invitation.email:
        return False
    return not is_unproved(user)


@transaction.atomic
def accept(act: Act, invitation: Invitation) -> Member | ProgrammeRole:
    """Take the role, as the person invited. Raises Refusal where it is not theirs to take."""
    person = act.by
    if person is None or not person.is_active or not is_for(invitation, person):
        raise Refusal(_("This invitation was sent to another address."))
    held = _take(act, invitation)
    return _member(act, held, person) if held.network is not None else _role(act, held, person)


@transaction.atomic
def accept_with_new_account(
    invitation: Invitation, account: NewAccount, at: datetime
) -> tuple[User, Member | ProgrammeRole]:
    """Open an account for the invited address and take the role: both, or nothing.

    Having the link shows that the address is theirs.
    """
    if account_of(invitation) is not None:
        raise Conflict(_("There is an account with this address already: sign in and accept."))
    person = User.objects.create_user(
        invitation.email,
        account.password,
        name=account.name.strip(),
        language=account.language,
        time_zone=account.time_zone,
    )
    vouch_for_address(person)
    act = Act(by=person, at=at, channel=Event.Channel.PAGE)
    record_event(act, "open_account", person)
    return person, accept(act, invitation)


def _take(act: Act, invitation: Invitation) -> Invitation:
    """The row, locked and marked as accepted: a second press finds it used."""
    rows = Invitation.objects.select_related("programme", "network", "partner", "organisation")
    held: Invitation = rows.select_for_update(of=("self",)).get(pk=invitation.pk)
    state = held.state_at(act.at)
    if state != Invitation.State.WAITING or held.token_hash != invitation.token_hash:
        raise Conflict(_("This invitation has been used, taken back, or has expired."))
    _still_asked(held)
    held.accepted_at, held.accepted_by = act.at, act.by
    held.save(update_fields=["accepted_at", "accepted_by"])
    return held


def _still_asked(held: Invitation) -> None:
    """Who invited may do so still; what the system sent (an import) is nobody's to lose."""
    try:
        require_inviter(held.invited_by, held.programme, held.network, held.role)
    except PermissionDenied as error:
        asker = held.network or held.programme
        raise Conflict(
            _("Who invited you may not invite any more. Ask %(asker)s for a new invitation.")
            % {"asker": asker}
        ) from error


def _first_day(held: Invitation) -> date:
    """Where nobody said from when: from today. Without a day it would be since ever."""
    today = access_day()
    if held.ends is not None and held.ends < today:
        raise Refusal(_("The time that you were invited for is over."))
    return held.starts or today


def _member(act: Act, held: Invitation, person: User) -> Member:
    inside = Member.objects.filter(network=held.network, user=person).exclude(ends__lt=access_day())
    if inside.exists():
        raise Refusal(_("You are in this network already. Ask its lead to change your role."))
    member = Member(
        network=held.network,
        user=person,
        role=held.role,
        partner=held.partner,
        starts=_first_day(held),
        ends=held.ends,
    )
    member.full_clean()
    member.save(force_insert=True)
    record_event(act, "join_network", member, network=held.network)
    for source in sources():
        source.fulfil(act, held, member)
    return member


def _role(act: Act, held: Invitation, person: User) -> ProgrammeRole:
    same = ProgrammeRole.objects.filter(
        programme=held.programme, user=person, role=held.role, organisation=held.organisation
    )
    if same.exclude(ends__lt=access_day()).exists():
        raise Refusal(_("You have this role in the programme already."))
    granted = ProgrammeRole(
        programme=held.programme,
        user=person,
        role=held.role,
        organisation=held.organisation,
        starts=_first_day(held),
        ends=held.ends,
    )
    granted.full_clean()
    granted.save(force_insert=True)
    record_event(act, "join_programme", granted, programme=held.programme)
    return granted
