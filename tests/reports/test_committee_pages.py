"""The pages of the committee: who is late, who is in conflict, and who was told of what."""

from datetime import timedelta

import pytest

from reports.models import Meeting
from tests import factories as make
from tests.reports.browsing import page, press
from tests.reports.rounds import (
    SOON,
    TODAY,
)
from tests.reports.tampering import alter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_chair_sees_who_is_late(world, time_machine):
    world.assign()
    world.submit(world.reviewers[0])
    time_machine.move_to(make.NOW + timedelta(days=15), tick=False)
    (round_,) = page(world.cast["chair"], "committee").context["page"]
    assert {review.reviewer for review in round_.late} == set(world.reviewers[1:])
    assert not list(page(world.reviewers[1], "committee").context["page"])


def test_the_rapporteur_finds_the_summary_on_the_committee_s_page(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    rapporteur, other = (
        list(page(person, "committee").context["summaries"]) for person in world.reviewers[:2]
    )
    assert (rapporteur, other) == ([world.round], [])


def test_when_the_rapporteur_steps_back_the_chair_chooses_another_even_for_the_summary(world):
    first, second, _third = world.assign()
    world.declare(world.reviewers[0], conflict=True)
    for person in world.reviewers[1:]:
        world.submit(person)
    before = page(world.cast["chair"], "review-round", world.round.pk).context
    press(world.cast["chair"], "review-rapporteur", world.round.pk, second.pk)
    after = page(world.cast["chair"], "review-round", world.round.pk).context
    assert (before["headless"], second.pk in before["eligible"]) == (True, True)
    assert (after["headless"], first.pk in after["eligible"]) == (False, False)


def test_the_chair_gives_one_reviewer_another_date(world):
    first, second = world.assign(*world.reviewers[:2])
    later = SOON + timedelta(days=7)
    press(world.cast["chair"], "review-move", world.round.pk, first.pk, due_date=later)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.due_date, second.due_date) == (later, SOON)


@pytest.mark.parametrize("day", ["", "2020-01-01", "soon"])
def test_a_day_that_is_over_or_none_moves_nothing_and_says_so(world, day):
    review = world.assign(world.reviewers[0])[0]
    answer = press(world.cast["chair"], "review-move", world.round.pk, review.pk, due_date=day)
    review.refresh_from_db()
    assert review.due_date == SOON
    assert [str(message.level_tag) for message in answer.context["messages"]] == ["error"]


def test_who_is_asked_late_is_offered_a_day_that_lies_ahead(world, time_machine):
    world.open()
    time_machine.move_to(make.NOW + timedelta(days=20), tick=False)
    form = page(world.cast["chair"], "review-assign", world.round.pk).context["form"]
    assert form["due_date"].value() == TODAY + timedelta(days=20 + 14)


def test_the_decision_counts_those_present_who_have_no_conflict(world):
    world.assign()
    for person in world.reviewers[:2]:
        world.submit(person)
    world.declare(world.reviewers[2], conflict=True)
    world.summarise()
    meeting = Meeting.objects.create(programme=world.cast.programme, held_on=TODAY, title="June")
    meeting.attendees.set([world.cast["chair"], *world.reviewers])
    form = page(world.cast["chair"], "review-decide", world.round.pk, meeting=meeting.pk)
    assert form.context["form"]["present"].value() == 3


@pytest.mark.parametrize(
    ("role", "status"),
    [("chair", 200), ("reviewer", 200), ("officer", 200), ("manager", 200), ("lead", 404)],
)
def test_the_committee_s_page_is_the_committee_s(world, role, status):
    assert page(world.cast[role], "committee").status_code == status


def test_staff_are_told_of_a_tampered_version_before_they_find_it_complete(world):
    address = "report-check", world.report.pk
    assert "is not what was submitted" not in page(world.cast["officer"], *address).content.decode()
    alter(world.report.versions.get())
    assert "is not what was submitted" in page(world.cast["officer"], *address).content.decode()


@pytest.mark.parametrize("name", ["review-round", "review-decide"])
def test_the_panel_is_told_of_a_tampered_version(world, name):
    world.ready()
    alter(world.report.versions.get())
    shown = page(world.cast["chair"], name, world.round.pk).content.decode()
    assert "Version 1 is not what was submitted" in shown


def test_a_reviewer_is_told_of_a_tampered_version(world):
    world.assign()
    review = world.declare(world.reviewers[1])
    alter(world.report.versions.get())
    shown = page(world.reviewers[1], "review", review.pk).content.decode()
    assert "Version 1 is not what was submitted" in shown


def test_the_committee_s_page_names_no_review_of_whoever_is_in_conflict_by_now(world):
    world.assign()
    world.submit(world.reviewers[1])
    for person, name in ((world.reviewers[0], "own"), (world.reviewers[1], "done")):
        before = len(page(person, "committee").context[name])
        make.member(world.cast.aurora, "observer", person)
        assert (before, len(page(person, "committee").context[name])) == (1, 0)
