"""Our own door to uploaded files: nobody reaches them by a guessed address."""

from __future__ import annotations

import mimetypes

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from milestones.models import Evidence
from networks.pages import signed_in


@require_safe
@login_required
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand the file out as a download, never to be run or shown inside our own pages."""
    rows = Evidence.objects.visible_to(signed_in(request)).filter(kind=Evidence.Kind.FILE)
    evidence = get_object_or_404(rows, pk=pk)
    try:
        stored = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    kind, _encoding = mimetypes.guess_type(evidence.original_name)
    answer = FileResponse(
        stored,
        as_attachment=True,
        filename=evidence.original_name,
        content_type=kind or "application/octet-stream",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    # django-csp leaves a header that is there already.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
