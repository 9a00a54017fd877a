"""Pages of the project itself."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tracker.styleguide_data import sample
from tracker.ui.states import STATES


class SampleForm(forms.Form):
    """One field of every kind, for the style guide."""

    state = forms.ChoiceField(
        label="Where does it stand?",
        widget=forms.RadioSelect,
        choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
    )
    percent = forms.IntegerField(
        label="Done so far", help_text="In percent, 0 to 100.", min_value=0, max_value=100
    )
    forecast = forms.DateField(label="You expect to reach it on", required=False)
    reason = forms.ChoiceField(
        label="Why did it move?",
        required=False,
        choices=[("", "Choose a reason"), ("recruitment", "Recruitment"), ("partner", "Partner")],
    )
    text = forms.CharField(
        label="What happened since last time?",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Two sentences are enough. The committee reads them.",
    )
    file = forms.FileField(label="Evidence", required=False)
    tell = forms.BooleanField(label="Tell the work package lead", required=False)


class SampleFilter(forms.Form):
    """What stands above a list, for the style guide."""

    q = forms.CharField(label="Search", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state")] + [(c, look.word) for c, look in STATES["milestone"].items()],
    )
    network = forms.ChoiceField(
        label="Network", required=False, choices=[("", "All networks"), ("lumen", "LUMEN")]
    )
    due_before = forms.DateField(label="Due before", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with made-up data. Never shown in production."""
    if not settings.DEBUG:
        raise Http404
    if request.method == "POST":
        form = SampleForm(request.POST, request.FILES)
        if form.is_valid():
            messages.success(request, "Saved. The officer sees it in the status report.")
            return redirect("styleguide")
    else:
        form = SampleForm(initial={"state": "on_track", "percent": 60})
    if not form.is_bound:
        messages.info(request, "Figures are as of this morning.")
    context = sample() | {
        "form": form,
        "wrong": SampleForm({"percent": "140", "state": "on_track"}),
        "filter": SampleFilter(request.GET or None),
        "states": STATES,
        "page": Paginator(range(312), 50).get_page(request.GET.get("page", "2")),
    }
    page = "styleguide_dialog.html" if "part" in request.GET else "styleguide.html"
    return render(request, page, context, status=422 if form.errors else 200)
