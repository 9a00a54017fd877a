"""Nobody is judge in their own cause, in whatever role: not on the committee, not as staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from networks.access import conflicted
from networks.clock import Today
from networks.duties import duties_for, source
from networks.models import ConflictDeclaration, Event, User
from networks.notices import source_of
from notifications.models import Reminder
from reports.access import can
from reports.models import Decision, ProgressReport, Review, ReviewRound
from tests import factories as make
from tests.reports.rounds import CONDITIONAL, TODAY, Panel, panel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def world() -> Panel:
    """A report under review, asked of three, one of whom is done."""
    made = panel()
    made.assign()
    made.submit(made.reviewers[0])
    return made


def declare(person: User, world: Panel) -> None:
    ConflictDeclaration.objects.create(
        person=person, network=world.cast.aurora, kind="conflict", reason="r", at=make.NOW
    )


def seen(person: User) -> tuple[bool, bool, bool]:
    """Whether a person sees the report, its round, any of its reviews."""
    models = (ProgressReport, ReviewRound, Review)
    return tuple(model.objects.visible_to(person).exists() for model in models)  # type: ignore[return-value]


def test_an_officer_on_the_team_reads_the_report_and_no_review(world: Panel) -> None:
    officer = world.cast["officer"]
    before = seen(officer)
    make.member(world.cast.aurora, "member", officer)
    assert (before, seen(officer)) == ((True, True, True), (True, False, False))


def test_an_officer_who_left_the_team_reads_neither(world: Panel) -> None:
    yesterday = TODAY - timedelta(days=1)
    make.member(world.cast.aurora, "member", world.cast["officer"], ends=yesterday)
    assert seen(world.cast["officer"]) == (False, False, False)


def test_a_manager_of_the_network_neither_assigns_nor_decides(world: Panel) -> None:
    manager, steps = world.cast["manager"], ("assign", "decide")
    before = [can(manager, step, world.round) for step in steps]
    make.member(world.cast.aurora, "lead", manager)
    after = [can(manager, step, world.round) for step in steps]
    assert (before, after) == ([True, True], [False, False])
    with pytest.raises(PermissionDenied):
        world.decide("manager")


def test_the_house_of_an_office_bars_no_staff(world: Panel) -> None:
    home = make.partner(world.cast.aurora).organisation
    make.programme_role(world.cast.programme, "reviewer", world.cast["officer"], organisation=home)
    assert conflicted(world.cast["officer"]).filter(pk=world.cast.aurora.pk).exists()
    assert seen(world.cast["officer"]) == (True, True, True)


def test_a_funder_with_a_part_of_their_own_reads_no_accepted_report(world: Panel) -> None:
    world.submit(world.reviewers[1])
    world.submit(world.reviewers[2])
    world.summarise(ask_network=False)
    world.decide(**CONDITIONAL)
    funder = world.cast["funder"]
    assert ProgressReport.objects.visible_to(funder).exists()
    declare(funder, world)
    assert not ProgressReport.objects.visible_to(funder).exists()
    assert not Decision.objects.visible_to(funder).exists()


def test_a_conflict_found_after_the_review_hides_even_that(world: Panel) -> None:
    done = world.reviewers[0]
    before = seen(done)
    declare(done, world)
    assert (before, seen(done)) == ((True, True, True), (False, False, False))


def test_who_is_in_conflict_by_now_is_not_mailed_that_a_review_is_asked(world: Panel) -> None:
    events = list(Event.objects.filter(verb="assign_review").order_by("pk"))
    asked = source_of("assign_review")
    waited = set().union(*asked.waiting(events, make.NOW).values())
    declare(world.reviewers[1], world)
    assert waited == {person.pk for person in world.reviewers[1:]}
    assert set().union(*asked.waiting(events, make.NOW).values()) == {world.reviewers[2].pk}


@pytest.mark.parametrize("kind", ["progress-report-verification", "progress-report"])
def test_staff_with_a_part_are_not_reminded_of_a_report(kind: str) -> None:
    world = panel()
    if kind == "progress-report":
        ProgressReport.objects.update(state="draft")
    about = source(kind)
    duties = about.among([world.report.pk])

    def staff_told() -> set[int]:
        told = set().union(*about.audiences(duties, TODAY)[world.report.pk].values())
        return told & {world.cast["officer"].pk, world.cast["manager"].pk}

    before = staff_told()
    declare(world.cast["officer"], world)
    assert before == {world.cast["officer"].pk, world.cast["manager"].pk}
    assert staff_told() == {world.cast["manager"].pk}


def test_a_report_to_check_is_on_no_list_of_staff_with_a_part() -> None:
    world, today = panel(), Today.everywhere(TODAY)
    before = [duty.kind for duty in duties_for(world.cast["officer"], today)]
    declare(world.cast["officer"], world)
    after = [duty.kind for duty in duties_for(world.cast["officer"], today)]
    assert "progress-report-verification" in before
    assert "progress-report-verification" not in after


def test_a_report_that_nobody_is_left_to_check_says_so_to_those_who_wait() -> None:
    world = panel()
    page, said = reverse("progress-report", args=[world.report.pk]), "Nobody can check this report"
    browser = Client()
    browser.force_login(world.cast["lead"])
    for person in ("officer", "manager"):
        assert said not in browser.get(page).content.decode()
        declare(world.cast[person], world)
    assert said in browser.get(page).content.decode()
    ProgressReport.objects.update(state="under_review")
    assert said not in browser.get(page).content.decode()


def test_staff_with_a_part_run_no_ladder_of_reviews_and_read_none_of_its_mails(
    world: Panel,
) -> None:
    officer = world.cast["officer"]
    line = Reminder.objects.create(
        duty_kind="review",
        duty_id=world.review_of(world.reviewers[1]).pk,
        network=world.cast.aurora,
        recipient=world.reviewers[1],
        audience="responsible",
        offset_days=-7,
        due_date=TODAY,
        deadline_version=1,
        planned_at=make.NOW,
    )
    before = Reminder.objects.visible_to(officer).get()
    assert source("review").run_by(officer).exists()
    declare(officer, world)
    assert before == line
    assert not Reminder.objects.visible_to(officer).exists()
    assert not source("review").run_by(officer).exists()


@pytest.mark.parametrize("part", ["member", "declared"])
def test_staff_with_a_part_do_not_read_in_the_log_who_reviews(world: Panel, part: str) -> None:
    officer, told = world.cast["officer"], ("reports.review", "reports.reviewround")
    world.submit(world.reviewers[1])
    world.submit(world.reviewers[2])

    def kinds(person: User) -> set[str]:
        rows = Event.objects.visible_to(person).filter(target_type__in=told)
        return set(rows.values_list("target_type", flat=True))

    before = kinds(officer)
    if part == "declared":
        declare(officer, world)
    else:
        make.member(world.cast.aurora, "member", officer, ends=TODAY - timedelta(days=1))
    assert (before, kinds(officer)) == (set(told), set())
    assert kinds(world.cast["manager"]) == set(told)


def test_the_log_of_a_programme_asks_no_more_statements_for_staff_with_a_part(
    world: Panel, django_assert_num_queries: Any
) -> None:
    declare(world.cast["officer"], world)
    with django_assert_num_queries(1):
        list(Event.objects.visible_to(world.cast["officer"]))


def test_staff_with_a_part_neither_waive_nor_move_its_reports_and_write_as_its_team(
    world: Panel,
) -> None:
    officer, report, network = world.cast["officer"], world.report, world.cast.aurora
    steps = [("waive", report), ("schedule", report), ("schedule", network), ("write", report)]

    def allowed() -> list[bool]:
        return [can(officer, step, thing) for step, thing in steps]

    before = allowed()
    make.member(network, "member", officer)
    assert (before, allowed()) == ([True, True, True, False], [False, False, False, True])
