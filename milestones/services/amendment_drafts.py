"""Changing a draft amendment, by its author or the network's lead, before anybody decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milestones.access import require
from milestones.models import Amendment, AmendmentChange
from milestones.services.amendment_checks import NewChange, check_changes
from milestones.services.plan_values import read_plan
from networks.acts import Act
from networks.refusals import Conflict, Refusal
from networks.services import record_event
from networks.services.events import changed

# In the log; the rest of a large draft stands in the draft itself.
LINES_LOGGED = 50


@transaction.atomic
def change_draft(
    act: Act,
    amendment: Amendment,
    *,
    title: str | None = None,
    justification: str | None = None,
    changes: Sequence[NewChange] | None = None,
    keep: Collection[int] = (),
    seen: str = "",
) -> Amendment:
    """Write a draft anew; what is not given stays.

    Given ``changes`` take the place of all lines but those in ``keep``. ``seen`` names the
    version that was read (:func:`version_of`). Raises Refusal for a line that could never
    be applied, Conflict where somebody has changed or submitted the draft meanwhile.
    """
    require(act.by, "edit_draft", amendment)
    if amendment.state != Amendment.State.DRAFT:
        raise Refusal(_("Only a draft can be changed."), "state")
    # Whoever submits or changes it at the same moment comes before or after, not between.
    drafts = Amendment.objects.select_for_update().filter(state=Amendment.State.DRAFT)
    draft: Amendment | None = drafts.filter(pk=amendment.pk).first()
    if draft is None or (seen and seen != version_of(draft)):
        raise Conflict(_("Somebody else has just changed this draft. Look at it again."))
    old = _facts(draft)
    draft.title = draft.title if title is None else title.strip()
    draft.justification = draft.justification if justification is None else justification.strip()
    draft.full_clean(exclude=["drafted_by"])
    draft.save(update_fields=["title", "justification"])
    if changes is not None:
        _replace(draft, changes, keep)
    different = changed(old, _facts(draft))
    if different:
        record_event(act, "change_draft", draft, network=draft.network, changes=different)
    return draft


def version_of(amendment: Amendment) -> str:
    """Names what a draft says now: another text or line is another version."""
    return sha256(json.dumps(_facts(amendment, None)).encode()).hexdigest()[:16]


def _replace(draft: Amendment, changes: Sequence[NewChange], keep: Collection[int]) -> None:
    draft.changes.exclude(pk__in=keep).delete()
    lines = check_changes(read_plan(draft.network), changes)
    for line in lines:
        line.amendment = draft
    AmendmentChange.objects.bulk_create(lines, batch_size=500)


def _facts(amendment: Amendment, most: int | None = LINES_LOGGED) -> dict[str, Any]:
    lines = amendment.changes.order_by("pk").values_list("action", "target", "field", "new")
    # By what they say: lines that were written anew in another order are the same.
    said = sorted(
        f"{action} {target} {field}: {json.dumps(new, sort_keys=True)[:200]}"
        for action, target, field, new in lines
    )
    return {
        "title": amendment.title,
        "justification": amendment.justification,
        "changes": said[:most],
    }
