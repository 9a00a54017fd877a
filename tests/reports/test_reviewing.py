"""From the staff's check to the panel: each step, who may take it, and who sees what."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from networks.models import Event, Member, ProgrammeRole
from networks.refusals import Conflict, Refusal
from reports.models import ProgressReport, ReportVersion, Review, ReviewRound, SectionNote
from reports.services.assessing import NewRating, declare, save_review, submit_review
from reports.services.assigning import (
    NewReviewer,
    appoint_rapporteur,
    assign_reviewers,
    move_review,
    withdraw_review,
)
from reports.services.checking import open_round, return_report
from reports.services.summarising import answer_facts, save_summary, share_summary
from reports.spread import first_summary, first_summary_for_committee, spread_of
from tests import factories as make
from tests.reports.rounds import SOON, TODAY, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_complete_report_goes_to_the_committee(world):
    world.open()
    world.report.refresh_from_db()
    assert world.report.state == ProgressReport.State.UNDER_REVIEW
    assert world.round.version == world.report.versions.get()


@pytest.mark.parametrize("role", ["lead", "deputy", "member", "chair", "reviewer", "funder"])
def test_only_staff_check(world, role):
    with pytest.raises(PermissionDenied):
        open_round(world.act(role), world.report, reviews_due=SOON)


def test_a_report_is_checked_once(world):
    world.open()
    world.report.refresh_from_db()
    with pytest.raises(Refusal):
        open_round(world.act("officer"), world.report, reviews_due=SOON)


def test_a_second_officer_with_the_old_page_gets_a_conflict(world):
    seen = ProgressReport.objects.get(pk=world.report.pk)
    world.open()
    with pytest.raises(Conflict):
        open_round(world.act("officer"), seen, reviews_due=SOON)


def test_returned_with_notes_by_section_it_is_a_draft_again(world):
    notes = {"accomplishments": "Which cohort?", "": "Nearly there."}
    return_report(world.act("officer"), world.report, notes=notes)
    world.report.refresh_from_db()
    said = {note.section and note.section.key: note.text for note in SectionNote.objects.all()}
    assert (world.report.state, world.report.is_returned) == ("draft", True)
    assert said == {"accomplishments": "Which cohort?", None: "Nearly there."}


@pytest.mark.parametrize("notes", [{}, {"": "  "}, {"nonsense": "Hm"}])
def test_a_return_needs_a_note_on_a_known_section(world, notes):
    with pytest.raises(Refusal):
        return_report(world.act("officer"), world.report, notes=notes)


def test_a_new_due_date_is_a_new_deadline(world):
    day = world.report.due_date + timedelta(days=20)
    return_report(world.act("officer"), world.report, notes={"": "More"}, due_date=day)
    world.report.refresh_from_db()
    assert (world.report.due_date, world.report.deadline_version) == (day, 2)


@pytest.mark.parametrize("role", ["chair", "officer", "manager"])
def test_chair_and_staff_assign(world, role):
    world.open()
    made = assign_reviewers(world.act(role), world.round, [NewReviewer(person=world.reviewers[0])])
    assert made[0].due_date == SOON


@pytest.mark.parametrize("role", ["reviewer", "lead", "funder"])
def test_nobody_else_assigns(world, role):
    world.open()
    with pytest.raises(PermissionDenied):
        assign_reviewers(world.act(role), world.round, [NewReviewer(person=world.reviewers[0])])


def test_who_was_ever_part_of_the_network_cannot_be_chosen(world):
    world.open()
    left = TODAY - timedelta(days=300)
    make.member(world.cast.aurora, "member", world.reviewers[0], starts=left, ends=left)
    with pytest.raises(Refusal, match="conflict of interest"):
        assign_reviewers(world.act("chair"), world.round, [NewReviewer(person=world.reviewers[0])])


def test_whose_organisation_takes_part_cannot_be_chosen(world):
    world.open()
    home = Member.objects.filter(network=world.cast.aurora, partner__isnull=False).first().partner
    person = make.programme_role(world.cast.programme, "reviewer", organisation=home.organisation)
    with pytest.raises(Refusal, match="conflict of interest"):
        assign_reviewers(world.act("chair"), world.round, [NewReviewer(person=person)])


def test_somebody_outside_the_committee_cannot_be_chosen(world):
    world.open()
    with pytest.raises(Refusal):
        assign_reviewers(world.act("chair"), world.round, [NewReviewer(person=make.user())])


def test_nobody_is_asked_twice_and_there_is_one_rapporteur(world):
    first, second = world.assign(*world.reviewers[:2])
    with pytest.raises(Refusal, match="already"):
        world.assign(world.reviewers[0])
    appoint_rapporteur(world.act("chair"), second)
    first.refresh_from_db()
    assert (first.is_rapporteur, second.is_rapporteur) == (False, True)


def sees_report(world, person):
    visible = ProgressReport.objects.visible_to(person).filter(pk=world.report.pk).exists()
    versions = ReportVersion.objects.visible_to(person).filter(report=world.report).exists()
    rounds = ReviewRound.objects.visible_to(person).exists()
    assert visible == versions == rounds
    return visible


def test_a_reviewer_sees_nothing_before_declaring_and_the_report_after(world):
    world.assign()
    before = sees_report(world, world.reviewers[1])
    world.declare(world.reviewers[1])
    assert (before, sees_report(world, world.reviewers[1])) == (False, True)


def test_a_recused_reviewer_sees_nothing_and_cannot_come_back(world):
    world.assign()
    review = world.declare(world.reviewers[1], conflict=True)
    assert not sees_report(world, world.reviewers[1])
    with pytest.raises(Refusal):
        declare(world.act(world.reviewers[1]), review, conflict=False)
    withdrawn = Review.objects.get(pk=review.pk)
    assert withdrawn.conflict_reason == "A former student"


def test_a_conflict_found_later_ends_the_view(world):
    world.assign()
    world.declare(world.reviewers[1])
    world.declare(world.reviewers[1], conflict=True)
    assert not sees_report(world, world.reviewers[1])


def test_who_left_the_committee_sees_not_even_the_own_review(world):
    world.assign()
    leaver = world.reviewers[1]
    world.submit(leaver)
    assert Review.objects.visible_to(leaver).exists()
    ProgrammeRole.objects.filter(user=leaver).update(ends=TODAY - timedelta(days=1))
    assert not Review.objects.visible_to(leaver).exists()
    assert not sees_report(world, leaver)


def test_a_funder_reads_the_accepted_version_and_no_earlier_one(world):
    funder, member = world.cast["funder"], world.cast["member"]
    version(world.report, world.cast["lead"], word="revised")
    assert not ReportVersion.objects.visible_to(funder).exists()
    ProgressReport.objects.update(state="accepted")
    numbers = ReportVersion.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers.visible_to(funder)) == [2]
    assert list(numbers.visible_to(member)) == [1, 2]


def test_a_conflict_is_declared_with_a_reason(world):
    world.assign()
    review = world.review_of(world.reviewers[1])
    with pytest.raises(Refusal):
        declare(world.act(world.reviewers[1]), review, conflict=True)


def test_a_chair_who_reviews_declares_first_too(world):
    chair = world.cast["chair"]
    world.open()
    before = sees_report(world, chair)
    world.assign(chair)
    asked = sees_report(world, chair)
    world.declare(chair)
    assert (before, asked, sees_report(world, chair)) == (True, False, True)


def test_nobody_declares_or_writes_for_another(world):
    world.assign()
    review = world.review_of(world.reviewers[1])
    with pytest.raises(PermissionDenied):
        declare(world.act(world.reviewers[0]), review, conflict=False)
    world.declare(world.reviewers[1])
    review.refresh_from_db()
    for person in (world.reviewers[0], world.cast["chair"], world.cast["manager"]):
        with pytest.raises(PermissionDenied):
            save_review(world.act(person), review, remark="Mine")


def test_an_assessment_is_kept_as_it_is_written_and_submitted_once(world):
    world.assign()
    review = world.submit(world.reviewers[0], "good", score=5)
    rating = review.ratings.get()
    assert (rating.about, rating.score, rating.remark) == (
        "section:accomplishments",
        5,
        "open good",
    )
    with pytest.raises(Refusal):
        save_review(world.act(world.reviewers[0]), review, remark="Changed")


def test_two_windows_of_one_reviewer_lose_nothing(world):
    world.assign()
    world.declare(world.reviewers[0])
    mine, other = (world.review_of(world.reviewers[0]) for _ in range(2))
    save_review(world.act(world.reviewers[0]), mine, remark="One")
    with pytest.raises(Conflict):
        save_review(world.act(world.reviewers[0]), other, remark="Two")


@pytest.mark.parametrize(
    ("about", "score"),
    [("section:money", 3), ("section:nonsense", 3), ("section:challenges", 6)],
)
def test_only_what_the_committee_reads_is_rated_from_1_to_5(world, about, score):
    world.assign()
    review = world.declare(world.reviewers[0])
    with pytest.raises(Refusal):
        save_review(world.act(world.reviewers[0]), review, ratings={about: NewRating(score=score)})


def test_an_emptied_rating_is_gone_and_one_that_was_not_sent_stays(world):
    world.assign()
    review = world.declare(world.reviewers[0])
    act = world.act(world.reviewers[0])
    both = {f"section:{key}": NewRating(score=2) for key in ("accomplishments", "challenges")}
    save_review(act, review, ratings=both)
    save_review(act, review, ratings={"section:challenges": NewRating()})
    assert [row.about for row in review.ratings.all()] == ["section:accomplishments"]


def test_a_review_without_a_recommendation_is_not_submitted(world):
    world.assign()
    review = world.declare(world.reviewers[0])
    with pytest.raises(Refusal, match="recommendation"):
        submit_review(world.act(world.reviewers[0]), review)


def test_reviews_are_hidden_from_each_other_until_the_own_is_submitted(world):
    world.assign()
    first, second = world.reviewers[:2]
    world.submit(first)
    world.declare(second)

    def seen(person):
        return set(Review.objects.visible_to(person).values_list("reviewer_id", flat=True))

    waiting = seen(second)
    world.submit(second)
    assert waiting == {second.pk}
    assert seen(second) == {first.pk, second.pk}
    assert seen(world.cast["chair"]) == {person.pk for person in world.reviewers}
    assert seen(world.cast["lead"]) == set()


def test_a_chair_who_reviews_waits_like_the_others(world):
    chair = world.cast["chair"]
    world.assign(world.reviewers[0], chair)
    world.submit(world.reviewers[0])
    world.declare(chair)
    assert list(Review.objects.visible_to(chair)) == [world.review_of(chair)]


def test_when_all_are_in_the_rapporteur_is_asked(world):
    world.assign()
    world.submit(world.reviewers[0])
    world.submit(world.reviewers[1])
    world.round.refresh_from_db()
    before = world.round.state
    world.declare(world.reviewers[2], conflict=True)
    world.round.refresh_from_db()
    assert (before, world.round.state) == ("reviewing", "summary")
    assert world.round.summary_due == TODAY + timedelta(days=7)


def test_with_all_recused_the_round_waits_for_others(world):
    world.assign(world.reviewers[0])
    world.declare(world.reviewers[0], conflict=True)
    world.round.refresh_from_db()
    assert world.round.state == "reviewing"


def test_the_chair_can_do_without_a_late_review(world):
    world.assign()
    for person in world.reviewers[:2]:
        world.submit(person)
    withdraw_review(world.act("chair"), world.review_of(world.reviewers[2]))
    world.round.refresh_from_db()
    assert world.round.state == "summary"


def test_a_moved_review_is_a_new_deadline(world):
    review = world.assign(world.reviewers[0])[0]
    move_review(world.act("chair"), review, due_date=SOON + timedelta(days=7))
    assert review.deadline_version == 2


def test_the_summary_begins_with_the_spread_and_keeps_hidden_remarks_apart(world):
    world.assign()
    for person, score in zip(world.reviewers, (2, 4, 5), strict=True):
        world.submit(person, score=score)
    spread = spread_of(world.round)
    text = first_summary(spread)
    assert "B.2 Accomplishments: 2 to 5 of 5, on average 3.7" in text
    assert "open fine" in text
    assert "hidden" not in text
    assert first_summary_for_committee(spread).count("hidden fine") == 3
    assert spread.lines[0].is_wide


@pytest.mark.parametrize("who", [0, "chair", "officer"])
def test_rapporteur_chair_and_staff_write_the_summary(world, who):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.round.refresh_from_db()
    person = world.reviewers[who] if isinstance(who, int) else who
    save_summary(world.act(person), world.round, summary="Good.")
    share_summary(world.act(person), world.round)
    assert (world.round.state, world.round.answer_until) == ("answer", TODAY + timedelta(days=14))


def test_another_reviewer_does_not_write_the_summary(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.round.refresh_from_db()
    with pytest.raises(PermissionDenied):
        save_summary(world.act(world.reviewers[1]), world.round, summary="Mine.")


def asked(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    return world.summarise(ask_network=True)


@pytest.mark.parametrize("role", ["lead", "deputy"])
def test_the_network_answers_once_and_the_panel_is_next(world, role):
    answer_facts(world.act(role), asked(world), text="It was May, not June.")
    world.round.refresh_from_db()
    assert world.round.state == "panel"
    with pytest.raises(Conflict):
        answer_facts(world.act(role), world.round, text="And more.")


@pytest.mark.parametrize("role", ["member", "officer", "chair"])
def test_only_lead_and_deputy_answer(world, role):
    with pytest.raises(PermissionDenied):
        answer_facts(world.act(role), asked(world), text="No.")


@pytest.mark.parametrize(("days", "taken"), [(14, True), (15, False)])
def test_the_last_day_of_an_answer_is_still_one(world, days, taken):
    round_ = asked(world)
    act = world.act("lead", at=make.NOW + timedelta(days=days))
    if taken:
        answer_facts(act, round_, text="Fact.")
    else:
        with pytest.raises(Refusal, match="over"):
            answer_facts(act, round_, text="Fact.")


def test_who_reviews_a_revision_reads_the_reviews_of_the_version_before(world):
    world.ready()
    world.decide(report_outcome="revision_requested", reasons="Say which cohort.")
    first = world.round
    version(world.report, world.cast["lead"], "redone")
    ProgressReport.objects.filter(pk=world.report.pk).update(state="submitted", handed_in_on=TODAY)
    world.report.refresh_from_db()
    late = make.programme_role(world.cast.programme, "reviewer", make.user("Late"))
    world.round = None
    world.assign(late)
    assert not Review.objects.visible_to(late).filter(round=first).exists()
    world.declare(late)
    assert Review.objects.visible_to(late).filter(round=first).count() == 3


def test_the_team_s_activity_holds_no_reviewer_and_no_hidden_word(world):
    world.ready()
    lines = Event.objects.visible_to(world.cast["lead"])
    told = " ".join(f"{line.verb} {line.target_label} {line.changes}" for line in lines)
    actors = {line.actor for line in lines}
    assert "hidden" not in told
    assert not actors & set(world.reviewers)
    assert "review" in told  # it was opened, and they may know that


def test_staff_read_the_committee_s_events(world):
    world.ready()
    verbs = set(Event.objects.visible_to(world.cast["officer"]).values_list("verb", flat=True))
    assert {"assign_review", "declare_no_conflict", "submit_review", "share_summary"} <= verbs
