"""Leaving the committee or a team: who goes on with reviews, summaries and conditions is asked."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from networks.holdings import held_by
from networks.models import Member, ProgrammeRole, User
from networks.refusals import Refusal
from networks.services.leaving import leave, successors
from reports.models import Condition, Review, ReviewRound
from tests import factories
from tests.reports.rounds import CONDITIONAL, SOON, TODAY, Panel, panel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def asked(db: None) -> Panel:
    """Two of three reviewers are asked; the first is rapporteur."""
    found = panel()
    found.assign(*found.reviewers[:2])
    return found


def seat(person: User, role: str = "reviewer") -> ProgrammeRole:
    return ProgrammeRole.objects.filter(user=person, role=role).earliest("pk")


def go(asked: Panel, person: User, handed: Any) -> Any:
    return leave(asked.act("manager"), seat(person), last_day=TODAY, handed=handed)


def state(asked: Panel, person: User) -> str:
    return asked.review_of(person).state


def test_an_awaited_review_is_asked_about(asked: Panel) -> None:
    rita, _second, _third = asked.reviewers
    [held] = held_by(seat(rita))
    assert held.key == f"review-{asked.review_of(rita).pk}"
    assert "AURORA" in held.label
    with pytest.raises(Refusal, match="Say who takes over"):
        go(asked, rita, {})


def test_another_reviewer_takes_it_over_with_its_date_and_its_part(asked: Panel) -> None:
    rita, _second, third = asked.reviewers
    go(asked, rita, {held.key: third for held in held_by(seat(rita))})
    taken = asked.review_of(third)
    assert (taken.state, taken.is_rapporteur, taken.due_date) == ("assigned", True, SOON)
    assert state(asked, rita) == Review.State.WITHDRAWN


def test_nobody_means_that_it_is_not_awaited_any_more(asked: Panel) -> None:
    rita, second, _third = asked.reviewers
    go(asked, rita, {held.key: None for held in held_by(seat(rita))})
    assert (state(asked, rita), state(asked, second)) == ("withdrawn", "assigned")


def test_who_reviews_it_already_cannot_take_it_over(asked: Panel) -> None:
    rita, second, _third = asked.reviewers
    with pytest.raises(Refusal, match="already"):
        go(asked, rita, {held.key: second for held in held_by(seat(rita))})
    assert (state(asked, rita), seat(rita).ends) == ("assigned", None)


def test_who_has_a_conflict_cannot_take_it_over(asked: Panel) -> None:
    rita, _second, third = asked.reviewers
    factories.member(asked.cast.aurora, "observer", third)
    with pytest.raises(Refusal, match="conflict"):
        go(asked, rita, {held.key: third for held in held_by(seat(rita))})


def test_the_whole_committee_is_offered(asked: Panel) -> None:
    offered = successors(seat(asked.reviewers[0]))
    assert asked.cast["chair"] in offered
    assert asked.cast["manager"] not in offered


def test_a_chair_who_reviewed_as_well_keeps_the_reviews(asked: Panel) -> None:
    rita = asked.reviewers[0]
    factories.programme_role(asked.cast.programme, "chair", rita)
    assert held_by(seat(rita)) == []


def test_a_seat_in_another_programme_holds_nothing_of_this_one(asked: Panel) -> None:
    rita, elsewhere = asked.reviewers[0], factories.programme(slug="elsewhere")
    factories.programme_role(elsewhere, "reviewer", rita)
    assert held_by(ProgrammeRole.objects.get(user=rita, programme=elsewhere)) == []


def test_the_summary_goes_to_another_who_has_reviewed(asked: Panel) -> None:
    rita, second, third = asked.reviewers
    for person in (rita, second):
        asked.submit(person)
    assert asked.round is not None
    [held] = held_by(seat(rita))
    assert held.key == f"review-summary-{asked.round.pk}"
    with pytest.raises(Refusal, match="does not review"):
        go(asked, rita, {held.key: third})
    go(asked, rita, {held.key: second})
    assert asked.review_of(second).is_rapporteur
    assert ReviewRound.objects.get().state == ReviewRound.State.SUMMARY


def test_a_condition_is_handed_to_somebody_of_the_team(asked: Panel) -> None:
    for person in asked.reviewers[:2]:
        asked.submit(person)
    asked.summarise()
    asked.decide(**CONDITIONAL)
    member = Member.objects.get(user=asked.cast["member"], network=asked.cast.aurora)
    Condition.objects.update(responsible=member)
    [held] = held_by(member)
    handed = {held.key: asked.cast["deputy"]}
    leave(asked.act("lead"), member, last_day=TODAY, handed=handed)
    taken = Condition.objects.get().responsible
    assert taken is not None
    assert taken.user == asked.cast["deputy"]


def test_the_page_says_what_nobody_means(asked: Panel) -> None:
    rita = asked.reviewers[0]
    client = Client()
    client.force_login(asked.cast["manager"])
    address = reverse("programme-role-leave", args=[asked.cast.programme.slug, seat(rita).pk])
    page = client.get(address).content.decode()
    assert "this review is no longer awaited" in page
    assert "it falls to whoever leads" not in page
    assert client.post(address, {"last_day": str(TODAY)}).status_code == 422
