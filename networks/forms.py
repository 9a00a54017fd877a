"""What somebody who is invited says about themself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from networks.clock import zone_names
from networks.models import User
from networks.services.joining import NewAccount


def zone_choices() -> list[tuple[str, str]]:
    """All zones, as people look for them: ``Europe/Rome``."""
    return [(name, name.replace("_", " ")) for name in sorted(zone_names())]


class JoinForm(forms.Form):
    """Name and password; language and zone are there already."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=zone_choices,
        widget=forms.Select(attrs={"data-own-zone": ""}),
    )

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = _(
            "At least %(length)d characters; not your name or address, nor what many others use."
        ) % {"length": settings.PASSWORD_LENGTH}

    def clean(self) -> dict[str, Any]:
        """A password that is too like the name or the address is refused."""
        typed = super().clean() or {}
        password = typed.get("password")
        if password:
            try:
                validate_password(password, User(email=self.email, name=typed.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return typed

    def account(self) -> NewAccount:
        """What was typed, for the service."""
        typed = self.cleaned_data
        return NewAccount(typed["name"], typed["password"], typed["language"], typed["time_zone"])
