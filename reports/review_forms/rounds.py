"""Checking a report, assigning reviewers, the summary, the network's answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from networks.models import User
from reports.eligible import candidates
from reports.models import ProgressReport, Review, ReviewRound
from reports.review_forms.base import DayInput, RowForm, text_area
from reports.services.assigning import NewReviewer, assign_reviewers, move_review
from reports.services.checking import open_round, return_report
from reports.services.summarising import ANSWER_DAYS, answer_facts, save_summary, share_summary
from reports.spread import Spread, first_summary, first_summary_for_committee

# What is proposed for reviews; staff choose.
REVIEW_DAYS = 28
# The same for somebody who is asked when the others' day is over.
LATE_DAYS = 14


class CheckForm(RowForm):
    """Complete, with the day on which reviews are due; or back, with notes by section."""

    row: ProgressReport

    reviews_due = forms.DateField(label=_("Reviews due"), required=False, widget=DayInput)
    note = forms.CharField(
        label=_("Note on the whole report"), required=False, max_length=10_000, widget=text_area()
    )
    due_date = forms.DateField(
        label=_("To be handed in again by"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: the due date stays."),
    )
    verdict = forms.ChoiceField(
        choices=[("complete", "complete"), ("return", "return")], widget=forms.HiddenInput
    )

    def __init__(self, row: ProgressReport, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.sections = list(row.template.sections.all()) if row.template else []
        for section in self.sections:
            self.fields[f"note_{section.key}"] = forms.CharField(
                label=_("Note on %(section)s") % {"section": section},
                required=False,
                max_length=10_000,
                widget=text_area(2),
            )

    def notes_by_section(self) -> list[Any]:
        """The fields of the sections, in their order."""
        return [self[f"note_{section.key}"] for section in self.sections]

    def run(self, act: Act) -> None:
        said = self.cleaned_data
        if said["verdict"] == "complete":
            if said["reviews_due"] is None:
                raise ValidationError({"reviews_due": _("Say by when the reviews are due.")})
            open_round(act, self.row, reviews_due=said["reviews_due"], version=self.seen)
            return
        notes = {section.key: said[f"note_{section.key}"] for section in self.sections}
        notes[""] = said["note"]
        return_report(act, self.row, notes=notes, due_date=said["due_date"], version=self.seen)


class AssignForm(ServiceForm):
    """Who reviews, who of them is rapporteur, and by when."""

    reviewers = forms.MultipleChoiceField(
        label=_("Reviewers"), widget=forms.CheckboxSelectMultiple, required=False
    )
    rapporteur = forms.ChoiceField(label=_("Rapporteur"), required=False)
    due_date = forms.DateField(label=_("Review due"), widget=DayInput)

    def __init__(self, round_: ReviewRound, today: date, *args: Any, **kwargs: Any) -> None:
        # The round's day may be over when somebody is asked late.
        over = round_.reviews_due < today
        due = today + timedelta(days=LATE_DAYS) if over else round_.reviews_due
        kwargs["initial"] = {"due_date": due}
        super().__init__(*args, **kwargs)
        self.round = round_
        self.people: dict[str, User] = {str(each.pk): each for each in candidates(round_)}
        names = [(pk, person.name) for pk, person in self.people.items()]
        for name, choices in (("reviewers", names), ("rapporteur", [("", _("Nobody")), *names])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are
            field.choices = choices

    def run(self, act: Act) -> None:
        said = self.cleaned_data
        chosen = list(dict.fromkeys([*said["reviewers"], said["rapporteur"]]))
        assign_reviewers(
            act,
            self.round,
            [
                NewReviewer(
                    person=self.people[pk],
                    due_date=said["due_date"],
                    is_rapporteur=pk == said["rapporteur"],
                )
                for pk in chosen
                if pk
            ],
        )


class MoveReviewForm(ServiceForm):
    """Another due date for one reviewer."""

    due_date = forms.DateField(label=_("Review due"), widget=DayInput)

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"due_date": review.due_date}
        super().__init__(*args, **kwargs)
        self.review = review

    def run(self, act: Act) -> None:
        move_review(act, self.review, due_date=self.cleaned_data["due_date"])


class SummaryForm(RowForm):
    """What the network reads, what only the committee reads, and whether the network answers."""

    row: ReviewRound
    compared = ("summary", "summary_for_committee")
    version_column = "row_version"

    summary = forms.CharField(
        label=_("Summary for the network"),
        required=False,
        max_length=40_000,
        widget=text_area(12),
        help_text=_("It began with the marks and open remarks of all reviews."),
    )
    summary_for_committee = forms.CharField(
        label=_("For the committee only"), required=False, max_length=40_000, widget=text_area(8)
    )
    ask_network = forms.BooleanField(
        label=_("Let the network answer factual errors"), required=False, initial=True
    )
    answer_until = forms.DateField(label=_("Answer until"), required=False, widget=DayInput)
    step = forms.ChoiceField(
        choices=[("save", "save"), ("share", "share")], widget=forms.HiddenInput, required=False
    )

    def __init__(
        self, row: ReviewRound, spread: Spread, today: Any, *args: Any, **kwargs: Any
    ) -> None:
        begun = bool(row.summary or row.summary_for_committee)
        kwargs["initial"] = {
            "summary": row.summary if begun else first_summary(spread),
            "summary_for_committee": row.summary_for_committee
            if begun
            else first_summary_for_committee(spread),
            "answer_until": today + timedelta(days=ANSWER_DAYS),
        }
        super().__init__(row, *args, **kwargs)

    # Kept and shared as one: a refusal leaves the version that the page still names.
    @transaction.atomic
    def run(self, act: Act) -> None:
        said = self.cleaned_data
        texts = {name: said[name] for name in self.compared}
        save_summary(act, self.row, version=self.seen, **texts)
        if said["step"] == "share":
            until, asked = said["answer_until"], said["ask_network"]
            share_summary(act, self.row, answer_until=until, ask_network=asked)


class AnswerForm(ServiceForm):
    """The network's answer to factual errors."""

    text = forms.CharField(
        label=_("What is not right, and what is"),
        max_length=20_000,
        widget=text_area(6),
        help_text=_("Facts only: the panel weighs opinions itself. You can answer once."),
    )

    def __init__(self, round_: ReviewRound, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_

    def run(self, act: Act) -> None:
        answer_facts(act, self.round, text=self.cleaned_data["text"])
