"""What can be sent: the bodies that the API says it takes, and the forms of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.policies import POLICIES
from tests.access.rules import Policy
from tests.access.town import Side, Town
from tests.api import BASE, endpoints

# Who fills in forms, and whose network the others are.
WRITERS = ("lead", "manager")


def request_bodies(place: Town) -> dict[str, dict[str, Any]]:
    """The properties of every body that the API says it takes, by path."""
    schema = place.client("lead").get("/api/v1/schema/?format=json").json()
    parts, found = schema["components"]["schemas"], {}
    for path, verbs in schema["paths"].items():
        body = verbs.get("post", {}).get("requestBody")
        if body:
            ref = body["content"]["application/json"]["schema"]["$ref"]
            found[path] = parts[ref.rsplit("/", 1)[1]].get("properties", {})
    return found


def post(client: Client, path: str, body: Any) -> Any:
    with transaction.atomic():
        answer = client.post(path, body, content_type="application/json")
        transaction.set_rollback(True)
    return answer


def row_of(path: str, side: Side) -> Any:
    """The row an API path acts on; None for a list."""
    if "{id}" not in path:
        return None
    prefix = path.removeprefix(BASE).split("/")[0]
    model = endpoints()[prefix].queryset.model
    names = ("milestone", "public_deliverable", *side.rows)
    return next((row for name in names if type(row := side[name]) is model), None)


def filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Good values for what a body has to hold beside its ids."""
    known = {
        "percent": 10, "confidence": "on_track", "code": "R88", "description": "d",
        "kind": "other", "title": "t", "version": 0, "outcome": "continue",
        "report_outcome": "accepted", "decided_on": "2026-06-01", "reasons": "r",
        "votes": {"present": 3, "votes_for": 3, "quorum": 3},
    }  # fmt: skip
    return {name: value for name, value in known.items() if name in fields}


def fillable(place: Town, identity: str) -> Iterator[tuple[str, str, Policy, list[forms.Form]]]:
    """Every page with a form that this person may send, with its forms."""
    client = place.client(identity)
    for name, policy in POLICIES.items():
        if name.startswith("api:") or not policy.post or identity not in policy.post:
            continue
        address = reverse(name, kwargs=policy.kwargs(place.own)) + policy.query
        answer = client.get(address)
        found = [each for each in _contexts(answer) if isinstance(each, forms.BaseForm)]
        if found:
            yield name, address, policy, found


def _contexts(answer: Any) -> list[Any]:
    """Everything that the templates of a page were given."""
    layers = [layer for context in answer.context or [] for layer in context.dicts]
    return list({id(each): each for layer in layers for each in layer.values()}.values())


def initial_of(form: Any) -> dict[str, Any]:
    """What a browser would send back without anybody touching the form."""
    said = {}
    for name, bound in form.fields.items():
        value = form.get_initial_for_field(bound, name)
        if isinstance(bound, forms.ChoiceField) and value in (None, ""):
            choices = [key for key, _label in bound.choices if key not in ("", None)]
            value = choices[0] if choices and not isinstance(choices[0], list | tuple) else ""
        if value in (None, "") and bound.required and isinstance(bound, forms.CharField):
            value = "words"
        said[form.add_prefix(name)] = "" if value is None else value
    return said
