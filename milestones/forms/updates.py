"""Saying where an item stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import REASONS, EvidenceFields, Item, ItemForm
from milestones.models import Confidence
from milestones.services import post_update
from networks.acts import Act
from networks.clock import Today
from networks.duties import source
from networks.models import User

_MISSING = {"required": _("Say whether it is on track, at risk or off track.")}
_NO_PERCENT = {
    "required": _("Say how much is done, in percent."),
    "invalid": _("Give a whole number from 0 to 100."),
}


class UpdateForm(EvidenceFields, ItemForm):
    """The status update, filled with the last statement: no change is one press on Save."""

    shown_at: ClassVar[dict[str, str]] = {"evidence": "link", "url": "link", "doi": "link"}

    confidence = forms.ChoiceField(
        label=_("How does it stand?"),
        choices=Confidence.choices,
        widget=forms.RadioSelect,
        error_messages=_MISSING,
    )
    percent = forms.IntegerField(
        label=_("Done so far, in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 1}),
        error_messages=_NO_PERCENT,
    )
    forecast_date = forms.DateField(
        label=_("You expect to reach it on"),
        required=False,
        help_text=_("Empty means on the due date."),
    )
    reason_code = forms.ChoiceField(label=_("Why is it late?"), choices=REASONS, required=False)
    reason = forms.CharField(
        label=_("The reason in a sentence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label=_("What happened since last time?"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two sentences are enough. Staff and the committee read them."),
    )

    told_by = forms.BooleanField(required=False)

    field_order = [
        "confidence",
        "percent",
        "forecast_date",
        "reason_code",
        "reason",
        "text",
        "file",
        "link",
        "evidence_title",
        "told_by",
    ]

    def __init__(self, item: Item, *args: Any, told_by: User | None = None, **kwargs: Any) -> None:
        super().__init__(item, *args, **kwargs)
        self.teller = told_by
        if told_by is None:
            del self.fields["told_by"]
        else:
            words = {"name": told_by.get_full_name()}
            self.fields["told_by"].label = gettext("%(name)s told me; I record it for them") % words

    def initial_for(self, item: Item) -> dict[str, Any]:
        """The last statement."""
        return {
            "confidence": item.confidence,
            "percent": item.percent,
            "forecast_date": item.forecast_date,
        }

    def clean_forecast_date(self) -> date | None:
        """A forecast on the due date is no forecast of its own."""
        day: date | None = self.cleaned_data["forecast_date"]
        return None if day == self.item.due_date else day

    def run(self, act: Act) -> None:
        """Post the update; staff may record what somebody told them, and it is shown as that."""
        said = self.cleaned_data
        if said.get("told_by"):
            act = replace(act, on_behalf_of=self.teller)
        post_update(
            act,
            self.item,
            confidence=said["confidence"],
            percent=said["percent"],
            forecast_date=said["forecast_date"],
            reason_code=said["reason_code"],
            reason=said["reason"],
            text=said["text"],
            evidence=self.added_evidence(),
            version=said["version"],
        )

    @classmethod
    def no_change(cls, item: Item, version: str, today: Today) -> UpdateForm:
        """The last statement once more, as one press says it; ``version`` is the one seen.

        Where it cannot be true any more the form says so, and asks for what is new.
        """
        said = {
            "confidence": item.confidence,
            "percent": str(item.percent),
            "forecast_date": item.forecast_date.isoformat() if item.forecast_date else "",
            "version": version,
        }
        form = cls(item, said)
        why_not = _why_not(item, today)
        if why_not:
            form.add_error("forecast_date", why_not)
        return form


def _why_not(item: Item, today: Today) -> str:
    duty = next(iter(source(str(item._meta.model_name)).among([item.pk])), None)
    # What is no open duty any more is refused by the service, with its own words.
    if duty is None or duty.may_repeat(today):
        return ""
    if duty.returned:
        return gettext("It came back with a note: say what has changed since.")
    return gettext("The day that was expected is over: say when you expect it now.")
