"""What staff fill in to import a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milestones.importing.dates import DateOrder
from milestones.importing.limits import MAX_FILE_BYTES, MAX_FILES
from milestones.importing.plan_import import Setup
from milestones.importing.tables import Source
from networks.access import STAFF, programmes_held
from networks.identifiers import validate_time_zone
from networks.models import Programme, User

ORDERS = [
    ("", _("As the tables tell")),
    (DateOrder.DAY_FIRST.value, _("Day first: 28/02/2017")),
    (DateOrder.MONTH_FIRST.value, _("Month first: 02/28/2017")),
]


class SeveralFiles(forms.FileInput):
    """A file picker that takes more than one."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is checked by the import itself."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data]
        found = [file for file in files if file]
        if not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(found) > MAX_FILES:
            raise forms.ValidationError(
                _("Choose at most %(most)d files."), params={"most": MAX_FILES}
            )
        return found


class ImportForm(forms.Form):
    """Which network, from which day, and the tables of its plan."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme"), to_field_name="slug"
    )
    reference = forms.CharField(
        label=_("Reference of the award"),
        max_length=60,
        help_text=_("Such as the grant number. A plan that is there already is compared with it."),
    )
    starts = forms.DateField(
        label=_("First day of project month 1"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Needed for a new network only."),
    )
    ends = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Else it follows from the last month of the plan."),
    )
    acronym = forms.CharField(label=_("Acronym"), max_length=60, required=False)
    title = forms.CharField(label=_("Title"), max_length=400, required=False)
    time_zone = forms.CharField(
        label=_("Time zone of the network"),
        max_length=64,
        initial="UTC",
        validators=[validate_time_zone],
        help_text=_("Such as Europe/Rome: a deadline is over when its day is over there."),
    )
    dates = forms.ChoiceField(label=_("Dates like 03/04/2017 have"), choices=ORDERS, required=False)
    create = forms.BooleanField(
        label=_("Set the network up if it is not there yet"), required=False, initial=True
    )
    tables = FilesField(
        label=_("Tables"),
        help_text=_("One Excel workbook, or several CSV or Excel files. Nothing is saved yet."),
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Q() if person.is_superuser else Q(pk__in=programmes_held(person, STAFF))
        programmes = Programme.objects.filter(mine)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def setup(self) -> Setup:
        """The set-up as the import takes it."""
        typed = self.cleaned_data
        return Setup(
            programme=typed["programme"].slug,
            reference=typed["reference"],
            starts=typed["starts"],
            ends=typed["ends"],
            acronym=typed["acronym"],
            title=typed["title"],
            time_zone=typed["time_zone"],
            create=typed["create"],
            date_order=DateOrder(typed["dates"]) if typed["dates"] else None,
        )

    def sources(self) -> list[Source]:
        """The files; of one that is too large just enough to see that."""
        return [
            Source((file.name or "file")[:150], file.read(MAX_FILE_BYTES + 1))
            for file in self.cleaned_data["tables"]
        ]
