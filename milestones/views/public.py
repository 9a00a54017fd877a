"""Pages for anybody: published programmes and networks, also as JSON.

They never ask who reads: the answer is the same for everybody, so a browser may keep it
for minutes, and a funder's own site may show it (CORS is open for the JSON).
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View

from milestones.public import network_document, programme_document, published_networks
from networks.identifiers import country_name
from networks.models import Network, Programme
from networks.pages import page_of

PROGRAMMES_SHOWN = 100
MINUTES_KEPT = 5


class PublicHome(View):
    """The programmes with public pages; 404 where there is none, as nothing is offered then."""

    def get(self, request: HttpRequest) -> HttpResponse:
        programmes = list(Programme.objects.published().order_by("name", "pk")[:PROGRAMMES_SHOWN])
        if not programmes:
            raise Http404
        return render(request, "milestones/public_home.html", {"programmes": programmes})


class PublicProgramme(View):
    """A programme's published networks, and where their partners are."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = get_object_or_404(Programme.objects.published(), slug=slug)
        page = page_of(request, published_networks(programme))
        context = {"page": page, **programme_document(programme, list(page))}
        for row in context["networks"]:
            row["country_names"] = [country_name(code) for code in row["countries"]]
        return render(request, "milestones/public_programme.html", context)


class PublicProgrammeData(View):
    """The same as JSON; ``page`` counts from 1, ``next`` is the address of the next one."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = get_object_or_404(Programme.objects.published(), slug=slug)
        pages = Paginator(published_networks(programme), 200)
        page = pages.get_page(request.GET.get("page"))
        here = reverse("public-programme-data", args=[slug])
        following = f"{here}?page={page.next_page_number()}" if page.has_next() else None
        paging = {"count": pages.count, "next": following}
        return _open({**paging, **programme_document(programme, list(page))})


class PublicNetwork(View):
    """One published network."""

    def get(self, request: HttpRequest, slug: str, reference: str) -> HttpResponse:
        context = network_document(_published(slug, reference))
        return render(request, "milestones/public_network.html", context)


class PublicNetworkData(View):
    """The same as JSON."""

    def get(self, request: HttpRequest, slug: str, reference: str) -> HttpResponse:
        return _open(network_document(_published(slug, reference)))


def _published(slug: str, reference: str) -> Network:
    rows = Network.objects.published().select_related("programme")
    network: Network = get_object_or_404(rows, programme__slug=slug, reference=reference)
    return network


def _open(document: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={MINUTES_KEPT * 60}"
    return answer
