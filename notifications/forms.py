"""What people say about the reminders of one duty, and of a programme's ladder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from networks.duties import Audience, Duty, Step
from networks.models import Network, User
from notifications.models import Silence
from notifications.services.quieting import mute_network, silence_item
from notifications.services.rules import Scope, add_step, change_step
from notifications.services.stopping import stop_ladder


class StopForm(ServiceForm):
    """Why the reminders of one duty stop."""

    reason = forms.CharField(
        label=_("Why they stop"),
        max_length=300,
        help_text=_("Staff see it here and in the outbox."),
    )

    def __init__(self, duty: Duty, data: Any = None) -> None:
        super().__init__(data)
        self.duty = duty

    def run(self, act: Act) -> None:
        """Stop them."""
        stop_ladder(act, self.duty, reason=self.cleaned_data["reason"])


class QuietForm(ServiceForm):
    """When to be reminded of one item again: on a day, or not until one says so."""

    until = forms.DateField(
        label=_("Remind me again on"),
        required=False,
        widget=forms.DateInput,
        help_text=_(
            "Until then you get no mail about it. If its deadline moves, you hear at once."
        ),
    )
    how = forms.ChoiceField(
        choices=[(name, name) for name in ("snooze", "mute", "network")], widget=forms.HiddenInput
    )

    def __init__(self, person: User, duty: Duty, data: Any = None) -> None:
        super().__init__(data)
        self.person, self.duty = person, duty

    def clean(self) -> dict[str, Any]:
        """A snooze needs its day."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (
            cleaned.get("how") == "snooze"
            and not cleaned.get("until")
            and "until" not in self.errors
        ):
            self.add_error("until", _("Choose a day."))
        return cleaned

    def run(self, act: Act) -> None:
        """Do what the pressed button says."""
        how = self.cleaned_data["how"]
        if how == "network":
            mute_network(act, self.person, Network.objects.get(pk=self.duty.network_id))
        else:
            until = self.cleaned_data["until"] if how == "snooze" else None
            silence_item(act, self.person, self.duty, until=until)

    def done(self) -> str:
        """What to say when it is saved."""
        return gettext("Saved. Staff see it, and others are still reminded.")

    def now_in_force(self) -> list[Silence]:
        """What the person has said about the item or its network before."""
        return list(Silence.objects.in_force().about(self.duty).filter(user=self.person))


class StepForm(ServiceForm):
    """One step of a ladder, new or in the place of another."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=0,
        max_value=366,
        help_text=_("0 is the day itself, by the network's calendar."),
    )
    side = forms.ChoiceField(
        label=_("From the due date"),
        choices=[("before", _("before it")), ("after", _("after it"))],
    )
    audience = forms.ChoiceField(label=_("Who is told"), choices=Audience.choices)

    def __init__(self, scope: Scope, kind: str, old: Step | None = None, data: Any = None) -> None:
        start = old or Step(-7, Audience.RESPONSIBLE)
        side = "before" if start.offset <= 0 else "after"
        given = {"days": abs(start.offset), "side": side, "audience": start.audience}
        super().__init__(data, initial=given)
        self.scope, self.kind, self.old = scope, kind, old

    def run(self, act: Act) -> None:
        """Add the step, or put it in the place of the old one."""
        days, audience = self.cleaned_data["days"], self.cleaned_data["audience"]
        new = Step(-days if self.cleaned_data["side"] == "before" else days, audience)
        if self.old is None:
            add_step(act, self.scope, self.kind, new)
        else:
            change_step(act, self.scope, self.kind, self.old, new)
