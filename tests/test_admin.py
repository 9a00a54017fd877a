"""The admin: everything is there for operators, history cannot be touched, changes are logged."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from milestones.models import Milestone
from networks.admin import HistoryAdmin
from networks.models import ApiToken, Event, Organisation
from tests import factories, worlds

pytestmark = pytest.mark.django_db
OURS = [
    model
    for app in ("networks", "milestones", "reports", "notifications")
    for model in apps.get_app_config(app).get_models()
]
HISTORY = ("event", "statusupdate", "riskassessment", "evidence", "amendment", "amendmentchange")


@pytest.fixture
def operator() -> Client:
    asker = Client()
    asker.force_login(factories.user("Operator", is_superuser=True, is_staff=True))
    return asker


def address(model: Any, *path: Any) -> str:
    parts = (model._meta.app_label, model._meta.model_name, *path)
    return f"/admin/{'/'.join(str(part) for part in parts)}/"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_every_model_is_registered_and_its_list_opens_and_searches(
    operator: Client, model: Any
) -> None:
    worlds.world()
    assert admin.site.is_registered(model)
    assert operator.get(address(model)).status_code == 200
    if admin.site.get_model_admin(model).search_fields:
        assert operator.get(address(model), {"q": "aurora"}).status_code == 200


def test_every_row_opens(operator: Client) -> None:
    for row in worlds.world().own.values():
        assert operator.get(address(type(row), row.pk, "change")).status_code == 200, row


@pytest.mark.parametrize("name", HISTORY)
def test_history_is_neither_added_nor_changed_nor_deleted(operator: Client, name: str) -> None:
    world = worlds.world()
    row: Any = next(row for row in world.own.values() if row._meta.model_name == name)
    assert isinstance(admin.site.get_model_admin(type(row)), HistoryAdmin)
    assert operator.get(address(type(row), "add")).status_code == 403
    assert operator.post(address(type(row), row.pk, "change"), {}).status_code == 403
    assert operator.post(address(type(row), row.pk, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_a_list_takes_the_same_number_of_statements_for_more_rows(
    operator: Client, model: Any, django_assert_max_num_queries: Any
) -> None:
    world = worlds.world()
    worlds.many(30, world.cast.aurora, world.own["work_package"], world.person("lead"))
    with django_assert_max_num_queries(14):
        operator.get(address(model))


def test_a_change_is_logged_with_old_and_new_value(operator: Client) -> None:
    row = Organisation.objects.create(name="Old name", country="IT", kind="research")
    body = {"name": "New name", "country": "IT", "kind": "research"}
    answer = operator.post(address(Organisation, row.pk, "change"), body)
    assert answer.status_code == 302
    event = Event.objects.get(verb="admin_change")
    assert event.changes == {"name": ["Old name", "New name"]}
    assert (event.channel, event.target_id) == ("admin", row.pk)


def test_the_state_of_an_item_cannot_be_set_past_its_history(operator: Client) -> None:
    row = factories.milestone(factories.network(), code="MS1")
    body = {
        "code": "MS1",
        "title": "New",
        "means_of_verification": "x",
        "state": "verified",
        "percent": 100,
    }
    assert operator.post(address(Milestone, row.pk, "change"), body).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.state, row.percent) == ("New", "planned", 0)


def test_a_token_can_be_revoked_and_not_read(operator: Client) -> None:
    key, token = ApiToken.objects.create(user=factories.user())
    page = operator.get(address(ApiToken, key.pk, "change"))
    assert token.encode() not in page.content
    operator.post(address(ApiToken, key.pk, "delete"), {"post": "yes"})
    assert not ApiToken.objects.exists()


def test_an_account_is_made_by_address_and_name(operator: Client) -> None:
    model = apps.get_model("networks", "User")
    body = {"email": "new@example.org", "name": "New", "usable_password": "false"}
    assert operator.post(address(model, "add"), body).status_code == 302
    made = model.objects.get(email="new@example.org")
    assert not made.has_usable_password()


@pytest.mark.parametrize("role", ["manager", "lead"])
def test_people_without_the_flag_do_not_enter(role: str) -> None:
    asker = Client()
    asker.force_login(factories.cast()[role])
    assert asker.get("/admin/").status_code == 302


def test_the_admin_has_no_sign_in_form_of_its_own(client: Client) -> None:
    answer = client.get("/admin/login/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
