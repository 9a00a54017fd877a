"""The history of an item in words, newest first."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date, format_skeleton
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from milestones.models import StatusUpdate

# Which table of states a row's mark is taken from: what was said, or where it went.
_SPOKEN = {StatusUpdate.Kind.UPDATE}

_DOORS = {
    "page": gettext_lazy("on the page"),
    "api": gettext_lazy("through the API"),
    "mail": gettext_lazy("from the mail"),
    "import": gettext_lazy("by import"),
    "admin": gettext_lazy("in the admin"),
    "system": gettext_lazy("by the system"),
}


def say_day(day: Any) -> str:
    """A date in words for running text: 26 Feb 2027, as the reader's language writes it."""
    if not day:
        return ""
    language = (get_language() or "en")[:2]
    if language == "en":
        # The day before the month, as the rest of the world writes it.
        return str(format_date(day, "d MMM y", locale=language))
    return str(format_skeleton("yMMMd", day, locale=language))


def in_words(update: StatusUpdate, *, name_item: bool = False) -> dict[str, Any]:
    """One row for the component ``history``; with ``name_item`` for lists over many items."""
    title = " · ".join(_facts(update))
    item = update.target
    row = {
        "when": update.at,
        "who": _who(update),
        "title": f"{item.code} {Truncator(item.title).chars(60)}: {title}" if name_item else title,
        "text": _text(update),
        "via": _through(update),
        **_mark(update),
    }
    if name_item:
        row["url"] = item.get_absolute_url()
    return row


def _facts(update: StatusUpdate) -> list[str]:
    if update.kind not in _SPOKEN:
        facts = [update.get_kind_display()]
        if update.kind == StatusUpdate.Kind.RESCHEDULE:
            facts.append(_("due %(day)s") % {"day": say_day(update.due_date)})
        if update.kind in (StatusUpdate.Kind.CLAIM, StatusUpdate.Kind.SUBMIT):
            facts.append(_("done on %(day)s") % {"day": say_day(update.actual_date)})
        return facts
    facts = [update.get_confidence_display(), f"{update.percent}\N{NO-BREAK SPACE}%"]
    if update.forecast_date:
        facts.append(_("forecast %(day)s") % {"day": say_day(update.forecast_date)})
    return facts


def _text(update: StatusUpdate) -> str:
    reason = ""
    if update.reason_code:
        reason = f"{update.get_reason_code_display()}: {update.reason}"
    return "\n\n".join(part for part in (update.text, reason) if part)


def _who(update: StatusUpdate) -> str:
    author = str(update.author) if update.author else _("The system")
    if update.on_behalf_of:
        both = {"author": author, "other": update.on_behalf_of}
        return _("recorded by %(author)s on behalf of %(other)s") % both
    return author


def _through(update: StatusUpdate) -> str:
    return str(_DOORS.get(update.channel) or update.get_channel_display())


def _mark(update: StatusUpdate) -> dict[str, str]:
    if update.kind in _SPOKEN:
        return {"kind": "confidence", "state": update.confidence}
    kind = "milestone" if update.milestone_id else "deliverable"
    return {"kind": kind, "state": update.state}
