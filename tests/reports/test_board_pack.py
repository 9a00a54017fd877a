"""The board pack: a few readable pages, and a mail with its link once, on its day."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from milestones import services
from networks.models import Event, Network, ProgrammeRole
from networks.refusals import Refusal
from notifications.models import Message
from notifications.services.noticing import plan_notices
from reports.models import BoardPackSchedule
from reports.papers.board_pack import board_pack
from reports.services.board_packs import announce_due_packs, schedule_board_pack
from tests import factories
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def company(time_machine: Any) -> Cast:
    time_machine.move_to(NOW, tick=False)
    return factories.cast()


def plan(company: Cast, count: int) -> None:
    """So many milestones from January on, every other one overdue by now."""
    at = datetime(2026, 1, 10, 9, tzinfo=UTC)
    for number in range(count):
        day = TODAY + timedelta(days=number if number % 2 else -number - 1)
        services.create_milestone(
            factories.act(company["manager"], at=at), company.aurora, code=f"MS{number}",
            title=f"=SUM(A1) Ελληνικά {number}", contractual_date=day,
        )  # fmt: skip


def pack(company: Cast, role: str = "manager") -> bytes:
    return board_pack(company[role], company.programme, NOW, as_of=TODAY, since=date(2026, 3, 15))


def read(pdf: bytes, *command: str) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("count", [0, 3, 300])
def test_it_has_one_to_six_pages_whatever_there_is(company: Cast, count: int) -> None:
    plan(company, count)
    pdf = pack(company)
    facts = read(pdf, "pdfinfo", "-")
    pages = int(facts.split("Pages:")[1].split()[0])
    assert 1 <= pages <= 6
    assert "Tagged:          yes" in facts
    words = read(pdf, "pdftotext", "-layout", "-", "-")
    assert "Board pack as of 2026-06-15" in words
    assert "AURORA" in words
    assert ("=SUM(A1) Ελληνικά" in words) is (count > 0)


def test_the_same_day_gives_the_same_bytes(company: Cast) -> None:
    plan(company, 5)
    assert pack(company) == pack(company)


def test_it_shows_each_reader_what_their_role_shows(company: Cast) -> None:
    plan(company, 5)
    assert "=SUM" not in read(pack(company, "funder"), "pdftotext", "-", "-")


def test_a_sign_that_no_drawing_can_hold_does_not_cost_the_pack(company: Cast) -> None:
    plan(company, 1)
    Network.objects.filter(pk=company.aurora.pk).update(acronym="AUR\x0bORA & <CO>")
    assert "AURORA & <CO>" in read(pack(company), "pdftotext", "-layout", "-", "-")


def test_charts_have_words_for_who_cannot_see_them(company: Cast) -> None:
    plan(company, 5)
    assert b"Overdue by age" in pack(company) or b"/Alt" in pack(company)


def schedule(company: Cast, **values: Any) -> BoardPackSchedule:
    given = {"every_months": 3, "next_on": TODAY, "people": [company["chair"], company["funder"]]}
    return schedule_board_pack(
        factories.act(company["manager"]), company.programme, **(given | values)
    )


def test_the_mail_goes_out_once_to_the_chosen(company: Cast) -> None:
    plan_notices(NOW - timedelta(minutes=1))
    schedule(company)
    assert announce_due_packs(NOW) == 1
    assert announce_due_packs(NOW + timedelta(minutes=1)) == 0
    for minutes in (2, 3):
        plan_notices(NOW + timedelta(minutes=minutes))
    told = Message.objects.filter(event__verb="board_pack").values_list("recipient", flat=True)
    assert sorted(told) == sorted([company["chair"].pk, company["funder"].pk])
    row = BoardPackSchedule.objects.get()
    assert (row.last_on, row.next_on) == (TODAY, date(2026, 9, 15))


def test_nothing_goes_out_before_its_day(company: Cast) -> None:
    schedule(company, next_on=TODAY + timedelta(days=1))
    assert announce_due_packs(NOW) == 0


def test_after_a_long_silence_one_pack_comes_and_the_rhythm_stays(company: Cast) -> None:
    row = schedule(company)
    BoardPackSchedule.objects.filter(pk=row.pk).update(next_on=date(2025, 7, 31), every_months=1)
    assert announce_due_packs(NOW) == 1
    row.refresh_from_db()
    assert (row.last_on, row.next_on) == (date(2026, 5, 31), date(2026, 6, 30))


def test_who_has_no_role_any_more_is_not_told(company: Cast) -> None:
    plan_notices(NOW - timedelta(minutes=1))
    schedule(company)
    ProgrammeRole.objects.filter(user=company["chair"]).update(ends=TODAY - timedelta(days=1))
    announce_due_packs(NOW)
    plan_notices(NOW + timedelta(minutes=1))
    told = Message.objects.filter(event__verb="board_pack").values_list("recipient", flat=True)
    assert list(told) == [company["funder"].pk]


@pytest.mark.parametrize("role", ["officer", "chair", "lead"])
def test_only_a_manager_schedules(company: Cast, role: str) -> None:
    with pytest.raises(PermissionDenied):
        schedule_board_pack(
            factories.act(company[role]), company.programme,
            every_months=3, next_on=TODAY, people=[],
        )  # fmt: skip


def test_only_people_of_the_programme_are_chosen(company: Cast) -> None:
    with pytest.raises(Refusal):
        schedule(company, people=[company["stranger"]])


def test_the_page_keeps_the_schedule_and_the_log_says_so(company: Cast) -> None:
    manager = Client()
    manager.force_login(company["manager"])
    address = reverse("board-pack-schedule", args=[company.programme.slug])
    given = {"every_months": 6, "next_on": "2026-07-01", "people": [company["chair"].pk]}
    assert manager.post(address, given).status_code == 302
    row = BoardPackSchedule.objects.get()
    assert (row.every_months, list(row.people.all())) == (6, [company["chair"]])
    assert Event.objects.filter(verb="schedule_board_pack").count() == 1
    assert manager.get(address).status_code == 200
    assert manager.post(address, given | {"next_on": "2026-06-01"}).status_code == 400


def test_the_link_of_the_mail_opens_the_pack(company: Cast) -> None:
    chair = Client()
    chair.force_login(company["chair"])
    address = reverse("board-pack", args=[company.programme.slug])
    answer = chair.get(f"{address}?as_of=2026-06-15&since=2026-03-15")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert chair.get(f"{address}?as_of=2999-01-01").status_code == 400
    stranger = Client()
    stranger.force_login(company["stranger"])
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302
