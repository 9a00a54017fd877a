"""A plan imported again: what has changed becomes an amendment, and nothing moves by itself."""

from datetime import date

import pytest

from milestones.models import Amendment, Deliverable, Effort, Milestone
from milestones.services import approve_amendment
from networks.models import Partner
from tests import factories
from tests.milestones.plans import (
    DELIVERABLES,
    MILESTONES,
    PARTNERS,
    PLAN,
    complaints,
    notes,
    take,
    with_changed,
)
from tests.milestones.test_import_plan import EFFORT

pytestmark = pytest.mark.django_db


def test_a_changed_month_becomes_a_submitted_amendment_and_moves_nothing():
    take(PLAN)
    report = take(with_changed("Confidential,18", "Confidential,20"))
    (line,) = report.differences
    assert (line.thing, line.field) == ("Deliverable D1.10", "due month")
    assert (line.old, line.new) == ("M18 (2017-02-28)", "M20 (2017-04-30)")
    assert (report.amendment.kind, report.amendment.state) == ("plan", "submitted")
    assert Deliverable.objects.get(code="D1.10").due_date == date(2017, 2, 28)


def test_once_approved_the_amendment_moves_the_revised_date_only():
    take(PLAN)
    report = take(with_changed("Confidential,18", "Confidential,20"))
    approve_amendment(factories.act(), report.amendment)
    moved = Deliverable.objects.get(code="D1.10")
    assert (moved.contractual_date, moved.revised_date, moved.due_month) == (
        date(2017, 2, 28),
        date(2017, 4, 30),
        20,
    )
    assert take(with_changed("Confidential,18", "Confidential,20")).changes_nothing


def test_the_same_change_is_asked_for_once():
    take(PLAN)
    changed = with_changed("Confidential,18", "Confidential,20")
    first, second = take(changed), take(changed)
    assert second.waits_already
    assert second.amendment == first.amendment
    assert Amendment.objects.count() == 1


def test_what_is_new_and_what_is_gone_goes_through_the_amendment():
    take(PLAN)
    table = DELIVERABLES.replace("D1.1,", "D1.2,")
    report = take({"deliverables.csv": table})
    assert {(line.thing, line.action) for line in report.differences} == {
        ("Deliverable D1.2", "add"),
        ("Deliverable D1.1", "drop"),
    }
    approve_amendment(factories.act(), report.amendment)
    states = dict(Deliverable.objects.values_list("code", "state"))
    assert states == {"D1.1": "cancelled", "D1.2": "pending", "D1.10": "pending"}


def test_a_cancelled_deliverable_stays_so_and_keeps_its_number():
    take(PLAN)
    approve_amendment(
        factories.act(),
        take({"deliverables.csv": DELIVERABLES.replace("D1.1,", "D1.2,")}).amendment,
    )
    report = take({"deliverables.csv": DELIVERABLES + "D1.2,Handbook,WP1,UNorth,R,PU,6\n"})
    assert report.changes_nothing
    assert "its number is not used again" in notes(report)[0]


def test_a_partner_that_is_gone_is_only_reported():
    take(PLAN)
    report = take({"partners.csv": PARTNERS.rsplit("2,", 1)[0]})
    assert report.missing == ["Partner ISouth"]
    assert report.changes_nothing


def test_a_table_that_is_left_out_changes_nothing():
    take(PLAN)
    assert take({"milestones.csv": MILESTONES}).changes_nothing


def test_a_new_short_name_is_a_change_and_no_new_partner():
    take(PLAN)
    report = take(with_changed("UNorth", "UNN"))
    assert [(line.thing, line.field, line.new) for line in report.differences] == [
        ("Partner UNorth", "short name", "UNN")
    ]
    approve_amendment(factories.act(), report.amendment)
    assert Partner.objects.get(number="1").short_name == "UNN"


def test_the_month_of_what_is_verified_is_not_moved():
    take(PLAN)
    Milestone.objects.update(state="verified", actual_date=date(2016, 8, 1))
    report = take(with_changed(",UNorth,12,", ",UNorth,13,"))
    assert "its due date moves only while it is open" in complaints(report)[0]
    assert not Amendment.objects.exists()


def test_effort_that_becomes_zero_is_dropped_by_the_amendment():
    take(PLAN | {"effort.csv": EFFORT})
    table = EFFORT.replace("ISouth,2,", "ISouth,0,")
    report = take({"effort.csv": table})
    assert [(line.thing, line.action) for line in report.differences] == [
        ("Effort WP1 / ISouth", "drop")
    ]
    approve_amendment(factories.act(), report.amendment)
    assert Effort.objects.count() == 3


def test_another_start_takes_an_amendment_and_no_import():
    take(PLAN)
    report = take(PLAN, starts=date(2015, 10, 1))
    assert "starts on 2015-09-01, not on 2015-10-01" in complaints(report)[0]
