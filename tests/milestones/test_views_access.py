"""Who opens which page of a network, and what nobody is told by mistake."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from milestones.models import Amendment
from networks.models import Network
from tests import worlds
from tests.worlds import EVERYBODY, INSIDERS, READERS, ROLES, World

pytestmark = pytest.mark.django_db
LEADS = {"lead", "deputy"}
STAFF = worlds.STAFF

# Who reads each tab of AURORA; the others get 404, as for a network that is not there.
TABS = {
    "network": EVERYBODY,
    "network-milestones": EVERYBODY,
    "network-deliverables": EVERYBODY,
    "network-team": EVERYBODY,
    "network-risks": READERS,
    "network-amendments": READERS,
    "network-activity": INSIDERS,
}
# Who may act; whoever only reads the thing gets 403, whoever does not see it 404.
ACTS = {
    ("milestone", "update"): (READERS | {"observer"}, LEADS | STAFF),
    ("milestone", "hand-in"): (READERS | {"observer"}, LEADS | STAFF),
    ("milestone", "verdict"): (READERS | {"observer"}, STAFF),
    ("milestone", "evidence"): (READERS | {"observer"}, LEADS | STAFF),
    ("verified_milestone", "verdict"): (EVERYBODY, STAFF),
    ("sensitive_deliverable", "update"): (READERS, worlds.TEAM | STAFF),
    ("sensitive_deliverable", "hand-in"): (READERS, LEADS | STAFF),
    ("classified_deliverable", "verdict"): (INSIDERS, STAFF),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all questions: they only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = worlds.world()
        for role, person in made.cast.people.items():
            person.name = f"Petra {role.title()}sdottir"
            person.save()
        yield made
        transaction.set_rollback(True)


def browser_of(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.person(role))
    return client


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("role", ROLES)
def test_a_tab_opens_for_those_who_may_read_it(world, role, tab):
    answer = browser_of(world, role).get(reverse(tab, args=["AUR-1"]))
    assert answer.status_code == (200 if role in TABS[tab] else 404)


@pytest.mark.parametrize("name", worlds.SEEN)
@pytest.mark.parametrize("role", ROLES)
def test_an_item_opens_for_those_who_see_it(world, role, name):
    item = world.own[name]
    if item._meta.model_name not in ("milestone", "deliverable"):
        return
    answer = browser_of(world, role).get(item.get_absolute_url())
    assert answer.status_code == (200 if role in worlds.SEEN[name] else 404)


@pytest.mark.parametrize(("name", "action"), ACTS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reader_who_writes_is_refused_and_a_stranger_finds_nothing(
    world, role, name, action, method
):
    item = world.own[name]
    readers, writers = ACTS[name, action]
    address = reverse(f"{item._meta.model_name}-{action}", args=[item.pk])
    status = getattr(browser_of(world, role), method)(address).status_code
    if role in writers:
        assert status in (200, 302, 422)
    else:
        assert status == (403 if role in readers else 404)


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_adds_a_risk(world, role):
    status = browser_of(world, role).get(reverse("risk-add", args=["AUR-1"])).status_code
    may = LEADS | STAFF | {"wp_lead"}
    assert status == (200 if role in may else 403 if role in READERS else 404)


@pytest.mark.parametrize("role", ROLES)
def test_only_a_manager_decides_on_an_amendment(world, role):
    address = reverse("amendment-decide", args=["AUR-1", world.own["amendment"].number])
    status = browser_of(world, role).get(address).status_code
    assert status == (200 if role == "manager" else 403 if role in READERS else 404)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_of_another_network(world, role):
    if role == "stranger":
        return
    client = browser_of(world, role)
    pages = [reverse("my-work"), reverse("network-list"), reverse("status-report")]
    pages += [reverse(tab, args=["AUR-1"]) for tab, readers in TABS.items() if role in readers]
    for page in pages:
        assert "CANARY" not in client.get(page).content.decode()


@pytest.mark.parametrize("role", ["funder", "observer"])
@pytest.mark.parametrize("tab", ["network", "network-milestones", "network-team"])
def test_funders_and_observers_see_the_plan_without_its_people(world, role, tab):
    page = browser_of(world, role).get(reverse(tab, args=["AUR-1"])).content.decode()
    others = [person.name for name, person in world.cast.people.items() if name != role]
    assert [name for name in others if name in page] == []


def test_a_panel_member_is_not_told_of_classified_changes(world):
    Amendment.objects.filter(pk=world.own["amendment"].pk).update(state="submitted")
    page = browser_of(world, "reviewer").get(reverse("network-amendments", args=["AUR-1"]))
    assert "D9.9" in page.content.decode()
    assert "D9.8" not in page.content.decode()


@pytest.mark.parametrize("name", ["my-work", "network-list", "status-report"])
def test_who_is_not_signed_in_is_asked_to(client, name):
    answer = client.get(reverse(name))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


def test_a_network_that_is_not_there_is_not_found(world):
    assert browser_of(world, "lead").get(reverse("network", args=["NO/SUCH"])).status_code == 404


def test_a_reference_may_hold_slashes(world):
    Network.objects.filter(pk=world.cast.aurora.pk).update(reference="EP/S023445/1")
    address = reverse("network-milestones", args=["EP/S023445/1"])
    assert browser_of(world, "lead").get(address).status_code == 200
