"""When somebody leaves, and who takes over what they hold: for each thing, or for all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from networks.holdings import held_by
from networks.models import Member, ProgrammeRole, User
from networks.services.leaving import leave, successors

NOBODY = "nobody"
_FALLS = _("Nobody by name: it falls to whoever leads")


class LeaveForm(ServiceForm):
    """The last day, and an answer for each open thing."""

    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        help_text=_("Access ends when this day is over (UTC). What they did stays on record."),
    )

    def __init__(self, holder: Member | ProgrammeRole, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder, self.things = holder, held_by(holder)
        self.people: dict[str, User] = {str(each.pk): each for each in successors(holder)}
        people = [(pk, person.get_full_name()) for pk, person in self.people.items()]
        fates = {each.nobody or str(_FALLS) for each in self.things}
        if self.things:
            of_all = fates.pop() if len(fates) == 1 else _("Nobody by name")
            self.fields["everything"] = forms.ChoiceField(
                label=_("Who takes over everything below"),
                choices=[("", _("I choose for each")), *people, (NOBODY, of_all)],
                required=False,
                help_text=_("They take over now, and are reminded from the next morning on."),
            )
        for each in self.things:
            self.fields[each.key] = forms.ChoiceField(
                label=each.label,
                choices=[("", _("As chosen above")), *people, (NOBODY, each.nobody or _FALLS)],
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Every open thing has an answer."""
        typed = super().clean() or {}
        for each in self.things:
            typed[each.key] = typed.get(each.key) or typed.get("everything", "")
            if not typed[each.key]:
                self.add_error(each.key, _t("Say who takes this over."))
        return typed

    def run(self, act: Act) -> None:
        """End the role. Raises what the service raises."""
        typed = self.cleaned_data
        handed = {each.key: self.people.get(typed[each.key]) for each in self.things}
        leave(act, self.holder, last_day=typed["last_day"], handed=handed)
