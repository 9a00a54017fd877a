"""Planning services: each row with its event, each item with its first history row."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from milestones.models import StatusUpdate
from milestones.services import create_deliverable, create_milestone, create_planned_review
from networks.models import Event, Programme
from networks.refusals import Refusal
from networks.services import add_partner, create_network, create_programme, grant_role
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_milestone_is_due_on_the_last_day_of_its_month():
    network = factories.network(starts=date(2015, 9, 1), ends=date(2019, 8, 31))
    milestone = create_milestone(
        factories.act(), network, code="MS1", title="Startup", due_month=18
    )
    milestone.refresh_from_db()
    assert milestone.due_date == date(2017, 2, 28)


def test_a_programme_may_choose_the_last_working_day():
    rule = factories.programme(due_rule=Programme.DueRule.LAST_WORKING_DAY)
    network = factories.network(starts=date(2015, 9, 1), programme=rule)
    milestone = create_milestone(factories.act(), network, code="MS1", title="S", due_month=9)
    # 31 May 2016 is a Tuesday, 30 April 2016 a Saturday.
    assert milestone.contractual_date == date(2016, 5, 31)
    earlier = create_milestone(factories.act(), network, code="MS2", title="S", due_month=8)
    assert earlier.contractual_date == date(2016, 4, 29)


def test_planning_writes_history_and_event():
    network = factories.network()
    package = factories.work_package(network)
    deliverable = create_deliverable(
        factories.act(), network, code="D1.1", title="Plan", due_month=6, work_package=package
    )
    update = StatusUpdate.objects.get(deliverable=deliverable)
    assert (update.kind, update.state, update.due_date) == ("plan", "pending", date(2025, 6, 30))
    assert Event.objects.about(deliverable).get().verb == "plan"


def test_work_packages_and_contributors_are_linked():
    network = factories.network()
    packages = [factories.work_package(network) for _ in range(2)]
    helper = factories.partner(network)
    milestone = create_milestone(
        factories.act(),
        network,
        code="MS1",
        title="Both",
        contractual_date=date(2026, 1, 1),
        work_packages=packages,
        contributors=[helper],
    )
    assert list(milestone.work_packages.all()) == packages
    assert list(milestone.contributors.all()) == [helper]


def test_month_zero_is_refused():
    with pytest.raises(Refusal, match="Month 0 does not exist"):
        create_planned_review(factories.act(), factories.network(), code="RV1", due_month=0)


def test_neither_month_nor_date_is_refused():
    with pytest.raises(Refusal, match="due month or a date"):
        create_planned_review(factories.act(), factories.network(), code="RV1")


def test_a_number_is_given_once_in_a_network():
    network = factories.network()
    factories.milestone(network, code="MS1")
    with pytest.raises(ValidationError, match="this number"):
        create_milestone(factories.act(), network, code="MS1", title="Again", due_month=2)


def test_a_lead_cannot_plan_past_the_amendment():
    cast = factories.cast()
    with pytest.raises(PermissionDenied):
        create_milestone(
            factories.act(cast["lead"]), cast.aurora, code="MS1", title="Mine", due_month=3
        )


def test_an_officer_plans():
    cast = factories.cast()
    act = factories.act(cast["officer"])
    assert create_milestone(act, cast.aurora, code="MS1", title="Ours", due_month=3).pk


def test_an_officer_sets_up_a_network_but_not_a_programme():
    cast = factories.cast()
    act = factories.act(cast["officer"])
    network = create_network(
        act,
        cast.programme,
        reference="N-1",
        acronym="NEW",
        title="New network",
        starts=date(2026, 1, 1),
        ends=date(2027, 12, 31),
    )
    assert Event.objects.about(network).get().actor == cast["officer"]
    with pytest.raises(PermissionDenied):
        create_programme(act, slug="mine", name="Mine")


def test_staff_of_another_programme_add_no_partner():
    cast = factories.cast()
    outsider = factories.programme_role(factories.programme(), "manager")
    with pytest.raises(PermissionDenied):
        add_partner(
            factories.act(outsider),
            cast.aurora,
            organisation=factories.organisation(),
            short_name="X",
        )


def test_only_a_manager_hands_out_roles():
    cast = factories.cast()
    with pytest.raises(PermissionDenied):
        grant_role(
            factories.act(cast["officer"]), cast.programme, user=cast["member"], role="officer"
        )
    granted = grant_role(
        factories.act(cast["manager"]), cast.programme, user=cast["member"], role="officer"
    )
    assert Event.objects.about(granted).get().verb == "grant_role"
