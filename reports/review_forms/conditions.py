"""Answering a condition, and settling it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.acts import Act
from reports.models import Condition
from reports.review_forms.base import DayInput, RowForm, text_area
from reports.services.conditions import (
    meet_condition,
    return_condition,
    submit_condition,
    waive_condition,
)


class ConditionAnswerForm(RowForm):
    """How a condition was met."""

    row: Condition
    compared = ("answer", "evidence_url")

    answer = forms.CharField(label=_("How it was met"), max_length=10_000, widget=text_area(4))
    evidence_url = forms.URLField(
        label=_("Link to the evidence"), required=False, max_length=1000, assume_scheme="https"
    )

    def __init__(self, row: Condition, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(row, name) for name in self.compared}
        super().__init__(row, *args, **kwargs)

    def run(self, act: Act) -> None:
        texts = {name: self.cleaned_data[name] for name in self.compared}
        submit_condition(act, self.row, version=self.seen, **texts)


class ConditionVerdictForm(RowForm):
    """Met, back with a note, or not asked for any more."""

    row: Condition
    shown_at: ClassVar[dict[str, str]] = {}

    note = forms.CharField(
        label=_("Note to the network"),
        required=False,
        max_length=10_000,
        widget=text_area(3),
        help_text=_("Needed when it goes back, and when it is waived."),
    )
    due_date = forms.DateField(
        label=_("New due date, if it goes back"), required=False, widget=DayInput
    )
    verdict = forms.ChoiceField(
        choices=[(name, name) for name in ("meet", "return", "waive")], widget=forms.HiddenInput
    )

    def run(self, act: Act) -> None:
        note, verdict = self.cleaned_data["note"], self.cleaned_data["verdict"]
        if verdict == "meet":
            meet_condition(act, self.row, note=note, version=self.seen)
        elif verdict == "waive":
            waive_condition(act, self.row, note=note, version=self.seen)
        else:
            day = self.cleaned_data["due_date"]
            return_condition(act, self.row, note=note, due_date=day, version=self.seen)
