"""Every string that a reminder's recipient can see is translated, and what runs says so."""

from __future__ import annotations

from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from scripts import messages


def test_the_languages_offered_are_those_that_have_a_catalogue() -> None:
    assert [code for code, _ in settings.LANGUAGES] == ["en", *messages.LANGUAGES]
    found = sorted(path.name for path in messages.LOCALE.iterdir())
    assert found == sorted(messages.LANGUAGES)


@pytest.mark.parametrize("part", messages.RECIPIENT_PARTS)
def test_each_part_exists(part: str) -> None:
    assert (messages.ROOT / part).exists()


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_is_untranslated_fuzzy_or_broken(language: str) -> None:
    wrong = messages.faults(language)
    assert not wrong, "Translate, then run python -m scripts.messages:\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogue_is_as_the_source_says(language: str) -> None:
    kept = messages.po_path(language).read_bytes()
    assert kept == messages.po_text(messages.renewed(language)), "Run python -m scripts.messages"


def words(compiled: bytes) -> dict[object, str]:
    """What a compiled catalogue says, without its header."""
    said = GNUTranslations(BytesIO(compiled))._catalog  # type: ignore[attr-defined]
    return {key: value for key, value in said.items() if key}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_file_says_what_the_catalogue_says(language: str) -> None:
    kept = messages.po_path(language).with_suffix(".mo").read_bytes()
    assert words(kept) == words(messages.mo_bytes(language)), "Run python -m scripts.messages"


def planted(monkeypatch: pytest.MonkeyPatch, said: str, flags: tuple[str, ...] = ()) -> list[str]:
    """The faults of a French catalogue that says something else for one string."""
    catalog: Catalog = messages.catalogue("fr")
    catalog.delete("Due %(due)s: %(left)s")
    catalog.add("Due %(due)s: %(left)s", said, flags=flags)
    monkeypatch.setattr(messages, "catalogue", lambda _language: catalog)
    return messages.faults("fr")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", "not translated"),
        ("Échéance : %(left)s", "placeholders differ"),
        ("Échéance le %(du)s : %(left)s", "placeholders differ"),
        ("%(due)s, 5 % : %(left)s", "a % that is neither doubled nor part of a placeholder"),
    ],
)
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, said: str, fault: str) -> None:
    assert planted(monkeypatch, said) == [f"{fault}: Due %(due)s: %(left)s"]


def test_a_fuzzy_translation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = planted(monkeypatch, "Échéance le %(due)s : %(left)s", ("fuzzy",))
    assert found == ["fuzzy: Due %(due)s: %(left)s"]


def test_a_string_that_is_new_in_the_source_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = messages.strings()
    new = messages.Found(("Brand new", None), {"notifications/words.py"})
    monkeypatch.setattr(messages, "strings", lambda: [*known, new])
    assert messages.faults("de") == ["not in the catalogue: Brand new"]
