"""What a morning mail says, and that nothing in it can be forged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from milestones.services import post_update
from networks.models import Member, Network, User
from notifications.models import ItemLink, Message, Preference
from notifications.services import sweep
from notifications.services.links import masked
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


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def send(relay: Script) -> EmailMessage:
    sweep(MONDAY)
    (mail,) = relay.received
    return mail


def due(network: Network, day: date, **fields: Any) -> Milestone:
    return factories.milestone(network, contractual_date=day, **fields)


def test_the_subject_counts_and_names_the_networks(cast: Cast, relay: Script) -> None:
    Member.objects.create(network=cast.boreas, user=cast["lead"], role="deputy")
    Member.objects.filter(user=cast["stranger"]).delete()
    due(cast.aurora, date(2026, 6, 2))
    due(cast.aurora, date(2026, 6, 8))
    due(cast.boreas, date(2026, 6, 1))
    assert send(relay)["Subject"] == "3 deadlines need you: BOREAS, AURORA"


def test_one_deadline_is_said_in_the_singular(cast: Cast, relay: Script) -> None:
    due(cast.aurora, date(2026, 6, 2))
    assert send(relay)["Subject"] == "1 deadline needs you: AURORA"


def test_a_line_says_what_when_and_how_it_stands(cast: Cast, relay: Script) -> None:
    item = due(cast.aurora, date(2026, 5, 31), code="MS7", title="First patient in")
    said = {"confidence": "at_risk", "percent": 40, "forecast_date": date(2026, 7, 10)}
    why = {"reason_code": "research", "reason": "Recruitment is slow."}
    post_update(factories.act(cast["lead"], at("2026-05-01 09:00")), item, **said, **why)
    mail = send(relay)
    for text in (text_of(mail), text_of(mail, "html")):
        assert "MS7" in text
        assert "First patient in" in text
        assert "Due Sunday 31 May 2026: 1 day late" in text
        assert "In progress, At risk" in text
        assert "Last forecast: Friday 10 July 2026" in text


def test_dates_are_words_of_the_readers_language(cast: Cast, relay: Script) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(language="de")
    due(cast.aurora, date(2026, 6, 2))
    assert "Dienstag, 2. Juni 2026" in text_of(send(relay))


def test_most_urgent_comes_first(cast: Cast, relay: Script) -> None:
    due(cast.aurora, date(2026, 6, 8), title="The later one")
    due(cast.aurora, date(2026, 6, 1), title="The nearer one")
    text = text_of(send(relay))
    assert text.index("The nearer one") < text.index("The later one")


def test_the_headers_are_those_of_an_honest_automatic_mail(cast: Cast, relay: Script) -> None:
    due(cast.aurora, date(2026, 6, 2))
    mail = send(relay)
    assert mail["To"] == cast["lead"].email
    assert mail["Message-ID"] == Message.objects.get().message_id
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = mail["List-Unsubscribe"].strip()
    assert re.fullmatch(r"<https://tracker\.example\.org/less-mail/\S+/>", one_click)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"


def test_every_address_in_a_mail_begins_with_site_url(cast: Cast, relay: Script) -> None:
    due(cast.aurora, date(2026, 6, 2))
    mail = send(relay)
    addresses = re.findall(r'https?://[^\s"<>]+', text_of(mail) + text_of(mail, "html"))
    assert addresses
    assert all(each.startswith("https://tracker.example.org") for each in addresses)


def test_the_html_carries_its_own_styles_and_escapes_what_people_wrote(
    cast: Cast, relay: Script
) -> None:
    due(cast.aurora, date(2026, 6, 2), title="<script>alert(1)</script> & more")
    html = text_of(send(relay), "html")
    assert 'style="' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_line_break_in_a_name_does_not_become_a_header(cast: Cast, relay: Script) -> None:
    Network.objects.filter(pk=cast.aurora.pk).update(acronym="AURORA\r\nBcc: thief@example.org")
    due(cast.aurora, date(2026, 6, 2))
    mail = send(relay)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "1 deadline needs you: AURORA Bcc: thief@example.org"


def test_a_long_list_is_cut_and_says_so(cast: Cast, relay: Script) -> None:
    for _ in range(42):
        due(cast.aurora, date(2026, 6, 2))
    text = text_of(send(relay))
    assert text.count("Due Tuesday 2 June 2026") == 40
    assert "And 2 more on My work" in text


def test_the_person_is_told_why(cast: Cast, relay: Script) -> None:
    due(cast.aurora, date(2026, 6, 2))
    assert "These deadlines are yours" in text_of(send(relay))


def test_who_stands_above_is_told_as_what_and_has_no_acting_link(cast: Cast, relay: Script) -> None:
    item = due(cast.aurora, date(2026, 5, 18))
    sweep(MONDAY)
    (mail,) = [each for each in relay.received if each["To"] == cast["officer"].email]
    assert "You are told as: programme officers" in text_of(mail)
    assert reverse("milestone", args=[item.pk]) in text_of(mail)
    assert "/do/" not in text_of(mail)


def test_what_is_stored_of_a_mail_opens_nothing(cast: Cast, relay: Script) -> None:
    due(cast.aurora, date(2026, 6, 2))
    sent = text_of(send(relay))
    stored = Message.objects.get()
    token = re.findall(r"/do/([\w-]+)/", sent)[0]
    assert len(token) == 43
    assert token not in stored.text + stored.html
    assert token not in ItemLink.objects.get().token_hash
    assert "/do/…/" in masked(stored.text)
    assert "/do/link-" not in masked(stored.html)


def weekly_path(mail: EmailMessage) -> str:
    return mail["List-Unsubscribe"].strip(" <>").removeprefix("https://tracker.example.org")


def test_one_click_bundles_the_mails_into_one_a_week(
    cast: Cast, relay: Script, client: Client
) -> None:
    due(cast.aurora, date(2026, 6, 2))
    path = weekly_path(send(relay))
    one_click = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = one_click.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert Preference.objects.get(user=cast["lead"]).rhythm == "weekly"


def test_a_scanner_that_opens_the_one_click_address_changes_nothing(
    cast: Cast, relay: Script, client: Client
) -> None:
    due(cast.aurora, date(2026, 6, 2))
    path = weekly_path(send(relay))
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert not Preference.objects.filter(rhythm="weekly").exists()


def test_a_forged_one_click_token_does_nothing(cast: Cast, client: Client) -> None:
    assert client.post(reverse("unsubscribe", args=["forged"])).status_code == 404
    assert not Preference.objects.exists()
