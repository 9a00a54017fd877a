"""Erasure on request: what it means is said first, and the name is typed before it happens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from networks.models import Member, ProgrammeRole, User
from networks.pages import act_on_page, signed_in, way_back
from networks.services.erasing import erase, may_erase


class EraseForm(forms.Form):
    """The name once more: this cannot be undone."""

    name = forms.CharField(
        label=gettext_lazy("Type the person's name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        """Exactly theirs."""
        typed: str = self.cleaned_data["name"].strip()
        if typed != self.person.get_full_name():
            raise forms.ValidationError(_("This is not the name of this person."))
        return typed


class ErasePerson(LoginRequiredMixin, View):
    """For a manager of all the person's programmes, and for operators; else it is not there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.person(request, pk)
        return self.show(request, person, EraseForm(person))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.person(request, pk)
        form = EraseForm(person, request.POST)
        if not form.is_valid():
            return self.show(request, person, form, status=422)
        erased = erase(act_on_page(request), person)
        words = {"pseudonym": erased.pseudonym}
        messages.success(request, _("Erased. The record calls them %(pseudonym)s now.") % words)
        return HttpResponseRedirect(way_back(request, "/"))

    def person(self, request: HttpRequest, pk: int) -> User:
        """Whom the address names; 404 for whoever may not erase them."""
        person = User.objects.filter(pk=pk).first()
        reader = signed_in(request)
        if person is None or person == reader or not may_erase(reader, person):
            raise Http404
        return person

    def show(
        self, request: HttpRequest, person: User, form: EraseForm, status: int = 200
    ) -> HttpResponse:
        """What goes, and what stays."""
        context = {
            "person": person,
            "form": form,
            "memberships": Member.objects.filter(user=person).select_related("network"),
            "roles": ProgrammeRole.objects.filter(user=person).select_related("programme"),
            "next": way_back(request, "/"),
        }
        return render(request, "milestones/erase.html", context, status=status)
