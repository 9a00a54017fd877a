"""A reminder's recipient is spoken to in their language, from the mail to the last press.

Each page is rendered in English and in the language: a text that stands in both was not
translated, unless it is data (a name, a code, a number).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from html.parser import HTMLParser

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from milestones.models import Amendment, Milestone
from milestones.services import (
    add_evidence,
    ask_to_end,
    claim_milestone,
    post_update,
    return_milestone,
)
from milestones.services.evidence import NewEvidence
from networks.door import mails
from networks.forms import zone_choices
from networks.models import User
from networks.wording import in_a_sentence
from notifications.models import ItemLink, Message
from notifications.public_holidays import country_choices, region_choices
from notifications.services import sweep
from notifications.services.links import token_of, weekly_token
from scripts import messages
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LANGUAGES = messages.LANGUAGES
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
# Words that are written alike in English and another language, and data of the cast.
ALIKE = {
    "de": {"System", "Name", "Link"},
    "fr": {"Pages", "Actions"},
    "it": {"AURORA · Milestone", "File", "Email", "Password", "E-mail"},
    "es": {"Contractual", "Error:"},
    "nl": {"Filter"},
}
LETTERS = re.compile(r"[^\W\d_]{2}")
DATA = re.compile(
    r"Network Tracker|AURORA|MS7|First patient in|A signed protocol|Network \d+|\bLead\b|\bOfficer\b|AMD-\d+|lead\S*@\S+|\bDOI\b|https?://\S+"
)


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


class Texts(HTMLParser):
    """All texts a page says: between tags, and in the attributes that are read out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.silent = 0
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"style", "script"}
        said = dict(attrs)
        if tag == "html":
            self.language = said.get("lang") or ""
        for name in ("aria-label", "title", "placeholder", "alt"):
            self.handle_data(said.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not self.silent and LETTERS.search(text):
            self.found.add(text)


def speak(cast: Cast, language: str) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(language=language)


def alike(one: str, other: str, language: str) -> set[str]:
    """What two renderings both say, beside data and words that are the same in both."""
    both = Texts(one).found & Texts(other).found
    return {text for text in both - ALIKE[language] - zones() if LETTERS.search(DATA.sub("", text))}


def assert_speaks(html: str, english: str, language: str) -> None:
    """It is in the language: declared, no text as in English, no sentence of the source."""
    assert Texts(html).language == language
    assert alike(html, english, language) == set()
    assert_no_english(" ".join(Texts(html).found), language)


def assert_no_english(text: str, language: str) -> None:
    """No sentence of the catalogue stands in it untranslated."""
    assert [part for part in sentences(language) if part in text] == []


@lru_cache
def sentences(language: str) -> list[str]:
    """The English of a catalogue, without its placeholders, from three words on."""
    ids = [entry.id for entry in messages.catalogue(language)]
    forms = [form for each in ids for form in (each if isinstance(each, list | tuple) else (each,))]
    parts = [part for form in forms for part in re.split(r"%\(\w+\)[sd]", form)]
    return [part.replace("%%", "%").strip() for part in parts if len(part.split()) >= 3]


@lru_cache
def zones() -> frozenset[str]:
    """All names of zones, countries and regions: data, however English they sound."""
    choices = [*zone_choices(), *country_choices(), *region_choices("IT")]
    return frozenset(name for choice in choices for name in choice)


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


def pair(cast: Cast, client: Client, language: str, path: str) -> tuple[str, str]:
    """A page in a language and in English."""
    pages = []
    for each in (language, "en"):
        speak(cast, each)
        pages.append(client.get(path, headers={"accept-language": "en"}).content.decode())
    return pages[0], pages[1]


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/", "/preferences/", "/calendars/", "/no/such/page/", "/accounts/logout/"]
)
def test_pages_of_a_person_who_has_signed_in(
    cast: Cast, item: Milestone, client: Client, language: str, path: str
) -> None:
    client.force_login(cast["lead"])
    page, english = pair(cast, client, language, path)
    assert_speaks(page, english, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["milestone", "milestone-update", "milestone-hand-in", "milestone-ask"]
)
def test_what_my_work_leads_to(
    cast: Cast, item: Milestone, client: Client, language: str, name: str
) -> None:
    client.force_login(cast["lead"])
    page, english = pair(cast, client, language, reverse(name, args=[item.pk]))
    assert_speaks(page, english, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_items_page_with_all_that_can_be_on_it(
    cast: Cast, item: Milestone, client: Client, language: str
) -> None:
    lead = factories.act(cast["lead"], MONDAY)
    why = {"reason_code": "research", "reason": "1."}
    said = {
        "confidence": "at_risk",
        "percent": 30,
        "forecast_date": date(2026, 6, 20),
        "text": "2.",
    }
    post_update(lead, item, **said, **why)
    add_evidence(lead, item, NewEvidence(url="https://example.org/protocol", title="3."))
    claim_milestone(lead, item, achieved_on=date(2026, 6, 1))
    client.force_login(cast["lead"])
    path = reverse("milestone", args=[item.pk])
    for act in (return_milestone, ask_to_end):
        page, english = pair(cast, client, language, path)
        assert_speaks(page, english, language)
        item.refresh_from_db()
        if act is return_milestone:
            return_milestone(factories.act(cast["officer"], MONDAY), item, note="4.")
        else:
            ask_to_end(lead, item, title="5.", justification="6.")
    page, english = pair(cast, client, language, path)
    assert_speaks(page, english, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_later_or_not_at_all(cast: Cast, item: Milestone, client: Client, language: str) -> None:
    client.force_login(cast["lead"])
    path = reverse("quiet", args=["milestone", item.pk])
    for _ in range(2):
        page, english = pair(cast, client, language, path)
        assert_speaks(page, english, language)
        speak(cast, language)
        client.post(path, {"how": "mute", "next": "/"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_of_a_calendar(cast: Cast, client: Client, language: str) -> None:
    client.force_login(cast["lead"])
    pages = []
    for each in (language, "en"):
        speak(cast, each)
        pages.append(client.post(reverse("calendars"), {"what": "own"}).content.decode())
    assert_speaks(pages[0], pages[1], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_calendar_holds(cast: Cast, item: Milestone, client: Client, language: str) -> None:
    Milestone.objects.filter(pk=item.pk).update(
        confidence="at_risk", percent=40, forecast_date=date(2026, 6, 10)
    )
    client.force_login(cast["lead"])
    texts = []
    for each in (language, "en"):
        speak(cast, each)
        made = client.post(reverse("calendars"), {"what": "own"}).context["made"]
        address = made["https"].removeprefix(settings.SITE_URL)
        texts.append(Calendar.from_ical(client.get(address).content).walk("VEVENT")[0])
    summaries, lines = zip(
        *((str(each["summary"]), str(each["description"]).splitlines()) for each in texts),
        strict=True,
    )
    assert summaries[0] != summaries[1]
    # The last line is the address.
    assert not set(lines[0][:-1]) & set(lines[1])
    assert_no_english(" ".join(lines[0]), language)


REFUSED_ASKS = {
    "nothing said": {},
    "no date": {"ask": "move", "justification": "1."},
    "the same date": {"ask": "move", "due_date": "2026-06-08", "justification": "1."},
    "a day that is over": {"ask": "move", "due_date": "2026-05-08", "justification": "1."},
    "a slip of the pen": {"ask": "move", "due_date": "2206-06-08", "justification": "1."},
    "no reason": {"ask": "end"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", REFUSED_ASKS)
def test_an_ask_that_is_refused(
    cast: Cast, item: Milestone, client: Client, language: str, wrong: str
) -> None:
    client.force_login(cast["lead"])
    path, pages = reverse("milestone-ask", args=[item.pk]), []
    for each in (language, "en"):
        speak(cast, each)
        answer = client.post(path, REFUSED_ASKS[wrong])
        assert answer.status_code == 422
        pages.append(answer.content.decode())
    assert_speaks(pages[0], pages[1], language)


@pytest.mark.parametrize("language", [*LANGUAGES, "en"])
def test_an_amendments_title_is_english_whoever_asks(
    cast: Cast, item: Milestone, client: Client, language: str
) -> None:
    speak(cast, language)
    client.force_login(cast["lead"])
    path = reverse("milestone-ask", args=[item.pk])
    said = {"ask": "move", "due_date": "2026-12-24", "justification": "Slow."}
    client.post(path, said)
    assert Amendment.objects.get().title == "Move MS7 to 24 Dec 2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_press_on_my_work_is_answered(
    cast: Cast, item: Milestone, client: Client, language: str
) -> None:
    Milestone.objects.filter(pk=item.pk).update(confidence="at_risk", percent=40)
    speak(cast, language)
    client.force_login(cast["lead"])
    path = reverse("milestone-no-change", args=[item.pk])
    page = client.post(path, {"version": "1", "next": "/"}, follow=True).content.decode()
    assert_no_english(" ".join(Texts(page).found), language)
    with translation.override(language):
        saved = translation.gettext("Saved: %(code)s is %(confidence)s, %(percent)d %% done.")
    assert saved.split(".")[0].split("%")[0] in page


def test_german_words_keep_their_capitals_within_a_sentence() -> None:
    with translation.override("de"):
        assert in_a_sentence("Entwurf") == "Entwurf"
    with translation.override("fr"):
        assert in_a_sentence("Brouillon") == "brouillon"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_sign_in_follows_the_browser(client: Client, language: str, name: str) -> None:
    path = reverse(name)
    page = client.get(path, headers={"accept-language": language}).content.decode()
    assert_speaks(page, client.get(path).content.decode(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_for_a_new_password(cast: Cast, client: Client, language: str) -> None:
    speak(cast, language)
    address = {"email": cast["lead"].email}
    client.post(reverse("account_reset_password"), address, headers={"accept-language": "en"})
    mails.settle()
    assert "You're receiving this" not in mail.outbox[0].body
    assert "Password Reset" not in mail.outbox[0].subject


def test_a_persons_choice_goes_before_the_browsers(cast: Cast, client: Client) -> None:
    speak(cast, "it")
    client.force_login(cast["lead"])
    answer = client.get("/preferences/", headers={"accept-language": "nl"})
    assert answer.headers["Content-Language"] == "it"
    assert '<html lang="it"' in answer.content.decode()


def test_the_api_speaks_as_it_is_asked(cast: Cast, client: Client) -> None:
    speak(cast, "it")
    client.force_login(cast["lead"])
    assert client.get("/api/v1/").headers["Content-Language"] == "en"
