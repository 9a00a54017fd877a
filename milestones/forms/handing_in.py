"""Claiming a milestone, submitting a deliverable, and adding evidence to either."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import REASONS, EvidenceFields, Item, ItemForm
from milestones.models import Deliverable, Milestone
from milestones.services import add_evidence, claim_milestone, submit_deliverable
from networks.acts import Act
from networks.refusals import Refusal


class HandInForm(EvidenceFields, ItemForm):
    """What claiming and submitting have in common: a day, the evidence, a reason if late."""

    shown_at: ClassVar[dict[str, str]] = {
        "achieved_on": "done_on",
        "delivered_on": "done_on",
        "evidence": "link",
        "url": "link",
        "doi": "link",
    }

    done_on = forms.DateField(
        label=_("Done on"), error_messages={"required": _("Say on which day it was done.")}
    )
    reason_code = forms.ChoiceField(label=_("If it is late: why?"), choices=REASONS, required=False)
    reason = forms.CharField(
        label=_("The reason in a sentence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label=_("Note to those who check it"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = [
        "done_on",
        "file",
        "link",
        "evidence_title",
        "text",
        "reason_code",
        "reason",
    ]

    def said(self) -> dict[str, Any]:
        """The arguments both services take."""
        typed = self.cleaned_data
        names = ("reason_code", "reason", "text", "version")
        return {name: typed[name] for name in names} | {"evidence": self.added_evidence()}


class ClaimForm(HandInForm):
    """The lead says a milestone is achieved, and shows it."""

    item: Milestone

    def run(self, act: Act) -> None:
        """Claim the milestone."""
        claim_milestone(act, self.item, achieved_on=self.cleaned_data["done_on"], **self.said())


class SubmitForm(HandInForm):
    """Lead or deputy hand a deliverable in."""

    item: Deliverable

    def run(self, act: Act) -> None:
        """Submit the deliverable."""
        day = self.cleaned_data["done_on"]
        submit_deliverable(act, self.item, delivered_on=day, **self.said())


class EvidenceForm(EvidenceFields, ItemForm):
    """One more piece of evidence, outside of an update."""

    shown_at: ClassVar[dict[str, str]] = {"evidence": "link", "url": "link", "doi": "link"}
    field_order = ["file", "link", "evidence_title"]

    def run(self, act: Act) -> None:
        """Attach it."""
        added = self.added_evidence()
        if not added:
            raise Refusal(gettext("Choose a file, or give a link or a DOI."), "evidence")
        for new in added:
            add_evidence(act, self.item, new)


def hand_in_form(item: Item) -> type[HandInForm]:
    """The form that hands in this kind of item."""
    return ClaimForm if isinstance(item, Milestone) else SubmitForm
