"""What a report still lacks before it can be submitted: read by the page, held by the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.clock import Today
from reports.models import ProgressReport


@dataclass(frozen=True)
class Missing:
    """One thing to mend, in a sentence, and where."""

    text: str
    url: str


def missing(report: ProgressReport, content: dict[str, Any], today: Today) -> list[Missing]:
    """Everything that stands against submitting this content, in the order of the page.

    First, that its facts are not all known yet: what happens between the submission and the
    cut-off would stand in no report, as the next one begins after the cut-off.
    """
    page, found = reverse("progress-report-write", args=[report.pk]), list[Missing]()
    if today.in_zone(report.network.time_zone) <= report.cut_off:
        text = _("The facts are as of %(day)s: hand the report in when that day is over.")
        found.append(Missing(text % {"day": date_format(report.cut_off, "j F Y")}, page))
    if not content["sections"]:
        found.append(Missing(_("The programme has no template for this report."), page))
    return [*found, *_of_sections(page, content), *_of_items(page, content)]


def _of_sections(page: str, content: dict[str, Any]) -> Iterator[Missing]:
    for section in content["sections"]:
        name = f"{section['number']} {section['title']}".strip()
        place = f"{page}#section-{section['key']}"
        if section["required"] and not section["text"].strip() and not section["nothing"]:
            yield Missing(_("“%(section)s” has no answer.") % {"section": name}, place)
        over = section["words"] - (section["word_limit"] or section["words"])
        if over > 0:
            text = ngettext(
                "“%(section)s” is one word too long.",
                "“%(section)s” is %(over)d words too long.",
                over,
            )
            yield Missing(text % {"section": name, "over": over}, place)


def _of_items(page: str, content: dict[str, Any]) -> Iterator[Missing]:
    for item in content["facts"]["items"]:
        explained = item["reason_code"] or item["comment"].strip()
        if item["late_days"] > 0 and not explained:
            text = ngettext(
                "%(code)s is one day late, and nobody has said why.",
                "%(code)s is %(days)d days late, and nobody has said why.",
                item["late_days"],
            )
            words = {"code": item["code"], "days": item["late_days"]}
            yield Missing(text % words, f"{page}#{item['kind']}-{item['id']}")
