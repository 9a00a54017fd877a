"""Several sweeps at once, and the real worker: the database alone keeps them apart."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from milestones.models import Milestone
from networks.clock import Today
from networks.models import User
from notifications.models import Message, Preference, Reminder
from notifications.services import plan, sweep
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script, serving
from tests.servers.mail import MailSink
from tests.servers.processes import Processes, manage
from tracker.demo.children import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = at("2026-06-01 08:00")
PEOPLE = 25


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    with serving(Script(), settings) as script:
        yield script


def crowd() -> list[User]:
    """Many leads, each with one milestone due in a week."""
    leads = []
    for number in range(PEOPLE):
        network = factories.network(acronym=f"CROWD{number}")
        leads.append(factories.member(network, "lead"))
        factories.milestone(network, contractual_date=MONDAY.date() + timedelta(days=7))
    return leads


def at_once(job: Callable[[], object], times: int = 4) -> None:
    """Run a job in several threads, all let go at the same moment."""
    barrier, faults = Barrier(times), []

    def run() -> None:
        try:
            barrier.wait()
            job()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_four_planners_at_once_plan_each_mail_once() -> None:
    crowd()
    at_once(lambda: plan(MONDAY))
    assert Message.objects.count() == PEOPLE
    assert Reminder.objects.filter(state="planned").count() == PEOPLE


def test_four_sweeps_at_once_send_each_mail_once(relay: Script) -> None:
    leads = crowd()
    at_once(lambda: sweep(MONDAY))
    sweep(MONDAY)
    assert sorted(relay.to()) == sorted(person.email for person in leads)
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}


@pytest.fixture
def due_tomorrow(transactional_db: None) -> Milestone:
    """A milestone of the lead, who is woken at any hour of any day."""
    cast: Cast = factories.cast()
    Preference.objects.create(user=cast["lead"], digest_hour=0, weekdays="1234567")
    tomorrow = Today.at(timezone.now()).utc_date + timedelta(days=1)
    return factories.milestone(
        cast.aurora, contractual_date=tomorrow, code="MS7", title="First patient in"
    )


@pytest.mark.processes
def test_a_real_worker_sends_the_reminder_over_smtp(
    due_tomorrow: Milestone,
    child_env: dict[str, str],
    processes: Processes,
    mail_sink: MailSink,
    client: Client,
    settings: Any,
) -> None:
    env = {**child_env, "SWEEP_SECONDS": "1"}
    processes.worker(env)
    processes.beat(env)
    mails = mail_sink.wait_for(1, 60)
    assert len(mails) == 1
    (mail,) = mails
    lead = User.objects.get(name="Lead")
    assert list(mail.to) == [lead.email]
    assert mail.subject == "1 deadline needs you: AURORA"
    assert "MS7 First patient in" in mail.text
    assert "due tomorrow" in mail.text
    assert re.search(r"Due \w+day \d{1,2} \w+ 20\d\d", mail.text)
    assert "<strong" in mail.html
    assert dict(mail.headers)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # The worker's secret key made the link: this process answers with the same.
    settings.SECRET_KEY = env["SECRET_KEY"]
    path = re.findall(r"http://localhost:8000(/do/[\w-]+/)", mail.text)[0]
    assert "First patient in" in client.get(path).content.decode()
    client.post(path, {"no_change": "1"})
    assert due_tomorrow.status_updates.get().channel == "mail"


@pytest.mark.processes
def test_two_workers_two_beats_and_a_killed_worker_send_it_once(
    due_tomorrow: Milestone,
    child_env: dict[str, str],
    processes: Processes,
    mail_sink: MailSink,
    tmp_path: Path,
) -> None:
    env = {**child_env, "SWEEP_SECONDS": "1"}
    first = processes.worker(env, node="one")
    processes.worker(env, node="two")
    for name in ("a", "b"):
        processes.beat(env, tmp_path / name)
    first.stop()
    mail_sink.wait_for(1, 60)
    time.sleep(4)
    assert len(mail_sink.mails()) == 1
    assert wait_until(lambda: Message.objects.get().state == "accepted", 10)


@pytest.mark.processes
def test_a_sweep_by_hand_tells_what_it_did(
    due_tomorrow: Milestone, child_env: dict[str, str], mail_sink: MailSink
) -> None:
    now = timezone.now().strftime("%Y-%m-%dT%H:%MZ")
    first, second = (manage(child_env, "sweep", "--now", now) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert "planned 1 mails with 1 reminders" in first.stdout
    assert "Sent 1." in first.stdout
    assert "planned 0 mails" in second.stdout
    assert len(mail_sink.mails()) == 1
    wrong = manage(child_env, "sweep", "--now", "yesterday")
    assert wrong.returncode != 0
    assert "Write it like 2026-11-23T08:00Z" in wrong.stderr
