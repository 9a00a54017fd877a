"""Calling a meeting, its agenda, who is there, and the minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from networks.models import Programme
from reports.eligible import may_attend
from reports.models import AgendaItem, Meeting, ReviewRound
from reports.review_forms.base import DayInput, RowForm, text_area
from reports.services.meetings import call_meeting, put_on_agenda, write_meeting, write_minutes


class MeetingForm(ServiceForm):
    """A new meeting."""

    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.none(), empty_label=None
    )
    held_on = forms.DateField(label=_("Date"), widget=DayInput)
    title = forms.CharField(label=_("Title"), max_length=200)
    place = forms.CharField(
        label=_("Place, or address of the call"), required=False, max_length=300
    )
    quorum = forms.IntegerField(label=_("Quorum"), min_value=1, max_value=999, initial=3)

    meeting: Meeting | None = None

    def __init__(self, programmes: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is
        field.queryset = programmes

    def run(self, act: Act) -> None:
        said = dict(self.cleaned_data)
        self.meeting = call_meeting(act, said.pop("programme"), **said)


class AgendaForm(ServiceForm):
    """One more report on the agenda."""

    round = forms.ModelChoiceField(
        label=_("Report"), queryset=ReviewRound.objects.none(), empty_label=_("Choose a report")
    )

    def __init__(self, meeting: Meeting, rounds: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        field = self.fields["round"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is
        field.queryset = rounds
        field.label_from_instance = _named  # type: ignore[method-assign,assignment]

    def run(self, act: Act) -> None:
        put_on_agenda(act, self.meeting, self.cleaned_data["round"])


def _named(round_: Any) -> str:
    return f"{round_.network.acronym} {round_}: {round_.get_state_display()}"


class MinutesForm(RowForm):
    """What was said about one report."""

    row: AgendaItem
    compared = ("minutes",)

    minutes = forms.CharField(
        label=_("Minutes"), required=False, max_length=40_000, widget=text_area(4)
    )

    def __init__(self, row: AgendaItem, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"minutes": row.minutes}
        super().__init__(row, *args, **kwargs)

    def run(self, act: Act) -> None:
        write_minutes(act, self.row, minutes=self.cleaned_data["minutes"], version=self.seen)


class AttendanceForm(RowForm):
    """Who is there, and the minutes of what belongs to no report."""

    row: Meeting
    compared = ("minutes",)

    attendees = forms.MultipleChoiceField(
        label=_("Present"), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.CharField(
        label=_("General minutes"), required=False, max_length=40_000, widget=text_area(4)
    )

    def __init__(self, row: Meeting, *args: Any, **kwargs: Any) -> None:
        there = [str(pk) for pk in row.attendees.values_list("pk", flat=True)]
        kwargs["initial"] = {"minutes": row.minutes, "attendees": there}
        super().__init__(row, *args, **kwargs)
        self.people = {str(person.pk): person for person in may_attend(row)}
        field = self.fields["attendees"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - it is
        field.choices = [(pk, person.name) for pk, person in self.people.items()]

    def run(self, act: Act) -> None:
        people = [self.people[pk] for pk in self.cleaned_data["attendees"]]
        minutes = self.cleaned_data["minutes"]
        write_meeting(act, self.row, minutes=minutes, attendees=people, version=self.seen)
