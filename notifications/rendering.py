"""What a morning mail says: subject, plain text and HTML, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from networks.clock import Today
from networks.duties import Audience, Duty, Words
from networks.models import User
from notifications.services.links import absolute, placeholder, weekly_placeholder
from notifications.stencils import Part, Section, Stencil, html_stencil
from notifications.words import days_left_words, full_date, one_line

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
    facts, networks = Facts((get_language() or "en")[:2]), defaultdict[str, list[Part]](list)
    for line, left in list(zip(ordered, days, strict=True))[:MAX_LINES]:
        networks[line.duty.acronym].append(facts.of(line, links.get(line.reminder.pk), left))
    mail = Part(
        {
            "name": person.get_short_name(),
            "subject": _subject(ordered),
            "summary": _summary(days),
            "why": _why(ordered),
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "my_work_url": absolute("/"),
            "preferences_url": absolute(reverse("preferences")),
            "weekly_url": weekly_placeholder(person.pk),
        },
        (("more", max(0, len(ordered) - MAX_LINES)),),
    )
    return mail, [Section({"acronym": name}, (), parts) for name, parts in networks.items()]


@dataclass
class Facts:
    """What the lines of one mail say; words that many of them share are translated once."""

    language: str
    # By identity, which holds because the words are kept beside their translation.
    known: dict[int, tuple[Words, str]] = field(default_factory=dict)

    def of(self, line: Line, link: UUID | None, left: int) -> Part:
        """One line: ``left`` is the number of days until it is due."""
        duty, audience = line.duty, Audience(line.reminder.audience)
        return Part(
            {
                "code": duty.code,
                "title": str(duty.title),
                "kind": self.said(duty.label),
                "state": self.said(RETURNED if duty.returned else duty.state_label),
                "confidence": self.said(duty.confidence_label),
                "due": full_date(duty.due_date, self.language),
                "left": days_left_words(left, self.language),
                "forecast": full_date(duty.forecast_date, self.language)
                if duty.forecast_date
                else "",
                "told_as": "" if audience == Audience.RESPONSIBLE else self.said(audience.label),
                "url": placeholder(link) if link else absolute(duty.url),
                "answers": "yes" if link else "",
            },
            (("tone", "late" if left < 0 else "soon" if left <= 7 else "meta"),),
        )

    def said(self, words: Words) -> str:
        """Words in the reader's language."""
        found = self.known.get(id(words))
        if found is None:
            found = self.known[id(words)] = words, str(words)
        return found[1]


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


def _summary(days: Sequence[int]) -> str:
    late = sum(left < 0 for left in days)
    if late:
        return ngettext("%(count)d is late.", "%(count)d are late.", late) % {"count": late}
    return gettext("Nothing is late.")


def _why(lines: Sequence[Line]) -> str:
    told = {line.reminder.audience for line in lines}
    return " ".join(str(sentence) for audience, sentence in WHY.items() if audience in told)
