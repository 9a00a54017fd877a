"""Changing and withdrawing a draft amendment."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from milestones.access import edits_draft
from milestones.forms.drafts import MOST_LINES, EditDraftForm, WithdrawForm
from milestones.models import Amendment, AmendmentChange
from milestones.views.asking import NewAmendment, who_decides
from milestones.views.risks import NetworkAct


class DraftAct(NetworkAct):
    """What its author or a lead does with a draft; for anything else than a draft, back to the list."""

    tab = "network-amendments"
    action = "edit_draft"

    @cached_property
    def amendment(self) -> Amendment:
        """The amendment of the address."""
        rows = Amendment.objects.visible_to(self.person).filter(network=self.network)
        found: Amendment = get_object_or_404(rows, number=self.kwargs["number"])
        return found

    @property
    def may(self) -> frozenset[str]:
        """As in the frame, and what the person may do with this draft."""
        own = {"edit_draft"} if edits_draft(self.person, self.roles, self.amendment) else set()
        return super().may | own

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.context()
        if self.amendment.state == Amendment.State.DRAFT:
            return super().get(request, *args, **kwargs)
        messages.info(request, _("Only a draft can be changed."))
        return HttpResponseRedirect(self.address(self.tab))


class WithdrawAmendment(DraftAct):
    """Take it back."""

    def form(self, request: HttpRequest) -> WithdrawForm:
        return WithdrawForm(self.amendment, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Withdraw %(amendment)s") % {"amendment": self.amendment},
            lead_in=_("It asks for nothing any more. It stays in the list, as withdrawn."),
            keep=f"amendment-withdraw-{self.amendment.pk}",
            **kwargs,
        )

    def done(self) -> str:
        return _("%(amendment)s is withdrawn.") % {"amendment": self.amendment}


class EditAmendment(DraftAct, NewAmendment):
    """Other words, other dates, and what else it asks for."""

    action = "edit_draft"
    template_name = "milestones/amendment_new.html"

    @cached_property
    def asked(self) -> EditDraftForm:
        """The one form of this request."""
        lines: list[AmendmentChange] = list(self.amendment.changes.order_by("pk"))
        typed = self.request.POST or None
        return EditDraftForm(self.amendment, lines, self.items, self.today, typed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        others = len(self.asked.others)
        return context | {
            "heading": _("Change %(amendment)s") % {"amendment": self.amendment},
            "keep": f"amendment-{self.amendment.pk}-edit",
            "many": others if others > MOST_LINES else 0,
        }

    def done(self) -> str:
        made = self.asked.amendment
        words = {"amendment": made, "who": who_decides(self.network)}
        if made.state == Amendment.State.DRAFT:
            return _("“%(amendment)s” is saved as a draft.") % words
        return _("“%(amendment)s” is submitted. %(who)s") % words
