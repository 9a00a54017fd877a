"""Ids of other networks in bodies, forms and filters: as unknown as one that nobody has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction

from networks.filters.kinds import CodeFilter, IdFilter
from tests.access.bodies import WRITERS, fillable, filled, initial_of, post, request_bodies, row_of
from tests.access.test_matrix import in_lines
from tests.access.town import MISSING, Side, Town
from tests.api import BASE, endpoints

pytestmark = [pytest.mark.django_db, pytest.mark.access]


def ids_in(shape: Any, parts: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all whole numbers and addresses in a body, lists and parts included."""
    for each in (shape, *shape.get("allOf", ()), *shape.get("oneOf", ())):
        if "$ref" in each:
            yield from ids_in(parts[each["$ref"].rsplit("/", 1)[1]], parts, way)
        elif each.get("type") == "array":
            yield from ids_in(each["items"], parts, (*way, 0))
        elif "properties" in each:
            for name, inner in each["properties"].items():
                yield from ids_in(inner, parts, (*way, name))
        elif each.get("type") == "integer" or each.get("format") == "email":
            yield way


def named_by(way: tuple[Any, ...], side: Side) -> Any:
    """What of one network a body can name there; None where it names nothing."""
    name = next(str(step) for step in reversed(way) if step != 0)
    if name == "person":
        return side["review"].reviewer.email
    row = {"deliverable": "public_deliverable", "responsible": "member"}.get(name, name)
    return side[row].pk if row in side.rows else None


def with_id(body: dict[str, Any], way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The body with a value at the end of a way; what lies on it is made."""
    changed = deepcopy(body)
    here: Any = changed
    for step, following in pairwise(way):
        made: Any = [{}] if following == 0 else {}
        if isinstance(here, dict):
            here = here.setdefault(step, made)
        else:
            here[step] = here[step] or made
            here = here[step]
    here[way[-1]] = value
    return changed


def test_a_foreign_id_in_a_body_is_as_unknown_as_a_missing_one(place: Town) -> None:
    """In whatever depth it stands: many are assigned, or imposed, in one call."""
    schema = place.client("lead").get("/api/v1/schema/?format=json").json()
    parts, wrong, tried = schema["components"]["schemas"], [], set()
    for path, fields in request_bodies(place).items():
        row = row_of(path, place.own)
        address = path.replace("{id}", str(row.pk)) if row is not None else path
        for way in ids_in({"properties": fields}, parts):
            if named_by(way, place.neighbour) is None:
                continue
            tried.add((path, *way))
            for identity in WRITERS:
                side = place.strange_to(identity)
                answers = [
                    post(place.client(identity), address, with_id(filled(fields), way, value))
                    for value in (named_by(way, side), _missing(way))
                ]
                told = [(each.status_code, _of_what(each, way, side)) for each in answers]
                if told[0] != told[1] or told[0][0] < 400:
                    wrong.append((path, way, identity, told))
    assert not wrong, in_lines(wrong)
    nested = {way for way in tried if 0 in way}
    assert (len(tried) >= 8, len(nested)) == (True, 2), tried


def _missing(way: tuple[Any, ...]) -> Any:
    return "no.such.person@example.org" if way[-1] == "person" else MISSING


def _of_what(answer: Any, way: tuple[Any, ...], side: Side) -> bytes:
    """The answer without what was asked for in it."""
    said: bytes = answer.content
    # The long number first: the digits of the short one may be in it.
    for value in (_missing(way), named_by(way, side)):
        said = said.replace(str(value).encode(), b"N")
    return said


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
