"""Copies and restored backups send nothing; nor does a queue whose password is wrong."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from smtplib import SMTPAuthenticationError
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from milestones.models import Milestone
from networks.services.inviting import Asked, invite
from notifications import outside
from notifications.conversing import judge
from notifications.models import Attempt, Message, Reminder, Sending
from notifications.services import deliver, gate, plan, sweep
from notifications.services.claiming import claim
from notifications.services.resuming import resume
from notifications.transport import Fault, Relay
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script
from tests.servers.mail import MailSink
from tests.servers.processes import manage
from tracker.health import readyz

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = timedelta(hours=5)


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "here"
    return settings.DATA_DIR


def sending(*words: str) -> str:
    said = StringIO()
    call_command("sending", *words, stdout=said)
    return said.getvalue()


def begun() -> None:
    """An installation that has sent before."""
    assert gate.enter(MONDAY).is_open
    gate.note_batch()


def test_the_first_start_opens_the_gate_by_itself(item: Milestone, relay: Script) -> None:
    assert sending() == "Sending: not begun. Nothing has been sent yet.\n"
    sweep(MONDAY)
    assert len(relay.received) == 1
    assert sending() == "Sending: ok.\n"


def test_a_copy_of_the_database_beside_another_data_dir_sends_nothing(
    item: Milestone, relay: Script, settings: Any, tmp_path: Path
) -> None:
    begun()
    settings.DATA_DIR = tmp_path / "staging"
    swept = sweep(MONDAY)
    assert relay.received == []
    assert swept.fates == {"held back": 1}
    assert sending().startswith("Sending: elsewhere. ")


def test_a_copy_with_its_data_dir_on_another_host_sends_nothing(
    item: Milestone, relay: Script, settings: Any
) -> None:
    begun()
    settings.SITE_URL = "https://staging.example.org"
    sweep(MONDAY)
    assert relay.received == []
    assert "this is staging.example.org" in sending()


def test_a_restored_backup_sends_nothing_until_an_operator_says_so(
    item: Milestone, relay: Script
) -> None:
    begun()
    backup = Sending.objects.get().mark
    gate.note_batch()
    Sending.objects.update(mark=backup)
    sweep(MONDAY)
    assert relay.received == []
    assert sending() == "Sending: behind. The database is 1 batches behind: a restored backup?\n"
    assert sending("resume") == "Sending: ok.\n"
    deliver(MONDAY + LATER)
    assert len(relay.received) == 1


def test_a_backup_from_before_the_first_start_is_noticed(item: Milestone, relay: Script) -> None:
    begun()
    Sending.objects.all().delete()
    plan(MONDAY)
    Message.objects.update(tries=1)
    deliver(MONDAY)
    assert relay.received == []
    assert gate.look(MONDAY).state == gate.BEHIND


def test_a_backup_from_before_the_first_mail_is_noticed_by_its_networks(
    item: Milestone, relay: Script
) -> None:
    begun()
    Sending.objects.all().delete()
    sweep(MONDAY)
    assert relay.received == []
    assert sending().startswith("Sending: behind. ")
    sending("resume")
    deliver(MONDAY + LATER)
    assert len(relay.received) == 1


def test_an_emptied_database_of_the_same_installation_begins_anew(db: None) -> None:
    begun()
    Sending.objects.all().delete()
    assert gate.enter(MONDAY).is_open


def test_what_waits_can_be_cancelled_when_sending_is_resumed(
    item: Milestone, relay: Script, time_machine: Any
) -> None:
    time_machine.move_to(MONDAY, tick=False)
    begun()
    plan(MONDAY)
    assert "Cancelled 1 waiting mails." in sending("resume", "--cancel-waiting")
    deliver(MONDAY + LATER)
    assert relay.received == []
    assert Message.objects.get().reminders.get().state == "cancelled"


def test_what_was_due_and_not_planned_yet_is_cancelled_with_it(
    item: Milestone, relay: Script
) -> None:
    begun()
    resume(MONDAY, cancel_waiting=True)
    sweep(MONDAY + LATER)
    assert relay.received == []
    assert Message.objects.get().state == "cancelled"
    sweep(at("2026-06-08 08:00"))
    assert len(relay.received) == 1


def test_what_an_earlier_morning_has_told_is_cancelled_before_today_s_has_come(
    item: Milestone, relay: Script
) -> None:
    begun()
    # The last that the backup knows: the step of 14 days, late. Monday's mail is lost with it.
    sweep(at("2026-05-29 08:00"))
    assert len(relay.received) == 1
    assert resume(at("2026-06-02 05:00"), cancel_waiting=True) == 1
    sweep(at("2026-06-02 08:00"))
    assert len(relay.received) == 1
    told = Reminder.objects.order_by("offset_days").values_list("offset_days", "state")
    assert (-7, "cancelled") in list(told)
    # What comes is told: Sunday's step on Monday.
    sweep(at("2026-06-08 08:00"))
    assert len(relay.received) == 2


def test_an_invitation_that_no_pass_has_planned_yet_is_cancelled_with_it(
    cast: Cast, relay: Script
) -> None:
    begun()
    act = factories.act(cast["lead"], at=MONDAY)
    invite(act, cast.programme, cast.aurora, [Asked("anna@example.org", "member")])
    assert resume(MONDAY, cancel_waiting=True) == 1
    sweep(MONDAY + LATER)
    assert relay.received == []


def test_a_mail_in_doubt_gets_no_second_copy_after_such_a_resume(
    item: Milestone, relay: Script, time_machine: Any
) -> None:
    time_machine.move_to(MONDAY, tick=False)
    begun()
    plan(MONDAY)
    Message.objects.update(state="unknown", settled_at=MONDAY)
    sending("resume", "--cancel-waiting")
    deliver(MONDAY + LATER)
    assert relay.received == []


def test_after_a_resume_the_other_copy_is_the_one_that_is_closed(
    item: Milestone, settings: Any, tmp_path: Path
) -> None:
    begun()
    settings.DATA_DIR = tmp_path / "new home"
    sending("resume")
    assert gate.look(MONDAY).is_open
    settings.DATA_DIR = tmp_path / "here"
    assert gate.look(MONDAY).state == gate.ELSEWHERE


def test_machines_without_a_common_folder_name_the_installation(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.SENDING_EPOCH = "production"
    begun()
    settings.DATA_DIR = tmp_path / "second machine"
    assert gate.look(MONDAY).is_open
    settings.SENDING_EPOCH = "staging"
    assert gate.look(MONDAY).state == gate.ELSEWHERE


@pytest.mark.parametrize("content", ["", "[]", '{"epoch": 1}', "\x00"])
def test_a_damaged_file_closes_the_gate(db: None, here: Path, content: str) -> None:
    begun()
    outside.path().write_text(content)
    assert gate.look(MONDAY).state == gate.ELSEWHERE
    sending("resume")
    assert gate.look(MONDAY).is_open


def test_a_slow_worker_does_not_take_back_the_mark_of_a_fast_one(db: None) -> None:
    begun()
    known = json.loads(outside.path().read_text())
    outside.keep(outside.Outside(known["epoch"], known["mark"] + 5))
    gate.note_batch()
    assert outside.read() == outside.Outside(known["epoch"], known["mark"] + 5)


def test_a_wrong_password_pauses_the_queue_and_no_mail_is_blamed(
    item: Milestone, relay: Script, monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    wrong = SMTPAuthenticationError(535, b"wrong password")

    class Locked(Relay):
        def open(self) -> Fault | None:
            monkeypatch.setattr(self.backend, "open", lambda: (_ for _ in ()).throw(wrong))
            return super().open()

    plan(MONDAY)
    deliver(MONDAY, Locked)
    assert (Message.objects.get().state, Message.objects.get().tries) == ("due", 0)
    assert gate.look(MONDAY).state == gate.PAUSED
    assert deliver(MONDAY + timedelta(minutes=14)) == {"held back": 1}
    deliver(MONDAY + timedelta(minutes=16))
    assert len(relay.received) == 1


@pytest.mark.parametrize("phase", ["rcpt", "dot"])
def test_a_server_that_wants_a_log_in_pauses_the_queue_too(
    item: Milestone, relay: Script, phase: str
) -> None:
    relay.say(phase, "530 log in first")
    sweep(MONDAY)
    assert Message.objects.get().state == "due"
    assert Attempt.objects.get().code == 530
    assert gate.look(MONDAY).state == gate.PAUSED
    sending("resume")
    relay.forget()
    deliver(MONDAY + LATER)
    assert len(relay.received) == 1


def test_a_log_in_code_is_judged_before_its_first_digit() -> None:
    assert judge(535, b"no").queue_wide
    assert not judge(550, b"no").queue_wide


def test_no_more_mails_leave_in_a_minute_than_the_relay_allows(
    cast: Cast, relay: Script, settings: Any
) -> None:
    settings.MAILS_PER_MINUTE = 2
    for number in range(5):
        network = factories.network(acronym=f"RATE{number}")
        factories.member(network, "lead")
        factories.milestone(network, contractual_date=date(2026, 6, 8))
    counts = []
    for seconds in (0, 30, 61, 90, 125):
        sweep(MONDAY + timedelta(seconds=seconds))
        counts.append(len(relay.received))
    assert counts == [2, 2, 4, 4, 5]


def test_a_clock_set_back_does_not_stop_a_limited_queue(item: Milestone, settings: Any) -> None:
    settings.MAILS_PER_MINUTE = 1
    begun()
    plan(MONDAY)
    Sending.objects.update(minute_began=MONDAY + timedelta(hours=1), in_minute=1)
    assert len(claim(MONDAY, uuid4()).ids) == 1


def test_health_and_outbox_say_that_nothing_is_sent(
    item: Milestone, rf: Any, client: Any, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    begun()
    client.force_login(cast["manager"])
    assert "No mail is being sent" not in client.get("/outbox/").content.decode()
    assert json.loads(readyz(rf.get("/")).content)["sending"] == "ok"
    settings.DATA_DIR = tmp_path / "staging"
    assert "No mail is being sent" in client.get("/outbox/").content.decode()
    assert json.loads(readyz(rf.get("/")).content)["sending"] == "elsewhere"


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_sweep_in_a_copy_of_the_installation_sends_nothing(
    child_env: dict[str, str], mail_sink: MailSink, tmp_path: Path
) -> None:
    cast: Cast = factories.cast()
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    first = manage(child_env, "sweep", "--now", "2026-06-01T08:00Z")
    assert "Sent 1." in first.stdout, first.stderr
    Message.objects.update(state="due", next_try_at=MONDAY)
    copy = {**child_env, "DATA_DIR": str(tmp_path / "copy")}
    assert "1 held back" in manage(copy, "sweep", "--now", "2026-06-01T09:00Z").stdout
    assert len(mail_sink.mails()) == 1
