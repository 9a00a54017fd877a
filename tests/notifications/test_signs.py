"""/healthz/reminders and /metrics: figures that tell when reminders have stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from notifications.models import Heartbeat, Message
from notifications.services import plan
from notifications.services.claiming import claim
from notifications.services.signs import Signs, signs_of_life
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tracker import metrics

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
HEALTH, METRICS = "/healthz/reminders", "/metrics"


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def beats(db: None) -> None:
    """Sweep and planner were seen this instant."""
    for name in (Heartbeat.SWEEP, Heartbeat.PLAN):
        Heartbeat.objects.create(name=name, at=MONDAY)


@pytest.fixture
def mail(cast: Cast, beats: None) -> Message:
    """A mail that is due this instant."""
    factories.milestone(cast.aurora, title="Secret title", contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    return Message.objects.get()


def health() -> tuple[int, dict[str, Any]]:
    answer = Client().get(HEALTH)
    return answer.status_code, json.loads(answer.content)


def test_it_has_stopped_until_the_first_sweep(db: None) -> None:
    code, facts = health()
    assert (code, facts["status"], facts["sweep_seconds"]) == (503, "stopped", None)


@pytest.mark.parametrize("silent", [Heartbeat.SWEEP, Heartbeat.PLAN])
@pytest.mark.parametrize(
    ("seconds", "status", "code"),
    [(299, "ok", 200), (300, "late", 200), (1799, "late", 200), (1800, "stopped", 503)],
)
def test_the_longest_silence_decides(
    beats: None, silent: str, seconds: int, status: str, code: int
) -> None:
    Heartbeat.objects.filter(name=silent).update(at=MONDAY - timedelta(seconds=seconds))
    answered, facts = health()
    assert (answered, facts["status"]) == (code, status)


def test_a_sweep_seen_in_the_future_is_no_sign_of_life(beats: None) -> None:
    Heartbeat.objects.filter(name=Heartbeat.SWEEP).update(at=MONDAY + timedelta(days=1))
    assert health()[0] == 503
    Heartbeat.objects.filter(name=Heartbeat.SWEEP).update(at=MONDAY)
    Heartbeat.objects.filter(name=Heartbeat.PLAN).update(at=MONDAY + timedelta(days=1))
    assert health()[0] == 200


def test_a_mail_that_does_not_leave_shows_though_the_beats_are_fresh(mail: Message) -> None:
    assert health()[1]["oldest_due_seconds"] == 0
    Message.objects.update(next_try_at=MONDAY - timedelta(seconds=1800))
    code, facts = health()
    assert (code, facts["oldest_due_seconds"], facts["due"]) == (503, 1800, 1)


def test_a_mail_that_a_dead_worker_holds_has_not_left(mail: Message) -> None:
    claim(MONDAY, uuid4())
    assert signs_of_life(MONDAY + timedelta(seconds=400)).oldest_due_seconds == 400


def test_what_is_put_off_is_counted_and_is_not_due(mail: Message) -> None:
    Message.objects.update(state="deferred", next_try_at=MONDAY + timedelta(minutes=5))
    _, facts = health()
    assert (facts["deferred"], facts["due"], facts["oldest_due_seconds"]) == (1, 0, 0)


def test_unknown_ones_and_what_was_refused_in_a_day_are_counted(mail: Message) -> None:
    Message.objects.update(state="unknown", settled_at=MONDAY)
    assert health()[1]["unknown"] == 1
    for hours, counted in ((24, 1), (25, 0)):
        Message.objects.update(state="refused", settled_at=MONDAY - timedelta(hours=hours))
        assert health()[1]["refused_lately"] == counted


def test_sent_mails_are_no_concern(mail: Message) -> None:
    Message.objects.update(state="accepted")
    assert health()[1]["due"] == 0


def test_it_tells_no_name_no_address_and_no_title(mail: Message, cast: Cast) -> None:
    said = Client().get(HEALTH).content.decode()
    assert not [word for word in ("Secret", "AURORA", "Lead", "@", "example") if word in said]
    assert {type(value) for value in json.loads(said).values()} <= {int, str, type(None)}


def test_it_costs_three_statements(mail: Message, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        health()


def test_it_is_never_cached_and_says_503_without_a_database(
    beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no-store" in Client().get(HEALTH)["Cache-Control"]

    def refuse(now: Any) -> Signs:
        raise DatabaseError("gone")

    monkeypatch.setattr(metrics, "signs_of_life", refuse)
    assert health() == (503, {"status": "stopped", "database": "unreachable"})


# --- Prometheus -------------------------------------------------------------------------
def samples(**extra: Any) -> dict[str, float]:
    answer = Client().get(METRICS, **extra)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        "".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_are_the_same_figures(mail: Message) -> None:
    Message.objects.update(next_try_at=MONDAY - timedelta(seconds=400))
    found = samples()
    assert found["tracker_reminders_oldest_due_seconds"] == 400
    assert found["tracker_reminders_statuslate"] == 1
    assert found["tracker_reminders_statusok"] == 0
    assert "tracker_reminders_healed_seconds" not in found
    figures = {name for name, value in health()[1].items() if isinstance(value, int)}
    assert {f"tracker_reminders_{name}" for name in figures} <= set(found)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
def test_without_a_token_this_machine_may_ask(beats: None, address: str) -> None:
    assert samples(REMOTE_ADDR=address)


@pytest.mark.parametrize(
    "asker",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
    ],
)
def test_without_a_token_nobody_else_may(beats: None, asker: dict[str, str]) -> None:
    assert Client().get(METRICS, **asker).status_code == 404


def test_behind_a_proxy_only_a_token_opens(beats: None, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert Client().get(METRICS).status_code == 404


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer a-token-of-metrics", 200),
        ("bearer a-token-of-metrics", 200),
        ("Bearer another", 401),
        ("Bearer é", 401),
        ("Bearer ", 401),
        ("Basic a-token-of-metrics", 401),
        ("", 401),
    ],
)
def test_with_a_token_only_the_token_opens(
    beats: None, settings: Any, header: str, code: int
) -> None:
    settings.METRICS_TOKEN = "a-token-of-metrics"
    answer = Client().get(METRICS, REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION=header)
    assert answer.status_code == code
