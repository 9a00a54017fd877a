"""What a week's summary says: figures of all networks somebody runs, and the lines told to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from networks.clock import Today
from networks.duties import Audience, Figure, source
from networks.models import User
from notifications.mornings import zone_or_utc
from notifications.rendering import MAX_LINES, Line, Rendered, render_digest
from notifications.services.links import (
    absolute,
    placeholder,
    preferences_url,
    weekly_placeholder,
)
from notifications.stencils import inline
from notifications.summing import NetworkFigures, Summary, in_words, summary_of
from notifications.words import days_left_words, one_line
from notifications.words import in_words as day_in_words

OWN = (Audience.RESPONSIBLE, Audience.LEADS)
# Where all networks stand in the order of a figure.
ORDER = {Figure.OVERDUE: "?order=-overdue", Figure.WEEK: "?order=-due", Figure.MONTH: "?order=-due"}
Links = Mapping[int, UUID]


def render_summary(
    person: User, lines: Sequence[Line], links: Links, now: datetime
) -> Rendered | None:
    """The summary of one person; an ordinary morning mail for whoever runs no network any more."""
    summary = summary_of(person, Today.at(now))
    if summary is None:
        return render_digest(person, lines, links, now) if lines else None
    with translation.override(person.language), timezone.override(zone_or_utc(person.time_zone)):
        context = _context(person, summary, lines, links, Today.at(now))
        text = render_to_string("notifications/mail/summary.txt", context)
        html = render_to_string("notifications/mail/summary.html", context)
        return Rendered(context["subject"], text, inline(html))


def _context(
    person: User, summary: Summary, lines: Sequence[Line], links: Links, today: Today
) -> dict[str, Any]:
    ordered = sorted(lines, key=lambda line: line.urgency)
    own = [line for line in ordered if line.reminder.audience in OWN]
    climbed = [line for line in ordered if line.reminder.audience not in OWN]
    shown = [*own, *climbed][:MAX_LINES]
    networks_url = absolute(reverse("network-list"))
    return {
        "person": person,
        "subject": _subject(summary),
        "totals": [_total(summary, figure, networks_url) for figure in Figure],
        "own": [_line(line, links, today) for line in own if line in shown],
        "climbed": [_line(line, links, today) for line in climbed if line in shown],
        "more_lines": len(ordered) - len(shown),
        "networks": [_network(network) for network in summary.networks],
        "more": summary.more,
        "networks_url": networks_url,
        "why": _("You asked for a week's summary of the networks you run."),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "preferences_url": preferences_url(),
        "weekly_url": weekly_placeholder(person.pk),
    }


def _subject(summary: Summary) -> str:
    said = _("Your networks this week: %(overdue)d overdue, %(waiting)d to verify") % {
        "overdue": summary.number(Figure.OVERDUE),
        "waiting": summary.number(Figure.WAITING),
    }
    return one_line(said)[:200]


def _total(summary: Summary, figure: Figure, networks_url: str) -> dict[str, Any]:
    return {
        "label": str(figure.label),
        "number": summary.number(figure),
        "url": networks_url + ORDER.get(figure, ""),
        "late": figure == Figure.OVERDUE,
    }


def _network(network: NetworkFigures) -> dict[str, Any]:
    figures = [
        {
            "label": str(figure.label),
            "late": figure == Figure.OVERDUE,
            "parts": [
                (words, absolute(source(kind).list_url(network.reference, figure)))
                for kind, words in in_words(network.figures[figure])
            ],
        }
        for figure in Figure
        if figure in network.figures
    ]
    url = absolute(reverse("network", args=[network.reference]))
    return {"acronym": network.acronym, "url": url, "figures": figures}


def _line(line: Line, links: Links, today: Today) -> dict[str, Any]:
    duty, link = line.duty, links.get(line.reminder.pk)
    days = duty.days_left(today)
    return {
        "acronym": duty.acronym,
        "code": duty.code,
        "title": str(duty.title),
        "kind": str(duty.label),
        "due": day_in_words(duty.due_date),
        "left": days_left_words(days, get_language() or "en"),
        "tone": "late" if days < 0 else "soon" if days <= 7 else "meta",
        "told_as": str(Audience(line.reminder.audience).label),
        "url": placeholder(link) if link else absolute(duty.url),
    }
