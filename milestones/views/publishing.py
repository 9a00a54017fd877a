"""What the public may read: managers choose, officers look."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from networks.models import Network, Programme
from networks.pages import act_on_page, signed_in
from networks.policy import can
from networks.services.publishing import publish

PROGRAMMES_SHOWN = 100


class PublishingForm(forms.Form):
    """The programme's switch, and its networks to tick."""

    open_pages = forms.BooleanField(
        label=gettext_lazy("This programme has public pages"),
        required=False,
        help_text=gettext_lazy("Off: nothing is public, whatever is ticked below."),
    )
    networks = forms.ModelMultipleChoiceField(
        Network.objects.none(),
        label=gettext_lazy("Networks that anybody may read about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Public are: title, dates, state, lay summary, partners, verified milestones. "
            "Never people, money, forecasts or anything that is not verified."
        ),
    )

    def __init__(self, programme: Programme, data: QueryDict | None = None) -> None:
        published = programme.networks.filter(is_published=True).values_list("pk", flat=True)
        now = {"open_pages": programme.is_published, "networks": list(published)}
        super().__init__(data, initial=now)
        chosen: forms.ModelMultipleChoiceField[Network] = self.fields["networks"]  # type: ignore[assignment]
        chosen.queryset = programme.networks.order_by("acronym", "pk")


class PublishingHome(LoginRequiredMixin, View):
    """The programmes a person runs; straight in where it is one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        programmes = list(_run_by(request)[:PROGRAMMES_SHOWN])
        if not programmes:
            raise Http404
        if len(programmes) == 1:
            return redirect("publishing", programmes[0].slug)
        return render(request, "milestones/publishing_home.html", {"programmes": programmes})


class Publishing(LoginRequiredMixin, View):
    """One programme's switches. An officer reads them and gets 403 for a POST."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = self.programme(request, slug)
        return self.show(request, programme, PublishingForm(programme))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = self.programme(request, slug)
        if not self.manages(request, programme):
            raise PermissionDenied(_("Only a manager of the programme publishes."))
        form = PublishingForm(programme, request.POST)
        if not form.is_valid():
            return self.show(request, programme, form, status=422)
        chosen = {network.pk for network in form.cleaned_data["networks"]}
        open_pages = form.cleaned_data["open_pages"]
        publish(act_on_page(request), programme, open_pages=open_pages, networks=chosen)
        messages.success(request, _("Saved: this is what the public reads now."))
        return redirect("publishing", slug)

    def programme(self, request: HttpRequest, slug: str) -> Programme:
        """404 for a programme the person does not run."""
        programme: Programme = get_object_or_404(_run_by(request), slug=slug)
        return programme

    def manages(self, request: HttpRequest, programme: Programme) -> bool:
        """Whether the person may switch."""
        return can(signed_in(request), "publish", programme)

    def show(
        self, request: HttpRequest, programme: Programme, form: PublishingForm, status: int = 200
    ) -> HttpResponse:
        """The page with the form."""
        manages = self.manages(request, programme)
        for field in form.fields.values():
            field.disabled = not manages
        context = {"programme": programme, "form": form, "manages": manages}
        return render(request, "milestones/publishing.html", context, status=status)


def _run_by(request: HttpRequest) -> QuerySet[Programme]:
    return Programme.objects.held_by(signed_in(request)).order_by("name", "pk")
