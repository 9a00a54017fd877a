"""What can be chosen above the portfolio and the status report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from networks.identifiers import country_name
from networks.models import Network, Organisation, Partner, Programme, User
from reports.status import GROUPINGS


class PortfolioFilter(forms.Form):
    """By words, programme, country of the coordinator and state.

    The names are those of the API's status report, so one query string serves both.
    """

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    country = forms.ChoiceField(label=_("Lead country"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), *Network.State.choices]
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(user).order_by("name")
        named = [(row.slug, row.name) for row in programmes]
        self._offer("programme", _("All programmes"), named)
        self._offer("country", _("All countries"), countries_of(user))

    def _offer(self, name: str, nothing: Any, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are
        field.choices = [("", nothing), *choices]

    def asked(self) -> dict[str, Any]:
        """What is chosen, as the shared filter reads it."""
        if not self.is_valid():
            return {}
        return {
            name: value if name in ("q", "as_of", "group_by") else [value]
            for name, value in self.cleaned_data.items()
            if value
        }


class ReportFilter(PortfolioFilter):
    """The status report's, with one network and a past day."""

    network = forms.CharField(label=_("Network"), required=False, max_length=60)
    as_of = forms.DateField(label=_("As of"), required=False)
    group_by = forms.ChoiceField(
        label=_("One line for each"), required=False, choices=list(GROUPINGS.items())
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One network is chosen by a link from its page; there is nothing to type.
        if not self.data.get("network"):
            del self.fields["network"]


def countries_of(user: User) -> list[tuple[str, str]]:
    """Countries from which a network is led that this person reaches, by name."""
    leads = Partner.objects.visible_to(user).filter(
        kind=Partner.Kind.COORDINATOR, organisation=OuterRef("pk")
    )
    rows = Organisation.objects.filter(Exists(leads)).exclude(country="")
    codes = rows.order_by("country").values_list("country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
