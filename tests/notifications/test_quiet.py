"""Snooze and mute: the reader's peace, seen by staff, and at nobody else's cost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from networks.duties import Duty, source
from networks.models import Event, User
from networks.refusals import Refusal
from notifications.models import Reminder, Silence
from notifications.services import deliver, plan, sweep
from notifications.services.previewing import preview
from notifications.services.quieting import end_silence, mute_network, silence_item
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), code="MS7")


def duty_of(item: Milestone) -> Duty:
    (duty,) = source("milestone").among([item.pk])
    return duty


def quiet(cast: Cast, item: Milestone, until: date | None = None, role: str = "lead") -> Silence:
    person = cast[role]
    return silence_item(factories.act(person, MONDAY), person, duty_of(item), until=until)


def swept(days: int, start: Any = MONDAY) -> list[tuple[str, int, date]]:
    for day in range(days):
        plan(start + timedelta(days=day))
    rows = Reminder.objects.filter(state="planned") | Reminder.objects.exclude(message=None)
    return sorted(
        (row.recipient.name, row.offset_days, row.planned_at.date())
        for row in rows.distinct()
        if row.state != "held"
    )


def foreseen(item: Milestone) -> list[tuple[str, int, date]]:
    names = dict(User.objects.values_list("pk", "name"))
    lines = preview(duty_of(item), MONDAY)
    return sorted((names[x.telling.recipient], x.telling.step.offset, x.day) for x in lines)


def test_a_snoozed_item_comes_back_on_its_day(cast: Cast, item: Milestone) -> None:
    quiet(cast, item, date(2026, 6, 4))
    before = foreseen(item)
    assert swept(45) == before
    assert next(line[1:] for line in before if line[0] == "Lead") == (-4, date(2026, 6, 4))


def test_a_snooze_over_a_weekend_comes_on_monday(cast: Cast, item: Milestone) -> None:
    quiet(cast, item, date(2026, 6, 6))
    before = foreseen(item)
    assert swept(45) == before
    assert ("Lead", 0, date(2026, 6, 8)) in before


def test_a_snooze_ends_by_the_clock_of_the_reader(cast: Cast, item: Milestone) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(time_zone="Asia/Tokyo")
    quiet(cast, item, date(2026, 6, 4))
    assert plan(at("2026-06-03 22:59")).messages == 0
    assert plan(at("2026-06-03 23:00")).messages == 1


def test_the_ladder_to_others_goes_on(cast: Cast, item: Milestone) -> None:
    quiet(cast, item)
    before = foreseen(item)
    assert swept(45) == before
    assert {line[0] for line in before} == {"Deputy", "Officer", "Manager"}


def test_a_muted_network_is_quiet_and_another_is_not(cast: Cast, item: Milestone) -> None:
    lead = cast["lead"]
    factories.member(cast.boreas, "deputy", lead)
    Milestone.objects.filter(pk=item.pk).update(code="MS7")
    mute_network(factories.act(lead, MONDAY), lead, cast.aurora)
    other = factories.milestone(
        cast.boreas, contractual_date=date(2026, 6, 8), responsible=lead.memberships.last()
    )
    assert foreseen(item)[-1][0] != "Lead"
    plan(MONDAY)
    assert [row.duty_id for row in Reminder.objects.filter(state="planned", recipient=lead)] == [
        other.pk
    ]


def test_what_is_planned_is_held_and_taken_up_again(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    silence = quiet(cast, item)
    deliver(MONDAY)
    assert mail.outbox == []
    assert Reminder.objects.get(offset_days=-7).note == "Muted by the reader."
    end_silence(factories.act(cast["lead"], MONDAY), silence)
    sweep(at("2026-06-02 08:00"))
    assert len(mail.outbox) == 1


def test_a_deadline_that_moves_ends_a_snooze_but_not_a_mute(cast: Cast, item: Milestone) -> None:
    other = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    quiet(cast, item, date(2026, 6, 20))
    quiet(cast, other)
    Milestone.objects.update(deadline_version=2)
    plan(MONDAY)
    assert [row.duty_id for row in Reminder.objects.filter(state="planned")] == [item.pk]


def test_a_second_wish_takes_the_place_of_the_first(cast: Cast, item: Milestone) -> None:
    quiet(cast, item)
    quiet(cast, item, date(2026, 6, 4))
    assert Silence.objects.in_force().get().until == date(2026, 6, 4)


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 8, 31)])
def test_a_snooze_lies_within_ninety_days(cast: Cast, item: Milestone, day: date) -> None:
    with pytest.raises(Refusal):
        quiet(cast, item, day)


def test_it_is_logged_for_staff_and_not_for_the_team(cast: Cast, item: Milestone) -> None:
    quiet(cast, item)
    event = Event.objects.get(verb="quiet")
    assert event in Event.objects.visible_to(cast["officer"])
    assert event not in Event.objects.visible_to(cast["deputy"])


@pytest.mark.parametrize("how", ["snooze", "mute", "network"])
def test_from_my_work_to_the_preferences_and_back(
    cast: Cast, item: Milestone, client: Client, how: str
) -> None:
    path = reverse("quiet", args=["milestone", item.pk])
    client.force_login(cast["lead"])
    with time_machine.travel(MONDAY, tick=False):
        assert path in client.get("/").content.decode()
        assert client.get(path).status_code == 200
        answer = client.post(path, {"how": how, "until": "2026-06-05", "next": "/"})
        assert answer["Location"] == "/"
        shown = client.get(reverse("preferences")).content.decode()
        assert "AURORA" in shown
        client.force_login(cast["officer"])
        page = client.get(reverse("duty-reminders", args=["milestone", item.pk]))
        assert "Muted and snoozed by readers" in page.content.decode()
        silence = Silence.objects.get()
        end = reverse("quiet-end", args=[silence.pk])
        assert client.post(end).status_code == 404
        client.force_login(cast["lead"])
        assert client.post(end).status_code == 302
    assert not Silence.objects.in_force().exists()


@pytest.mark.parametrize(
    "typed", [{"how": "snooze"}, {"how": "snooze", "until": "2026-05-01"}, {"how": "x"}, {}]
)
def test_nonsense_is_refused(
    cast: Cast, item: Milestone, client: Client, typed: dict[str, str]
) -> None:
    client.force_login(cast["lead"])
    with time_machine.travel(MONDAY, tick=False):
        answer = client.post(reverse("quiet", args=["milestone", item.pk]), typed)
    assert answer.status_code == 422
    assert not Silence.objects.exists()


def test_a_stranger_cannot_mute_what_they_cannot_see(
    cast: Cast, item: Milestone, client: Client
) -> None:
    client.force_login(cast["stranger"])
    assert client.get(reverse("quiet", args=["milestone", item.pk])).status_code == 404
    assert client.post(reverse("quiet", args=["nonsense", 1]), {"how": "mute"}).status_code == 404


@pytest.mark.parametrize(("how", "status"), [("snooze", 302), ("mute", 302), ("network", 404)])
def test_the_link_in_a_mail_snoozes_or_mutes_its_item_only(
    cast: Cast, item: Milestone, client: Client, how: str, status: int
) -> None:
    sweep(MONDAY)
    (path,) = set(re.findall(r"(/do/[\w-]+/)", str(mail.outbox[0].body)))
    with time_machine.travel(MONDAY, tick=False):
        assert "Remind me later" in client.get(path).content.decode()
        wrong = client.post(path, {"how": "snooze", "until": "2020-01-01"})
        assert wrong.status_code == 422
        assert client.post(path, {"how": how, "until": "2026-06-05"}).status_code == status
    assert Silence.objects.filter(user=cast["lead"]).exists() is (status == 302)
    if status == 302:
        assert Event.objects.get(verb="quiet").channel == "mail"
