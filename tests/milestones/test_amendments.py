"""Amendments: the only way in which what was agreed moves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from milestones.models import Milestone, PlannedReview, StatusUpdate
from milestones.services import (
    NewChange,
    approve_amendment,
    draft_amendment,
    refuse_amendment,
    submit_amendment,
)
from networks.models import Event
from networks.refusals import Conflict, IllegalTransition, Refusal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return factories.cast()


@pytest.fixture
def milestone(cast):
    return factories.milestone(cast.aurora, code="MS1")


def later(new="2026-08-31", **fields):
    return NewChange("change", "milestone", "MS1", "due_date", new, **fields)


def draft(cast, *changes, role="lead", **fields):
    values = {"kind": "dates", "title": "Recruitment slipped", "justification": "Two posts."}
    return draft_amendment(
        factories.act(cast[role]), cast.aurora, **(values | fields), changes=changes
    )


def approve(cast, amendment):
    submit_amendment(factories.act(cast["lead"]), amendment)
    return approve_amendment(factories.act(cast["manager"]), amendment, note="Agreed.")


def change(cast, *changes, **fields):
    return approve(cast, draft(cast, *changes, **fields))


def test_an_approved_amendment_moves_the_revised_date_only(cast, milestone):
    change(cast, later())
    milestone.refresh_from_db()
    assert milestone.revised_date == milestone.due_date == date(2026, 8, 31)
    assert milestone.contractual_date == date(2026, 6, 30)


def test_a_moved_deadline_is_a_new_version_and_a_history_row(cast, milestone):
    change(cast, later())
    milestone.refresh_from_db()
    assert milestone.deadline_version == 2
    update = StatusUpdate.objects.get(milestone=milestone)
    assert (update.kind, update.due_date) == ("reschedule", date(2026, 8, 31))
    assert update.text == "Amendment 1: Recruitment slipped"
    assert Event.objects.about(milestone).get().changes["revised_date"] == [None, "2026-08-31"]


def test_nothing_moves_before_the_decision(cast, milestone):
    submit_amendment(factories.act(cast["lead"]), draft(cast, later()))
    milestone.refresh_from_db()
    assert milestone.due_date == date(2026, 6, 30)


def test_a_refused_amendment_moves_nothing_and_keeps_its_note(cast, milestone):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    refuse_amendment(factories.act(cast["manager"]), amendment, note="Too late.")
    milestone.refresh_from_db()
    assert (milestone.due_date, amendment.decision_note) == (date(2026, 6, 30), "Too late.")


def test_a_refusal_says_why(cast, milestone):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    with pytest.raises(Refusal, match="Say why"):
        refuse_amendment(factories.act(cast["manager"]), amendment, note=" ")


def test_a_draft_cannot_be_approved(cast, milestone):
    with pytest.raises(IllegalTransition, match=r"is draft .* it can go to: submitted"):
        approve_amendment(factories.act(cast["manager"]), draft(cast, later()))


def test_an_approved_one_is_final(cast, milestone):
    amendment = change(cast, later())
    with pytest.raises(IllegalTransition, match="nothing follows that state"):
        refuse_amendment(factories.act(cast["manager"]), amendment, note="No.")


def test_two_decisions_do_not_both_count(cast, milestone):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    copy = type(amendment).objects.get(pk=amendment.pk)
    approve_amendment(factories.act(cast["manager"]), amendment)
    with pytest.raises(Conflict):
        refuse_amendment(factories.act(cast["manager"]), copy, note="No.")


@pytest.mark.parametrize("role", ["wp_lead", "member", "observer", "chair", "reviewer", "funder"])
def test_others_draft_nothing(cast, milestone, role):
    with pytest.raises(PermissionDenied):
        draft(cast, later(), role=role)


@pytest.mark.parametrize("role", ["lead", "deputy", "officer", "chair"])
def test_only_a_manager_decides(cast, milestone, role):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    with pytest.raises(PermissionDenied):
        approve_amendment(factories.act(cast[role]), amendment)


def test_a_plan_that_moved_on_is_not_overwritten(cast, milestone):
    first, second = draft(cast, later()), draft(cast, later("2026-09-30"))
    approve(cast, first)
    submit_amendment(factories.act(cast["lead"]), second)
    with pytest.raises(Refusal, match=r"starts from “2026-06-30”, but it is “2026-08-31” now"):
        approve_amendment(factories.act(cast["manager"]), second)
    second.refresh_from_db()
    assert second.state == "submitted"


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


def test_an_end_before_the_start_is_refused_in_words(cast):
    amendment = draft(cast, NewChange("change", "network", "", "ends", "2024-01-01"))
    submit_amendment(factories.act(cast["lead"]), amendment)
    with pytest.raises(Refusal, match="must end after it starts"):
        approve_amendment(factories.act(cast["manager"]), amendment)


def test_numbers_count_per_network(cast, milestone):
    assert [draft(cast, later()).number, draft(cast, later()).number] == [1, 2]
    other = draft_amendment(factories.act(), cast.boreas, kind="other", title="Theirs")
    assert other.number == 1


def test_submitting_needs_a_reason_and_a_change(cast, milestone):
    act = factories.act(cast["lead"])
    with pytest.raises(Refusal, match="why this change"):
        submit_amendment(act, draft(cast, later(), justification=""))
    with pytest.raises(Refusal, match="at least one thing"):
        submit_amendment(act, draft(cast))
