"""Setting up programmes, organisations, networks and the institutions in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from networks.acts import Act
from networks.models import Network, Organisation, Partner, Programme
from networks.services.events import record_event
from networks.services.permits import require_operator, require_programme_staff, require_staff


@transaction.atomic
def create_programme(
    act: Act,
    *,
    slug: str,
    name: str,
    kind: str = Programme.Kind.OTHER,
    currency: str = "EUR",
    reporting_every_months: int = 12,
    report_due_days: int = 60,
    final_report_due_days: int | None = None,
    due_rule: str = Programme.DueRule.LAST_DAY,
    verification_days: int = 14,
) -> Programme:
    """Open a line of awards with its own rules. Raises ValidationError by field."""
    require_operator(act.by)
    programme = Programme(
        slug=slug,
        name=name,
        kind=kind,
        currency=currency,
        reporting_every_months=reporting_every_months,
        report_due_days=report_due_days,
        final_report_due_days=final_report_due_days,
        due_rule=due_rule,
        verification_days=verification_days,
    )
    programme.full_clean()
    programme.save(force_insert=True)
    record_event(act, "create_programme", programme, programme=programme)
    return programme


@transaction.atomic
def create_network(
    act: Act,
    programme: Programme,
    *,
    reference: str,
    acronym: str,
    title: str,
    starts: date,
    ends: date,
    state: str = Network.State.ACTIVE,
    time_zone: str = "UTC",
    predecessor: Network | None = None,
    award_amount: Decimal | None = None,
    award_currency: str = "",
    lay_summary: str = "",
    grant_doi: str = "",
    raid: str = "",
) -> Network:
    """Set up a network in a programme; its plan follows. Raises ValidationError by field."""
    require_programme_staff(act.by, programme)
    network = Network(
        programme=programme,
        reference=reference,
        acronym=acronym,
        title=title,
        starts=starts,
        ends=ends,
        state=state,
        time_zone=time_zone,
        predecessor=predecessor,
        award_amount=award_amount,
        award_currency=award_currency or programme.currency,
        lay_summary=lay_summary,
        grant_doi=grant_doi,
        raid=raid,
    )
    network.full_clean()
    network.save(force_insert=True)
    record_event(act, "create_network", network, network=network, programme=programme)
    return network


def find_organisation(name: str, country: str) -> Organisation | None:
    """The organisation of that name, whatever its capitals, in that country."""
    return (
        Organisation.objects.filter(name__iexact=name.strip(), country=country)
        .order_by("pk")
        .first()
    )


@transaction.atomic
def add_partner(
    act: Act,
    network: Network,
    *,
    organisation: Organisation,
    short_name: str,
    kind: str = Partner.Kind.BENEFICIARY,
    number: str = "",
    starts: date | None = None,
    ends: date | None = None,
    affiliated_to: Partner | None = None,
) -> Partner:
    """An organisation joins a network. Raises ValidationError by field."""
    require_staff(act.by, network)
    partner = Partner(
        network=network,
        organisation=organisation,
        short_name=short_name,
        kind=kind,
        number=number,
        starts=starts,
        ends=ends,
        affiliated_to=affiliated_to,
    )
    partner.full_clean(exclude=["number_key"])
    partner.save(force_insert=True)
    record_event(act, "add_partner", partner, network=network)
    return partner


@transaction.atomic
def end_partnership(act: Act, partner: Partner, *, last_day: date) -> Partner:
    """An organisation leaves on a day; the row stays, as history."""
    require_staff(act.by, partner.network)
    old, partner.ends = partner.ends, last_day
    partner.full_clean(exclude=["number_key"])
    partner.save(update_fields=["ends"])
    changes = {"ends": [old, last_day]}
    record_event(act, "end_partnership", partner, network=partner.network, changes=changes)
    return partner


@transaction.atomic
def change_network_state(act: Act, network: Network, *, state: str) -> Network:
    """Suspend, resume or end the work of a network.

    Whoever calls it has asked whether the person may: it follows from what a panel decided,
    and the rules of that stand with the decisions.
    """
    row = Network.objects.select_for_update().get(pk=network.pk)
    if row.state == state:
        return network
    old, network.state = row.state, state
    network.full_clean(validate_unique=False)
    network.save(update_fields=["state"])
    record_event(act, "change_state", network, network=network, changes={"state": [old, state]})
    return network
