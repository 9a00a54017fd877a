"""Every address there is, found by walking the resolver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver


class Address(NamedTuple):
    """One pattern with its full name; one without a name goes by its route."""

    name: str
    route: str
    view: Any


def addresses() -> list[Address]:
    """All of them, each name once."""
    found = {each.name: each for each in _walk(get_resolver())}
    return list(found.values())


def _walk(resolver: URLResolver, space: str = "", route: str = "") -> Iterator[Address]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Address(space + (each.name or here), here, each.callback)
        else:
            yield from _walk(each, space + (f"{each.namespace}:" if each.namespace else ""), here)
