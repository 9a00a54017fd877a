"""Calendar addresses: what a subscribed calendar holds, for whom, and in which bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar, Event

from milestones.models import Milestone
from networks.models import Member, Network, ProgrammeRole, User
from notifications.models import CalendarFeed
from notifications.services.feeds import make_feed
from tests import factories, worlds
from tests.factories import NOW, Cast, act
from tests.worlds import SEEN, World

pytestmark = pytest.mark.django_db
NASTY = "Röntgen; 50 %, “Ω”\\n\r\nSecond line:\t日本語の表題" + " und sehr lang" * 20


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, code="MS7", title="First patient in")


def address(person: User, scope: Any = None, **options: Any) -> str:
    """Make an address for a person and return its path."""
    _, token = make_feed(act(person), person, scope, **options)
    return reverse("calendar-feed", args=[token])


def events(path: str) -> dict[str, Event]:
    """What a calendar program reads there, by the first words of the summary."""
    answer = Client().get(path)
    assert answer.status_code == 200
    read = Calendar.from_ical(answer.content)
    return {str(event["UID"]): event for event in read.walk("VEVENT")}


def only(path: str) -> Event:
    (event,) = events(path).values()
    return event


def titles(path: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in events(path).values()]


# --- What an event says -----------------------------------------------------------------
def test_an_event_is_a_whole_day_with_a_stable_name(cast: Cast, item: Milestone) -> None:
    event = only(address(cast["lead"]))
    assert event.decoded("DTSTART") == date(2026, 6, 30)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["UID"] == f"milestone-{item.pk}@localhost"
    assert event["SUMMARY"] == "AURORA MS7 First patient in (planned)"
    assert event["URL"] == f"http://localhost:8000{item.get_absolute_url()}"
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 0)


def test_the_calendar_says_its_name_and_when_to_come_back(cast: Cast, item: Milestone) -> None:
    text = Client().get(address(cast["lead"], cast.aurora)).content.decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT3H\r\n" in text
    assert "X-PUBLISHED-TTL:PT3H\r\n" in text
    assert "X-WR-CALNAME:AURORA" in text
    assert "METHOD" not in text


def test_the_sequence_rises_when_the_date_moves_and_not_with_a_forecast(
    cast: Cast, item: Milestone
) -> None:
    path = address(cast["lead"])
    before = only(path)
    Milestone.objects.update(forecast_date=date(2026, 9, 1), confidence="at_risk", percent=40)
    told = only(path)
    assert (told["SEQUENCE"], told.decoded("DTSTART")) == (0, date(2026, 6, 30))
    assert told["SUMMARY"].endswith("(at risk)")
    assert "The lead expects it on Tuesday 1 September 2026." in told["DESCRIPTION"]
    Milestone.objects.update(revised_date=date(2026, 8, 31), deadline_version=2)
    moved = only(path)
    assert (moved["SEQUENCE"], moved.decoded("DTSTART")) == (1, date(2026, 8, 31))
    assert moved["UID"] == before["UID"]


def test_a_dropped_one_is_cancelled_with_a_higher_sequence(cast: Cast, item: Milestone) -> None:
    Milestone.objects.update(state="dropped")
    event = only(address(cast["lead"], cast.aurora))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert event["SUMMARY"].endswith("(dropped)")


@pytest.mark.parametrize(
    ("state", "status", "sequence"),
    [("active", "CONFIRMED", 0), ("suspended", "TENTATIVE", 0), ("terminated", "CANCELLED", 1)],
)
def test_the_networks_state_tells_whether_a_date_holds(
    cast: Cast, item: Milestone, state: str, status: str, sequence: int
) -> None:
    Network.objects.filter(pk=cast.aurora.pk).update(state=state)
    event = only(address(cast["lead"], cast.aurora))
    assert (event["STATUS"], event["SEQUENCE"]) == (status, sequence)


def test_what_is_done_stays_confirmed_after_the_network_has_ended(cast: Cast) -> None:
    factories.milestone(cast.aurora, state="verified", actual_date=date(2026, 6, 1))
    Network.objects.update(state="closed")
    event = only(address(cast["lead"], cast.aurora))
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"].endswith("(verified)")


def test_times_are_those_of_the_last_change_not_of_the_asking(
    cast: Cast, item: Milestone, noon: time_machine.Traveller
) -> None:
    said = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)
    Milestone.objects.update(last_update_at=said)
    path = address(cast["lead"])
    first = Client().get(path).content
    noon.shift(timedelta(hours=5))
    assert Client().get(path).content == first
    assert only(path).decoded("DTSTAMP") == only(path).decoded("LAST-MODIFIED") == said


def test_hostile_texts_are_escaped_and_lines_folded_at_75_octets(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, code="MS1,;", title=NASTY)
    answer = Client().get(address(cast["lead"]))
    lines = answer.content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    # No octet sequence is torn by a fold: each physical line is UTF-8 of its own.
    assert all(line.decode("utf-8") is not None for line in lines)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    told = " ".join("".join(c if c.isprintable() else " " for c in item.title).split())
    assert event["SUMMARY"] == f"AURORA MS1,; {told} (planned)"
    unfolded = answer.content.replace(b"\r\n ", b"").decode()
    assert "Röntgen\\; 50 %\\, “Ω”\\\\n Second line" in unfolded


def test_a_title_cannot_add_lines_to_the_calendar(cast: Cast) -> None:
    factories.milestone(cast.aurora, title="x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil")
    assert len(events(address(cast["lead"]))) == 1


def test_it_speaks_the_owners_language(cast: Cast, item: Milestone) -> None:
    cast["lead"].language = "de"
    cast["lead"].save()
    Milestone.objects.update(forecast_date=date(2026, 9, 1))
    assert "Dienstag, 1. September 2026" in only(address(cast["lead"]))["DESCRIPTION"]


def test_it_looks_back_half_a_year(cast: Cast) -> None:
    for title, days in (("kept", 180), ("past", 181)):
        day = NOW.date() - timedelta(days=days)
        factories.milestone(cast.aurora, title=title, contractual_date=day)
    (told,) = titles(address(cast["lead"]))
    assert "kept" in told


# --- For whom ---------------------------------------------------------------------------
def test_ones_own_calendar_holds_ones_own_duties_only(cast: Cast, item: Milestone) -> None:
    own = Member.objects.get(network=cast.aurora, user=cast["member"])
    factories.milestone(cast.aurora, title="Mine", responsible=own)
    assert [name for name in titles(address(cast["member"])) if "Mine" in name]
    assert len(titles(address(cast["member"]))) == 1
    assert len(titles(address(cast["lead"]))) == 1
    assert titles(address(cast["stranger"])) == []


def test_a_lead_may_take_the_whole_network_in(cast: Cast, item: Milestone) -> None:
    own = Member.objects.get(network=cast.aurora, user=cast["member"])
    factories.milestone(cast.aurora, responsible=own)
    assert len(titles(address(cast["lead"], with_networks=True))) == 2
    assert len(titles(address(cast["manager"], with_networks=True))) == 2
    assert len(titles(address(cast["member"], with_networks=True))) == 1


def test_an_officer_has_what_waits_to_be_checked(cast: Cast) -> None:
    handed_in = date(2026, 6, 10)
    factories.milestone(
        cast.aurora, state="claimed", actual_date=handed_in, handed_in_on=handed_in, code="MS9"
    )
    event = only(address(cast["officer"]))
    assert event.decoded("DTSTART") == date(2026, 6, 24)
    assert "AURORA MS9 Verification of a milestone:" in event["SUMMARY"]


@pytest.mark.parametrize("scope", ["network", "programme"])
@pytest.mark.parametrize("role", ["lead", "chair", "funder", "observer", "officer"])
def test_a_calendar_holds_what_its_owner_may_see(role: str, scope: str) -> None:
    world: World = worlds.world()
    aurora = world.cast.aurora
    path = address(world.person(role), aurora if scope == "network" else aurora.programme)
    shown = set(events(path))
    for name, row in world.own.items():
        kind = row._meta.model_name
        if kind in ("milestone", "deliverable"):
            assert (f"{kind}-{row.pk}@localhost" in shown) == (role in SEEN[name]), name
    assert "CANARY" not in Client().get(path).content.decode()


def test_whoever_has_left_gets_404_and_so_does_a_closed_account(
    cast: Cast, item: Milestone
) -> None:
    path = address(cast["member"], cast.aurora)
    assert Client().get(path).status_code == 200
    Member.objects.filter(user=cast["member"]).update(ends=NOW.date() - timedelta(days=1))
    gone = Client().get(path)
    assert gone.status_code == 404
    assert gone.content == Client().get("/calendar/never-was.ics").content
    own = address(cast["lead"])
    User.objects.filter(pk=cast["lead"].pk).update(is_active=False)
    assert Client().get(own).status_code == 404


def test_a_programmes_calendar_ends_with_the_role(cast: Cast, item: Milestone) -> None:
    path = address(cast["officer"], cast.programme)
    assert len(titles(path)) == 1
    ProgrammeRole.objects.filter(user=cast["officer"]).delete()
    assert Client().get(path).status_code == 404


# --- The answer -------------------------------------------------------------------------
def test_the_answer_is_private_unlisted_and_needs_no_log_in(cast: Cast, item: Milestone) -> None:
    answer = Client().get(address(cast["lead"]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Content-Language"] == "en"
    assert not answer.cookies


def test_a_key_that_opens_nothing_today_stands_in_no_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    path = address(cast["member"], cast.aurora)
    Member.objects.filter(user=cast["member"]).update(ends=NOW.date() - timedelta(days=1))
    assert Client().get(path).status_code == 404
    assert path not in caplog.text


def test_an_unchanged_calendar_is_not_sent_twice(cast: Cast, item: Milestone) -> None:
    path = address(cast["lead"])
    tag = Client().get(path)["ETag"]
    same = Client().get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert "private" in same["Cache-Control"]
    Milestone.objects.update(revised_date=date(2026, 7, 1), deadline_version=2)
    assert Client().get(path, headers={"If-None-Match": tag}).status_code == 200


def test_nothing_is_written_by_post(cast: Cast, item: Milestone) -> None:
    assert Client().post(address(cast["lead"])).status_code == 405
    assert Client().head(address(cast["lead"])).status_code == 200


@pytest.mark.parametrize("kind", ["own", "network", "programme"])
def test_a_calendar_costs_the_same_whatever_it_holds(cast: Cast, kind: str) -> None:
    scope = {"own": None, "network": cast.aurora, "programme": cast.programme}[kind]
    path = address(cast["lead"], scope)
    package = factories.work_package(cast.aurora)

    def cost(count: int) -> int:
        for _ in range(count):
            factories.milestone(cast.aurora, work_packages=[package])
            factories.deliverable(cast.aurora)
        Client().get(path)
        with CaptureQueriesContext(connection) as asked:
            assert len(events(path)) >= count
        return len(asked)

    assert cost(2) == cost(15)


def test_the_day_of_reading_is_noted_once_a_day(cast: Cast) -> None:
    path = address(cast["lead"])
    Client().get(path)
    assert CalendarFeed.objects.get().read_on == NOW.date()
