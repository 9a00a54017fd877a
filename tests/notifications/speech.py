"""Whether a page or a mail speaks a language: its texts beside the English ones."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser

from django.test import Client

from networks.forms import zone_choices
from networks.models import User
from notifications.public_holidays import country_choices, region_choices
from scripts import messages
from tests.factories import Cast

LANGUAGES = messages.LANGUAGES
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


def pair(cast: Cast, client: Client, language: str, path: str) -> tuple[str, str]:
    """A page in a language and in English."""
    pages = []
    for each in (language, "en"):
        speak(cast, each)
        pages.append(client.get(path, headers={"accept-language": "en"}).content.decode())
    return pages[0], pages[1]
