"""A country changes its clocks between the planning of a mail and its sending (new tzdata)."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from struct import pack

import pytest

from networks import clock
from networks.models import Member, User
from notifications.models import Message, Reminder
from notifications.services import deliver, plan, sweep
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script

pytestmark = pytest.mark.django_db
ZONE = "Europe/Brussels"
# Monday 1 June 2026. By the old rules it is 08:00 in summer time, by the new ones 07:00.
OLD_MORNING, NEW_MORNING = at("2026-06-01 06:00"), at("2026-06-01 07:00")
WINTER_TIME_FOR_EVER = "CET-1"
# As Samoa did in 2011, to the other side of the date line.
ACROSS_THE_DATE_LINE = "XST-14"


def rules(footer: str) -> bytes:
    """A compiled time zone (RFC 9636) that knows one rule, in the words of POSIX TZ."""
    counts = pack(">6l", 0, 0, 0, 0, 1, 4)
    block = b"TZif2" + bytes(15) + counts + pack(">lbb", 0, 0, 0) + b"LMT\0"
    return block + block + f"\n{footer}\n".encode()


@contextmanager
def from_now_on(folder: Path, footer: str) -> Iterator[None]:
    """New tzdata, as after an update and a restart."""
    path = folder / ZONE
    path.parent.mkdir(parents=True)
    path.write_bytes(rules(footer))
    known = zoneinfo.TZPATH
    try:
        zoneinfo.reset_tzpath(to=[str(folder), *known])
        forget()
        yield
    finally:
        zoneinfo.reset_tzpath(to=known)
        forget()


def forget() -> None:
    zoneinfo.ZoneInfo.clear_cache()
    clock._zone.cache_clear()
    clock._zones_by_date.cache_clear()


@pytest.fixture
def two(cast: Cast) -> tuple[User, User]:
    """The lead and a member, in Brussels, with an item each that is due in a week."""
    User.objects.update(time_zone=ZONE)
    factories.network(acronym="ELSEWHERE")
    cast.aurora.time_zone = ZONE
    cast.aurora.save()
    seat = Member.objects.get(user=cast["member"])
    for responsible in (None, seat):
        factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), responsible=responsible)
    return cast["lead"], cast["member"]


def days() -> list[tuple[str, date, str]]:
    rows = Message.objects.order_by("recipient__name", "local_day")
    return list(rows.values_list("recipient__name", "local_day", "state"))


def test_a_mail_that_is_not_planned_yet_waits_for_the_new_morning(
    two: tuple[User, User], tmp_path: Path
) -> None:
    with from_now_on(tmp_path, WINTER_TIME_FOR_EVER):
        assert plan(OLD_MORNING).messages == 0
        assert plan(at("2026-06-01 06:59")).messages == 0
        assert plan(NEW_MORNING).messages == 2
    assert plan(at("2026-06-02 05:59")).messages == 0


def test_what_was_sent_stays_and_what_waits_goes_out_once_by_the_new_rules(
    two: tuple[User, User], relay: Script, tmp_path: Path
) -> None:
    lead, member = two
    relay.say("rcpt", "451 later, please", member.email)
    sweep(OLD_MORNING)
    before = Message.objects.filter(recipient=lead).values().get()
    relay.forget()
    with from_now_on(tmp_path, WINTER_TIME_FOR_EVER):
        for moment in (NEW_MORNING, at("2026-06-01 08:00"), at("2026-06-01 20:00")):
            sweep(moment)
        assert relay.to() == [lead.email, member.email]
        assert Message.objects.filter(recipient=lead).values().get() == before
        # The next step is the day before the due date, at eight by the new clock.
        assert plan(at("2026-06-08 06:30")).messages == 0
        assert plan(at("2026-06-08 07:00")).messages == 2


def test_a_mail_that_waits_is_written_anew_by_the_new_date(
    two: tuple[User, User], relay: Script, tmp_path: Path
) -> None:
    plan(OLD_MORNING)
    with from_now_on(tmp_path, ACROSS_THE_DATE_LINE):
        deliver(at("2026-06-01 11:00"))
    text = relay.received[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # There it is the second of June already.
    assert "6 days left" in text


def test_a_day_that_comes_twice_by_the_new_rules_brings_one_mail(
    two: tuple[User, User], relay: Script, tmp_path: Path
) -> None:
    with from_now_on(tmp_path, ACROSS_THE_DATE_LINE):
        # The second of June, at eight.
        sweep(at("2026-06-01 18:00"))
    sent = days()
    for moment in ("2026-06-01 20:00", "2026-06-02 06:00", "2026-06-02 12:00"):
        sweep(at(moment))
    assert days() == sent
    assert [day for _, day, _ in sent] == [date(2026, 6, 2), date(2026, 6, 2)]
    assert len(relay.received) == 2
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent", "superseded"}
