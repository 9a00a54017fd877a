"""Stopping a ladder: nothing goes out meanwhile, and nothing is lost by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from networks.duties import Duty, source
from networks.models import Event
from networks.refusals import Refusal
from notifications.models import LadderStop, Message, Reminder
from notifications.services import deliver, plan, sweep
from notifications.services import planning as planning_module
from notifications.services.previewing import preview
from notifications.services.stopping import start_ladder, stop_ladder
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Secret plan")


def duty_of(item: Milestone) -> Duty:
    (duty,) = source("milestone").among([item.pk])
    return duty


def stop(cast: Cast, item: Milestone, reason: str = "The site is flooded") -> LadderStop:
    return stop_ladder(factories.act(cast["officer"], MONDAY), duty_of(item), reason=reason)


def test_a_stopped_ladder_sends_nothing_to_anybody(cast: Cast, item: Milestone) -> None:
    stop(cast, item)
    for day in range(1, 31):
        sweep(at(f"2026-06-{day:02} 08:00"))
    assert mail.outbox == []
    assert preview(duty_of(item), MONDAY) == []


def test_what_is_planned_is_held_back_before_it_leaves(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    stop(cast, item)
    deliver(MONDAY)
    assert mail.outbox == []
    row = Reminder.objects.get(offset_days=-7)
    assert (row.state, row.note) == ("held", "Stopped: The site is flooded")


def test_other_lines_of_the_same_mail_go_out(cast: Cast, item: Milestone) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Open plan")
    plan(MONDAY)
    stop(cast, item)
    deliver(MONDAY)
    assert "Open plan" in mail.outbox[0].body
    assert "Secret plan" not in mail.outbox[0].body


def test_started_again_the_held_line_goes_out_once(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    start_ladder(factories.act(cast["officer"], MONDAY), stop(cast, item))
    for day in (2, 3):
        sweep(at(f"2026-06-0{day} 08:00"))
    assert len(mail.outbox) == 1
    assert Reminder.objects.get(offset_days=-7).state == "sent"


def test_started_again_the_latest_step_goes_out(cast: Cast, item: Milestone) -> None:
    stopped = stop(cast, item)
    plan(MONDAY)
    start_ladder(factories.act(cast["officer"], at("2026-06-09 07:00")), stopped)
    plan(at("2026-06-09 08:00"))
    assert list(Reminder.objects.filter(state="planned").values_list("offset_days", flat=True)) == [
        1
    ]


def test_what_has_left_stays_sent(cast: Cast, item: Milestone) -> None:
    sweep(MONDAY)
    stop(cast, item)
    assert Reminder.objects.get(offset_days=-7).state == "sent"


def test_a_stop_between_reading_and_writing_is_heeded(
    cast: Cast, item: Milestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather = planning_module.gather

    def gather_then_stop(now: Any) -> Any:
        found = gather(now)
        stop(cast, item)
        return found

    monkeypatch.setattr(planning_module, "gather", gather_then_stop)
    plan(MONDAY)
    assert not Message.objects.exists()


def test_a_deadline_that_moves_begins_a_new_ladder(cast: Cast, item: Milestone) -> None:
    stop(cast, item)
    Milestone.objects.filter(pk=item.pk).update(deadline_version=2)
    sweep(MONDAY)
    assert len(mail.outbox) == 1


def test_stop_and_start_are_logged_with_the_reason(cast: Cast, item: Milestone) -> None:
    start_ladder(factories.act(cast["officer"], MONDAY), stop(cast, item))
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["stop_ladder", "start_ladder"]
    assert Event.objects.filter(changes__reason=["", "The site is flooded"]).exists()


def test_without_a_reason_or_twice_it_is_refused(cast: Cast, item: Milestone) -> None:
    with pytest.raises(ValidationError):
        stop(cast, item, reason="  ")
    stop(cast, item)
    with pytest.raises(Refusal):
        stop(cast, item)


@pytest.mark.parametrize("role", ["lead", "chair", "stranger"])
def test_only_staff_stop_a_ladder(cast: Cast, item: Milestone, role: str) -> None:
    with pytest.raises(PermissionDenied):
        stop_ladder(factories.act(cast[role]), duty_of(item), reason="Enough")


def test_staff_stop_and_start_on_the_page_of_the_duty(
    cast: Cast, item: Milestone, client: Client
) -> None:
    client.force_login(cast["officer"])
    path = reverse("duty-reminders", args=["milestone", item.pk])
    with time_machine.travel(MONDAY, tick=False):
        assert client.post(path, {"stop": "1", "reason": ""}).status_code == 422
        assert client.post(path, {"stop": "1", "reason": "Flooded"}).status_code == 302
        for page in (
            path,
            reverse("outbox"),
            reverse("ladder-preview", args=["milestone", item.pk]),
        ):
            assert "Flooded" in client.get(page).content.decode()
        assert client.post(path, {"start": "1"}).status_code == 302
        assert "Flooded" not in client.get(path).content.decode()
    assert LadderStop.objects.get().started_at == MONDAY


def test_staff_of_another_programme_see_no_stop(
    cast: Cast, item: Milestone, client: Client
) -> None:
    stop(cast, item)
    client.force_login(factories.programme_role(factories.programme(), "manager"))
    assert "flooded" not in client.get(reverse("outbox")).content.decode()
