"""What people do to an item: each a plain page that a dialog can show, each one service."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from milestones.conflicts import both_sides
from milestones.forms import EvidenceForm, UpdateForm, VerdictForm, verdicts_on
from milestones.forms.base import ItemForm
from milestones.forms.handing_in import hand_in_form
from milestones.models import Milestone
from milestones.views.items import ItemView
from networks.pages import act_on_page, dates_now, way_back
from networks.policy import refuse
from networks.wording import in_a_sentence


class ItemAct(ItemView, View):
    """GET shows the form; POST runs its service and goes back, or shows the form again.

    A reader gets 403. A refusal is 422; somebody else's newer version 409 with both texts.
    """

    template_name = "milestones/item_form.html"
    action: ClassVar[str]

    def allowed(self) -> bool:
        """Whether the person's role lets them do this at all."""
        return bool(self.actions.intersection(self.needed()))

    def needed(self) -> tuple[str, ...]:
        """The actions of the table, one of which opens this page."""
        raise NotImplementedError

    def form(self, request: HttpRequest) -> ItemForm:
        """The form, empty or filled."""
        raise NotImplementedError

    def done(self) -> str:
        """What to say when it is saved."""
        raise NotImplementedError

    def heading(self) -> str:
        """The page's name."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check()
        if not self.item.is_open and self.action in ("update", "hand-in"):
            messages.info(request, self.closed())
            return HttpResponseRedirect(self.item.get_absolute_url())
        return self.show(request, self.form(request))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check()
        form = self.form(request)
        if form.carry_out(act_on_page(request)):
            messages.success(request, self.done())
            return HttpResponseRedirect(way_back(request, self.item.get_absolute_url()))
        return self.show(request, form, status=409 if form.conflict else 422)

    def check(self) -> None:
        """Raise PermissionDenied for a reader (404 has been raised for a stranger)."""
        if not self.allowed():
            refuse()

    def closed(self) -> str:
        """Why there is nothing to say about it now."""
        words = {"code": self.item.code, "state": in_a_sentence(self.item.get_state_display())}
        return _("%(code)s is %(state)s: there is nothing to update.") % words

    def show(self, request: HttpRequest, form: ItemForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        item = self.item
        context = {
            "form": form,
            "item": item,
            "kind": self.name,
            "action": self.action,
            "heading": self.heading(),
            "url": self.address(self.action),
            "network": item.network,
            "today": dates_now().in_zone(item.network.time_zone),
            "next": way_back(request, item.get_absolute_url()),
            "verdicts": [name for name in verdicts_on(self.item) if name in self.actions],
            "conflict": both_sides(form) if form.conflict else None,
        }
        return render(request, self.template_name, context, status=status)


class Update(ItemAct):
    """Say where it stands."""

    action = "update"

    def needed(self) -> tuple[str, ...]:
        return ("update",) if self.model is Milestone else ("draft",)

    def form(self, request: HttpRequest) -> ItemForm:
        if request.method == "POST":
            return UpdateForm(self.item, request.POST, request.FILES, told_by=self.told_by)
        return UpdateForm(self.item, told_by=self.told_by)

    def heading(self) -> str:
        return _("Update %(code)s") % {"code": self.item.code}

    def done(self) -> str:
        words = {
            "code": self.item.code,
            "confidence": in_a_sentence(self.item.get_confidence_display()),
            "percent": self.item.percent,
        }
        return _("Saved: %(code)s is %(confidence)s, %(percent)d %% done.") % words


class NoChange(Update):
    """The last statement once more, in one press from My work."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponseRedirect(self.address("update"))

    def form(self, request: HttpRequest) -> ItemForm:
        return UpdateForm.no_change(self.item, request.POST.get("version", ""), dates_now())


class HandIn(ItemAct):
    """Claim a milestone, or submit a deliverable."""

    action = "hand-in"

    def needed(self) -> tuple[str, ...]:
        return ("claim",) if self.model is Milestone else ("submit",)

    def form(self, request: HttpRequest) -> ItemForm:
        form_class = hand_in_form(self.item)
        if request.method == "POST":
            return form_class(self.item, request.POST, request.FILES)
        today = dates_now().in_zone(self.item.network.time_zone)
        return form_class(self.item, initial={"done_on": today})

    def heading(self) -> str:
        if self.model is Milestone:
            return _("Claim %(code)s as achieved") % {"code": self.item.code}
        return _("Submit %(code)s") % {"code": self.item.code}

    def done(self) -> str:
        return _("%(code)s is handed in. Programme staff check it next.") % {"code": self.item.code}


class Verdict(ItemAct):
    """Verify or return, accept or ask for a revision."""

    action = "verdict"

    def needed(self) -> tuple[str, ...]:
        return verdicts_on(self.item)

    def form(self, request: HttpRequest) -> ItemForm:
        if request.method == "POST":
            return VerdictForm(self.item, request.POST)
        return VerdictForm(self.item)

    def heading(self) -> str:
        return _("Check %(code)s") % {"code": self.item.code}

    def done(self) -> str:
        if self.item.is_open:
            return _("%(code)s went back to the network with your note.") % {"code": self.item.code}
        words = {"code": self.item.code, "state": in_a_sentence(self.item.get_state_display())}
        return _("%(code)s is %(state)s.") % words


class AddEvidence(ItemAct):
    """One more file, link or DOI."""

    action = "evidence"

    def needed(self) -> tuple[str, ...]:
        return ("add_evidence",)

    def form(self, request: HttpRequest) -> ItemForm:
        if request.method == "POST":
            return EvidenceForm(self.item, request.POST, request.FILES)
        return EvidenceForm(self.item)

    def heading(self) -> str:
        return _("Add evidence to %(code)s") % {"code": self.item.code}

    def done(self) -> str:
        return _("The evidence is added to %(code)s.") % {"code": self.item.code}
