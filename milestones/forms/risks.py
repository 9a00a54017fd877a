"""Naming a risk, and its state of play in a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from milestones.models import Risk, RiskLevel
from milestones.services import add_risk, assess_risk
from networks.acts import Act
from networks.models import Network

LEVELS = [("", _("Not stated")), *RiskLevel.choices]
_KEPT = [("", _("As before")), *RiskLevel.choices]


class RiskForm(ServiceForm):
    """A risk the contract did not foresee."""

    code = forms.CharField(label=_("Number"), max_length=20)
    description = forms.CharField(
        label=_("What could go wrong?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    likelihood = forms.ChoiceField(
        label=_("Likelihood, after mitigation"), choices=LEVELS, required=False
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=LEVELS, required=False)
    mitigation = forms.CharField(
        label=_("What do you do about it?"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, network: Network, *args: Any, **kwargs: Any) -> None:
        self.network = network
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        """Add the risk."""
        add_risk(act, self.network, **self.cleaned_data)


class AssessRiskForm(ServiceForm):
    """State of play: is the mitigation applied, did it happen?"""

    period = forms.CharField(
        label=_("Period"), max_length=40, help_text=_("Such as RP1 or 2026-H2.")
    )
    likelihood = forms.ChoiceField(label=_("Likelihood now"), choices=_KEPT, required=False)
    severity = forms.ChoiceField(label=_("Severity now"), choices=_KEPT, required=False)
    mitigation_applied = forms.BooleanField(label=_("Mitigation is applied"), required=False)
    materialised = forms.BooleanField(label=_("The risk has materialised"), required=False)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, risk: Risk, *args: Any, **kwargs: Any) -> None:
        self.risk = risk
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        """Add the assessment."""
        assess_risk(act, self.risk, **self.cleaned_data)
