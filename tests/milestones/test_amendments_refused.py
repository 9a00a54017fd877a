"""What could never be applied is refused in words when it is drafted."""

from datetime import date, timedelta

import pytest

from milestones.models import Milestone
from milestones.services import (
    NewChange,
    approve_amendment,
    submit_amendment,
)
from networks.refusals import Refusal
from tests import factories
from tests.milestones.amending import change, draft, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return factories.cast()


@pytest.fixture
def milestone(cast):
    return factories.milestone(cast.aurora, code="MS1")


def test_a_stated_old_value_must_be_the_present_one(cast, milestone):
    with pytest.raises(Refusal, match="is “2026-06-30”, not “2026-05-31”"):
        draft(cast, later(old="2026-05-31"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (NewChange("change", "milestone", "MS9", "title", "X"), "no milestone “MS9”"),
        (NewChange("change", "milestone", "MS1", "colour", "X"), "There are: title"),
        (NewChange("change", "milestone", "MS1", "due_date", "31/08/2026"), "31/08/2026"),
        (NewChange("change", "milestone", "MS1", "due_month", 0), "count from 1"),
        (NewChange("change", "milestone", "MS1", "lead_partner", "Nobody"), "“Nobody”"),
        (NewChange("change", "milestone", "MS1", "title", ""), "blank"),
        (NewChange("change", "colour", "MS1", "title", "X"), "no kind of thing"),
        (NewChange("add", "milestone", "MS1", new={"title": "X"}), "in the plan already"),
        (NewChange("add", "milestone", "MS2", new={"title": "X"}), "due date or due month"),
        (NewChange("add", "milestone", "MS2", new={"due_month": 3}), "Give the title"),
        (NewChange("change", "network", "", "suspension_days", 0), "at least 1"),
        (NewChange("drop", "network"), "It is kept"),
        (NewChange("melt", "milestone", "MS1"), "adds, changes or drops"),
    ],
)
def test_what_could_never_be_applied_is_refused_at_once(cast, milestone, wrong, sentence):
    with pytest.raises(Refusal, match=sentence):
        draft(cast, wrong)
    assert not cast.aurora.amendments.exists()


def of_the_milestone(field, new):
    return NewChange("change", "milestone", "MS1", field, new)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (of_the_milestone("lead_partner", ["x"]), "lead partner by its name as text"),
        (of_the_milestone("lead_partner", {"a": 1}), "lead partner by its name as text"),
        (of_the_milestone("lead_partner", 0), "lead partner by its name as text"),
        (of_the_milestone("work_packages", [[]]), "list of the work packages"),
        (of_the_milestone("work_packages", ["WP9", {}]), "list of the work packages"),
        (of_the_milestone("work_packages", "WP9"), "list of the work packages"),
        (of_the_milestone("due_date", 5), "due date as a date"),
        (of_the_milestone("due_date", True), "due date as a date"),
        (of_the_milestone("due_date", []), "due date as a date"),
        (of_the_milestone("due_month", float("inf")), "due month as a whole number"),
        (of_the_milestone("due_month", 18.7), "due month as a whole number"),
        (of_the_milestone("due_month", True), "due month as a whole number"),
        (of_the_milestone("title", float("inf")), "title as text"),
        (of_the_milestone("title", []), "title as text"),
        (of_the_milestone("is_gate", 5), "is gate as true or false"),
        (NewChange("change", "network", "", "starts", 5), "starts as a date"),
        (NewChange("change", "network", "", "ends", {}), "ends as a date"),
        (NewChange("change", "network", "", "award_amount", []), "award amount as a number"),
        (NewChange("change", "network", "", "suspension_days", True), "at least 1"),
        (NewChange("add", "planned_review", "RV1", new={"due_date": 5}), "due date as a date"),
        (NewChange("add", "partner", "P", new={"organisation": {"name": 5}}), "both as text"),
        (
            NewChange("add", "partner", "P", new={"organisation": {"name": "N", "country": "ZZZ"}}),
            "at most 2",
        ),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_in_words(cast, milestone, wrong, sentence):
    with pytest.raises(Refusal, match=sentence) as refused:
        draft(cast, wrong)
    assert refused.value.field == (wrong.field or next(iter(wrong.new)))


def test_what_is_added_and_what_is_not_there_may_not_be_mixed(cast, milestone):
    package = NewChange("add", "work_package", "WP9", new={"title": "More"})
    with pytest.raises(Refusal, match="no work package “WP10”"):
        draft(cast, package, of_the_milestone("work_packages", ["WP9", "WP10"]))


def test_a_work_package_named_twice_is_taken_once(cast):
    package = NewChange("add", "work_package", "WP9", new={"title": "More"})
    new = {"title": "Joined", "due_month": 20, "work_packages": ["WP9", "WP9"]}
    change(cast, package, NewChange("add", "milestone", "MS9", new=new))
    assert Milestone.objects.get(code="MS9").work_packages.get().code == "WP9"


def of_the_network(field, new):
    return NewChange("change", "network", "", field, new)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (of_the_network("suspension_days", 3651), "at most 3650"),
        (of_the_network("starts", "9999-12-30"), "from 1990 to 2100"),
        (of_the_network("ends", "1989-12-31"), "from 1990 to 2100"),
        (of_the_milestone("due_date", "2101-01-01"), "from 1990 to 2100"),
        (of_the_milestone("due_month", 601), "to 600 at most"),
        (NewChange("add", "effort", "WP1", new={"person_months": 1}), "like “WP1 / UNorth”"),
        (NewChange("add", "effort", "WP1 / ", new={"person_months": 1}), "like “WP1 / UNorth”"),
        (NewChange("add", "effort", "WP1 / Nobody", new={"person_months": 1}), "“WP1”"),
    ],
)
def test_what_would_break_the_approval_is_refused_at_once(cast, milestone, wrong, sentence):
    with pytest.raises(Refusal, match=sentence):
        draft(cast, wrong)


@pytest.mark.parametrize("days", [1, 3650])
def test_a_suspension_of_up_to_ten_years_can_be_approved(cast, days):
    change(cast, of_the_network("suspension_days", days), kind="duration")
    cast.aurora.refresh_from_db()
    assert cast.aurora.ends == date(2028, 12, 31) + timedelta(days=days)


@pytest.mark.parametrize(
    "line",
    [
        NewChange("add", "milestone", "MS2", new={"title": "Joined", "due_month": 20}),
        NewChange("drop", "milestone", "MS1"),
        NewChange("change", "milestone", "MS1", "title", "Renamed"),
    ],
    ids=["add", "drop", "change"],
)
def test_two_lines_about_the_same_are_refused(cast, milestone, line):
    with pytest.raises(Refusal, match=f"two lines to {line.action} it: keep one"):
        draft(cast, line, line)


def joining(name, number):
    new = {"organisation": {"name": name, "country": "PT"}, "number": number}
    return NewChange("add", "partner", name, new=new)


def test_a_new_partner_has_a_number_of_its_own(cast):
    cast.aurora.partners.filter(short_name="Home").update(number="1")
    with pytest.raises(Refusal, match="“A” cannot have the number 1: Home has it"):
        draft(cast, joining("A", 1))
    with pytest.raises(Refusal, match="“B” cannot have the number 7: A has it"):
        draft(cast, joining("A", "7"), joining("B", "7"))
    assert draft(cast, joining("A", ""), joining("B", ""))


def test_a_new_partner_has_one_short_name(cast):
    line = joining("A", "")
    line.new["short_name"] = "Home"
    with pytest.raises(Refusal, match="“A” is the short name"):
        draft(cast, line)


def test_an_end_before_the_start_is_refused_in_words(cast):
    amendment = draft(cast, NewChange("change", "network", "", "ends", "2024-01-01"))
    submit_amendment(factories.act(cast["lead"]), amendment)
    with pytest.raises(Refusal, match="must end after it starts"):
        approve_amendment(factories.act(cast["manager"]), amendment)
