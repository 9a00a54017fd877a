"""What an approved amendment does to the plan."""

from datetime import date

import pytest

from milestones.models import Milestone, PlannedReview, StatusUpdate
from milestones.services import (
    NewChange,
)
from networks.models import Event
from networks.refusals import IllegalTransition, Refusal
from tests import factories
from tests.milestones.amending import change, draft, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return factories.cast()


@pytest.fixture
def milestone(cast):
    return factories.milestone(cast.aurora, code="MS1")


def test_a_due_month_alone_gives_the_date(cast, milestone):
    change(cast, NewChange("change", "milestone", "MS1", "due_month", 20))
    milestone.refresh_from_db()
    assert (milestone.due_month, milestone.due_date) == (20, date(2026, 8, 31))


def test_a_date_that_ends_a_month_gives_the_month(cast, milestone):
    change(cast, later())
    milestone.refresh_from_db()
    assert milestone.due_month == 20


def test_the_due_date_of_a_verified_milestone_stays(cast):
    factories.milestone(cast.aurora, code="MS1", state="verified", actual_date=date(2026, 6, 1))
    with pytest.raises(Refusal, match="MS1 is verified"):
        draft(cast, later())


def test_dropping_and_cancelling_are_told_in_the_history(cast, milestone):
    deliverable = factories.deliverable(cast.aurora, code="D1.1")
    change(
        cast,
        NewChange("drop", "milestone", "MS1"),
        NewChange("drop", "deliverable", "D1.1"),
        kind="scope",
    )
    milestone.refresh_from_db()
    deliverable.refresh_from_db()
    assert (milestone.state, deliverable.state) == ("dropped", "cancelled")
    assert list(StatusUpdate.objects.order_by("pk").values_list("kind", flat=True)) == [
        "drop",
        "cancel",
    ]


def test_a_submitted_deliverable_cannot_be_cancelled(cast):
    factories.deliverable(cast.aurora, code="D1.1", state="submitted", actual_date=date(2026, 6, 1))
    with pytest.raises(IllegalTransition, match=r"accepted, revision requested"):
        draft(cast, NewChange("drop", "deliverable", "D1.1"))


def test_a_claimed_milestone_that_is_dropped_has_no_actual_date(cast):
    milestone = factories.milestone(
        cast.aurora, code="MS1", state="claimed", actual_date=date(2026, 6, 1)
    )
    change(cast, NewChange("drop", "milestone", "MS1"))
    milestone.refresh_from_db()
    assert (milestone.state, milestone.actual_date) == ("dropped", None)


def test_what_is_added_may_refer_to_what_is_added(cast):
    added = [
        NewChange(
            "add",
            "partner",
            "UNEW",
            new={"organisation": {"name": "New University", "country": "PT"}, "number": "7"},
        ),
        NewChange("add", "work_package", "WP9", new={"title": "More", "lead_partner": "UNEW"}),
        NewChange(
            "add",
            "milestone",
            "MS9",
            new={"title": "Joined", "due_month": 20, "work_packages": ["WP9"]},
        ),
        NewChange("add", "effort", "WP9 / UNEW", new={"person_months": "1.5"}),
    ]
    change(cast, *reversed(added), kind="partners")
    milestone = Milestone.objects.get(code="MS9")
    assert milestone.contractual_date == date(2026, 8, 31)
    assert milestone.work_packages.get().lead_partner.organisation.country == "PT"
    assert milestone.status_updates.get().kind == "plan"


def test_other_fields_change_with_an_event_and_no_status_update(cast, milestone):
    package = factories.work_package(cast.aurora, code="WP1")
    change(
        cast,
        NewChange("change", "milestone", "MS1", "title", "Renamed"),
        NewChange("change", "milestone", "MS1", "work_packages", ["WP1"]),
    )
    milestone.refresh_from_db()
    assert (milestone.title, milestone.work_packages.get()) == ("Renamed", package)
    event = Event.objects.about(milestone).get()
    assert event.changes["work_packages"] == [[], ["WP1"]]
    assert not milestone.status_updates.exists()


def test_a_partner_that_leaves_keeps_its_row(cast):
    change(cast, NewChange("drop", "partner", "Home"), kind="partners")
    assert cast.aurora.partners.get(short_name="Home").ends == factories.NOW.date()


def start_on(day, *more):
    return [NewChange("change", "network", "", "starts", day), *more]


def test_a_later_start_moves_what_is_due_by_month(cast, milestone):
    change(cast, *start_on("2025-03-01"), kind="duration")
    milestone.refresh_from_db()
    cast.aurora.refresh_from_db()
    assert milestone.due_date == date(2026, 8, 31)
    assert milestone.contractual_date == date(2026, 6, 30)
    assert cast.aurora.ends == date(2029, 2, 28)


def test_a_later_start_moves_a_date_of_its_own_by_as_many_days(cast):
    milestone = factories.milestone(cast.aurora, code="MS1", due_month=None)
    change(cast, *start_on("2025-01-11"), kind="duration")
    milestone.refresh_from_db()
    assert milestone.due_date == date(2026, 7, 10)


def test_a_moved_item_moves_on_by_days_as_its_month_no_longer_says_its_date(cast, milestone):
    change(cast, later("2026-07-15"))
    change(cast, *start_on("2025-01-11"), kind="duration")
    milestone.refresh_from_db()
    assert milestone.due_date == date(2026, 7, 25)


def test_an_explicit_date_wins_over_a_moved_start(cast, milestone):
    change(cast, *start_on("2025-03-01", later("2026-12-31")), kind="duration")
    milestone.refresh_from_db()
    assert milestone.due_date == date(2026, 12, 31)
    assert milestone.status_updates.count() == 1


def test_a_new_end_given_beside_a_new_start_counts(cast):
    given = NewChange("change", "network", "", "ends", "2028-12-31")
    change(cast, *start_on("2025-03-01", given), kind="duration")
    cast.aurora.refresh_from_db()
    assert cast.aurora.ends == date(2028, 12, 31)


def test_a_suspension_moves_open_items_and_the_end(cast, milestone):
    done = factories.milestone(
        cast.aurora, code="MS2", state="verified", actual_date=date(2026, 6, 1)
    )
    change(
        cast,
        NewChange("change", "network", "", "state", "suspended"),
        NewChange("change", "network", "", "suspension_days", 92),
        kind="duration",
    )
    for row in (milestone, done, cast.aurora):
        row.refresh_from_db()
    assert (cast.aurora.state, cast.aurora.ends) == ("suspended", date(2029, 4, 2))
    assert (milestone.due_date, done.due_date) == (date(2026, 9, 30), date(2026, 6, 30))
    assert Event.objects.about(cast.aurora).get().changes["ends"] == ["2028-12-31", "2029-04-02"]


def test_a_suspension_moves_reviews_still_to_come(cast):
    for code, day in (("RV1", date(2026, 6, 14)), ("RV2", date(2026, 6, 15))):
        PlannedReview.objects.create(network=cast.aurora, code=code, due_date=day)
    change(cast, NewChange("change", "network", "", "suspension_days", 10), kind="duration")
    reviews = PlannedReview.objects.order_by("code")
    assert [review.due_date.day for review in reviews] == [14, 25]
