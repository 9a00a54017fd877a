"""What a morning mail says: subject, plain text and HTML, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.clock import Today
from networks.duties import Audience, Duty
from networks.models import User
from notifications.models import ItemLink, Reminder
from notifications.mornings import zone_or_utc
from notifications.services.links import absolute, placeholder, weekly_placeholder
from notifications.words import days_left_words, in_words, one_line

# A mail is read on a phone: what does not fit stands on "My work".
MAX_LINES = 40
NAMED_NETWORKS = 3


@dataclass(frozen=True)
class Rendered:
    """The three faces of one mail; personal addresses are still placeholders."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder with the duty as it stands now."""

    reminder: Reminder
    duty: Duty

    @property
    def urgency(self) -> tuple[Any, ...]:
        """Most urgent first."""
        return self.duty.due_date, self.duty.acronym, self.duty.code


def render_digest(
    person: User, lines: Sequence[Line], links: Mapping[int, ItemLink], now: datetime
) -> Rendered:
    """The morning mail of one person."""
    with translation.override(person.language), timezone.override(zone_or_utc(person.time_zone)):
        context = _context(person, sorted(lines, key=lambda line: line.urgency), links, now)
        # Translated words are looked up here, while the language is the reader's.
        text = render_to_string("notifications/mail/digest.txt", context)
        html = render_to_string("notifications/mail/digest.html", context)
        return Rendered(context["subject"], text, _inliner().inline(html))


@lru_cache(maxsize=1)
def _inliner() -> Any:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _context(
    person: User, lines: Sequence[Line], links: Mapping[int, ItemLink], now: datetime
) -> dict[str, Any]:
    today = Today.at(now)
    shown = lines[:MAX_LINES]
    sections: dict[str, list[dict[str, Any]]] = {}
    for line in shown:
        facts = _facts(line, links.get(line.reminder.pk), today)
        sections.setdefault(line.duty.acronym, []).append(facts)
    subject = render_to_string(
        "notifications/mail/digest_subject.txt",
        {"count": len(lines), "networks": _named([line.duty.acronym for line in lines])},
    )
    return {
        "person": person,
        "subject": one_line(subject)[:200],
        "sections": [{"acronym": name, "lines": facts} for name, facts in sections.items()],
        "summary": _summary(lines, today),
        "more": len(lines) - len(shown),
        "why": _why(lines),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "my_work_url": absolute("/"),
        "preferences_url": absolute(reverse("preferences")),
        "weekly_url": weekly_placeholder(person.pk),
    }


def _named(acronyms: Sequence[str]) -> str:
    names = list(dict.fromkeys(acronyms))
    rest = len(names) - NAMED_NETWORKS
    listed = ", ".join(names[:NAMED_NETWORKS])
    if rest <= 0:
        return listed
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", rest) % {
        "names": listed,
        "count": rest,
    }


def _summary(lines: Sequence[Line], today: Today) -> str:
    late = sum(line.duty.days_left(today) < 0 for line in lines)
    if late:
        return ngettext("%(count)d is late.", "%(count)d are late.", late) % {"count": late}
    return _("Nothing is late.")


def _facts(line: Line, link: ItemLink | None, today: Today) -> dict[str, Any]:
    duty, days = line.duty, line.duty.days_left(today)
    return {
        "code": duty.code,
        "title": duty.title,
        "kind": duty.label,
        "state": _("returned to you") if duty.returned else str(duty.state_label),
        "confidence": str(duty.confidence_label),
        "due": in_words(duty.due_date),
        "left": days_left_words(days),
        "tone": "late" if days < 0 else "soon" if days <= 7 else "meta",
        "forecast": in_words(duty.forecast_date) if duty.forecast_date else "",
        "told_as": ""
        if line.reminder.audience == Audience.RESPONSIBLE
        else str(Audience(line.reminder.audience).label),
        "url": placeholder(link) if link else absolute(duty.url),
        "answers": link is not None,
    }


def _why(lines: Sequence[Line]) -> str:
    words = {
        Audience.RESPONSIBLE: _("These deadlines are yours."),
        Audience.LEADS: _("You lead the network, and a deadline of it has passed."),
        Audience.OFFICERS: _("You look after the programme, and a deadline has passed."),
        Audience.MANAGERS: _("You manage the programme, and a deadline has long passed."),
    }
    told = {line.reminder.audience for line in lines}
    return " ".join(sentence for audience, sentence in words.items() if audience in told)
