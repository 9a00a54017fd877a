"""A reminder's recipient is spoken to in their language, from the mail to the last press.

Each page is rendered in English and in the language: a text that stands in both was not
translated, unless it is data (a name, a code, a number).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from milestones.models import Milestone
from notifications.models import ItemLink, Message
from notifications.services import sweep
from notifications.services.links import token_of, weekly_token
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.speech import (
    LANGUAGES,
    Texts,
    assert_no_english,
    assert_speaks,
    pair,
    speak,
)

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
# 8 June 2026 in words of each language.
DUE = {
    "fr": "lundi 8 juin 2026",
    "de": "Montag, 8. Juni 2026",
    "it": "lunedì 8 giugno 2026",
    "es": "lunes, 8 de junio de 2026",
    "nl": "maandag 8 juni 2026",
}
SHORT_DUE = {
    "fr": "8 juin 2026",
    "de": "8. Juni 2026",
    "it": "8 giu 2026",
    "es": "8 jun 2026",
    "nl": "8 jun 2026",
}


@pytest.fixture
def item(cast: Cast) -> Milestone:
    day = date(2026, 6, 8)
    return factories.milestone(
        cast.aurora, contractual_date=day, code="MS7", title="First patient in"
    )


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False) as clock:
        yield clock


def link_of(item: Milestone) -> ItemLink:
    sweep(MONDAY)
    return ItemLink.objects.get()


def path_of(link: ItemLink) -> str:
    return reverse("item-link", args=[token_of(link.key)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_morning_mail(cast: Cast, item: Milestone, language: str) -> None:
    speak(cast, language)
    link_of(item)
    said = Message.objects.get()
    for text in (said.subject, said.text, said.html):
        assert_no_english(" ".join(text.split()), language)
    assert DUE[language] in said.text
    assert DUE[language] in said.html
    assert f'<html lang="{language}"' in said.html
    with translation.override(language):
        assert str(Milestone.State.PLANNED.label) in said.text
    assert "AURORA" in said.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_items_form(cast: Cast, item: Milestone, client: Client, language: str) -> None:
    path = path_of(link_of(item))
    page, english = pair(cast, client, language, path)
    assert_speaks(page, english, language)
    assert SHORT_DUE[language] in page


def late(**more: object) -> dict[str, object]:
    return {"confidence": "at_risk", "percent": "30", "forecast_date": "2026-07-01", **more}


REFUSED = {
    "nothing said": {"percent": ""},
    "no number": {"confidence": "on_track", "percent": "some"},
    "too much": {"confidence": "on_track", "percent": "101"},
    "late, yet on track": {"confidence": "on_track", "percent": "5", "forecast_date": "2027-01-01"},
    "late, no reason": late(),
    "late, no sentence": late(reason_code="financial"),
    "no such choice": {"confidence": "superb", "percent": "5"},
    "no date": late(forecast_date="soon"),
    "no address": {"confidence": "on_track", "percent": "5", "link": "nowhere"},
    "old version": {"confidence": "on_track", "percent": "5", "version": "0"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", REFUSED)
def test_a_refusal(cast: Cast, item: Milestone, client: Client, language: str, wrong: str) -> None:
    path, pages = path_of(link_of(item)), []
    for each in (language, "en"):
        speak(cast, each)
        answer = client.post(path, REFUSED[wrong], headers={"accept-language": "en"})
        assert answer.status_code in (409, 422)
        pages.append(answer.content.decode())
    assert_speaks(pages[0], pages[1], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_not_taken(
    cast: Cast, item: Milestone, client: Client, language: str
) -> None:
    path, pages = path_of(link_of(item)), []
    for each in (language, "en"):
        speak(cast, each)
        file = SimpleUploadedFile("run.exe", b"MZ")
        said = {"confidence": "on_track", "percent": "5", "file": file}
        pages.append(client.post(path, said).content.decode())
    assert ".exe" in pages[0]
    assert_speaks(pages[0], pages[1], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_saved_and_what_is_closed(
    cast: Cast, item: Milestone, client: Client, language: str
) -> None:
    path = path_of(link_of(item))
    speak(cast, language)
    saved = client.post(path, {"no_change": "1", "version": "1"}, follow=True)
    Milestone.objects.filter(pk=item.pk).update(state="dropped")
    closed = client.get(path)
    for page in (saved, closed):
        assert page.status_code == 200
        assert_no_english(" ".join(Texts(page.content.decode()).found), language)
    with translation.override(language):
        assert translation.gettext("Saved. Thank you, that was all.") in saved.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_that_does_not_hold_any_more(
    cast: Cast, item: Milestone, client: Client, language: str
) -> None:
    link = link_of(item)
    ItemLink.objects.filter(pk=link.pk).update(revoked_at=MONDAY)
    page, english = pair(cast, client, language, path_of(link))
    assert_speaks(page, english, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_once_a_week(cast: Cast, client: Client, language: str) -> None:
    path = reverse("unsubscribe", args=[weekly_token(cast["lead"].pk)])
    page, english = pair(cast, client, language, path)
    assert_speaks(page, english, language)
    speak(cast, language)
    assert_no_english(client.post(path).content.decode(), language)
