"""A week's plain summary for staff: its figures, its lines, and what the ledger says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from milestones.services import return_milestone
from networks.clock import Today
from networks.duties import Step, source
from networks.models import Network, ProgrammeRole, User
from notifications.models import Message, Preference, Reminder
from notifications.services import plan, set_preferences, sweep
from notifications.services.previewing import preview
from notifications.services.quieting import mute_network
from notifications.services.rules import Scope, switch_step
from notifications.summing import summary_of
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script, serving

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    settings.SITE_URL = "https://tracker.example.org"
    with serving(Script(), settings) as script:
        yield script


def choose(person: User) -> None:
    set_preferences(factories.act(person), person, rhythm="summary")


def due(network: Network, day: date, **fields: Any) -> Any:
    return factories.milestone(network, contractual_date=day, **fields)


def claimed(day: date) -> dict[str, Any]:
    return {"state": "claimed", "handed_in_on": day, "actual_date": day}


def figures(person: User, now: Any = MONDAY) -> dict[str, int]:
    summary = summary_of(person, Today.at(now))
    assert summary is not None
    return {figure: summary.number(figure) for figure in summary.totals}


def mail_to(relay: Script, person: User) -> EmailMessage:
    (mail,) = [each for each in relay.received if each["To"] == person.email]
    return mail


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_each_figure_counts_what_its_page_lists(cast: Cast, client: Client) -> None:
    today = date(2026, 6, 1)
    for days in (-40, -1, 0, 7, 8, 30, 31):
        due(cast.aurora, today + timedelta(days=days))
    factories.deliverable(cast.aurora, contractual_date=today - timedelta(days=1))
    due(cast.aurora, today + timedelta(days=90), **claimed(today))
    due(cast.aurora, today + timedelta(days=90), state="verified", actual_date=today)
    found = figures(cast["officer"])
    assert found == {"overdue": 3, "week": 2, "month": 4, "waiting": 1}


def test_what_was_returned_is_counted_until_somebody_writes(cast: Cast) -> None:
    item = due(cast.aurora, date(2026, 12, 1), **claimed(date(2026, 5, 20)))
    return_milestone(
        factories.act(cast["officer"], at("2026-05-29 09:00")), item, note="Sign it, please."
    )
    assert figures(cast["officer"]) == {"returned": 1}


@pytest.mark.parametrize(("late", "number"), [(6, 0), (7, 1), (13, 1), (14, 0)])
def test_what_will_climb_within_a_week(cast: Cast, late: int, number: int) -> None:
    # An officer hears on the fourteenth day after the due date; that day itself has come.
    due(cast.aurora, date(2026, 6, 1) - timedelta(days=late))
    assert figures(cast["officer"]).get("climbing", 0) == number


def test_what_will_climb_follows_the_networks_own_ladder(cast: Cast) -> None:
    due(cast.aurora, date(2026, 5, 30))
    assert "climbing" not in figures(cast["officer"])
    scope = Scope(cast.programme, cast.aurora)
    act = factories.act(cast["manager"])
    switch_step(act, scope, "milestone", Step(3, "officers"), on=True)
    assert figures(cast["officer"])["climbing"] == 1
    assert "climbing" not in figures(cast["manager"])


def test_only_networks_one_runs_are_counted(cast: Cast) -> None:
    due(cast.boreas, date(2026, 5, 1))
    suspended = factories.network(programme=cast.programme, state="suspended")
    due(suspended, date(2026, 5, 1))
    assert figures(cast["officer"]) == {}
    assert summary_of(cast["lead"], Today.at(MONDAY)) is None


def test_the_summary_goes_out_once_a_week_even_if_all_is_well(cast: Cast, relay: Script) -> None:
    choose(cast["officer"])
    for day in range(14):
        sweep(MONDAY + timedelta(days=day))
    sent = [mail for mail in relay.received if mail["To"] == cast["officer"].email]
    assert len(sent) == 2
    assert text_of(sent[0]).replace("\r", "").count(": 0\n") == 6
    days = Message.objects.filter(kind="summary").values_list("local_day", flat=True)
    assert sorted(days) == [date(2026, 6, 1), date(2026, 6, 8)]


def test_a_second_sweep_adds_no_second_summary(cast: Cast) -> None:
    choose(cast["officer"])
    assert plan(MONDAY).messages == 1
    assert plan(MONDAY + timedelta(hours=2)).messages == 0


def test_a_step_that_climbs_is_told_in_the_summary_and_in_no_other_mail(
    cast: Cast, relay: Script
) -> None:
    choose(cast["officer"])
    item = due(cast.aurora, date(2026, 5, 20), code="MS7", title="First patient in")
    # Fourteen days after is a Wednesday: the next Monday tells it.
    for day in range(8):
        sweep(at("2026-06-02 08:00") + timedelta(days=day))
    text = text_of(mail_to(relay, cast["officer"]))
    assert "Has climbed to you" in text
    assert "AURORA MS7 First patient in" in text
    assert "https://tracker.example.org" + reverse("milestone", args=[item.pk]) in text
    line = Reminder.objects.get(recipient=cast["officer"], offset_days=14)
    assert (line.state, line.message and line.message.kind) == ("sent", "summary")


def test_no_step_of_the_ladder_is_lost_to_a_reader_of_summaries(cast: Cast) -> None:
    choose(cast["officer"])
    choose(cast["manager"])
    due(cast.aurora, date(2026, 6, 1))
    for day in range(45):
        plan(MONDAY + timedelta(days=day))
    told = Reminder.objects.filter(recipient__in=[cast["officer"].pk, cast["manager"].pk])
    assert set(told.values_list("recipient__name", "offset_days")) == {
        ("Officer", 14),
        ("Manager", 30),
    }
    assert {line.message.kind for line in told if line.message} == {"summary"}


def test_what_is_theirs_to_do_stands_first(cast: Cast, relay: Script) -> None:
    choose(cast["officer"])
    due(cast.aurora, date(2026, 5, 1), code="MS8", **claimed(date(2026, 5, 10)))
    sweep(MONDAY)
    text = text_of(mail_to(relay, cast["officer"]))
    assert "Yours to do" in text
    assert text.index("AURORA MS8") < text.index("AURORA  https://")
    assert (
        "Waiting for verification: 1 milestone  https://tracker.example.org/networks/AUR-1/" in text
    )


def test_every_figure_leads_to_a_page_that_shows_as_many(
    cast: Cast, relay: Script, client: Client
) -> None:
    choose(cast["officer"])
    for days in (-3, 3, 20):
        due(cast.aurora, date(2026, 6, 1) + timedelta(days=days))
    factories.deliverable(cast.aurora, contractual_date=date(2026, 5, 1))
    sweep(MONDAY)
    html = text_of(mail_to(relay, cast["officer"]), "html")
    links = re.findall(
        r'href="https://tracker.example.org(/networks/AUR-1/\S+?)"[^>]*>(\d+) ', html
    )
    assert len(links) == 4
    client.force_login(cast["officer"])
    with time_machine.travel(MONDAY, tick=False):
        for path, number in links:
            page = client.get(path.replace("&amp;", "&"))
            assert page.context["page"].paginator.count == int(number), path


def test_a_muted_network_has_figures_and_no_lines(cast: Cast, relay: Script) -> None:
    choose(cast["officer"])
    due(cast.aurora, date(2026, 5, 18))
    mute_network(factories.act(cast["officer"]), cast["officer"], cast.aurora)
    sweep(MONDAY)
    text = text_of(mail_to(relay, cast["officer"]))
    assert "Overdue: 1 milestone" in text
    assert "Has climbed to you" not in text
    assert not Reminder.objects.filter(recipient=cast["officer"]).exists()


def test_who_runs_no_network_any_more_gets_a_weeks_mail(cast: Cast, relay: Script) -> None:
    choose(cast["officer"])
    member = factories.member(cast.aurora, "member", cast["officer"])
    due(cast.aurora, date(2026, 6, 2), responsible=member.memberships.get(network=cast.aurora))
    ProgrammeRole.objects.filter(user=cast["officer"]).update(ends=date(2026, 5, 31))
    sweep(MONDAY)
    assert Message.objects.get(recipient=cast["officer"]).kind == "digest"
    assert "deadline needs you" in mail_to(relay, cast["officer"])["Subject"]


def test_a_role_that_ends_before_the_hand_over_leaves_nothing_to_say(
    cast: Cast, relay: Script
) -> None:
    choose(cast["officer"])
    plan(MONDAY)
    ProgrammeRole.objects.filter(user=cast["officer"]).update(ends=date(2026, 5, 31))
    sweep(MONDAY + timedelta(minutes=1))
    assert Message.objects.get(recipient=cast["officer"]).state == "cancelled"
    assert relay.received == []


def test_the_summary_is_for_staff_to_choose(cast: Cast, client: Client) -> None:
    chosen = {
        "digest_hour": "8",
        "time_zone": "UTC",
        "weekdays": ["1", "2"],
        "rhythm": "summary",
        "language": "en",
    }
    for role, status in (("officer", 302), ("lead", 422)):
        client.force_login(cast[role])
        assert client.post(reverse("preferences"), chosen).status_code == status
    client.force_login(cast["officer"])
    assert "Next summary: " in client.get(reverse("preferences")).content.decode()


def test_who_was_staff_finds_a_week_chosen(cast: Cast, client: Client) -> None:
    Preference.objects.create(user=cast["lead"], rhythm="summary")
    client.force_login(cast["lead"])
    form = client.get(reverse("preferences")).context["form"]
    assert form["rhythm"].value() == "weekly"


def test_staff_see_summaries_of_their_programme_only(cast: Cast, client: Client) -> None:
    choose(cast["officer"])
    plan(MONDAY)
    other = factories.programme_role(factories.programme(), "manager")
    seen = Message.objects.visible_to(cast["manager"])
    assert [message.foreign for message in seen] == [False]
    assert not Message.objects.visible_to(other).exists()
    assert not Message.objects.visible_to(cast["lead"]).exists()
    # Figures of a programme that one does not run are not for one's eyes.
    factories.programme_role(factories.programme(), "officer", cast["officer"])
    assert [message.foreign for message in Message.objects.visible_to(cast["manager"])] == [True]


def test_the_preview_says_monday(cast: Cast) -> None:
    choose(cast["officer"])
    item = due(cast.aurora, date(2026, 5, 20))
    (duty,) = source("milestone").among([item.pk])
    lines = [line for line in preview(duty, MONDAY) if line.telling.recipient == cast["officer"].pk]
    assert [line.day for line in lines] == [date(2026, 6, 8)]


def test_a_summary_costs_the_same_whatever_is_on_file(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    due(cast.aurora, date(2026, 5, 20))
    with django_assert_max_num_queries(10) as spent:
        summary_of(cast["officer"], Today.at(MONDAY))
    for _ in range(30):
        due(factories.network(programme=cast.programme), date(2026, 5, 20))
    with django_assert_max_num_queries(len(spent)):
        summary = summary_of(cast["officer"], Today.at(MONDAY))
    assert summary is not None
    assert (len(summary.networks), summary.more) == (20, 11)
    assert summary.number("overdue") == 31


@pytest.mark.parametrize("language", [code for code, _ in django_settings.LANGUAGES])
def test_each_language_has_its_summary(cast: Cast, relay: Script, language: str) -> None:
    User.objects.filter(pk=cast["officer"].pk).update(language=language)
    choose(cast["officer"])
    due(cast.aurora, date(2026, 5, 18))
    sweep(MONDAY)
    mail = mail_to(relay, cast["officer"])
    for text in (text_of(mail), text_of(mail, "html")):
        assert ("Has climbed to you" in text) is (language == "en")
        assert "AURORA" in text
    assert ("overdue" in mail["Subject"]) is (language == "en")
