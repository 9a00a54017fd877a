"""The page on which one changes one's address: the old one holds until the new one is proved."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from networks.models import User
from networks.services.addresses import is_unproved, vouch_for_address


class ChangeAddress(EmailView):  # type: ignore[misc]
    """allauth's page, for accounts that an operator made and for whoever tries every button."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """See that the account's own address has a row before allauth makes an unproved one."""
        person = request.user
        if isinstance(person, User) and not _has_row(person):
            vouch_for_address(person)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """While the present address waits to be proved, a new one would take its place."""
        person = request.user
        if "action_add" in request.POST and isinstance(person, User) and is_unproved(person):
            form = self.get_form()
            form.add_error("email", _("Your present address is not confirmed yet."))
            return self.form_invalid(form)
        return super().post(request, *args, **kwargs)

    def _action_primary(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # allauth lets an unproved address take the place of another unproved one.
        row = self._get_email_address(request)
        return super()._action_primary(request, *args, **kwargs) if row and row.verified else None


def _has_row(person: User) -> bool:
    rows = EmailAddress.objects.filter(user=person, email__iexact=person.email)
    return bool(rows.exists())
