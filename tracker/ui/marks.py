"""The small marks of a list row. Built in Python: a row has ten, a page has 300 rows."""

from datetime import date
from zlib import crc32

from babel.core import Locale
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.ui.dates import locale_for, relative_words, write_day, write_days
from tracker.ui.icons import icon
from tracker.ui.states import look_of

EMPTY = mark_safe("")


def badge(kind: str, state: str, *, days: int | None = None, word: str = "") -> SafeString:
    """A state as icon and word. `days` turns "Overdue" into "12 days late"."""
    look = look_of(kind, state)
    text = word or str(look.word)
    if days is not None and kind == "due":
        text = _days_text(state, days) or text
    return format_html(
        '<span class="badge-state tone-{}">{}<span>{}</span></span>',
        look.tone,
        icon(look.icon, 14),
        text,
    )


def _days_text(state: str, days: int) -> str:
    today = date(2000, 1, 1)
    if state == "overdue":
        return relative_words(date.fromordinal(today.toordinal() - days), today)
    if state == "due_soon":
        return relative_words(date.fromordinal(today.toordinal() + days), today)
    if state == "delayed":
        return _("Delayed by %(days)s") % {"days": write_days(days)}
    return ""


def deadline(day: date | None, *, today: date, soon: int = 14, done: bool = False) -> SafeString:
    """The computed badge of a deadline, or nothing while it is far away or finished."""
    if not day or done:
        return EMPTY
    left = (day - today).days
    if left < 0:
        return badge("due", "overdue", days=-left)
    if left <= soon:
        return badge("due", "due_soon", days=left)
    return EMPTY


def time_tag(day: date, *, css: str = "day") -> SafeString:
    return format_html(
        '<time class="{}" datetime="{}">{}</time>', css, day.isoformat()[:10], write_day(day)
    )


def due(
    day: date | None,
    *,
    month: int | str | None = None,
    original: date | None = None,
    today: date | None = None,
    done: bool = False,
    soon: int = 30,
) -> SafeString:
    """A deadline as date and project month; the first date struck through where it moved."""
    # A template gives "" for a name that is not there.
    if not day:
        return format_html('<span class="due due-none">{}</span>', _("No date"))
    parts: list[SafeString] = []
    if original and original != day:
        parts.append(
            format_html(
                '<del class="due-original"><span class="visually-hidden">{} </span>{}</del>',
                _("Originally due"),
                time_tag(original),
            )
        )
    parts.append(format_html('<span class="due-now">{}{}</span>', time_tag(day), _month(month)))
    left = (day - today).days if today is not None and not done else None
    late = left is not None and left < 0
    if left is not None and today is not None and left <= soon:
        parts.append(
            format_html(
                '<span class="due-words">{}{}</span>',
                icon("clock-alert", 14) if late else EMPTY,
                relative_words(day, today),
            )
        )
    css = "due due-late" if late else "due"
    return format_html('<span class="{}">{}</span>', css, mark_safe(" ".join(parts)))  # noqa: S308


def _month(month: int | str | None) -> SafeString:
    if month in (None, ""):
        return EMPTY
    title = _("Project month %(month)s") % {"month": month}
    return format_html(' <span class="due-month" title="{}">M{}</span>', title, month)


def country(code: str, *, name: bool = True) -> SafeString:
    """A country as ISO code and, beside it, its name in the reader's language."""
    code = (code or "").upper()
    if not code:
        return EMPTY
    full = country_name(code, locale_for(get_language()))
    if not name:
        return format_html(
            '<abbr class="country" title="{}"><span class="country-code">{}</span></abbr>',
            full,
            code,
        )
    return format_html(
        '<span class="country"><span class="country-code">{}</span> {}</span>', code, full
    )


def country_name(code: str, locale: Locale) -> str:
    return str(locale.territories.get(code, code))


def initials(name: str) -> str:
    """`Ana Maria Lopes` -> `AL`. An e-mail address gives its first letter."""
    words = [word for word in name.split("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def avatar(name: str, *, size: str = "") -> SafeString:
    """Initials in a disc. Decoration beside the written name, so hidden from readers."""
    tint = crc32(name.encode()) % 6
    css = f" avatar-{size}" if size else ""
    return format_html(
        '<span class="avatar avatar-{}{}" aria-hidden="true">{}</span>', tint, css, initials(name)
    )


def person(name: str, *, role: str = "", url: str = "") -> SafeString:
    """A person: initials, name, and what they are here."""
    shown = format_html('<a href="{}">{}</a>', url, name) if url else name
    below = format_html('<span class="person-role">{}</span>', role) if role else EMPTY
    return format_html(
        '<span class="person">{}<span class="person-text"><span class="person-name">{}</span>{}'
        "</span></span>",
        avatar(name),
        shown,
        below,
    )


def progress(percent: int | str | None, *, label: str = "", tone: str = "") -> SafeString:
    """Percent as a native progress element and in figures (a style attribute is forbidden)."""
    if percent in (None, ""):
        return format_html('<span class="progress-row muted">{}</span>', _("not stated"))
    value = max(0, min(100, int(percent)))
    return format_html(
        '<span class="progress-row"><progress class="meter {}" max="100" value="{}" '
        'aria-label="{}">{} %</progress><span class="progress-text">{}\N{NO-BREAK SPACE}%</span>'
        "</span>",
        f"tone-{tone}" if tone else "",
        value,
        label or _("Progress"),
        value,
        value,
    )
