"""What a sweep counts, and the signs of life it leaves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from networks.services.inviting import Asked, invite
from notifications.models import Heartbeat, Message, Reminder
from notifications.services import Swept, sweep, sweeping
from notifications.services.planning import Planned
from notifications.services.sweeping import beat, lay_out_reports
from reports.models import ReportSchedule
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
NOTHING = {"messages": 0, "reminders": 0, "missed": 0, "quiet": 0}


def sign(name: str = Heartbeat.SWEEP) -> Heartbeat:
    return Heartbeat.objects.get(name=name)


def test_an_idle_sweep_counts_nothing_and_says_that_it_lives(db: None) -> None:
    assert sweep(MONDAY) == Swept()
    facts = {"planned": NOTHING, "notices": 0, "invitations": 0, "mails": {}}
    assert (sign().at, sign().facts) == (MONDAY, facts)


def test_a_sweep_counts_each_sort_of_mail(cast: Cast, relay: Script) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    act = factories.act(cast["lead"], at=MONDAY)
    asked = [Asked(f"{name}@example.org", "member") for name in ("anna", "bert")]
    invite(act, cast.programme, cast.aurora, asked)
    swept = sweep(MONDAY)
    assert swept.planned == Planned(messages=1, reminders=1)
    assert (swept.notices, swept.invitations) == (0, 2)
    assert dict(swept.fates) == {"accepted": 3}
    assert sign().facts == {
        "planned": NOTHING | {"messages": 1, "reminders": 1},
        "notices": 0,
        "invitations": 2,
        "mails": {"accepted": 3},
    }


def test_a_beat_alone_keeps_what_the_last_sweep_did(db: None) -> None:
    beat(MONDAY, {"notices": 3})
    later = MONDAY + timedelta(minutes=1)
    beat(later)
    assert (sign().at, sign().facts) == (later, {"notices": 3})
    assert Heartbeat.objects.count() == 1


def test_a_sweep_that_fails_has_shown_that_it_began_and_has_sent_what_was_due(
    cast: Cast, relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    sweep(MONDAY)
    Message.objects.update(state="due")
    Reminder.objects.filter(state="sent").update(state="planned")
    before = sign().facts

    def broken(*_: Any) -> Any:
        raise RuntimeError("a step fails")

    # Each step after the first runs all the same.
    for step in ("lay_out_reports", "announce_due_packs", "plan_invitations", "plan_notices"):
        monkeypatch.setattr(sweeping, step, broken)
    monkeypatch.setattr(sweeping, "plan", broken)
    later = MONDAY + timedelta(minutes=1)
    with pytest.raises(RuntimeError, match="a step fails"):
        sweep(later)
    assert len(relay.received) == 2
    assert (sign().at, sign().facts) == (later, before)


@pytest.mark.parametrize(
    ("late", "laid_out"), [(timedelta(microseconds=-1), False), (timedelta(0), True)]
)
def test_reports_are_laid_out_every_ten_minutes(
    cast: Cast, late: timedelta, laid_out: bool
) -> None:
    lay_out_reports(MONDAY)
    assert sign(Heartbeat.SCHEDULES).at == MONDAY
    network = factories.network(programme=cast.programme)
    later = MONDAY + timedelta(minutes=10) + late
    lay_out_reports(later)
    assert sign(Heartbeat.SCHEDULES).at == (later if laid_out else MONDAY)
    assert ReportSchedule.objects.filter(network=network).exists() is laid_out


def test_a_new_sign_of_reports_is_no_sign_of_sweeping(cast: Cast) -> None:
    beat(MONDAY)
    later = MONDAY + timedelta(hours=1)
    lay_out_reports(later)
    assert (sign().at, sign(Heartbeat.SCHEDULES).at) == (MONDAY, later)
