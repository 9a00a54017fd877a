"""``python -m scripts.messages``: bring the catalogues in line with the source.

Reads every string that a reminder's recipient can see (RECIPIENT_PARTS), writes the
``.po`` file of each language with what is translated so far, and compiles the ``.mo``
beside it. Both are committed, so that nothing needs a compiler in order to run; a test
compares them. Babel does the work: no gettext tools are needed either.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "tracker" / "locale"
LANGUAGES = ("fr", "de", "it", "es", "nl")

# What a reminder's recipient sees: the mail, the form behind its link, the habits page,
# "My work" with its acts, the frame around them, sign-in and error pages. A folder means all below it.
RECIPIENT_PARTS = (
    "milestones/duties.py",
    "milestones/forms/asking.py",
    "milestones/forms/base.py",
    "milestones/forms/handing_in.py",
    "milestones/forms/updates.py",
    "milestones/forms/verdicts.py",
    "milestones/history.py",
    "milestones/models/deliverable.py",
    "milestones/models/item.py",
    "milestones/models/milestone.py",
    "milestones/models/status_update.py",
    "milestones/notices.py",
    "milestones/services/amendment_asking.py",
    "milestones/services/amendments.py",
    "milestones/services/evidence.py",
    "milestones/services/updates.py",
    "milestones/services/writing.py",
    "milestones/tallies.py",
    "milestones/templates/milestones/amendment_new.html",
    "milestones/templates/milestones/ask_fields.html",
    "milestones/templates/milestones/confidence.html",
    "milestones/templates/milestones/due.html",
    "milestones/templates/milestones/evidence_row.html",
    "milestones/templates/milestones/forecast.html",
    "milestones/templates/milestones/hand_in_fields.html",
    "milestones/templates/milestones/item.html",
    "milestones/templates/milestones/item_form.html",
    "milestones/templates/milestones/update_fields.html",
    "milestones/templates/milestones/verdict_form.html",
    "milestones/views/acts.py",
    "milestones/views/asking.py",
    "milestones/views/items.py",
    "networks/browsers.py",
    "networks/door/passwords.py",
    "networks/duties.py",
    "networks/forms.py",
    "networks/identifiers.py",
    "networks/models/roles.py",
    "networks/policy.py",
    "networks/refusals.py",
    "networks/services/joining.py",
    "networks/templates/networks",
    "networks/views/joining.py",
    "notifications/calendar_form.py",
    "notifications/forms.py",
    "notifications/invitation_mail.py",
    "notifications/icalendar_text.py",
    "notifications/models/preference.py",
    "notifications/notice_mail.py",
    "notifications/preferences_form.py",
    "notifications/public_holidays.py",
    "notifications/rendering.py",
    "notifications/summary_mail.py",
    "notifications/templates/notifications/calendars.html",
    "notifications/templates/notifications/item_link.html",
    "notifications/templates/notifications/link_gone.html",
    "notifications/templates/notifications/mail",
    "notifications/templates/notifications/my_work.html",
    "notifications/templates/notifications/preferences.html",
    "notifications/templates/notifications/quiet.html",
    "notifications/templates/notifications/quiet_now.html",
    "notifications/templates/notifications/weekly.html",
    "notifications/views/answers.py",
    "notifications/views/calendars.py",
    "notifications/views/my_work.py",
    "notifications/views/preferences.py",
    "notifications/views/quiet.py",
    "notifications/words.py",
    "reports/duties.py",
    "reports/models/kinds.py",
    "reports/notices.py",
    "reports/review_duties/committee.py",
    "reports/review_duties/conditions.py",
    "reports/review_duties/staff.py",
    "reports/review_forms/conditions.py",
    "reports/review_notices.py",
    "reports/services/conditions.py",
    "reports/services/steps.py",
    "reports/templates/reports/condition.html",
    "tracker/context_processors.py",
    "tracker/settings.py",
    "tracker/templates/400.html",
    "tracker/templates/403.html",
    "tracker/templates/403_csrf.html",
    "tracker/templates/404.html",
    "tracker/templates/500.html",
    "tracker/templates/account",
    "tracker/templates/allauth",
    "tracker/templates/base.html",
    "tracker/templates/components",
    "tracker/templates/mail",
    "tracker/templates/mfa/webauthn/snippets/failed.html",
    "tracker/templates/plain_base.html",
    "tracker/ui",
)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

_NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)

Key = tuple[str | tuple[str, ...], str | None]


@dataclass
class Found:
    """A string of the source, and the files that say it."""

    key: Key
    files: set[str] = field(default_factory=set)


def source_files() -> Iterator[Path]:
    """All Python files and templates of the parts, in a fixed order."""
    for part in RECIPIENT_PARTS:
        path = ROOT / part
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in found if each.suffix in {".py", ".html", ".txt"})


def strings_of(path: Path) -> Iterator[Key]:
    """The strings one file marks for translation."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into something like Python, with indents of its own.
        text = "\n".join(line.strip() for line in templatize(text).split("\n"))
    source = BytesIO(text.encode())
    for _line, said, _comments, context in extract("python", source, _KEYWORDS):
        yield said, context


def strings() -> list[Found]:
    """Every string of the parts, each once."""
    found: dict[Key, Found] = {}
    for path in source_files():
        for key in strings_of(path):
            name = key[0] if isinstance(key[0], str) else key[0][0]
            # A plural form and a plain string of the same words are one entry of a catalogue.
            entry = found.setdefault((name, key[1]), Found(key))
            entry.key = key if isinstance(key[0], tuple) else entry.key
            entry.files.add(path.relative_to(ROOT).as_posix())
    return list(found.values())


def po_path(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """What is translated into a language so far."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        found = read_po(file, locale=language, charset="utf-8")
    # The files hold no date, so that the same words give the same bytes on any day.
    found.creation_date = found.revision_date = _NO_DAY
    return found


def renewed(language: str) -> Catalog:
    """The catalogue with exactly the strings of the source; new ones have no words yet."""
    old, new = catalogue(language), Catalog(locale=language, fuzzy=False)
    new.project, new.version = "Network Tracker", "1"
    for each in sorted(strings(), key=lambda each: (min(each.files), str(each.key))):
        said, context = each.key
        known = old.get(said if isinstance(said, str) else said[0], context)
        words = known.string if known is not None and _fits(said, known) else ""
        flags = set(known.flags) & {"fuzzy"} if known is not None and words else set()
        places = [(file, None) for file in sorted(each.files)]
        new.add(said, words, locations=places, flags=flags, context=context)  # type: ignore[arg-type]
    return new


def _fits(said: str | tuple[str, ...], known: Message) -> bool:
    return isinstance(said, tuple) == isinstance(known.id, list | tuple)


def po_text(catalog: Catalog) -> bytes:
    """A catalogue as its ``.po`` file: no dates and line numbers, so that merges stay easy."""
    file = BytesIO()
    write_po(file, catalog, width=96, omit_header=True, include_lineno=False)
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return head.encode() + file.getvalue()


def mo_bytes(language: str) -> bytes:
    """The compiled form of what a ``.po`` file says; it has no date in it either."""
    catalog = catalogue(language)
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults(language: str) -> list[str]:
    """What is wrong with a language: missing, empty, fuzzy, or its placeholders differ."""
    known = catalogue(language)
    wrong = []
    for each in strings():
        said, context = each.key
        ids = (said,) if isinstance(said, str) else said
        entry = known.get(ids[0], context)
        if entry is None or not _fits(said, entry):
            wrong.append(f"not in the catalogue: {ids[0]}")
        else:
            wrong += [f"{fault}: {ids[0]}" for fault in _faults_of(entry, ids)]
    return wrong


def _faults_of(entry: Message, ids: tuple[str, ...]) -> Iterator[str]:
    said = entry.string or ""
    forms = (said,) if isinstance(said, str) else tuple(said)
    if entry.fuzzy:
        yield "fuzzy"
    if not forms or not all(forms):
        yield "not translated"
        return
    # The singular may say "one" where the plural counts, so the plural's is what is allowed.
    allowed, needed = _placeholders(ids[-1]), _placeholders(ids[0])
    for form in forms:
        used = _placeholders(form)
        if not needed <= used <= allowed:
            yield "placeholders differ"
        elif used and "%" in _PLACEHOLDER.sub("", form).replace("%%", ""):
            yield "a % that is neither doubled nor part of a placeholder"


def _placeholders(text: str) -> set[str]:
    return {found[0] for found in _PLACEHOLDER.finditer(text)}


def main() -> int:
    """Write all catalogues; say what still has to be translated."""
    left = 0
    for language in LANGUAGES:
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_text(renewed(language)))
        path.with_suffix(".mo").write_bytes(mo_bytes(language))
        wrong = faults(language)
        left += len(wrong)
        for line in wrong:
            sys.stdout.write(f"{path.relative_to(ROOT)}: {line}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
