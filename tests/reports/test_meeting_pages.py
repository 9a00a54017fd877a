"""The pages of a meeting, from the call to the minutes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reports.models import Decision, Meeting
from tests import factories as make
from tests.reports.browsing import browser, page, press
from tests.reports.rounds import (
    TODAY,
    Panel,
    submitted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
