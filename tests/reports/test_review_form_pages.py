"""The pages on which reviews and summaries are written, and what a conflict or a revision shows."""

import pytest
from django.urls import reverse

from reports.revisions import what_changed
from tests.reports.browsing import browser, page, press
from tests.reports.rounds import (
    SOON,
    TODAY,
    content,
    version,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_form_is_saved_while_it_is_typed_and_tells_the_new_version(world):
    world.assign()
    review = world.declare(world.reviewers[0])
    client = browser(world.reviewers[0])
    address = reverse("review", args=[review.pk])
    said = {"version": review.version, "remark": "Half a sent", "step": "save"}
    answer = client.post(address, said, headers={"X-Autosave": "1"})
    old = client.post(address, said | {"remark": "Other"}, headers={"X-Autosave": "1"})
    review.refresh_from_db()
    assert answer.json() == {"version": review.version}
    assert (old.status_code, review.remark) == (409, "Half a sent")


def test_both_texts_stand_side_by_side_after_a_conflict(world):
    world.assign()
    review = world.declare(world.reviewers[0])
    seen = review.version
    person = world.reviewers[0]
    press(person, "review", review.pk, remark="First window", version=seen, step="save")
    answer = press(person, "review", review.pk, remark="Second window", version=seen, step="save")
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "First window" in shown
    assert "Second window" in shown


def test_after_a_refused_submission_the_same_page_is_no_conflict(world):
    world.assign()
    review, person = world.declare(world.reviewers[0]), world.reviewers[0]
    said = {"remark": "Sound", "version": review.version}
    refused = press(person, "review", review.pk, step="submit", **said)
    again = press(person, "review", review.pk, step="submit", recommendation="continue", **said)
    review.refresh_from_db()
    assert (refused.status_code, again.status_code, review.state) == (422, 200, "submitted")


def test_a_refused_sharing_keeps_the_page_s_version(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.round.refresh_from_db()
    said = {"summary": "Sound.", "version": world.round.row_version, "ask_network": "on"}
    rapporteur, pk = world.reviewers[0], world.round.pk
    refused = press(rapporteur, "review-summary", pk, step="share", answer_until=TODAY, **said)
    again = press(rapporteur, "review-summary", pk, step="share", answer_until=SOON, **said)
    world.round.refresh_from_db()
    assert (refused.status_code, again.status_code, world.round.state) == (422, 200, "answer")


def test_the_same_words_from_an_old_page_are_no_conflict(world):
    world.assign()
    review, person = world.declare(world.reviewers[0]), world.reviewers[0]
    said = {"remark": "Sound", "score_0": "4", "version": review.version}
    press(person, "review", review.pk, step="save", **said)
    again = press(person, "review", review.pk, step="save", **said)
    other = press(person, "review", review.pk, step="save", **said | {"score_0": "3"})
    assert (again.status_code, other.status_code) == (200, 409)


def test_the_same_summary_from_an_old_page_is_no_conflict(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.round.refresh_from_db()
    said = {"summary": "Sound.", "version": world.round.row_version, "step": "save"}
    rapporteur, pk = world.reviewers[0], world.round.pk
    codes = [press(rapporteur, "review-summary", pk, **said).status_code for _again in "12"]
    codes.append(press(rapporteur, "review-summary", pk, **said | {"summary": "No."}).status_code)
    assert codes == [200, 200, 409]


def test_a_chair_who_reviews_cannot_read_the_spread_by_the_summary_s_page(world):
    chair = world.cast["chair"]
    world.assign(world.reviewers[0], chair)
    world.submit(world.reviewers[0])
    world.declare(chair)
    assert page(chair, "review-summary", world.round.pk).status_code == 404
    assert "fine" not in page(chair, "review-round", world.round.pk).content.decode()


def test_a_revision_shows_what_changed_and_the_reviews_before(world):
    world.ready()
    world.decide(report_outcome="revision_requested", reasons="Say which cohort.")
    version(world.report, world.cast["lead"], "redone")
    type(world.report).objects.filter(pk=world.report.pk).update(
        state="submitted", handed_in_on=TODAY
    )
    world.report.refresh_from_db()
    check = page(world.cast["officer"], "report-check", world.report.pk).content.decode()
    assert "<del>done</del><ins>redone</ins>" in check
    world.round = None
    review = world.assign(world.reviewers[0])[0]
    world.declare(world.reviewers[0])
    form = page(world.reviewers[0], "review", review.pk).content.decode()
    assert "revised" in form
    assert "<ins>redone</ins>" in form
    assert "hidden whole fine" in form
    round_page = page(world.cast["chair"], "review-round", world.round.pk).content.decode()
    assert "Reviews of version 1" in round_page


def test_what_changed_in_an_item_is_said_in_words_and_dates():
    old, new = content(), content(percent=80)
    new["facts"]["items"][0] |= {"state": "in_progress", "forecast": "2026-03-02"}
    [changed] = [each for each in what_changed(old, new) if each.about == "milestone:MS1"]
    assert "".join(piece.text for piece in changed.pieces).splitlines() == [
        "State: ClaimedIn progress",
        "Percent done: 6080",
        "Forecast: 2 March 2026",
    ]
