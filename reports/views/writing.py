"""Writing a report: each section is a form of its own, saved while it is typed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from milestones.models import Deliverable, Milestone
from milestones.views.frame import INSIDE
from networks.pages import act_on_page
from networks.refusals import Refusal
from reports.access import require
from reports.content import content_of, template_for
from reports.models import Answer, ItemComment, TemplateSection
from reports.presenting import facts_for_page
from reports.section_rows import section_row, section_rows
from reports.services.writing import Overtaken, save_comment, save_section
from reports.views.progress import ReportFrame

_KINDS: dict[str, type[Milestone | Deliverable]] = {
    "milestone": Milestone,
    "deliverable": Deliverable,
}


class WriteFrame(ReportFrame):
    """Pages of a report that can still be written."""

    action = "write"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.roles & INSIDE:
            raise Http404
        return super().get_context_data(**kwargs)

    def home(self, anchor: str = "") -> str:
        """The page on which the report is written."""
        page = reverse("progress-report-write", args=[self.report.pk])
        return f"{page}#{anchor}" if anchor else page


class WriteReport(WriteFrame):
    """All sections with their guidance, each with the facts it is about beside it."""

    template_name = "reports/write.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        if not self.report.is_writable:
            messages.info(request, _("This report cannot be written now."))
            return HttpResponseRedirect(self.report.get_absolute_url())
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        content = content_of(self.report, at=timezone.now())
        return context | {
            "content": content,
            "facts": facts_for_page(content["facts"]),
            "rows": section_rows(self.report),
            "notes": {note.section_id: note for note in self.report.notes.order_by("at")}
            if self.report.is_returned
            else {},
        }


class SaveSection(WriteFrame):
    """Takes one section: from htmx while it is typed, or from the form's own button.

    Answers 409 with both texts when somebody else has saved meanwhile, 422 with a sentence
    when the rules say no; the typed text stays in the form.
    """

    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # A redirect to the sign-in page would be followed, and look like a save that worked.
        if _is_asked_by_htmx(request) and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever had to sign in again comes here: lead them back to where they wrote."""
        if not self.roles & INSIDE:
            raise Http404
        return HttpResponseRedirect(self.home(f"section-{self.kwargs['key']}"))

    @cached_property
    def section(self) -> TemplateSection:
        """The section of the address in the template of the report."""
        template = template_for(self.report)
        if template is None:
            raise Http404
        return get_object_or_404(template.sections, key=self.kwargs["key"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Asked every few seconds by everybody who writes: without the frame round a page.
        if not self.roles & INSIDE:
            raise Http404
        require(self.person, self.action, self.report)
        nothing = request.POST.get("nothing") == "1"
        text = request.POST.get("text", "")
        row: dict[str, Any] = {"typed": text}
        status = 200
        try:
            answer: Answer | ItemComment | None = save_section(
                act_on_page(request),
                self.report,
                self.section,
                text=text,
                nothing=nothing,
                version=_number(request.POST.get("version", "")),
            )
        except Overtaken as error:
            answer, status = error.theirs, 409
            row |= {"conflict": error.theirs}
        except Refusal as error:
            # The form goes on from the version it was typed on.
            answer, status = None, 422
            row |= {"refusal": str(error), "version": request.POST.get("version", "0")}
        shown = section_row(self.report, self.section, answer) | row
        return self.answer(request, shown, status)

    def answer(self, request: HttpRequest, row: dict[str, Any], status: int) -> HttpResponse:
        """The line below the text, for htmx; a page for everybody else."""
        if _is_asked_by_htmx(request):
            return render(request, "reports/saved.html", {"row": row}, status=status)
        if status == 200:
            messages.success(request, _("“%(section)s” is saved.") % {"section": self.section})
            return HttpResponseRedirect(self.home(f"section-{self.section.key}"))
        context = super().get_context_data(row=row, back=self.home(), **self.kwargs)
        return render(request, "reports/section.html", context, status=status)


class Comment(WriteFrame):
    """What the team says of one milestone or deliverable in this report."""

    template_name = "reports/comment.html"

    @cached_property
    def item(self) -> Milestone | Deliverable:
        """The item of the address."""
        model = _KINDS.get(self.kwargs["kind"])
        if model is None:
            raise Http404
        rows = model.objects.visible_to(self.person).filter(network=self.network)
        found: Milestone | Deliverable = get_object_or_404(rows, pk=self.kwargs["item"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        about = {f"{self.kwargs['kind']}_id": self.item.pk}
        comment = ItemComment.objects.filter(report=self.report, **about).first()
        words = {"code": self.item.code, "report": self.report.code}
        return {
            "item": self.item,
            "text": comment.text if comment else "",
            "version": comment.version if comment else 0,
            "heading": _("Comment on %(code)s in %(report)s") % words,
            "back": self.home(f"{self.kwargs['kind']}-{self.item.pk}"),
            "conflict": None,
        } | context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        typed = request.POST.get("text", "")
        version = _number(request.POST.get("version", ""))
        try:
            save_comment(act_on_page(request), self.report, self.item, text=typed, version=version)
        except Overtaken as error:
            theirs = error.theirs
            context |= {"text": typed, "version": theirs.version, "conflict": theirs}
            return self.render_to_response(context, status=409)
        except Refusal as error:
            context |= {"text": typed, "refusal": str(error)}
            return self.render_to_response(context, status=422)
        messages.success(request, _("The comment on %(code)s is saved.") % {"code": self.item.code})
        return HttpResponseRedirect(context["back"])


def _is_asked_by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
