"""Changing a draft amendment: its words, its new dates, and what else it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.asking import NewAmendmentForm
from milestones.forms.base import Item, ServiceForm
from milestones.models import Amendment, AmendmentChange
from milestones.services import NewChange, change_draft, submit_amendment, withdraw_amendment
from milestones.services.amendment_asking import day_asked, kind_of
from milestones.services.amendment_drafts import version_of
from networks.acts import Act

# More lines than this come from an imported plan, and are not chosen one by one.
MOST_LINES = 100


class EditDraftForm(NewAmendmentForm):
    """The form for a new amendment, filled with what the draft says.

    New dates of open items stand in the table; every other line can be left out.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        amendment: Amendment,
        lines: Sequence[AmendmentChange],
        items: Sequence[Item],
        today: date,
        data: Any = None,
    ) -> None:
        known = {(kind_of(item), item.code): self.name_of(item) for item in items}
        dates = {
            known[line.target_kind, line.target]: day
            for line in lines
            if (day := day_asked(line)) and (line.target_kind, line.target) in known
        }
        self.others = [
            line
            for line in lines
            if not (day_asked(line) and (line.target_kind, line.target) in known)
        ]
        initial = {
            "title": amendment.title,
            "justification": amendment.justification,
            "seen": version_of(amendment),
            "keep": [str(line.pk) for line in self.others],
            **dates,
        }
        super().__init__(amendment.network, items, today, data, initial=initial)
        self.amendment = amendment
        self.fields["justification"].required = False
        if 0 < len(self.others) <= MOST_LINES:
            self.fields["keep"] = forms.MultipleChoiceField(
                label=_("What else it asks for"),
                required=False,
                choices=[(str(line.pk), words_of(line)) for line in self.others],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Take the mark away from what it should not ask for any more."),
            )

    def kept(self) -> list[int]:
        """The other lines that stay: those marked, or all where there are too many to show."""
        if "keep" in self.fields:
            return [int(pk) for pk in self.cleaned_data.get("keep", [])]
        return [line.pk for line in self.others]

    def needs_date(self) -> bool:
        """A draft that asks for something else needs no date."""
        return not self.kept() and self.amendment.kind != Amendment.Kind.OTHER

    def run(self, act: Act) -> None:
        """Write the draft, and submit it if that was pressed."""
        typed = self.cleaned_data
        self.amendment = change_draft(
            act,
            self.amendment,
            title=typed["title"],
            justification=typed["justification"],
            changes=[
                NewChange(
                    "change", kind_of(move.item), move.item.code, "due_date", move.due.isoformat()
                )
                for move in self.moves()
            ],
            keep=self.kept(),
            seen=typed["seen"],
        )
        if typed["step"] == "submit":
            submit_amendment(act, self.amendment)


class WithdrawForm(ServiceForm):
    """Taking a draft back, with a word on why if one wishes."""

    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your colleagues read it; it may stay empty."),
    )

    def __init__(self, amendment: Amendment, data: Any = None) -> None:
        super().__init__(data)
        self.amendment = amendment

    def run(self, act: Act) -> None:
        """Withdraw it."""
        withdraw_amendment(act, self.amendment, note=self.cleaned_data["note"])


def words_of(line: AmendmentChange) -> str:
    """A line as a choice: what happens to which thing."""
    thing = line.target or line.get_target_kind_display()
    what = line.field.replace("_", " ") or line.get_action_display()
    named = line.new.get("title") if isinstance(line.new, dict) else line.new
    return f"{thing}: {what}" + (f" → {named}" if named not in (None, "") else "")
