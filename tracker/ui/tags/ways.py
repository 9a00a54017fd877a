"""Tags that lead somewhere: tabs, sorting, pages, filters. The address holds the state."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template import Context

from tracker.ui.forms import chips

register = template.Library()


def _query(context: Context) -> QueryDict:
    request: HttpRequest | None = context.get("request")
    return request.GET if request is not None else QueryDict()


def _with(query: QueryDict, **changes: str | None) -> str:
    """The query string with some parameters changed; a new order or tab starts at page 1."""
    left = query.copy()
    left.pop("page", None)
    for name, value in changes.items():
        if value is None:
            left.pop(name, None)
        else:
            left[name] = value
    return f"?{left.urlencode()}"


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The colour scheme the reader chose: `light`, `dark`, or `auto` as the system says."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in {"light", "dark"} else "auto"


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(
    context: Context, items: Sequence[Mapping[str, Any]], *, label: str, param: str = "tab"
) -> dict[str, Any]:
    """Tabs are links: each item has an own `url`, or a `key` that goes into the query string."""
    query = _query(context)
    first = items[0].get("key") if items else None
    shown = []
    for item in items:
        key = item.get("key")
        url = item.get("url") or _with(query, **{param: key if key != first else None})
        active = item.get("active", key is not None and query.get(param, first) == key)
        shown.append({**item, "url": url, "active": active})
    return {"items": shown, "label": label}


@register.inclusion_tag("components/th.html", takes_context=True)
def th(
    context: Context, label: str, *, order: str = "", num: bool = False, hide: bool = False
) -> dict[str, Any]:
    """A column's heading; with `order` it is a link that sorts, and turns round when used again."""
    query = _query(context)
    now = query.get("order", "")
    direction = {order: "ascending", f"-{order}": "descending"}.get(now, "") if order else ""
    following = f"-{order}" if direction == "ascending" else order
    return {
        "label": label,
        "url": _with(query, order=following) if order else "",
        "direction": direction,
        "num": num,
        "hide": hide,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], *, param: str = "page") -> dict[str, Any]:
    query = _query(context)

    def link(number: int) -> str:
        return _with(query, **{param: str(number)})

    return {
        "page": page,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
        "first": link(1),
        "last": link(page.paginator.num_pages),
    }


@register.inclusion_tag("components/filterbar.html", takes_context=True)
def filterbar(
    context: Context, form: forms.BaseForm, *, found: int | None = None
) -> dict[str, Any]:
    query = _query(context)
    kept = [(name, query[name]) for name in ("order", "tab") if name in query]
    kept = [(name, value) for name, value in kept if name not in form.fields]
    return {
        "form": form,
        "chips": chips(form, query),
        "found": found,
        "kept": kept,
        "clear": f"?{QueryDict(mutable=True).urlencode()}",
    }


@register.inclusion_tag("components/crumbs.html")
def crumbs(*labels_and_urls: str) -> dict[str, Any]:
    """Label, address, label, address, …; the last label, without one, is where we are."""
    pairs = list(zip_longest(labels_and_urls[::2], labels_and_urls[1::2], fillvalue=""))
    return {"crumbs": pairs}
