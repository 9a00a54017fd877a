"""What a morning mail says: subject, plain text and HTML, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from networks.clock import Today
from networks.duties import Audience, Duty
from networks.models import User
from notifications.services.links import (
    absolute,
    placeholder,
    preferences_url,
    weekly_placeholder,
)
from notifications.stencils import Part, Section, Stencil, html_stencil
from notifications.words import days_left_words, full_date, late_words, one_line, said

# A mail is read on a phone: what does not fit stands on "My work".
MAX_LINES = 40
NAMED_NETWORKS = 3
RETURNED = _("returned to you")
WHY = {
    Audience.RESPONSIBLE: _("These deadlines are yours."),
    Audience.LEADS: _("You lead the network, and a deadline of it has passed."),
    Audience.OFFICERS: _("You look after the programme, and a deadline has passed."),
    Audience.MANAGERS: _("You manage the programme, and a deadline has long passed."),
}


@dataclass(frozen=True)
class Rendered:
    """The three faces of one mail; personal addresses are still placeholders."""

    subject: str
    text: str
    html: str


class Told(Protocol):
    """What a line says of its row of the ledger."""

    @property
    def pk(self) -> int:
        """The row."""

    @property
    def audience(self) -> str:
        """As what the reader is told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder with the duty as it stands now."""

    reminder: Told
    duty: Duty

    @property
    def urgency(self) -> tuple[Any, ...]:
        """Most urgent first."""
        return self.duty.due_date, self.duty.acronym, self.duty.code


TEXT = Stencil("notifications/mail/digest.txt")
HTML = html_stencil("notifications/mail/digest.html")
SUBJECT = Stencil("notifications/mail/digest_subject.txt")


def render_digest(
    person: User, lines: Sequence[Line], links: Mapping[int, UUID], now: datetime
) -> Rendered:
    """The morning mail of one person."""
    with translation.override(person.language):
        mail, sections = digest(person, lines, links, Today.at(now))
        subject = mail.values["subject"]
        return Rendered(subject, TEXT.fill(mail, sections), HTML.fill(mail, sections))


def digest(
    person: User, lines: Sequence[Line], links: Mapping[int, UUID], today: Today
) -> tuple[Part, list[Section]]:
    """What the mail says, in the active language: as a whole, and of each network."""
    ordered = sorted(lines, key=attrgetter("urgency"))
    days = [line.duty.days_left(today) for line in ordered]
    language, networks = (get_language() or "en")[:2], defaultdict[str, list[Part]](list)
    for line, left in list(zip(ordered, days, strict=True))[:MAX_LINES]:
        part = _fact(line, links.get(line.reminder.pk), left, language)
        networks[line.duty.acronym].append(part)
    mail = Part(
        {
            "name": person.get_short_name(),
            "subject": _subject(ordered),
            "summary": late_words(sum(left < 0 for left in days), language),
            "why": _why(ordered, language),
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "my_work_url": absolute("/"),
            "preferences_url": preferences_url(),
            "weekly_url": weekly_placeholder(person.pk),
        },
        (("more", max(0, len(ordered) - MAX_LINES)),),
    )
    return mail, [Section({"acronym": name}, (), parts) for name, parts in networks.items()]


def _fact(line: Line, link: UUID | None, left: int, language: str) -> Part:
    """One line: ``left`` is the number of days until it is due."""
    duty, audience = line.duty, Audience(line.reminder.audience)
    return Part(
        {
            "code": duty.code,
            "title": str(duty.title),
            "kind": said(duty.label, language),
            "state": said(RETURNED if duty.returned else duty.state_label, language),
            "confidence": said(duty.confidence_label, language),
            "due": full_date(duty.due_date, language),
            "left": days_left_words(left, language),
            "forecast": full_date(duty.forecast_date, language) if duty.forecast_date else "",
            "told_as": "" if audience == Audience.RESPONSIBLE else said(audience.label, language),
            "url": placeholder(link) if link else absolute(duty.url),
            "answers": "yes" if link else "",
        },
        (("tone", "late" if left < 0 else "soon" if left <= 7 else "meta"),),
    )


def _subject(lines: Sequence[Line]) -> str:
    networks = _named([line.duty.acronym for line in lines])
    subject = SUBJECT.fill(Part({"networks": networks}, (("count", len(lines)),)))
    return one_line(subject)[:200]


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


def _why(lines: Sequence[Line], language: str) -> str:
    told = {line.reminder.audience for line in lines}
    return " ".join([said(words, language) for audience, words in WHY.items() if audience in told])
