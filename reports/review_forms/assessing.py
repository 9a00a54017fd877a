"""Declaring, and the assessment: a mark and two remarks for each section and item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from reports.models import Recommendation, Review
from reports.presenting import shown
from reports.rateable import Rateable, rateable
from reports.review_forms.base import RowForm, text_area
from reports.services.assessing import NewRating, declare, save_review, submit_review

MARKS = [
    ("", _("No mark")),
    ("5", _("5 excellent")),
    ("4", _("4 very good")),
    ("3", _("3 good")),
    ("2", _("2 weak")),
    ("1", _("1 poor")),
]


class DeclareForm(ServiceForm):
    """A conflict of interest, or none."""

    declared = forms.ChoiceField(
        label=_("Do you have a conflict of interest with this network?"),
        choices=[
            ("no", _("No, I have none")),
            ("yes", _("Yes: I do not review it, and shall see nothing of it")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What the conflict is"),
        required=False,
        max_length=2000,
        widget=text_area(2),
        help_text=_("Needed with a conflict. Staff read it."),
    )

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = review

    def run(self, act: Act) -> None:
        said = self.cleaned_data
        declare(act, self.review, conflict=said["declared"] == "yes", reason=said["reason"])


@dataclass
class Block:
    """One section or item with its three fields."""

    thing: Rateable
    score: Any
    remark: Any
    hidden: Any
    facts: dict[str, Any] | None = None
    changed: list[tuple[str, str]] | None = None

    @property
    def is_remarked(self) -> bool:
        """Whether a remark stands there already (or is wrong): it is shown unfolded then."""
        fields = (self.remark, self.hidden)
        return any(each.value() or each.errors for each in fields)


class ReviewForm(RowForm):
    """The whole assessment; saved as it is typed, submitted once."""

    row: Review
    compared = ("remark", "remark_for_committee")

    recommendation = forms.ChoiceField(
        label=_("Overall recommendation"),
        required=False,
        choices=Recommendation.choices,
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remarks for the network"), required=False, max_length=20_000, widget=text_area(5)
    )
    remark_for_committee = forms.CharField(
        label=_("Remarks for the committee only"),
        required=False,
        max_length=20_000,
        widget=text_area(3),
    )
    step = forms.ChoiceField(
        choices=[("save", "save"), ("submit", "submit")], widget=forms.HiddenInput, required=False
    )

    def __init__(self, row: Review, *args: Any, **kwargs: Any) -> None:
        self.things = rateable(row.round.version.content)
        given = {rating.about: rating for rating in row.ratings.all()}
        initial: dict[str, Any] = {name: getattr(row, name) for name in self.compared}
        initial["recommendation"] = row.recommendation
        for number, thing in enumerate(self.things):
            rating = given.get(thing.about)
            if rating is not None:
                initial |= {
                    f"score_{number}": rating.score,
                    f"remark_{number}": rating.remark,
                    f"hidden_{number}": rating.remark_for_committee,
                }
        kwargs["initial"] = initial
        super().__init__(row, *args, **kwargs)
        for number in range(len(self.things)):
            self._add(number)

    def _add(self, number: int) -> None:
        """Its three fields. What they are about is said once, by the group they stand in."""
        self.fields[f"score_{number}"] = forms.TypedChoiceField(
            label=_("Mark"),
            choices=MARKS,
            coerce=int,
            empty_value=None,
            required=False,
        )
        for name, label in (
            ("remark", _("Remark for the network")),
            ("hidden", _("Remark for the committee only")),
        ):
            self.fields[f"{name}_{number}"] = forms.CharField(
                label=label, required=False, max_length=10_000, widget=text_area(2)
            )

    def blocks(self) -> list[Block]:
        """The things with their fields, in the order of the report."""
        return [
            Block(
                thing,
                self[f"score_{number}"],
                self[f"remark_{number}"],
                self[f"hidden_{number}"],
                facts=shown(thing.facts) if thing.facts else None,
            )
            for number, thing in enumerate(self.things)
        ]

    # Kept and handed in as one: a refusal leaves the version that the page still names.
    @transaction.atomic
    def run(self, act: Act) -> None:
        said = self.cleaned_data
        ratings = {
            thing.about: NewRating(
                score=said[f"score_{number}"],
                remark=said[f"remark_{number}"],
                remark_for_committee=said[f"hidden_{number}"],
            )
            for number, thing in enumerate(self.things)
        }
        save_review(
            act,
            self.row,
            version=self.seen,
            recommendation=said["recommendation"],
            remark=said["remark"],
            remark_for_committee=said["remark_for_committee"],
            ratings=ratings,
        )
        if said["step"] == "submit":
            submit_review(act, self.row)
