"""The pages of a review, driven by the people they are for, from the check to the condition."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import Condition, Decision, Review
from reports.services.conditions import submit_condition
from tests import factories as make
from tests.reports.browsing import browser, page, press
from tests.reports.rounds import (
    CONDITIONAL,
    SOON,
    TODAY,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_staff_return_a_report_by_its_page(world):
    answer = press(
        world.cast["officer"],
        "report-check",
        world.report.pk,
        verdict="return",
        note_accomplishments="Which cohort?",
    )
    world.report.refresh_from_db()
    assert (answer.status_code, world.report.state) == (200, "draft")
    shown = page(world.cast["lead"], "report-review", world.report.pk).content.decode()
    assert "Which cohort?" in shown


def test_a_return_without_a_word_is_422_and_says_so(world):
    answer = press(world.cast["officer"], "report-check", world.report.pk, verdict="return")
    assert answer.status_code == 422
    assert "Say what is missing" in answer.content.decode()


def test_an_old_page_of_the_check_is_409(world):
    seen = world.report.version
    world.report.version += 1
    world.report.save()
    answer = press(
        world.cast["officer"],
        "report-check",
        world.report.pk,
        verdict="complete",
        reviews_due=SOON,
        version=seen,
    )
    assert answer.status_code == 409


def test_the_whole_way_by_pages(world):
    officer, chair, lead = (world.cast[role] for role in ("officer", "chair", "lead"))
    press(officer, "report-check", world.report.pk, verdict="complete", reviews_due=SOON)
    round_ = world.report.rounds.get()
    people = [str(person.pk) for person in world.reviewers]
    assigned = press(
        chair,
        "review-assign",
        round_.pk,
        reviewers=people,
        rapporteur=people[0],
        due_date=SOON,
    )
    assert assigned.status_code == 200
    for person in world.reviewers:
        review = Review.objects.get(reviewer=person)
        press(person, "review", review.pk, declared="no")
        kept = press(
            person,
            "review",
            review.pk,
            score_0="4",
            remark_0="Well done",
            hidden_0="Hidden doubt",
            recommendation="continue",
            step="submit",
        )
        assert kept.status_code == 200
    text = page(world.reviewers[0], "review-summary", round_.pk).context["form"]["summary"].value()
    assert "Well done" in text
    assert "Hidden doubt" not in text
    shared = press(
        world.reviewers[0],
        "review-summary",
        round_.pk,
        summary="Sound.",
        summary_for_committee="Doubt.",
        ask_network="on",
        answer_until=SOON,
        step="share",
    )
    assert shared.status_code == 200
    assert "Sound." in page(lead, "report-review", world.report.pk).content.decode()
    press(lead, "report-review", world.report.pk, text="It was May.")
    decided = press(
        chair,
        "review-decide",
        round_.pk,
        outcome="continue_with_conditions",
        report_outcome="accepted_with_conditions",
        decided_on=TODAY,
        quorum=3,
        present=3,
        votes_for=3,
        votes_against=0,
        abstentions=0,
        **{"c1-text": "Show the forms", "c1-due_date": SOON},
    )
    assert decided.status_code == 200, decided.context["form"].errors
    condition = Condition.objects.get()
    for person in (lead, officer, chair, world.reviewers[0]):
        letter = page(person, "decision", Decision.objects.get().pk)
        assert "Show the forms" in letter.content.decode()
    press(lead, "condition", condition.pk, answer="Here they are.")
    press(officer, "condition", condition.pk, verdict="meet")
    condition.refresh_from_db()
    assert condition.state == "met"


def test_nothing_of_a_page_of_the_network_is_hidden_from_it_but_what_should_be(world):
    world.ready()
    world.decide(reasons="Go on.")
    for role in ("lead", "deputy", "wp_lead", "member"):
        shown = page(world.cast[role], "report-review", world.report.pk).content.decode()
        assert "open whole fine" in shown
        assert "open fine" in shown
        for word in ("hidden fine", "hidden whole", "hidden summary"):
            assert word not in shown
        for person in world.reviewers:
            assert person.name not in shown


def test_before_the_decision_the_network_reads_the_summary_only(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    before = page(world.cast["lead"], "report-review", world.report.pk).content.decode()
    world.summarise(ask_network=True)
    after = page(world.cast["lead"], "report-review", world.report.pk).content.decode()
    assert "open fine" not in before + after
    assert ("Sound work." in before, "Sound work." in after) == (False, True)


@pytest.mark.parametrize("role", ["chair", "reviewer", "funder", "observer", "stranger"])
def test_the_network_s_page_is_the_insiders_only(world, role):
    assert page(world.cast[role], "report-review", world.report.pk).status_code == 404


@pytest.mark.parametrize("role", ["lead", "member", "funder", "observer", "stranger", "reviewer"])
def test_the_round_is_closed_to_the_network_and_to_whoever_was_not_asked(world, role):
    world.assign(*world.reviewers[:2])
    assert page(world.cast[role], "review-round", world.round.pk).status_code == 404


def test_a_review_is_its_reviewer_s_and_others_are_led_to_the_round(world):
    review = world.assign()[0]
    assert page(world.reviewers[1], "review", review.pk).status_code == 404
    led = page(world.cast["officer"], "review", review.pk)
    assert led.headers["Location"] == reverse("review-round", args=[world.round.pk])


@pytest.mark.parametrize(
    ("role", "asked", "judged"),
    [
        ("lead", 200, 403),
        ("wp_lead", 403, 403),
        ("officer", 200, 200),
        ("chair", 403, 403),
        ("observer", 404, 404),
        ("funder", 404, 404),
    ],
)
def test_who_answers_and_who_settles_a_condition(world, role, asked, judged):
    world.ready()
    world.decide(**CONDITIONAL)
    condition = Condition.objects.get()
    person = world.cast[role]
    assert press(person, "condition", condition.pk, answer="Here.").status_code == asked
    condition.refresh_from_db()
    if condition.state == "open":
        submit_condition(world.act("lead"), condition, answer="Here.")
    assert press(person, "condition", condition.pk, verdict="meet").status_code == judged


def test_pages_cost_the_same_however_many_reviewed(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    client = browser(world.cast["chair"])
    addresses = [reverse("committee"), reverse("review-round", args=[world.round.pk])]

    def cost():
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    cost()
    before = cost()
    for number in range(3):
        person = make.programme_role(world.cast.programme, "reviewer", make.user(f"More {number}"))
        Review.objects.create(
            round=world.round,
            network=world.cast.aurora,
            reviewer=person,
            due_date=SOON,
            assigned_at=make.NOW,
            declared_at=make.NOW,
            submitted_at=make.NOW,
            recommendation="continue",
            state="submitted",
        )
    assert cost() == before
