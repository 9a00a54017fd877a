"""What staff say when they take a mail into their own hands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from networks.refusals import Conflict
from notifications.models import Message, Suppression
from notifications.services import steering
from notifications.services.bouncing import release


def reason_field() -> forms.CharField:
    """Why: it stands in the log, with the person's name."""
    return forms.CharField(
        label=_("Why"),
        max_length=150,
        help_text=_("It stands in the log, under your name."),
        error_messages={"required": _("Say why.")},
    )


def version_of(message: Message) -> str:
    """What the person saw: another state, or another attempt, is another decision."""
    return f"{message.state}-{message.tries}"


class SteerForm(ServiceForm):
    """One step with one mail, as it was seen."""

    seen = forms.CharField(widget=forms.HiddenInput)
    third = forms.BooleanField(
        label=_("Send it although the person may then have three copies"), required=False
    )
    reason = reason_field()

    def __init__(self, message: Message, step: str, third: bool, data: Any = None) -> None:
        super().__init__(data, initial={"seen": version_of(message)})
        self.message, self.step = message, step
        if not third:
            del self.fields["third"]

    def run(self, act: Act) -> None:
        """Take the step, unless the mail is no longer as it was shown."""
        said, message = self.cleaned_data, self.message
        if said["seen"] != version_of(message):
            raise Conflict(str(steering.MOVED_ON))
        if self.step == steering.RETRY:
            third = said.get("third", False)
            steering.retry(act, message, reason=said["reason"], third=third)
        elif self.step == steering.CANCEL:
            steering.cancel(act, message, reason=said["reason"])
        else:
            arrived = self.step == steering.ARRIVED
            steering.settle_by_hand(act, message, arrived=arrived, reason=said["reason"])


class RetryAllForm(ServiceForm):
    """Why many mails are tried again at once."""

    reason = reason_field()
    done = left = 0

    def __init__(self, messages: Any, data: Any = None) -> None:
        super().__init__(data)
        self.messages = messages

    def run(self, act: Act) -> None:
        """Retry them."""
        self.done, self.left = steering.retry_all(
            act, self.messages, reason=self.cleaned_data["reason"]
        )


class ReleaseForm(ServiceForm):
    """Why an address gets mail again."""

    reason = reason_field()

    def __init__(self, suppression: Suppression, data: Any = None) -> None:
        super().__init__(data)
        self.suppression = suppression

    def run(self, act: Act) -> None:
        """Release it."""
        release(act, self.suppression, reason=self.cleaned_data["reason"])
