"""What a new calendar shall hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks import access
from networks.models import Network, Programme
from networks.pages import signed_in

OWN = "own"
# More than that is no list to choose from: the network's own page leads here by its name.
LISTED = 50


class CalendarForm(forms.Form):
    """One's own duties, or one of the networks and programmes the person reaches."""

    what = forms.ChoiceField(
        label=gettext_lazy("Calendar of"),
        help_text=gettext_lazy("Each calendar has one address. A new one ends the earlier one."),
    )
    with_networks = forms.BooleanField(
        label=gettext_lazy("With all deadlines of the networks you lead or run"),
        required=False,
        help_text=gettext_lazy("Only for the calendar of your own deadlines."),
    )

    def __init__(self, scopes: list[Network | Programme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = {f"{each._meta.model_name}-{each.pk}": each for each in scopes}
        choices = [(OWN, _("My own deadlines"))]
        choices += [(key, _words(each)) for key, each in self.scopes.items()]
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)  # noqa: S101 - for the type checker
        what.choices = choices

    @classmethod
    def of(cls, request: HttpRequest, data: Any = None) -> CalendarForm:
        """The form with what the person reaches; ``?network=`` names and chooses one."""
        person = signed_in(request)
        reached = Network.objects.visible_to(person)
        named = reached.filter(reference=request.GET.get("network", "")).first()
        networks = list(reached.running().order_by("acronym", "pk")[:LISTED])
        if named is not None and named not in networks:
            networks.insert(0, named)
        programmes = list(Programme.objects.visible_to(person).order_by("name", "pk")[:LISTED])
        initial = {"what": f"network-{named.pk}" if named else OWN}
        form = cls([*networks, *programmes], data, initial=initial)
        if not Network.objects.filter(access.in_charge(person)).exists():
            form.fields.pop("with_networks")
        return form

    @property
    def scope(self) -> Network | Programme | None:
        """What was chosen; None: one's own duties."""
        return self.scopes.get(self.cleaned_data["what"])

    @property
    def takes_networks(self) -> bool:
        """Whether one's own calendar shall hold all of the networks led."""
        return self.scope is None and bool(self.cleaned_data.get("with_networks"))


def _words(scope: Network | Programme) -> str:
    if isinstance(scope, Network):
        return _("All deadlines of %(name)s") % {"name": scope.acronym}
    return _("All deadlines of the programme %(name)s") % {"name": scope.name}
