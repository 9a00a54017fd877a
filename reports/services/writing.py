"""Writing a report: by several people at once, without losing a word.

Saves are not events of the activity log, where autosaves would hide everything else: each
one is an ``AnswerRevision``, which nothing alters.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milestones.models import Deliverable, Milestone
from networks.acts import Act
from networks.refusals import Conflict, Refusal
from networks.services import changed, record_event
from reports.access import require
from reports.models import (
    Answer,
    AnswerRevision,
    ItemComment,
    ProgressReport,
    TemplateSection,
)
from reports.services.beginning import begin
from reports.services.locking import hold, require_writable, touch

# Far above any word limit; a paste of a whole book is refused with a sentence.
LONGEST = 200_000


class Overtaken(Conflict):
    """Somebody else has saved meanwhile: holds their row, to be shown beside what was typed."""

    def __init__(self, theirs: Answer | ItemComment) -> None:
        super().__init__(_("Somebody else has saved this text in the meantime. Choose from both."))
        self.theirs = theirs


@transaction.atomic
def save_section(
    act: Act,
    report: ProgressReport,
    section: TemplateSection,
    *,
    text: str = "",
    nothing: bool = False,
    version: int,
) -> Answer:
    """Write one section over the version of it that the author saw (0: nobody wrote yet).

    The first word makes an open report a draft and fixes its template. A text that stands
    there already is no conflict and no new version. Raises Overtaken with the other text.
    """
    require(act.by, "write", report)
    text = _tidy(text)
    if nothing and text:
        raise Refusal(_("Either write something, or say there is nothing."), "nothing")
    hold(report)
    require_writable(report)
    begin(act, report)
    _check_section(report, section, nothing)
    answer = Answer.objects.get(report=report, section=section)
    if (answer.text, answer.nothing_to_report) == (text, nothing):
        return answer
    if answer.version != version:
        raise Overtaken(answer)
    answer.text, answer.nothing_to_report = text, nothing
    answer.version += 1
    answer.changed_by, answer.changed_at = act.by, act.at
    answer.save()
    AnswerRevision(
        answer=answer,
        version=answer.version,
        text=text,
        nothing_to_report=nothing,
        author=act.by,
        on_behalf_of=act.on_behalf_of,
        at=act.at,
    ).save(force_insert=True)
    touch(act, report)
    return answer


def _check_section(report: ProgressReport, section: TemplateSection, nothing: bool) -> None:
    if section.template_id != report.template_id:
        raise Refusal(_("This section belongs to another template."), "section")
    if nothing and not section.nothing_allowed:
        raise Refusal(_("This section needs an answer in words."), "nothing")


def _tidy(text: str) -> str:
    """One form for the same text: browsers send CR LF, and PostgreSQL holds no NUL."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        raise Refusal(_("This text is longer than a section can be."), "text")
    return text if text.strip() else ""


@transaction.atomic
def save_comment(
    act: Act,
    report: ProgressReport,
    item: Milestone | Deliverable,
    *,
    text: str,
    version: int,
) -> ItemComment:
    """What the team says of one item in one report; as sections, over the version seen."""
    require(act.by, "write", report)
    text = _tidy(text)
    if item.network_id != report.network_id:
        raise Refusal(_("This item belongs to another network."), "item")
    hold(report)
    require_writable(report)
    begin(act, report)
    about: dict[str, Any] = {str(item._meta.model_name): item}
    comment, _new = ItemComment.objects.get_or_create(report=report, **about)
    if comment.text == text:
        return comment
    if comment.version != version:
        raise Overtaken(comment)
    before = comment.text
    comment.text, comment.version = text, comment.version + 1
    comment.changed_by, comment.changed_at = act.by, act.at
    comment.save()
    touch(act, report)
    # Comments have no revisions of their own: the log keeps what stood there.
    changes = changed({"text": before}, {"text": text})
    record_event(act, "comment_item", report, network=report.network, changes=changes)
    return comment
