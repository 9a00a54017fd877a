"""Whom to invite, into which role; and who takes over when somebody leaves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from milestones.importing.limits import MAX_FILE_BYTES
from milestones.importing.tables import Source, UnreadableFile
from milestones.inviting.judging import Preset
from milestones.inviting.reading import Line, read_pasted, read_sheet
from networks.access import LEADS
from networks.holdings import offered
from networks.models import Member, Network, Organisation, Partner, Programme, ProgrammeRole


class InviteForm(forms.Form):
    """Addresses, pasted or as a sheet, and what holds for all that do not say otherwise."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        required=False,
        max_length=40_000,
        help_text=_("One on each line: anna@example.org, or Anna Rossi &lt;anna@example.org&gt;."),
    )
    table = forms.FileField(
        label=_("Or a sheet"),
        required=False,
        help_text=_(
            "Excel or CSV. Headings: E-mail, Name, Role, Partner, Organisation, Work packages, "
            "From, Until, Language; only E-mail is needed. What the sheet leaves empty is taken "
            "from below."
        ),
    )
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    starts = forms.DateField(label=_("From"), widget=forms.DateInput, required=False)
    ends = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput,
        required=False,
        help_text=_("The last day on which they have access. Empty: without an end."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the lines, from exactly one of the two."""
        typed = super().clean() or {}
        pasted, table = typed.get("addresses", ""), typed.get("table")
        if bool(pasted.strip()) == bool(table):
            wrong = _t("Paste addresses, or choose a sheet.")
            self.add_error("addresses", wrong if not table else _t("Use one of the two, not both."))
            return typed
        try:
            typed["lines"] = self._lines(pasted, table)
        except UnreadableFile as error:
            self.add_error("table", f"{error.wrong} {error.mend}")
        return typed

    def _lines(self, pasted: str, table: Any) -> list[Line]:
        if table is None:
            return read_pasted(pasted)
        source = Source((table.name or "file")[:150], table.read(MAX_FILE_BYTES + 1))
        return read_sheet(source)

    def preset(self) -> Preset:
        """What holds for all."""
        typed = self.cleaned_data
        return Preset(
            role=typed["role"],
            partner=typed.get("partner"),
            organisation=typed.get("organisation"),
            packages=[int(pk) for pk in typed.get("packages", ())],
            starts=typed["starts"],
            ends=typed["ends"],
            language=typed["language"],
        )


def roles_to_give(roles: frozenset[str]) -> list[tuple[str, Any]]:
    """What whoever has these roles can make of others: who leads is the programme's to say."""
    only_lead = not roles - set(LEADS)
    return [
        choice for choice in Member.Role.choices if choice[0] != Member.Role.LEAD or not only_lead
    ]


class InviteToNetwork(InviteForm):
    """Into a network's team."""

    partner = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Partner"), required=False, empty_label=_("Not tied to one")
    )
    packages = forms.MultipleChoiceField(
        label=_("Work packages they shall lead"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = (
        "addresses",
        "table",
        "role",
        "partner",
        "packages",
        "starts",
        "ends",
        "language",
    )

    def __init__(self, network: Network, roles: frozenset[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_to_give(roles)  # type: ignore[attr-defined]
        self.fields["role"].initial = Member.Role.MEMBER
        partners = Partner.objects.filter(network=network).select_related("organisation")
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
        self.fields["packages"].choices = [(each.id, each.label) for each in offered(network)]  # type: ignore[attr-defined]


class InviteToProgramme(InviteForm):
    """To run, review or pay for a programme."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=_("Organisation"),
        required=False,
        empty_label=_("None"),
        help_text=_("Whom the person speaks for. A funder needs one."),
    )
    field_order = ("addresses", "table", "role", "organisation", "starts", "ends", "language")

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = ProgrammeRole.Role.choices  # type: ignore[attr-defined]
        self.fields["role"].initial = ProgrammeRole.Role.OFFICER
