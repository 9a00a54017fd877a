"""Mass assignment: fields that nobody may set, in bodies and in forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import CharField, Model, TextField

from tests.access.bodies import WRITERS, fillable, filled, initial_of, post, request_bodies, row_of
from tests.access.test_matrix import in_lines
from tests.access.town import Town
from tests.api import BASE, endpoints

pytestmark = [pytest.mark.django_db, pytest.mark.access]
OURS = ("networks", "milestones", "reports", "notifications")
SMUGGLED = "SMUGGLED"


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
        body = {**filled(fields), **dict.fromkeys(strange, 1)}
        # Some steps are the lead's, some the manager's: who may not is told so first.
        answers = [post(place.client(each), address, body) for each in (*WRITERS, "reviewer")]
        answer = next((each for each in answers if each.status_code not in (403, 404)), answers[0])
        named = {each["field"] for each in answer.json().get("errors", [])}
        tried += len(strange)
        if answer.status_code != 400 or not strange <= named:
            wrong.append((address, answer.status_code, sorted(strange - named)))
    assert not wrong, in_lines(wrong)
    assert tried > 200


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
