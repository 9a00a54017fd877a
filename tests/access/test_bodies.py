"""Ids of other networks in bodies, forms and filters, and fields that nobody may set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import CharField, Model, TextField
from django.test import Client
from django.urls import reverse

from networks.filters.kinds import CodeFilter, IdFilter
from tests.access.policies import POLICIES
from tests.access.rules import Policy
from tests.access.test_matrix import in_lines
from tests.access.town import MISSING, Side, Town
from tests.api import BASE, endpoints

pytestmark = [pytest.mark.django_db, pytest.mark.access]
OURS = ("networks", "milestones", "reports", "notifications")
SMUGGLED = "SMUGGLED"
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


def test_a_foreign_id_in_a_body_is_as_unknown_as_a_missing_one(place: Town) -> None:
    client, wrong, tried = place.client("lead"), [], 0
    for path, fields in request_bodies(place).items():
        row = row_of(path, place.own)
        address = path.replace("{id}", str(row.pk)) if row is not None else path
        for name, shape in fields.items():
            if name not in place.neighbour.rows and name not in ("deliverable",):
                continue
            if shape.get("type") != "integer":
                continue
            tried += 1
            key = "public_deliverable" if name == "deliverable" else name
            answers = []
            for pk in (place.neighbour[key].pk, place.foreign[key].pk, MISSING):
                body = {**_filled(fields), name: pk}
                answer = post(client, address, body)
                answers.append((answer.status_code, answer.content.replace(str(pk).encode(), b"N")))
            # 403 where the step itself is not the lead's to take.
            if len(set(answers)) != 1 or answers[0][0] < 400:
                wrong.append((path, name, answers))
    assert not wrong, in_lines(wrong)
    assert tried >= 4


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Good values for what a body has to hold beside its ids."""
    known = {
        "percent": 10, "confidence": "on_track", "code": "R88", "description": "d",
        "kind": "other", "title": "t",
    }  # fmt: skip
    return {name: value for name, value in known.items() if name in fields}


def columns_of(model: type[Model]) -> set[str]:
    """Every name a row could be written by, and a few that have opened doors elsewhere."""
    names = {each.name for each in model._meta.get_fields()}
    names |= {getattr(each, "attname", each.name) for each in model._meta.concrete_fields}
    return names | {"is_staff", "is_superuser", "role", "user", "pk", "_state", "act", "channel"}


def test_a_body_sets_no_field_that_is_not_its_own(place: Town) -> None:
    """Every column of every row, in every body: refused by name, and nothing is written."""
    wrong, tried = [], 0
    for path, fields in request_bodies(place).items():
        row = row_of(path, place.own)
        if row is None and "{id}" in path:
            continue
        address = path.replace("{id}", str(row.pk)) if row is not None else path
        prefix = path.removeprefix(BASE).split("/")[0]
        strange = columns_of(endpoints()[prefix].queryset.model) - set(fields)
        body = {**_filled(fields), **dict.fromkeys(strange, 1)}
        # Some steps are the lead's, some the manager's: who may not is told so first.
        answers = [post(place.client(each), address, body) for each in (*WRITERS, "reviewer")]
        answer = next((each for each in answers if each.status_code not in (403, 404)), answers[0])
        named = {each["field"] for each in answer.json().get("errors", [])}
        tried += len(strange)
        if answer.status_code != 400 or not strange <= named:
            wrong.append((address, answer.status_code, sorted(strange - named)))
    assert not wrong, in_lines(wrong)
    assert tried > 200


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


def every_column() -> set[str]:
    return {
        name
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for name in columns_of(model)
    }


def snapshot() -> dict[str, list[Any]]:
    """What must not move by the way: people, their roles, and what a network is."""
    User, Member, Role, Network, Milestone = (
        apps.get_model(label)
        for label in (
            "networks.User",
            "networks.Member",
            "networks.ProgrammeRole",
            "networks.Network",
            "milestones.Milestone",
        )
    )
    flags = ("pk", "is_superuser", "is_staff", "is_active", "email", "password")
    fixed = ("pk", "network_id", "contractual_date", "responsible_id", "code", "is_gate")
    return {
        "people": list(User.objects.order_by("pk").values_list(*flags)),
        "members": list(Member.objects.order_by("pk").values_list()),
        "roles": list(Role.objects.order_by("pk").values_list()),
        "networks": list(Network.objects.order_by("pk").values_list()),
        "milestones": list(Milestone.objects.order_by("pk").values_list(*fixed)),
    }


def smuggled() -> list[str]:
    """Columns of any table in which the word stands now."""
    found = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for each in model._meta.concrete_fields:
                if isinstance(each, CharField | TextField):
                    rows = model._default_manager.filter(**{f"{each.name}__contains": SMUGGLED})
                    found += [f"{model._meta.label}.{each.name}"] if rows.exists() else []
    return found


@pytest.mark.parametrize("identity", WRITERS)
def test_a_form_writes_no_field_that_it_does_not_show(place: Town, identity: str) -> None:
    client, wrong, tried = place.client(identity), [], 0
    everything = every_column()
    for name, address, _policy, found in fillable(place, identity):
        for form in found:
            own = {form.add_prefix(each) for each in form.fields}
            extra = dict.fromkeys(everything - own, SMUGGLED)
            for column in ("is_superuser", "is_staff"):
                extra[column] = "1"
            tried += 1
            with transaction.atomic():
                before = snapshot()
                client.post(address, extra | initial_of(form))
                if snapshot() != before:
                    wrong.append((name, "moved something"))
                wrong += [(name, column) for column in smuggled()]
                transaction.set_rollback(True)
    assert not wrong, in_lines(wrong)
    assert tried >= 8


@pytest.mark.parametrize("identity", WRITERS)
def test_a_foreign_id_in_a_form_is_as_unknown_as_a_missing_one(place: Town, identity: str) -> None:
    client, wrong = place.client(identity), []
    side = place.strange_to(identity)
    for name, address, _policy, found in fillable(place, identity):
        for form in found:
            for field, bound in form.fields.items():
                if not isinstance(bound, forms.ModelChoiceField):
                    continue
                model = bound.queryset.model
                theirs = [row.pk for row in side.rows.values() if type(row) is model]
                for pk in theirs:
                    answers = []
                    for asked in (pk, MISSING):
                        with transaction.atomic():
                            answer = client.post(
                                address, initial_of(form) | {form.add_prefix(field): asked}
                            )
                            transaction.set_rollback(True)
                        answers.append(answer.status_code)
                    if answers[0] != answers[1] or answers[0] < 400:
                        wrong.append((name, field, answers))
    assert not wrong, in_lines(wrong)


def timeless(answer: Any) -> tuple[int, bytes]:
    """An answer without the instant it was made at, and without what was asked."""
    said = re.sub(rb'"generated_at":"[^"]*"', b"", answer.content)
    asked = answer.wsgi_request.META["QUERY_STRING"].encode()
    return answer.status_code, said.replace(asked, b"")


def pairs(place: Town, viewset: Any, name: str, declared: Any, side: Side) -> list[Any]:
    """Values of a filter that are another network's."""
    path = (declared.field_name or name).replace("/", "__")
    model: Any = viewset.queryset.model
    column = "pk"
    for part in path.split("__"):
        try:
            each = model._meta.get_field("id" if part == "pk" else part)
        except FieldDoesNotExist:
            each = next((f for f in model._meta.fields if f.attname == part), None)
        if each is None:
            return []
        if each.is_relation:
            model = each.related_model
        else:
            column = each.name
    rows = [row for row in side.rows.values() if type(row) is model]
    rows += [side.network] if model is type(side.network) else []
    return [getattr(row, "pk" if isinstance(declared, IdFilter) else column) for row in rows]


@pytest.mark.parametrize("identity", ["member"])
def test_a_filter_tells_nothing_of_another_network(place: Town, identity: str) -> None:
    client, side, wrong, tried = place.client(identity), place.strange_to(identity), [], 0
    for prefix, viewset in endpoints().items():
        if prefix == "organisations":
            continue
        for name, declared in viewset.filterset_class.base_filters.items():
            if not isinstance(declared, IdFilter | CodeFilter):
                continue
            missing = MISSING if isinstance(declared, IdFilter) else "no-such-thing"
            empty = client.get(f"{BASE}{prefix}/", {name: missing})
            for value in pairs(place, viewset, name, declared, side):
                own = [str(each) for each in pairs(place, viewset, name, declared, place.own)]
                if value == "" or str(value) in own:
                    continue
                tried += 1
                answer = client.get(f"{BASE}{prefix}/", {name: value})
                if timeless(answer) != timeless(empty):
                    wrong.append((prefix, name, value, answer.content[:120]))
    assert not wrong, in_lines(wrong)
    assert tried > 20
