"""Deciding on an amendment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from milestones.models import Amendment
from milestones.services.amendments import approve_amendment, refuse_amendment
from networks.acts import Act


class DecisionForm(ServiceForm):
    """A note and one of two buttons; a refusal needs the note."""

    note = forms.CharField(
        label=_("Note to the network"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you refuse: say why."),
    )
    decision = forms.ChoiceField(
        choices=[("approve", "approve"), ("refuse", "refuse")],
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose what to do with it.")},
    )

    def __init__(self, amendment: Amendment, *args: Any, **kwargs: Any) -> None:
        self.amendment = amendment
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        """Approve, or refuse with the note."""
        chosen = {"approve": approve_amendment, "refuse": refuse_amendment}
        chosen[self.cleaned_data["decision"]](act, self.amendment, note=self.cleaned_data["note"])
