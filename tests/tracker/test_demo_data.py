"""The demo's data: what is there, that it obeys the rules, and that nobody is left idle."""

import hashlib
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import F

from milestones.access import may
from milestones.models import (
    Amendment,
    Deliverable,
    Evidence,
    Milestone,
    Risk,
    RiskAssessment,
    StatusUpdate,
    WorkPackage,
)
from networks.clock import Today
from networks.duties import duties_for
from networks.models import (
    Event,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    ProgrammeRole,
    User,
)
from tracker.demo.data.accounts import ACCOUNTS, PASSWORD
from tracker.demo.data.tables import rows

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TODAY = Today.at(NOW)
MODELS = (
    User, Organisation, Programme, ProgrammeRole, Network, Partner, Member, Event, WorkPackage,
    Milestone, Deliverable, StatusUpdate, Evidence, Risk, RiskAssessment, Amendment,
)  # fmt: skip
ITEMS = (Milestone, Deliverable)
NETWORKS = ("MYELOOM", "TIDELINE", "LONGSTRIDE")
ROLES = [role.strip() for role, *_ in rows(ACCOUNTS, 3)]
pytestmark = pytest.mark.django_db


def loaded(**options):
    """Run the command, and return what it prints."""
    printed = StringIO()
    call_command("demo_data", stdout=printed, **options)
    return printed.getvalue()


def digest():
    """Everything that people read, in one number; keys of the database stay out."""
    facts = []
    for model in ITEMS:
        facts += model.objects.values_list(
            "network__reference", "code", "title", "state", "due_date", "forecast_date", "percent"
        )
    facts += StatusUpdate.objects.values_list(
        "at", "kind", "author__email", "channel", "text", "reason", "confidence"
    )
    facts += Member.objects.values_list(
        "network__reference", "user__email", "role", "partner__short_name", "starts", "ends"
    )
    facts += RiskAssessment.objects.values_list("at", "risk__code", "comment")
    # Some rows share an instant, so that no order of the database could tell them apart.
    return hashlib.sha256("".join(sorted(map(repr, facts))).encode()).hexdigest()


def counts():
    return {model.__name__: model.objects.count() for model in MODELS}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The data as of NOW, loaded once for all tests of this module, and gone after them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        with transaction.atomic():
            loaded(seed=7)
            first = digest()
            transaction.set_rollback(True)
        printed = loaded(seed=7)
        yield {"printed": printed, "digest of another load": first}
        transaction.set_rollback(True)


@pytest.fixture
def network(world, request):
    return Network.objects.get(acronym=request.param)


each_network = pytest.mark.parametrize("network", NETWORKS, indirect=True)


def account(role):
    emails = {name.strip(): email for name, email, _ in rows(ACCOUNTS, 3)}
    return User.objects.get(email=emails[role])


# --- What is there ------------------------------------------------------------------------


def test_the_alliance_has_seven_societies_in_seven_countries(world):
    countries = Organisation.objects.filter(kind="funder").values_list("country", flat=True)
    assert len(countries) == len(set(countries)) == 7


def test_there_are_two_programmes_with_eight_challenge_awards_and_three_networks(world):
    awards = Network.objects.filter(programme__kind="challenge_award")
    grown = Network.objects.filter(
        programme__kind="collaborative_network_award", predecessor__isnull=False
    )
    assert (Programme.objects.count(), awards.count(), grown.count()) == (2, 8, 3)


def test_one_challenge_award_is_closed_and_one_has_not_begun(world):
    states = Counter(
        Network.objects.filter(programme__kind="challenge_award").values_list("state", flat=True)
    )
    assert states == {"active": 6, "closed": 1, "planned": 1}


@each_network
def test_each_network_grew_from_a_closed_planning_award(network):
    before = network.predecessor
    assert (before.state, before.award_amount) == ("closed", 50_000)
    assert before.ends < network.starts


@each_network
def test_each_network_has_eight_to_fourteen_partners_and_several_funders(network):
    kinds = Counter(network.partners.values_list("kind", flat=True))
    assert 8 <= sum(kinds.values()) <= 14
    assert kinds["funder"] >= 2


@each_network
def test_each_network_has_a_plan_of_real_size(network):
    assert 6 <= network.work_packages.count() <= 8
    assert 15 <= network.milestones.count() <= 25
    assert 20 <= network.deliverables.count() <= 40
    assert network.milestones.gates().count() >= 3
    assert network.efforts.exists()
    assert network.planned_reviews.exists()


def test_the_networks_lie_in_nine_countries_and_as_many_time_zones(world):
    partners = Partner.objects.filter(network__acronym__in=NETWORKS)
    members = Member.objects.filter(network__acronym__in=NETWORKS)
    assert partners.values("organisation__country").distinct().count() == 9
    assert members.values("user__time_zone").distinct().count() == 9


@each_network
def test_deliverables_are_numbered_by_work_package_and_date(network):
    for package in network.work_packages.all():
        codes = [
            item.code for item in package.deliverables.order_by("contractual_date", "code_key")
        ]
        assert codes == [f"D{package.code[2:]}.{n}" for n in range(1, len(codes) + 1)]


def test_nobody_and_nothing_is_real(world):
    addresses = User.objects.values_list("email", flat=True)
    assert all(address.endswith(".example") for address in addresses)
    assert not User.objects.exclude(orcid="").exists()
    assert not Organisation.objects.exclude(ror="").exists()
    assert all(
        re.match(r"10\.5555/", doi) for doi in Evidence.objects.filter(kind="doi").values_list("doi", flat=True)
    )  # fmt: skip


# --- It obeys the rules -------------------------------------------------------------------


@pytest.mark.parametrize("model", ITEMS)
def test_every_item_stands_where_its_last_update_says(world, model):
    shown = ("state", "confidence", "percent", "due_date", "forecast_date", "actual_date")
    for item in model.objects.prefetch_related("status_updates"):
        last = max(item.status_updates.all(), key=lambda update: (update.at, update.pk))
        assert [getattr(item, name) for name in shown] == [getattr(last, name) for name in shown]


def test_every_update_has_its_event(world):
    events = Event.objects.filter(
        target_type__in=["milestones.milestone", "milestones.deliverable"],
        verb__in=StatusUpdate.Kind.values,
    )
    written = Counter(events.values_list("verb", "target_id", "at"))
    updates = Counter(
        (update.kind, update.milestone_id or update.deliverable_id, update.at)
        for update in StatusUpdate.objects.all()
    )
    assert written == updates


def test_every_claim_shows_evidence(world):
    handed_in = StatusUpdate.objects.filter(kind__in=["claim", "submit"])
    assert handed_in.exists()
    assert not handed_in.filter(evidence__isnull=True).exists()


def test_late_forecasts_have_a_reason_or_repeat_one(world):
    late = StatusUpdate.objects.filter(kind="update", forecast_date__gt=F("due_date"))
    for update in late.filter(reason=""):
        about = {"milestone": update.milestone, "deliverable": update.deliverable}
        assert late.filter(**about, forecast_date=update.forecast_date).exclude(reason="").exists()


def test_nothing_has_happened_in_the_future(world):
    assert not StatusUpdate.objects.filter(at__gt=NOW).exists()
    assert not Event.objects.filter(at__gt=NOW).exists()


def test_something_is_overdue_but_less_than_an_eighth(world):
    running = {"network__in": Network.objects.running()}
    late = sum(model.objects.filter(**running).overdue(TODAY).count() for model in ITEMS)
    still_open = sum(model.objects.filter(**running).open().count() for model in ITEMS)
    assert Deliverable.objects.overdue(TODAY).exists()
    assert 0 < late < 0.12 * still_open


def test_the_same_seed_gives_the_same_data(world):
    assert digest() == world["digest of another load"]


def test_a_second_run_adds_nothing_and_prints_the_accounts_again(world):
    before = counts(), digest()
    assert loaded(seed=8) == world["printed"]
    assert (counts(), digest()) == before


# --- The stories --------------------------------------------------------------------------


def kinds_of(acronym, code):
    updates = StatusUpdate.objects.filter(
        network__acronym=acronym, milestone__code=code
    ) | StatusUpdate.objects.filter(network__acronym=acronym, deliverable__code=code)
    return list(updates.order_by("at").values_list("kind", flat=True))


def test_a_claim_was_returned_once_and_then_verified(world):
    assert kinds_of("MYELOOM", "MS10")[-4:] == ["claim", "return", "claim", "verify"]


def test_a_forecast_moved_three_times(world):
    updates = StatusUpdate.objects.filter(milestone__code="MS17", network__acronym="MYELOOM")
    forecasts = updates.filter(kind="update").order_by("at").values_list("forecast_date", flat=True)
    assert len(set(forecasts)) == 4
    assert sorted(forecasts) == list(forecasts)


def test_a_gate_is_verified_and_one_waits_for_the_committee(world):
    gates = Milestone.objects.gates().filter(network__acronym="MYELOOM")
    assert gates.filter(state="verified").exists()
    assert gates.get(state="claimed").code == "MS13"


def test_something_is_off_track(world):
    assert Milestone.objects.open().filter(confidence="off_track").exists()


def test_a_deliverable_waits_for_staff_and_another_for_its_network(world):
    states = set(Deliverable.objects.values_list("state", flat=True))
    assert {"submitted", "revision_requested"} <= states


def test_amendments_were_approved_and_refused_and_others_wait(world):
    states = Counter(Amendment.objects.values_list("state", flat=True))
    assert states == {"approved": 2, "refused": 1, "submitted": 1, "draft": 1}


def test_an_approved_amendment_moved_dates(world):
    moved = Milestone.objects.get(network__acronym="MYELOOM", code="MS14")
    assert moved.contractual_date < moved.revised_date
    assert "reschedule" in kinds_of("MYELOOM", "MS14")


def test_a_risk_materialised_and_one_was_not_foreseen(world):
    assert RiskAssessment.objects.filter(materialised=True).exists()
    assert Risk.objects.filter(foreseen=False).exists()


def test_a_partner_left_another_joined_and_a_person_left(world):
    longstride = Network.objects.get(acronym="LONGSTRIDE")
    assert longstride.partners.get(short_name="LUMENSTEP").ends < TODAY.utc_date
    assert longstride.partners.get(short_name="OAKSTRIDE").starts > longstride.starts
    assert Member.objects.filter(network__acronym="MYELOOM", ends__lt=TODAY.utc_date).exists()


def test_updates_came_by_page_mail_and_api_and_once_by_staff_for_a_lead(world):
    updates = StatusUpdate.objects.filter(kind="update")
    assert {"page", "mail", "api"} == set(updates.values_list("channel", flat=True))
    assert updates.get(on_behalf_of__isnull=False).author == account("officer")


# --- The accounts -------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_each_account_is_printed_and_opens_with_the_password(world, role):
    person = account(role)
    assert person.email in world["printed"]
    assert PASSWORD in world["printed"]
    assert person.check_password(PASSWORD)


def test_nobody_else_has_a_password(world):
    with_password = [user.email for user in User.objects.all() if user.has_usable_password()]
    assert sorted(with_password) == sorted(account(role).email for role in ROLES)


BUSY = ("manager", "officer", "chair", "lead", "deputy", "work package lead", "member")


@pytest.mark.parametrize("role", BUSY)
def test_work_waits_for_each_account_that_acts(world, role):
    assert duties_for(account(role), TODAY)


def test_the_lead_has_something_overdue_returned_and_due_this_week(world):
    waiting = duties_for(account("lead"), TODAY)
    days = [duty.days_left(TODAY) for duty in waiting]
    assert any(left < 0 for left in days)
    assert any(0 <= left < 7 for left in days)
    assert any(duty.returned for duty in waiting)


def test_the_member_has_a_draft_to_finish(world):
    (duty,) = duties_for(account("member"), TODAY)
    assert (duty.kind, duty.state) == ("deliverable", "draft")


@pytest.mark.parametrize("days_left", [30, 14, 7, 1, 0])
def test_a_reminder_of_each_lead_time_is_due_to_a_demo_account(world, days_left):
    people = [account(role) for role in ("lead", "deputy", "work package lead", "member")]
    waiting = [duty for person in people for duty in duties_for(person, TODAY)]
    assert any(duty.days_left(TODAY) == days_left for duty in waiting)


def test_the_manager_has_an_amendment_to_decide(world):
    amendment = Amendment.objects.visible_to(account("manager")).waiting().get()
    assert may(account("manager"), "decide_amendment", amendment)


@pytest.mark.parametrize("role", ["chair", "reviewer"])
def test_the_committee_may_decide_at_the_gate_that_waits(world, role):
    gate = Milestone.objects.visible_to(account(role)).get(is_gate=True, state="claimed")
    assert may(account(role), "verify", gate)


@pytest.mark.parametrize("role", ["funder", "observer"])
def test_those_who_only_read_see_what_was_lately_verified(world, role):
    seen = Milestone.objects.visible_to(account(role)).done()
    assert seen.filter(last_update_at__gte=NOW - timedelta(days=14)).exists()


def test_the_funder_sees_only_networks_that_its_society_pays_for(world):
    society = Organisation.objects.get(name="Fondazione Ponte Sclerosi Multipla")
    seen = Network.objects.visible_to(account("funder"))
    assert 1 < seen.count() < Network.objects.count()
    assert seen.filter(partners__organisation=society).count() == seen.count()


def test_a_reviewer_with_a_conflict_does_not_see_the_network(world):
    reviewer = User.objects.get(name="Gordon Pellow")
    assert "MYELOOM" not in Network.objects.visible_to(reviewer).values_list("acronym", flat=True)
    assert "LONGSTRIDE" in Network.objects.visible_to(reviewer).values_list("acronym", flat=True)
