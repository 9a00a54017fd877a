"""The pages of a review, driven by the people they are for, from the check to the condition."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import Condition, Decision, Meeting, Review
from reports.revisions import what_changed
from reports.services.conditions import submit_condition
from tests import factories as make
from tests.reports.rounds import (
    CONDITIONAL,
    SOON,
    TODAY,
    Panel,
    content,
    panel,
    submitted,
    version,
)
from tests.reports.tampering import alter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def world() -> Panel:
    return panel()


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, name, *args, **query):
    return browser(person).get(reverse(name, args=args), query)


def press(person, name, *args, follow=True, **data):
    return browser(person).post(reverse(name, args=args), data, follow=follow)


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


def test_a_meeting_from_the_call_to_the_end(world):
    chair = world.cast["chair"]
    world.ready()
    press(
        chair,
        "meeting-new",
        programme=world.cast.programme.pk,
        held_on=TODAY,
        title="June",
        quorum=3,
    )
    meeting = Meeting.objects.get()
    press(chair, "meeting", meeting.pk, round=world.round.pk)
    item = meeting.agenda.get()
    press(chair, "agenda-minutes", meeting.pk, item.pk, minutes="All agreed.")
    people = [str(person.pk) for person in world.reviewers]
    press(chair, "meeting", meeting.pk, attendees=people, minutes="Tea.", version=1)
    votes = {"quorum": 3, "present": 3, "votes_for": 3, "votes_against": 0, "abstentions": 0}
    browser(chair).post(
        reverse("review-decide", args=[world.round.pk]) + f"?meeting={meeting.pk}",
        {
            "outcome": "continue",
            "report_outcome": "accepted",
            "decided_on": TODAY,
            "meeting": meeting.pk,
            **votes,
        },
    )
    press(chair, "meeting-close", meeting.pk)
    meeting.refresh_from_db()
    assert Decision.objects.get().meeting == meeting
    assert meeting.closed_at is not None
    shown = page(world.reviewers[0], "meeting", meeting.pk).content.decode()
    assert "All agreed." in shown


def test_a_recused_member_sees_a_number_on_the_agenda_and_no_more(world):
    chair = world.cast["chair"]
    world.assign()
    world.declare(world.reviewers[2], conflict=True)
    meeting = Meeting.objects.create(programme=world.cast.programme, held_on=TODAY, title="June")
    press(chair, "meeting", meeting.pk, round=world.round.pk)
    item = meeting.agenda.get()
    press(chair, "agenda-minutes", meeting.pk, item.pk, minutes="SECRET talk")
    shown = page(world.reviewers[2], "meeting", meeting.pk).content.decode()
    assert "Not shown to you" in shown
    assert "AURORA" not in shown
    assert "SECRET" not in shown
    assert page(world.reviewers[2], "agenda-minutes", meeting.pk, item.pk).status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "funder", "lead"])
def test_only_chair_and_staff_write_in_a_meeting(world, role):
    meeting = Meeting.objects.create(programme=world.cast.programme, held_on=TODAY, title="June")
    expected = 403 if role == "reviewer" else 404
    assert press(world.cast[role], "meeting-close", meeting.pk).status_code == expected


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


def test_what_changed_in_an_item_is_said_in_words_and_dates():
    old, new = content(), content(percent=80)
    new["facts"]["items"][0] |= {"state": "in_progress", "forecast": "2026-03-02"}
    [changed] = [each for each in what_changed(old, new) if each.about == "milestone:MS1"]
    assert "".join(piece.text for piece in changed.pieces).splitlines() == [
        "State: ClaimedIn progress",
        "Percent done: 6080",
        "Forecast: 2 March 2026",
    ]


def test_who_was_present_stays_so_after_their_role_has_ended(world):
    chair, gone = world.cast["chair"], world.reviewers[1]
    meeting = Meeting.objects.create(programme=world.cast.programme, held_on=TODAY, title="June")
    meeting.attendees.set([gone])
    gone.programme_roles.update(ends=TODAY - timedelta(days=1))
    form = page(chair, "meeting", meeting.pk).context["attendance"]
    people = [pk for pk, _name in form.fields["attendees"].choices]
    assert str(gone.pk) in people
    answer = press(chair, "meeting", meeting.pk, attendees=[str(gone.pk)], minutes="Tea.")
    assert answer.status_code == 200
    assert list(meeting.attendees.all()) == [gone]


@pytest.mark.parametrize("step", ["off", "up"])
def test_a_chair_in_conflict_neither_moves_a_report_on_the_agenda_nor_takes_it_off(world, step):
    chair, fields = world.cast["chair"], {"number": 2, "template": world.report.template}
    other = submitted(world.cast.aurora, world.cast["lead"], **fields)
    first, _second = Panel(world.cast, other, []).open(), world.open()
    meeting = Meeting.objects.create(programme=world.cast.programme, held_on=TODAY, title="June")
    for position, round_ in enumerate((first, world.round), start=1):
        item = meeting.agenda.create(round=round_, position=position)
    make.member(world.cast.aurora, "observer", chair)
    answer = press(chair, f"agenda-{step}", meeting.pk, item.pk)
    assert (answer.status_code, meeting.agenda.last()) == (404, item)


def test_the_committee_s_page_names_no_review_of_whoever_is_in_conflict_by_now(world):
    world.assign()
    world.submit(world.reviewers[1])
    for person, name in ((world.reviewers[0], "own"), (world.reviewers[1], "done")):
        before = len(page(person, "committee").context[name])
        make.member(world.cast.aurora, "observer", person)
        assert (before, len(page(person, "committee").context[name])) == (1, 0)
