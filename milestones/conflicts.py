"""What was typed beside what somebody else has saved meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any

from milestones.forms.base import ItemForm
from milestones.history import say_day
from milestones.models import StatusUpdate

_COMPARED = ("confidence", "percent", "forecast_date", "done_on", "reason", "text", "note")
# Where the saved side of a field stands, when it has another name in the history.
_SAVED_AS = {"done_on": "actual_date", "note": "text"}


def both_sides(form: ItemForm) -> dict[str, Any]:
    """``who``, ``when`` and ``lines`` for the component ``conflict``."""
    item = form.item
    latest = item.status_updates.select_related("author").newest_first().first()
    if latest is None:
        return {"who": "", "when": item.last_update_at, "lines": []}
    lines = [
        line for name in _COMPARED if name in form.fields for line in _line(form, name, latest)
    ]
    return {"who": str(latest.author or ""), "when": latest.at, "lines": lines}


def _line(form: ItemForm, name: str, latest: StatusUpdate) -> list[dict[str, Any]]:
    field = form.fields[name]
    words = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    theirs = _say(getattr(latest, _SAVED_AS.get(name, name)), words)
    yours = _say(form.cleaned_data.get(name), words)
    if theirs == yours:
        return []
    return [
        {"label": field.label, "theirs": theirs or "\N{EM DASH}", "yours": yours or "\N{EM DASH}"}
    ]


def _say(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, date):
        return say_day(value)
    return words.get(str(value), str(value)) if value not in (None, "") else ""
