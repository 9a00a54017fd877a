"""What staff, or the committee for a gate, say about what was handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.base import Item, ItemForm
from milestones.models import Deliverable, Milestone
from milestones.services import (
    accept_deliverable,
    request_revision,
    return_milestone,
    verify_milestone,
)
from networks.acts import Act

# By kind of item; the verdict is the name of the action, as in milestones.access.
SERVICES: dict[type[Item], dict[str, tuple[Callable[..., Any], str]]] = {
    Milestone: {"verify": (verify_milestone, "text"), "return": (return_milestone, "note")},
    Deliverable: {
        "accept": (accept_deliverable, "text"),
        "request_revision": (request_revision, "note"),
    },
}


def verdicts_on(item: Item) -> tuple[str, ...]:
    """The actions that decide over an item that was handed in, the good one first."""
    return tuple(SERVICES[type(item)])


class VerdictForm(ItemForm):
    """A note and one of two buttons; the one that sends back needs the note."""

    shown_at: ClassVar[dict[str, str]] = {"text": "note"}

    note = forms.CharField(
        label=_("Note to the network"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you send it back: say what is missing."),
    )
    verdict = forms.ChoiceField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose what to do with it.")},
    )

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(item, *args, **kwargs)
        self.fields["verdict"].choices = [(name, name) for name in verdicts_on(item)]  # type: ignore[attr-defined]

    def run(self, act: Act) -> None:
        """Call the service of the button that was pressed."""
        service, note_name = SERVICES[type(self.item)][self.cleaned_data["verdict"]]
        note = {note_name: self.cleaned_data["note"]}
        service(act, self.item, version=self.cleaned_data["version"], **note)
