"""Conflicts of interest: the committee declares them, staff see and withdraw them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from milestones.forms.base import ServiceForm
from networks.access import COMMITTEE, STAFF, networks_where, panel, programmes_held, staff, whether
from networks.acts import Act
from networks.models import ConflictDeclaration, Network, User
from networks.pages import act_on_page, page_of, signed_in
from networks.services.conflicts import declare_conflict, withdraw_conflict


class DeclareForm(ServiceForm):
    """One network, a conflict or none, and what it is."""

    network = forms.ModelChoiceField(
        Network.objects.none(), label=gettext_lazy("Network"), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("You have with it"),
        choices=ConflictDeclaration.Kind.choices,
        widget=forms.RadioSelect,
        initial=ConflictDeclaration.Kind.CONFLICT,
    )
    reason = forms.CharField(
        label=gettext_lazy("What is the conflict?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Programme staff read this; the network does not."),
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: forms.ModelChoiceField[Network] = self.fields["network"]  # type: ignore[assignment]
        rows = Network.objects.filter(pk__in=networks_where(panel(person)))
        chosen.queryset = rows.order_by("acronym", "pk")

    def run(self, act: Act) -> None:
        said = self.cleaned_data
        declare_conflict(act, said["network"], kind=said["kind"], reason=said["reason"])


class WithdrawForm(ServiceForm):
    """Why a declaration does not hold any more."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, declared: ConflictDeclaration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = declared

    def run(self, act: Act) -> None:
        withdraw_conflict(act, self.declared, reason=self.cleaned_data["reason"])


class Conflicts(LoginRequiredMixin, View):
    """What one has declared, and what others have to the staff; 404 for everybody else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.enter(request)
        asked = {"network": request.GET.get("network") or None}
        return self.show(request, DeclareForm(signed_in(request), initial=asked))

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.enter(request):
            raise PermissionDenied(_("Only people of the committee declare their interests."))
        form = DeclareForm(signed_in(request), request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.show(request, form, status=422)
        messages.success(
            request, _("Recorded. You see nothing of a network you are in conflict with.")
        )
        return redirect("conflicts")

    def enter(self, request: HttpRequest) -> bool:
        """Whether the person is on a committee; 404 for who is neither that nor staff."""
        person = signed_in(request)
        held = set(
            person.programme_roles.filter(
                programme_id__in=programmes_held(person, (*COMMITTEE, *STAFF))
            ).values_list("role", flat=True)
        )
        if not held.intersection((*COMMITTEE, *STAFF)) and not person.is_superuser:
            raise Http404
        return bool(held.intersection(COMMITTEE))

    def show(self, request: HttpRequest, form: DeclareForm, status: int = 200) -> HttpResponse:
        """The page."""
        person = signed_in(request)
        rows = ConflictDeclaration.objects.visible_to(person)
        rows = rows.select_related("person", "network", "withdrawn_by").annotate(
            run=whether(staff, person, "network_id")
        )
        context = {"form": form, "page": page_of(request, rows), "me": person.pk}
        return render(request, "milestones/conflicts.html", context, status=status)


class WithdrawConflict(LoginRequiredMixin, View):
    """Staff withdraw a declaration, with the reason."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, WithdrawForm(self.declared(request, pk)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = WithdrawForm(self.declared(request, pk), request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.show(request, form, status=422)
        messages.success(request, _("The declaration is withdrawn."))
        return redirect("conflicts")

    def declared(self, request: HttpRequest, pk: int) -> ConflictDeclaration:
        """One that still stands, in a network the person runs; else 404."""
        person = signed_in(request)
        run = networks_where(staff(person))
        rows = ConflictDeclaration.objects.standing().filter(network_id__in=run)
        found: ConflictDeclaration = get_object_or_404(
            rows.exclude(person=person).select_related("person", "network__programme"), pk=pk
        )
        return found

    def show(self, request: HttpRequest, form: WithdrawForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        context = {"form": form, "declared": form.declared}
        return render(request, "milestones/conflict_withdraw.html", context, status=status)
