"""What every page needs of its request: the act, the dates, the page and order of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from networks.acts import Act
from networks.clock import Today
from networks.models import Event, User

ModelT = TypeVar("ModelT", bound=Model)
PAGE_SIZE = 50


def signed_in(request: HttpRequest) -> User:
    """The person on a page that only opens for people who have signed in."""
    return cast(User, request.user)


def act_on_page(request: HttpRequest) -> Act:
    """What the person does here, now."""
    return Act(by=signed_in(request), at=timezone.now(), channel=Event.Channel.PAGE)


def dates_now() -> Today:
    """The calendar dates at this moment: pages are one of the places that ask the clock."""
    return Today.at(timezone.now())


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], size: int = PAGE_SIZE
) -> Page[Any]:
    """The page the address asks for; a page that does not exist is the nearest one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def ordered(
    request: HttpRequest,
    rows: QuerySet[ModelT],
    columns: Mapping[str, Sequence[str]],
    default: str,
) -> QuerySet[ModelT]:
    """The rows by the column the address names (``-`` turns round); ties break by key."""
    asked = request.GET.get("order", default)
    name = asked.removeprefix("-")
    if name not in columns:
        asked, name = default, default.removeprefix("-")
    sign = "-" if asked.startswith("-") else ""
    return rows.order_by(*(f"{sign}{column}" for column in columns[name]), "pk")


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the person came from, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise
