"""What all pages of programme staff share."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest
from django.views import View

from networks.access import is_staff_anywhere
from networks.duties import DutySource, source
from networks.pages import signed_in


class StaffPage(LoginRequiredMixin, View):
    """For whoever is a manager or officer of some programme; to others it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not is_staff_anywhere(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


def known_source(kind: str) -> DutySource:
    """The source of a kind in an address; 404 for an unknown one."""
    try:
        return source(kind)
    except KeyError as error:
        raise Http404 from error


def staffed_source(request: HttpRequest, kind: str, pk: int) -> DutySource:
    """404 for an unknown kind, and for an item of a network the person does not run."""
    duties = known_source(kind)
    if not duties.run_by(signed_in(request)).filter(pk=pk).exists():
        raise Http404
    return duties
