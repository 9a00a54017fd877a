"""Every rule the database holds: refused with a sentence by the model, and by the database.

The list of rules comes from the models, so that a new one without a case here fails.
"""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from milestones.models import (
    Amendment,
    AmendmentChange,
    Deliverable,
    Effort,
    Evidence,
    Milestone,
    PlannedReview,
    PromisedPackage,
    Risk,
    RiskAssessment,
    StatusUpdate,
    WorkPackage,
)
from networks.models import (
    ApiToken,
    ConflictDeclaration,
    Event,
    Invitation,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    ProgrammeRole,
    RequiredFactor,
    User,
)
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
_hashes = count(1)
DAY, NEXT = date(2026, 6, 1), date(2026, 6, 2)
make = factories


def net() -> Network:
    return make.network()


def network(**bad: Any) -> Network:
    good = {"reference": "R", "acronym": "A", "title": "T", "starts": DAY, "ends": NEXT}
    return Network(programme=make.programme(), **(good | bad))


def factor(**bad: Any) -> RequiredFactor:
    return RequiredFactor(programme=make.programme(), **({"role": "chair"} | bad))


def invitation(**bad: Any) -> Invitation:
    good = {
        "network": net(),
        "email": "ada@example.org",
        "role": "member",
        "token_hash": f"hash {next(_hashes)}",
        "invited_at": NOW,
        "sent_at": NOW,
        "expires_at": NOW,
    }
    values = good | bad
    home = values["network"].programme if values["network"] else make.programme()
    return Invitation(programme=home, **values)


def promise() -> PromisedPackage:
    asked = invitation()
    asked.save()
    return PromisedPackage(invitation=asked, work_package=make.work_package(asked.network))


def conflict(**bad: Any) -> ConflictDeclaration:
    good = {"kind": "conflict", "reason": "A cousin", "at": NOW}
    return ConflictDeclaration(person=make.user(), network=net(), **(good | bad))


def own_predecessor() -> Network:
    row = net()
    row.predecessor = row
    return row


def own_affiliate() -> Partner:
    row = make.partner(net())
    row.affiliated_to = row
    return row


def organisation(**bad: Any) -> Organisation:
    return Organisation(**({"name": "N", "country": "IT"} | bad))


def programme(**bad: Any) -> Programme:
    return Programme(**({"slug": "s", "name": "n"} | bad))


def role(**bad: Any) -> ProgrammeRole:
    good = {"role": "manager", "user": make.user()}
    return ProgrammeRole(
        **(good | {"programme": bad.pop("programme", None) or make.programme()} | bad)
    )


def person(**bad: Any) -> User:
    return User(**({"email": "new@example.org", "name": "N", "password": "x"} | bad))


def partner(**bad: Any) -> Partner:
    good = {"network": bad.pop("network", None) or net(), "short_name": "S"}
    return Partner(organisation=make.organisation(), **(good | bad))


def member(**bad: Any) -> Member:
    return Member(**({"network": net(), "user": make.user()} | bad))


def milestone(**bad: Any) -> Milestone:
    good = {"code": "MS1", "title": "T", "contractual_date": DAY}
    return Milestone(**({"network": net()} | good | bad))


def deliverable(**bad: Any) -> Deliverable:
    good = {"code": "D1.1", "title": "T", "contractual_date": DAY}
    return Deliverable(**({"network": net()} | good | bad))


def package(**bad: Any) -> WorkPackage:
    return WorkPackage(**({"network": net(), "code": "WP1", "title": "T"} | bad))


def update(**bad: Any) -> StatusUpdate:
    item = make.milestone(net())
    good = {"milestone": item, "at": NOW, "channel": "page", "state": "planned", "due_date": DAY}
    return StatusUpdate(network=item.network, **(good | bad))


def evidence(**bad: Any) -> Evidence:
    item = make.milestone(net())
    good = {"milestone": item, "kind": "link", "title": "T", "at": NOW, "url": "https://a.org/",
            "added_by": make.user()}  # fmt: skip
    return Evidence(network=item.network, **(good | bad))


def risk(**bad: Any) -> Risk:
    return Risk(**({"network": net(), "code": "R1", "description": "D"} | bad))


def assessment(**bad: Any) -> RiskAssessment:
    about = Risk.objects.create(network=net(), code="R1", description="D")
    return RiskAssessment(
        **({"network": about.network, "risk": about, "period": "P", "at": NOW} | bad)
    )


def amendment(**bad: Any) -> Amendment:
    good = {"number": 1, "title": "T", "drafted_at": NOW, "drafted_by": make.user()}
    return Amendment(**({"network": net()} | good | bad))


def line(**bad: Any) -> AmendmentChange:
    about = amendment()
    about.save()
    good = {"action": "change", "target_kind": "milestone"}
    return AmendmentChange(**({"network": about.network, "amendment": about} | good | bad))


def effort(**bad: Any) -> Effort:
    inside = net()
    return Effort(
        network=inside, work_package=make.work_package(inside), partner=make.partner(inside), **bad
    )


def review(**bad: Any) -> PlannedReview:
    return PlannedReview(**({"network": net(), "code": "RV1", "due_date": DAY} | bad))


def event(**bad: Any) -> Event:
    good = {"at": NOW, "channel": "page", "verb": "v", "target_type": "t", "target_id": 1}
    return Event(**(good | bad))


def twin(row: models.Model) -> models.Model:
    """The same row a second time; the first one is saved."""
    copy = type(row)(
        **{
            f.attname: getattr(row, f.attname)
            for f in row._meta.concrete_fields
            if not f.generated and f.attname != "id"
        }
    )
    row.save()
    return copy


Case = Callable[[], models.Model]
CASES: dict[str, Case] = {
    "network_ends_after_start": lambda: network(ends=DAY),
    "network_is_named": lambda: network(acronym=""),
    "network_award_not_negative": lambda: network(award_amount=-1),
    "network_currency_form": lambda: network(award_currency="eur"),
    "network_not_own_predecessor": own_predecessor,
    "network_grant_doi_form": lambda: network(grant_doi="https://doi.org/10.1000/182"),
    "network_raid_form": lambda: network(raid="raid.org/1"),
    "network_time_zone_form": lambda: network(time_zone="Europe/Rome\n"),
    "network_state_known": lambda: network(state="asleep"),
    "partner_number_unique": lambda: _second_partner(number="1"),
    "partner_short_name_unique": lambda: _second_partner(short_name="S"),
    "partner_ends_after_start": lambda: partner(starts=NEXT, ends=DAY),
    "partner_not_own_affiliate": own_affiliate,
    "partner_kind_known": lambda: partner(kind="friend"),
    "member_one_open_role": lambda: twin(member()),
    "member_ends_after_start": lambda: member(starts=NEXT, ends=DAY),
    "member_effort_not_negative": lambda: member(effort=-1),
    "member_role_known": lambda: member(role="king"),
    "organisation_ror_unique": lambda: twin(organisation(ror="https://ror.org/02mhbdp94")),
    "organisation_ror_form": lambda: organisation(ror="02mhbdp94"),
    "organisation_country_form": lambda: organisation(country="it"),
    "organisation_kind_known": lambda: organisation(kind="pub"),
    "organisation_has_name": lambda: organisation(name=""),
    "programme_currency_form": lambda: programme(currency="EURO"[:3].lower()),
    "programme_kind_known": lambda: programme(kind="lottery"),
    "programme_due_rule_known": lambda: programme(due_rule="someday"),
    "programme_reports_sometimes": lambda: programme(reporting_every_months=0),
    "programme_role_unique": lambda: twin(role(organisation=make.organisation())),
    "programme_role_unique_alone": lambda: twin(role()),
    "programme_role_ends_after_start": lambda: role(starts=NEXT, ends=DAY),
    "programme_role_known": lambda: role(role="king"),
    "funder_role_names_organisation": lambda: role(role="funder"),
    "user_email_unique": lambda: person(email=make.user().email.upper()),
    "user_orcid_unique": lambda: _second_orcid(),
    "user_orcid_form": lambda: person(orcid="0000000218250097"),
    "user_time_zone_form": lambda: person(time_zone="../etc"),
    "user_country_form": lambda: person(country="it"),
    "event_channel_known": lambda: event(channel="dream"),
    "milestone_code_unique": lambda: twin(milestone()),
    "milestone_percent": lambda: milestone(percent=101),
    "milestone_months_from_one": lambda: milestone(due_month=0),
    "milestone_confidence_known": lambda: milestone(confidence="superb"),
    "milestone_state_known": lambda: milestone(state="asleep"),
    "milestone_achieved_has_date": lambda: milestone(state="claimed"),
    "deliverable_code_unique": lambda: twin(deliverable()),
    "deliverable_percent": lambda: deliverable(percent=101),
    "deliverable_months_from_one": lambda: deliverable(due_month=0),
    "deliverable_confidence_known": lambda: deliverable(confidence="superb"),
    "deliverable_state_known": lambda: deliverable(state="asleep"),
    "deliverable_delivered_has_date": lambda: deliverable(state="accepted"),
    "deliverable_type_known": lambda: deliverable(type="SONG"),
    "deliverable_level_known": lambda: deliverable(dissemination_level="XX"),
    "work_package_code_unique": lambda: twin(package()),
    "work_package_ends_after_start": lambda: package(start_month=5, end_month=4),
    "work_package_months_from_one": lambda: package(start_month=0),
    "effort_unique": lambda: twin(effort()),
    "effort_not_negative": lambda: effort(person_months=-1),
    "planned_review_code_unique": lambda: twin(review()),
    "planned_review_months_from_one": lambda: review(due_month=0),
    "status_update_one_target": lambda: update(milestone=None),
    "status_update_percent": lambda: update(percent=101),
    "status_update_confidence_known": lambda: update(confidence="superb"),
    "status_update_channel_known": lambda: update(channel="dream"),
    "status_update_reason_has_sentence": lambda: update(reason_code="other"),
    "evidence_one_target": lambda: evidence(milestone=None),
    "evidence_one_thing": lambda: evidence(doi="10.1000/182"),
    "risk_code_unique": lambda: twin(risk()),
    "risk_levels_known": lambda: risk(likelihood="X"),
    "risk_assessment_levels_known": lambda: assessment(severity="X"),
    "amendment_number_unique": lambda: twin(amendment()),
    "amendment_state_known": lambda: amendment(state="asleep"),
    "amendment_decided_has_date": lambda: amendment(state="approved"),
    "amendment_change_action_known": lambda: line(action="wish"),
    "api_token_scope_known": lambda: ApiToken(
        user=make.user(), name="N", scope="all", digest="d" * 128, token_key="k" * 8
    ),
    "programme_invitations_last": lambda: programme(invitation_days=0),
    "required_factor_unique": lambda: twin(factor()),
    "required_factor_role_known": lambda: factor(role="lead"),
    "invitation_once_to_network": lambda: _again(invitation()),
    "invitation_once_to_role": lambda: _again(invitation(network=None, role="officer")),
    "invitation_role_fits_place": lambda: invitation(role="officer"),
    "invited_funder_names_organisation": lambda: invitation(network=None, role="funder"),
    "invitation_ends_after_start": lambda: invitation(starts=NEXT, ends=DAY),
    "invitation_accepted_or_revoked": lambda: invitation(accepted_at=NOW, revoked_at=NOW),
    "promised_package_once": lambda: twin(promise()),
    "conflict_declared_once": lambda: twin(conflict()),
    "conflict_kind_known": lambda: conflict(kind="maybe"),
    "conflict_has_reason": lambda: conflict(reason=""),
    "conflict_withdrawn_with_reason": lambda: conflict(withdrawn_at=NOW),
}


def _again(first: Invitation) -> Invitation:
    """The same once more, with a link of its own."""
    first.save()
    again = invitation(network=first.network, role=first.role)
    again.programme = first.programme
    return again


def _second_partner(**same: Any) -> Partner:
    first = partner(number="1") if "number" in same else partner()
    first.save()
    return partner(network=first.network, **({"short_name": "Other"} | same))


def _second_orcid() -> User:
    make.user(orcid="0000-0002-1825-0097")
    return person(orcid="0000-0002-1825-0097")


def constraints() -> dict[str, Any]:
    return {
        constraint.name: constraint
        for app in ("networks", "milestones")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert set(constraints()) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_model_refuses_in_a_sentence(name: str) -> None:
    row = CASES[name]()
    sentence = str(constraints()[name].get_violation_error_message())
    assert sentence.endswith(".")
    assert "onstraint" not in sentence
    with pytest.raises(ValidationError) as refused:
        constraints()[name].validate(type(row), row)
    assert refused.value.messages == [sentence]
    with pytest.raises(ValidationError):
        row.full_clean()


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_what_goes_round_the_model(name: str) -> None:
    row = CASES[name]()
    with pytest.raises(IntegrityError), transaction.atomic():
        write_past_the_model(row)


def write_past_the_model(row: Any) -> None:
    """What an import or a careless script would do: no save(), no full_clean()."""
    manager = type(row)._default_manager
    if row._state.adding:
        manager.bulk_create([row])
    else:
        changed = "predecessor" if isinstance(row, Network) else "affiliated_to"
        manager.bulk_update([row], [changed])


NOT_RULES: dict[str, Case] = {
    "a day is long enough": network,
    "two coordinators do occur": lambda: _second_partner(kind="coordinator"),
    "a linked party may have no number": lambda: _second_partner(number=""),
    "an ended role leaves room for a new one": lambda: twin(member(starts=DAY, ends=NEXT)),
    "an organisation without a ROR id": lambda: twin(organisation()),
    "one code in two networks": lambda: [make.milestone(net(), code="MS1"), milestone()][1],
    "a partner for one day": lambda: partner(starts=DAY, ends=DAY),
    "a percent of 100": lambda: milestone(percent=100),
    "the first month": lambda: milestone(due_month=1),
    "a DOI as evidence": lambda: evidence(kind="doi", url="", doi="10.1000/182"),
    "one person in two roles of a programme": lambda: _two_roles(),
}


def _two_roles() -> ProgrammeRole:
    first = role()
    first.save()
    return role(programme=first.programme, user=first.user, role="chair")


@pytest.mark.parametrize("name", NOT_RULES)
def test_what_is_no_rule_is_allowed(name: str) -> None:
    row = NOT_RULES[name]()
    row.full_clean()
    row.save()
    assert row.pk


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "CET/"])
def test_a_zone_that_does_not_exist_is_refused_by_the_model(zone: str) -> None:
    with pytest.raises(ValidationError) as refused:
        network(time_zone=zone).full_clean()
    assert "time_zone" in refused.value.message_dict
