"""Entering a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from milestones.models import Milestone
from networks.acts import Act
from networks.models import Member
from reports.models import Decision, Meeting, Recommendation, ReviewRound
from reports.review_forms.base import DayInput, text_area
from reports.services.deciding import AskedAmendment, NewCondition, Votes, decide

# So many conditions at once on the page; the API takes more.
CONDITIONS = 4


def _name_of(member: Member) -> str:
    name: str = member.user.name
    return name


class ConditionFields(forms.Form):
    """One condition; an empty one is none."""

    text = forms.CharField(
        label=_("Condition"), required=False, max_length=5000, widget=text_area(2)
    )
    evidence_asked = forms.CharField(label=_("Evidence asked for"), required=False, max_length=1000)
    due_date = forms.DateField(label=_("Due"), required=False, widget=DayInput)
    responsible = forms.ModelChoiceField(
        label=_("Responsible"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("The network lead"),
    )

    def __init__(self, members: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["responsible"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is
        field.queryset = members
        field.label_from_instance = _name_of  # type: ignore[method-assign,assignment]

    def clean(self) -> dict[str, Any]:
        """A condition without a date is no duty."""
        said = super().clean() or {}
        if said.get("text") and not said.get("due_date") and "due_date" not in self.errors:
            self.add_error("due_date", _("Say by when the condition is due."))
        return said


class DecideForm(ServiceForm):
    """Outcome, votes, sentence, conditions, gate, amendment."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=Recommendation.choices, widget=forms.RadioSelect
    )
    report_outcome = forms.ChoiceField(
        label=_("Report"), choices=Decision.ReportOutcome.choices, widget=forms.RadioSelect
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=DayInput)
    meeting = forms.ModelChoiceField(
        label=_("Meeting"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("In writing, without a meeting"),
    )
    quorum = forms.IntegerField(label=_("Quorum"), min_value=1, max_value=999, initial=3)
    present = forms.IntegerField(label=_("Members present"), min_value=1, max_value=999)
    votes_for = forms.IntegerField(label=_("Votes for"), min_value=0, max_value=999)
    votes_against = forms.IntegerField(
        label=_("Votes against"), min_value=0, max_value=999, initial=0
    )
    abstentions = forms.IntegerField(label=_("Abstentions"), min_value=0, max_value=999, initial=0)
    reasons = forms.CharField(
        label=_("Reasons, for the network"),
        required=False,
        max_length=20_000,
        widget=text_area(5),
        help_text=_("In the letter, before the summary of the reviews, which goes with it."),
    )
    public_sentence = forms.CharField(
        label=_("Sentence for the public"), required=False, max_length=500
    )
    gate = forms.ModelChoiceField(
        label=_("Gate that this opens or holds"),
        queryset=Milestone.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("To go on, a claimed gate is verified; held or stopped, its claim goes back."),
    )
    revise_by = forms.DateField(
        label=_("Revision due"),
        required=False,
        widget=DayInput,
        help_text=_("Only with a revision. Empty: the due date stays."),
    )
    amendment_title = forms.CharField(
        label=_("Amendment asked for"),
        required=False,
        max_length=300,
        help_text=_("It starts as a draft; the lead completes and submits it."),
    )
    amendment_justification = forms.CharField(
        label=_("Why it is asked for"), required=False, max_length=5000, widget=text_area(2)
    )

    def __init__(self, round_: ReviewRound, today: Any, *args: Any, **kwargs: Any) -> None:
        meeting = kwargs.pop("meeting", None)
        quorum = meeting.quorum if meeting else 3
        initial = {"decided_on": today, "meeting": meeting, "quorum": quorum}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.round = round_
        meetings = Meeting.objects.filter(
            programme=round_.network.programme_id, closed_at__isnull=True
        )
        gates = Milestone.objects.filter(network=round_.network_id, is_gate=True)
        for name, rows in (("meeting", meetings), ("gate", gates.order_by("code_key"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - both are
            field.queryset = rows
        members = Member.objects.current(today).filter(network=round_.network_id)
        members = members.exclude(role="observer").select_related("user").order_by("user__name")
        data = kwargs.get("data") or (args[0] if args else None)
        self.condition_forms = [
            ConditionFields(members, data, prefix=f"c{number}")
            for number in range(1, CONDITIONS + 1)
        ]

    def is_valid(self) -> bool:
        """The conditions' fields too."""
        parts = [form.is_valid() for form in self.condition_forms]
        return super().is_valid() and all(parts)

    def carry_out(self, act: Act) -> bool:
        done = super().carry_out(act)
        return done and not any(form.errors for form in self.condition_forms)

    def _place(self, name: str) -> str | None:
        return super()._place("reasons" if name == "note" else name)

    def run(self, act: Act) -> None:
        said = self.cleaned_data
        conditions = [form.cleaned_data for form in self.condition_forms]
        asked = said["amendment_title"].strip()
        decide(
            act,
            self.round,
            outcome=said["outcome"],
            report_outcome=said["report_outcome"],
            decided_on=said["decided_on"],
            votes=Votes(
                present=said["present"],
                votes_for=said["votes_for"],
                votes_against=said["votes_against"],
                abstentions=said["abstentions"],
                quorum=said["quorum"],
            ),
            meeting=said["meeting"],
            reasons=said["reasons"],
            public_sentence=said["public_sentence"],
            conditions=[NewCondition(**each) for each in conditions if each.get("text")],
            gate=said["gate"],
            amendment=AskedAmendment(title=asked, justification=said["amendment_justification"])
            if asked
            else None,
            revise_by=said["revise_by"],
        )
