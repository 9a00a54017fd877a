"""What a person who has signed in reads, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
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
from networks.wording import in_a_sentence
from tests import factories
from tests.factories import Cast
from tests.notifications.speech import (
    LANGUAGES,
    Texts,
    assert_no_english,
    assert_speaks,
    pair,
    speak,
)
from tests.notifications.test_languages import MONDAY

pytestmark = pytest.mark.django_db


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
