"""Another role, or another partner, for somebody on the team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from milestones.forms.inviting import roles_to_give
from networks.acts import Act
from networks.models import Member, Partner
from networks.services.changing import change_role


class ChangeRoleForm(ServiceForm):
    """What they are from today on."""

    role = forms.ChoiceField(label=_("Role"))
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Partner"), required=False, empty_label=_("Not tied to one")
    )

    def __init__(self, member: Member, roles: frozenset[str], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": member.role, "partner": member.partner_id}
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["role"].choices = roles_to_give(roles)  # type: ignore[attr-defined]
        partners = Partner.objects.filter(network=member.network_id)
        self.fields["partner"].queryset = partners.select_related("organisation")  # type: ignore[attr-defined]

    def run(self, act: Act) -> None:
        """Change it. Raises what the service raises."""
        change_role(act, self.member, **self.cleaned_data)
