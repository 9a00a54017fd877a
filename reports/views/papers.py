"""Reports as files and as a page to print. Who sees the report gets its papers, no one else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from networks.pages import signed_in
from reports.audience import audience_of
from reports.models import Decision, Meeting, ProgressReport, ReportVersion
from reports.papers.forms import FORMS
from reports.papers.letter import decision_letter
from reports.papers.pack import meeting_pack
from reports.papers.parts import Paper
from reports.papers.versions import (
    as_pdf,
    draft_paper,
    file_name,
    plain,
    version_json,
    version_paper,
)
from reports.papers.word import MEDIA_TYPE as DOCX
from reports.papers.word import as_docx

# ending -> media type, how it is made of a paper
FILES: dict[str, tuple[str, Callable[[Paper], bytes]]] = {
    "pdf": ("application/pdf", as_pdf),
    "docx": (DOCX, as_docx),
}


@require_safe
@login_required
def version_file(request: HttpRequest, pk: int, number: int, ending: str) -> HttpResponse:
    """A submitted version as PDF, DOCX, JSON or a page, in the form that ``?form=`` names."""
    user = signed_in(request)
    version = get_object_or_404(seen_versions(user), report_id=pk, number=number)
    form, report = asked_form(request), version.report
    audience = audience_of(user, report.network)
    if ending == "json":
        return not_kept(JsonResponse(version_json(version, audience=audience, form=form)))
    paper = version_paper(version, audience=audience, form=form)
    if ending == "html":
        return as_page(request, paper, report, number, form)
    return as_file(paper, file_name(report, number, form, ending), ending)


@require_safe
@login_required
def draft_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """A draft as it stands, for insiders; nobody else may know what it says."""
    user = signed_in(request)
    rows = ProgressReport.objects.visible_to(user).select_related("network__programme", "template")
    report = get_object_or_404(rows, pk=pk)
    if not report.is_writable or audience_of(user, report.network) != "staff":
        raise Http404
    form = asked_form(request)
    paper = draft_paper(report, at=timezone.now(), form=form)
    if ending == "html":
        return as_page(request, paper, report, 0, form)
    return as_file(paper, file_name(report, 0, form, ending), ending)


@require_safe
@login_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of a decision, for the network, staff and committee."""
    user = signed_in(request)
    rows = Decision.objects.visible_to(user).select_related(
        "network__programme", "round__version", "meeting", "gate", "amendment", "decided_by"
    )
    decision = get_object_or_404(rows, pk=pk)
    # It gives reasons: those are not for a co-funder, who reads the sentence for the public.
    if audience_of(user, decision.network) == "public":
        raise Http404
    name = f"{plain(decision.network.acronym)}-decision-{decision.decided_on}.pdf"
    return as_file(decision_letter(decision), name, "pdf")


@require_safe
@login_required
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """All reports of a meeting in one PDF, as far as this person may read them."""
    user = signed_in(request)
    rows = Meeting.objects.visible_to(user).select_related("programme")
    meeting = get_object_or_404(rows, pk=pk)
    paper = meeting_pack(user, meeting, at=timezone.now().replace(microsecond=0))
    return as_file(paper, f"meeting-{meeting.held_on}.pdf", "pdf")


def seen_versions(user: Any) -> Any:
    """The versions a person may see, with all that their papers need."""
    return ReportVersion.objects.visible_to(user).select_related(
        "report__network__programme", "submitted_by", "on_behalf_of"
    )


def asked_form(request: HttpRequest) -> str:
    """The form the address names. There is no page for a form that we do not know."""
    form = request.GET.get("form", "")
    if form not in FORMS:
        raise Http404
    return form


def as_file(paper: Paper, name: str, ending: str) -> HttpResponse:
    """A paper as a file. A PDF opens in the browser, other kinds are kept."""
    media_type, make = FILES[ending]
    answer = HttpResponse(make(paper), content_type=media_type)
    way = "inline" if ending == "pdf" else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    return not_kept(answer)


def as_page(
    request: HttpRequest, paper: Paper, report: ProgressReport, number: int, form: str
) -> HttpResponse:
    """A paper as a page to read and print, with the ways to its other renderings."""
    choices = [(key, name, key == form) for key, name in FORMS.items()]
    context = {
        "paper": paper,
        "report": report,
        "number": number,
        "form": form,
        "forms": choices,
        "query": f"?form={form}" if form else "",
    }
    return not_kept(render(request, "reports/paper.html", context))


def not_kept(answer: HttpResponse) -> HttpResponse:
    """What one person may read is kept by no cache on the way to the next one."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
