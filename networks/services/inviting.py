"""Asking people in: into a network's team, or to run, review or pay for a programme.

Nothing of the role exists until the invitation is accepted (networks.services.joining).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from networks.access import access_day
from networks.acts import Act
from networks.holdings import sources
from networks.invitation_links import hashed, token_of
from networks.models import (
    Event,
    Invitation,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    ProgrammeRole,
    User,
)
from networks.refusals import Conflict, Refusal
from networks.services.events import build_event, record_events
from networks.services.permits import require_inviter

# As many as one person looks through before pressing the button.
MOST_AT_ONCE = 200
# Django takes longer addresses for right; no mail server does (RFC 5321, 4.5.3.1.3).
fits = MaxLengthValidator(254)


@dataclass(frozen=True)
class Asked:
    """One person to be asked in."""

    email: str
    role: str
    name: str = ""
    partner: Partner | None = None
    organisation: Organisation | None = None
    starts: date | None = None
    ends: date | None = None
    language: str = "en"
    # By kind of holding, the ids of what they shall hold (a work package to lead).
    promises: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Objection:
    """Why one of the asked cannot be invited: which one, which field, what is wrong, the mend."""

    index: int
    field: str
    wrong: str
    mend: str


class CannotInvite(Refusal):
    """Some of those asked cannot be invited; nobody was."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        first = objections[0]
        super().__init__(f"{first.wrong} {first.mend}", first.field)
        self.objections = list(objections)


def clean_address(text: str) -> str:
    """An address as it is stored. Raises ValidationError unless it is exactly one."""
    address = text.strip().lower()
    validate_email(address)
    return address


def objections_to(
    programme: Programme, network: Network | None, asked: Sequence[Asked]
) -> list[Objection]:
    """What stands in the way, for all of them at once: four statements."""
    found = list(_own_faults(network, asked))
    taken = _taken(programme, network, {each.email.lower() for each in asked})
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(asked):
        key = (each.email.lower(), each.role if network is None else "")
        if key in seen:
            found.append(
                Objection(index, "email", _("It stands here twice."), _("Leave one of them out."))
            )
        elif key in taken:
            found.append(Objection(index, "email", *taken[key]))
        seen.add(key)
    return sorted(found, key=lambda each: each.index)


def _own_faults(network: Network | None, asked: Sequence[Asked]) -> list[Objection]:
    roles = Member.Role.values if network is not None else ProgrammeRole.Role.values
    found = []
    for index, each in enumerate(asked):
        try:
            validate_email(each.email)
            fits(each.email)
        except ValidationError:
            mend = _("Write one address, such as anna@example.org.")
            found.append(Objection(index, "email", _("This is no e-mail address."), mend))
        if each.role not in roles:
            mend = _("Choose one of the roles that are offered.")
            found.append(Objection(index, "role", _("There is no such role here."), mend))
        if each.role == ProgrammeRole.Role.FUNDER and each.organisation is None:
            wrong = _("A funder speaks for an organisation, and none is named.")
            found.append(Objection(index, "organisation", wrong, _("Name the organisation.")))
        if each.role == Member.Role.OBSERVER and any(each.promises.values()):
            wrong = _("An observer reads what is public, and cannot lead a work package.")
            mend = _("Choose another role, or leave the work packages out.")
            found.append(Objection(index, "packages", wrong, mend))
        if each.starts and each.ends and each.ends < each.starts:
            mend = _("Swap the two dates, or leave one out.")
            found.append(Objection(index, "ends", _("It would end before it begins."), mend))
    return found


def _taken(
    programme: Programme, network: Network | None, emails: set[str]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Those with the role, or an invitation to it, already: what is wrong, and the mend."""
    open_ones = Invitation.objects.unanswered().filter(email__in=emails)
    day = access_day()
    people = User.objects.filter(email__in=emails)
    closed = _("The account with this address is closed."), _("Ask an operator to open it.")
    shut = people.filter(is_active=False).values_list("email", flat=True)
    if network is not None:
        waiting = open_ones.filter(network=network).values_list("email", flat=True)
        inside = people.filter(
            memberships__in=Member.objects.filter(network=network).exclude(ends__lt=day)
        )
        taken = {(email, ""): _invited() for email in waiting}
        wrong = _("This person is in the network already.")
        there = wrong, _("Leave the line out; on the team's page their role can be changed.")
        taken |= {(email, ""): there for email in inside.values_list("email", flat=True)}
        return taken | {(email, ""): closed for email in shut}
    pairs = open_ones.filter(programme=programme, network=None).values_list("email", "role")
    held = ProgrammeRole.objects.filter(programme=programme, user__in=people).exclude(ends__lt=day)
    there = _("This person has this role already."), _("Leave the line out.")
    taken = {pair: _invited() for pair in pairs}
    taken |= dict.fromkeys(held.values_list("user__email", "role"), there)
    return taken | {(email, role): closed for email in shut for role in ProgrammeRole.Role.values}


def _invited() -> tuple[str, str]:
    wrong = _("This address is invited already.")
    return wrong, _("Leave the line out; under Invitations you can send it again or take it back.")


@transaction.atomic
def invite(
    act: Act, programme: Programme, network: Network | None, asked: Sequence[Asked]
) -> list[Invitation]:
    """Ask people in: all of them, or nobody. The mails leave with the next pass.

    Raises CannotInvite with everything that stands in the way, and PermissionDenied where a
    role is not the person's to give.
    """
    for role in {each.role for each in asked} or {""}:
        require_inviter(act.by, programme, network, role)
    if not asked:
        raise Refusal(_("Name at least one address."), "addresses")
    if len(asked) > MOST_AT_ONCE:
        words = {"most": MOST_AT_ONCE}
        raise Refusal(_("Invite at most %(most)d people at once.") % words, "addresses")
    asked_well = objections_to(programme, network, asked)
    if asked_well:
        raise CannotInvite(asked_well)
    rows = [_row(act, programme, network, each) for each in asked]
    Invitation.objects.bulk_create(rows)
    _promise(rows, asked)
    record_events(_event(act, "invite", row) for row in rows)
    return rows


def _row(act: Act, programme: Programme, network: Network | None, asked: Asked) -> Invitation:
    key = uuid4()
    row = Invitation(
        programme=programme,
        network=network,
        email=asked.email.strip().lower(),
        name=asked.name.strip()[:200],
        language=asked.language,
        role=asked.role,
        organisation=asked.organisation,
        partner=asked.partner,
        starts=asked.starts,
        ends=asked.ends,
        key=key,
        token_hash=hashed(token_of(key)),
        invited_by=act.by,
        invited_at=act.at,
        sent_at=act.at,
        expires_at=act.at + timedelta(days=programme.invitation_days),
    )
    row.clean_fields(exclude=["programme", "network", "partner", "organisation", "invited_by"])
    return row


def _promise(rows: Sequence[Invitation], asked: Sequence[Asked]) -> None:
    for source in sources():
        source.promise(
            [
                (row, pk)
                for row, each in zip(rows, asked, strict=True)
                for pk in each.promises.get(source.kind, ())
            ]
        )


@transaction.atomic
def send_again(act: Act, invitation: Invitation) -> Invitation:
    """Send it once more, with a new link that is good for the full time; the old one ends."""
    held = _held(act, invitation)
    held.key = uuid4()
    held.token_hash = hashed(token_of(held.key))
    held.round += 1
    held.sent_at = act.at
    held.expires_at = act.at + timedelta(days=held.programme.invitation_days)
    # Whoever invited may have left: it is good for as long as they who stand for it may invite.
    held.invited_by = act.by
    held.save(update_fields=["key", "token_hash", "round", "sent_at", "expires_at", "invited_by"])
    record_events([_event(act, "resend_invitation", held)])
    return held


@transaction.atomic
def take_back(act: Act, invitation: Invitation) -> Invitation:
    """Take it back: its link ends at once, and a mail that has not left does not leave."""
    held = _held(act, invitation)
    held.revoked_at = act.at
    held.save(update_fields=["revoked_at"])
    record_events([_event(act, "revoke_invitation", held)])
    return held


def _held(act: Act, invitation: Invitation) -> Invitation:
    """The row, locked and still unanswered, for somebody who may ask into that role."""
    rows = Invitation.objects.select_related("programme", "network").select_for_update(of=("self",))
    held: Invitation = rows.get(pk=invitation.pk)
    require_inviter(act.by, held.programme, held.network, held.role)
    if held.accepted_at is not None or held.revoked_at is not None:
        raise Conflict(_("It was accepted or taken back in the meantime."))
    return held


def _event(act: Act, verb: str, row: Invitation) -> Event:
    return build_event(
        act,
        verb,
        row,
        network=row.network,
        programme=None if row.network else row.programme,
        changes={"role": [None, row.role], "email": [None, row.email]},
    )
