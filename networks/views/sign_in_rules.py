"""Which roles of a programme need a second factor: managers decide."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from networks.models import Programme, ProgrammeRole
from networks.pages import act_on_page, signed_in
from networks.services.factors import require_factors


class SignInRulesForm(forms.Form):
    """The roles."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who needs a passkey or an authenticator app"),
        choices=ProgrammeRole.Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "At their next click they are led to the page where it is set up. Links in reminder mails and API tokens go on working."
        ),
    )


class SignInRules(LoginRequiredMixin, View):
    """Seen and changed by managers; for all others the page is not there."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = self.programme(request, slug)
        held = list(programme.required_factors.values_list("role", flat=True))
        return self.show(request, programme, SignInRulesForm(initial={"roles": held}))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = self.programme(request, slug)
        form = SignInRulesForm(request.POST)
        if not form.is_valid():
            return self.show(request, programme, form, 422)
        require_factors(act_on_page(request), programme, form.cleaned_data["roles"])
        messages.success(request, _("Saved. It holds from everybody's next click."))
        return redirect("sign-in-rules", slug)

    def programme(self, request: HttpRequest, slug: str) -> Programme:
        """The programme, if the person manages it."""
        managed = Programme.objects.held_by(signed_in(request), ("manager",))
        programme: Programme = get_object_or_404(managed, slug=slug)
        return programme

    def show(
        self, request: HttpRequest, programme: Programme, form: SignInRulesForm, status: int = 200
    ) -> HttpResponse:
        """The page with the form."""
        context = {"programme": programme, "form": form}
        return render(request, "own/sign_in_rules.html", context, status=status)
