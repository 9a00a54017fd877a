"""Asking the programme for another date, for one item or for several, or to let an item go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import Item, ItemForm, ServiceForm
from milestones.history import say_day
from milestones.models import Amendment, AmendmentChange, Milestone
from milestones.services import Move, ask_to_end, ask_to_move
from milestones.services.amendment_asking import kind_of, require_movable, waiting_about
from milestones.services.amendments import already_asked
from networks.acts import Act
from networks.models import Network
from networks.refusals import Refusal

DUE_FIELD = re.compile(r"due_(milestone|deliverable)_([0-9]{1,18})")


class DayInput(forms.DateInput):
    """The browser's own date picker, where a form is laid out by hand."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "form-control"} | (attrs or {}), format="%Y-%m-%d")


class DayToMoveTo(forms.DateInput):
    """Needed for one of two answers: the server asks for it, since the browser cannot know."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


def justification_field() -> forms.CharField:
    """Why the change is asked for: no amendment can be submitted without it."""
    return forms.CharField(
        label=_("Why?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The programme decides by this: what happened, and what is done about it."),
        error_messages={"required": _("Say why this change is asked for.")},
    )


class AskForm(ItemForm):
    """Another due date for one item, or its end; submitted to the programme at once."""

    shown_at: ClassVar[dict[str, str]] = {"state": "ask"}

    ask = forms.ChoiceField(
        label=_("What do you ask for?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask for.")},
    )
    due_date = forms.DateField(
        label=_("New due date"),
        widget=DayToMoveTo,
        help_text=_("Only for another due date."),
        error_messages={"required": _("Give the new due date.")},
    )
    justification = justification_field()
    field_order = ["ask", "due_date", "justification"]

    amendment: Amendment

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(item, *args, **kwargs)
        end = _("Drop it") if isinstance(item, Milestone) else _("Cancel it")
        choices = [("move", _("Another due date")), ("end", end)]
        self.fields["due_date"].required = self.data.get("ask") != "end"
        self.fields["ask"].choices = choices  # type: ignore[attr-defined]

    def initial_for(self, item: Item) -> dict[str, Any]:
        """The date the lead has forecast already."""
        return {"ask": "move", "due_date": item.forecast_date if item.is_delayed else None}

    def run(self, act: Act) -> None:
        """Draft the amendment and submit it.

        Its title is on file for everybody, so it is English, whoever asks.
        """
        item, typed = self.item, self.cleaned_data
        why = typed["justification"]
        if typed["ask"] == "end":
            title = f"{'Drop' if isinstance(item, Milestone) else 'Cancel'} {item.code}"
            self.amendment = ask_to_end(act, item, title=title, justification=why)
            return
        due = typed["due_date"]
        title = f"Move {item.code} to {_day_in_english(due)}"
        moves = [Move(item, due)]
        self.amendment = ask_to_move(act, item.network, moves, title=title, justification=why)


def _day_in_english(day: date) -> str:
    with translation.override("en"):
        return say_day(day)


@dataclass(frozen=True)
class Row:
    """One open item of the table, and the field for its new date."""

    item: Item
    kind: str
    name: str
    field: BoundField | None = None
    waiting: AmendmentChange | None = None


class NewAmendmentForm(ServiceForm):
    """New dates for any of the open items; a draft for colleagues to see, or submitted at once."""

    title = forms.CharField(label=_("Title"), max_length=300)
    justification = justification_field()
    step = forms.ChoiceField(
        choices=[("draft", "draft"), ("submit", "submit")],
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose what to do with it.")},
    )

    amendment: Amendment

    def __init__(
        self, network: Network, items: Sequence[Item], today: date, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.network, self.today = network, today
        self.waiting = waiting_about(network, {(kind_of(item), item.code) for item in items})
        self.known = {self.name_of(item): item for item in items}
        for name, item in self.known.items():
            label = gettext("New due date of %(code)s") % {"code": item.code}
            widget = DayInput({"aria-label": label})
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)

    @staticmethod
    def name_of(item: Item) -> str:
        """The name of the field for an item's new date."""
        return f"due_{kind_of(item)}_{item.pk}"

    def rows(self) -> list[Row]:
        """The table; an item about which an amendment waits has no field, unless one was typed."""
        found = []
        for name, item in self.known.items():
            kind = kind_of(item)
            row = Row(item, kind, name, self[name], self.waiting.get((kind, item.code)))
            free = row.waiting is None or self[name].value()
            found.append(row if free else replace(row, field=None))
        return found

    def clean(self) -> dict[str, Any]:
        """Each date by itself, so that all that is wrong is said at once."""
        typed: dict[str, Any] = super().clean() or {}
        for name, item in self.known.items():
            if due := typed.get(name):
                self._check(name, item, due)
        missing = [name for name in posted(self.data) if name not in self.known]
        if missing:
            self.add_error(None, _("An item you gave a date is no longer in this plan."))
        elif (
            not self.moves()
            and self.needs_date()
            and not any(name in self.errors for name in self.known)
        ):
            self.add_error(None, _("Give at least one item a new due date."))
        return typed

    def needs_date(self) -> bool:
        """Whether there is nothing else that it could ask for."""
        return True

    def _check(self, name: str, item: Item, due: date) -> None:
        waiting = self.waiting.get((kind_of(item), item.code))
        try:
            require_movable(item, due, self.today)
            if waiting is not None:
                raise already_asked(item.code, waiting.amendment)
        except Refusal as refusal:
            self.add_error(name, str(refusal))

    def moves(self) -> list[Move]:
        """What was typed."""
        dates = ((item, self.cleaned_data.get(name)) for name, item in self.known.items())
        return [Move(item, due) for item, due in dates if due]

    def run(self, act: Act) -> None:
        """Draft the amendment, and submit it if that was pressed."""
        typed = self.cleaned_data
        self.amendment = ask_to_move(
            act,
            self.network,
            self.moves(),
            title=typed["title"],
            justification=typed["justification"],
            submit=typed["step"] == "submit",
        )


def posted(data: Any) -> dict[str, tuple[str, int]]:
    """The fields of new dates that came filled, each with its kind and key of item."""
    found = (
        (name, DUE_FIELD.fullmatch(name)) for name, value in data.items() if str(value).strip()
    )
    return {name: (match[1], int(match[2])) for name, match in found if match}
