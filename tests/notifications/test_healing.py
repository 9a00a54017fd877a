"""A dead scheduler heals itself: a web process does beat's work when beat is silent."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from milestones.models import Milestone
from networks.clock import Today
from notifications import watching
from notifications.models import Heartbeat, Message, Preference
from notifications.services import healing
from notifications.services.healing import SILENCE, TURN, heal
from notifications.watching import Watch
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.servers.mail import MailSink
from tests.servers.processes import Processes
from tracker.demo.children import wait_until
from tracker.demo.readiness import web_answers

NOW = at("2026-06-01 08:00")


@pytest.fixture
def sweeps(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The instants at which a sweep was called, instead of the sweep."""
    called: list[Any] = []
    monkeypatch.setattr(healing, "sweep", called.append)
    return called


# --- Whether this process sweeps ----------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(("silent", "swept"), [(SILENCE, True), (SILENCE / 2, False)])
def test_it_sweeps_only_after_two_minutes_of_silence(
    sweeps: list[Any], silent: timedelta, swept: bool
) -> None:
    Heartbeat.objects.create(name=Heartbeat.SWEEP, at=NOW - silent)
    assert heal(NOW) == swept
    assert bool(sweeps) == swept


@pytest.mark.django_db
def test_it_sweeps_where_nobody_ever_has(sweeps: list[Any]) -> None:
    assert heal(NOW)


@pytest.mark.django_db
def test_signs_from_the_future_stop_nobody(sweeps: list[Any]) -> None:
    tomorrow = NOW + timedelta(days=1)
    for name in (Heartbeat.SWEEP, Heartbeat.HEAL):
        Heartbeat.objects.create(name=name, at=tomorrow)
    assert heal(NOW)


@pytest.mark.django_db
def test_it_sweeps_at_most_once_a_minute_though_the_sweep_fails(sweeps: list[Any]) -> None:
    # The stand-in leaves no heartbeat, as a sweep that fails at once would not.
    assert [heal(NOW), heal(NOW + TURN - timedelta(seconds=1)), heal(NOW + TURN)] == [
        True,
        False,
        True,
    ]


@pytest.mark.django_db(transaction=True)
def test_of_four_processes_at_once_one_sweeps(sweeps: list[Any]) -> None:
    barrier, took = Barrier(4), []

    def run() -> None:
        barrier.wait()
        took.append(heal(NOW))
        connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(took) == [False, False, False, True]
    assert len(sweeps) == 1


# --- Whether this process looks -----------------------------------------------------------
@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch, settings: Any) -> tuple[list[float], list[float]]:
    """A clock that stands still, and the moments of it at which was looked."""
    settings.SWEEP_FROM_WEB = True
    settings.SWEEP_GRACE_SECONDS = 0
    clock: list[float] = [1000.0]
    called: list[float] = []
    monkeypatch.setattr(watching, "monotonic", lambda: clock[0])
    monkeypatch.setattr(watching, "look", lambda: called.append(clock[0]))
    monkeypatch.setattr(watching, "watch", Watch())
    return clock, called


def ask(watch: Watch) -> None:
    watch.after_request()
    if watch.thread:
        watch.thread.join()


def test_a_process_looks_after_its_first_answer_and_then_every_half_minute(looks: Any) -> None:
    clock, called = looks
    watch = Watch()
    for moment in (1000.0, 1001.0, 1029.9, 1030.0, 1031.0):
        clock[0] = moment
        ask(watch)
    assert called == [1000.0, 1030.0]


def test_a_process_that_has_just_started_leaves_it_to_beat(looks: Any, settings: Any) -> None:
    settings.SWEEP_GRACE_SECONDS = 90
    clock, called = looks
    watch = Watch()
    for moment in (1000.0, 1089.9, 1090.0):
        clock[0] = moment
        ask(watch)
    assert called == [1090.0]


def test_it_does_not_look_where_the_setting_forbids_it(looks: Any, settings: Any) -> None:
    settings.SWEEP_FROM_WEB = False
    ask(Watch())
    assert looks[1] == []


def test_django_tells_it_of_every_answer() -> None:
    told = [key[0] for key, *_ in request_finished.receivers]
    assert "sweep-when-silent" in told


@pytest.mark.django_db
def test_a_request_itself_costs_no_query(looks: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/livez").status_code == 200


@pytest.mark.parametrize("fault", [DatabaseError("gone"), ValueError("odd")])
def test_a_fault_is_logged_and_hurts_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    def fail(now: Any) -> bool:
        raise fault

    monkeypatch.setattr(watching, "heal", fail)
    monkeypatch.setattr(watching.connections, "close_all", lambda: None)
    watching.look()
    assert "sweep" in caplog.text


# --- The real thing -----------------------------------------------------------------------
@pytest.fixture
def due_tomorrow(transactional_db: None) -> Milestone:
    """A milestone of the lead, who is woken at any hour of any day."""
    cast: Cast = factories.cast()
    Preference.objects.create(user=cast["lead"], digest_hour=0, weekdays="1234567")
    tomorrow = Today.at(timezone.now()).utc_date + timedelta(days=1)
    return factories.milestone(cast.aurora, contractual_date=tomorrow)


@pytest.mark.processes
def test_without_beat_and_worker_one_request_brings_the_reminder(
    due_tomorrow: Milestone,
    child_env: dict[str, str],
    processes: Processes,
    mail_sink: MailSink,
) -> None:
    env = {**child_env, "SWEEP_FROM_WEB": "1", "SWEEP_GRACE_SECONDS": "0", "REDIS_URL": ""}
    # The first /livez that is answered is the one request; its answer did not wait.
    web, _ = processes.web(env)
    (mail,) = mail_sink.wait_for(1, 30)
    assert mail.subject == "1 deadline needs you: AURORA"
    assert wait_until(lambda: Message.objects.get().state == "accepted", 10)
    assert wait_until(lambda: "Is beat running?" in web.tail(100), 10)
    assert Heartbeat.objects.get(name=Heartbeat.HEAL).at is not None


@pytest.mark.processes
def test_two_web_servers_and_many_requests_send_it_once(
    due_tomorrow: Milestone,
    child_env: dict[str, str],
    processes: Processes,
    mail_sink: MailSink,
) -> None:
    env = {**child_env, "SWEEP_FROM_WEB": "1", "SWEEP_GRACE_SECONDS": "0", "REDIS_URL": ""}
    servers = [processes.web(env) for _ in range(2)]
    for _ in range(20):
        assert all(web_answers(f"{address}/livez") for _, address in servers)
    mail_sink.wait_for(1, 30)
    for child, _ in servers:
        child.stop()
    assert len(mail_sink.mails()) == 1
    assert Message.objects.get().state == "accepted"


@pytest.mark.processes
def test_where_it_is_forbidden_no_request_sends_anything(
    due_tomorrow: Milestone,
    child_env: dict[str, str],
    processes: Processes,
    mail_sink: MailSink,
) -> None:
    _, address = processes.web({**child_env, "SWEEP_FROM_WEB": "0", "REDIS_URL": ""})
    assert web_answers(f"{address}/livez")
    assert not wait_until(lambda: bool(mail_sink.mails()), 3)
    assert not Heartbeat.objects.exists()
