"""Public pages: what is published and nothing else, for anybody."""

import json
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from networks.models import Event
from networks.services.publishing import publish
from tests import factories, worlds
from tests.worlds import World

pytestmark = pytest.mark.django_db
PAGES = ("public-programme", "public-network", "public-programme-data", "public-network-data")


def address(name: str, network) -> str:
    args = [network.programme.slug]
    return reverse(name, args=args if "programme" in name else [*args, network.reference])


@pytest.fixture
def world() -> World:
    """AURORA is published; what of it is nobody's business says "Aurora" or HIDDEN."""
    made = worlds.world()
    for person in made.cast.people.values():
        person.name, person.email = f"HIDDEN {person.pk}", f"hidden{person.pk}@example.org"
        person.save()
    aurora = made.cast.aurora
    aurora.lay_summary, aurora.award_amount = "What we hope to find.", "4242424.00"
    aurora.save()
    aurora.milestones.filter(state="verified").update(title="A cohort of 500", tranche="HIDDEN")
    aurora.partners.filter(short_name="Aurora inst").update(short_name="Lab")
    home = aurora.partners.get(short_name="Home").organisation
    home.name, home.country = "Institute of Genoa", "IT"
    home.save()
    act = factories.act(made.person("manager"))
    publish(act, made.cast.programme, open_pages=True, networks={aurora.pk})
    return made


@pytest.mark.parametrize("name", PAGES)
def test_anybody_reads_what_is_published_and_nothing_else(world: World, name: str) -> None:
    answer = Client().get(address(name, world.cast.aurora))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "AURORA" in text
    assert "What we hope to find." in text
    assert not re.search(r"HIDDEN|hidden\d|CANARY|4242424|4.242.424", text)
    assert "Aurora" not in text
    if "network" in name:
        assert "A cohort of 500" in text
        assert "Institute of Genoa" in text
        # Who only pays is no partner in the research.
        assert "Society of the North" not in text


def test_the_document_has_these_fields_and_no_other(world: World) -> None:
    data = json.loads(Client().get(address("public-network-data", world.cast.aurora)).content)
    award = {"reference", "acronym", "title", "starts", "ends", "state", "grant_doi", "raid"}
    assert set(data) == award | {
        "lay_summary",
        "programme",
        "partners",
        "countries",
        "verified_milestones",
        "decisions",
    }
    assert {name for row in data["verified_milestones"] for name in row} == {
        "code",
        "title",
        "achieved",
    }
    partner = {"name", "short_name", "country", "country_name", "ror"}
    assert {name for row in data["partners"] for name in row} == partner
    assert data["countries"] == [
        {"country": "IT", "name": "Italy", "partners": len(data["partners"])}
    ]


@pytest.mark.parametrize("name", PAGES)
def test_the_answer_is_the_same_whoever_asks(world: World, name: str) -> None:
    where = address(name, world.cast.aurora)
    for role in ("stranger", "manager"):
        client = Client()
        client.force_login(world.person(role))
        seen = client.get(where).content.decode()
        seen = re.sub(r' data-user="\d+"', "", seen)
        plain = Client().get(where).content.decode()
        assert without_nonce(seen) == without_nonce(plain)


def without_nonce(text: str) -> str:
    return re.sub(r'nonce="[^"]*"|value="[A-Za-z0-9]{64}"', "", text)


@pytest.mark.parametrize("name", PAGES)
def test_an_unpublished_network_is_as_one_that_is_not_there(world: World, name: str) -> None:
    boreas = world.cast.boreas
    answer = Client().get(address(name, boreas))
    missing = Client().get(address(name, boreas).replace("BOR-1", "BOR-2"))
    assert answer.status_code == missing.status_code == 404
    assert "CANARY" not in answer.content.decode()


@pytest.mark.parametrize("switch", ["programme", "network"])
def test_either_switch_closes_the_network(world: World, switch: str) -> None:
    aurora = world.cast.aurora
    published = set() if switch == "network" else {aurora.pk}
    act = factories.act(world.person("manager"))
    publish(act, world.cast.programme, open_pages=switch != "programme", networks=published)
    for name in ("public-network", "public-network-data"):
        assert Client().get(address(name, aurora)).status_code == 404
    listed = Client().get(address("public-programme", aurora))
    assert listed.status_code == (404 if switch == "programme" else 200)
    assert b"AURORA" not in listed.content


def test_publishing_is_logged(world: World) -> None:
    logged = Event.objects.filter(verb="publish").values_list("target_type", "changes")
    assert sorted(logged) == [
        ("networks.network", {"is_published": [False, True]}),
        ("networks.programme", {"is_published": [False, True]}),
    ]


@pytest.mark.parametrize(
    ("role", "looks", "saves"),
    [
        ("manager", 200, 302),
        ("officer", 200, 403),
        ("superuser", 200, 302),
        ("lead", 404, 404),
        ("chair", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_only_a_manager_publishes(world: World, role: str, looks: int, saves: int) -> None:
    client = Client()
    client.force_login(world.person(role))
    page = reverse("publishing", args=[world.cast.programme.slug])
    assert client.get(page).status_code == looks
    assert client.post(page, {}).status_code == saves
    world.cast.aurora.refresh_from_db()
    assert world.cast.aurora.is_published == (saves != 302)


def test_a_foreign_network_in_the_form_is_refused_and_nothing_saved(world: World) -> None:
    client = Client()
    client.force_login(world.person("manager"))
    page = reverse("publishing", args=[world.cast.programme.slug])
    answer = client.post(page, {"networks": [world.cast.boreas.pk]})
    assert answer.status_code == 422
    assert b"CANARY" not in answer.content
    world.cast.aurora.refresh_from_db()
    world.cast.boreas.refresh_from_db()
    assert (world.cast.aurora.is_published, world.cast.boreas.is_published) == (True, False)


@pytest.mark.parametrize(("name", "statements"), list(zip(PAGES, (5, 4, 5, 4), strict=True)))
def test_the_number_of_statements_does_not_depend_on_what_is_on_file(
    world: World, django_assert_num_queries, name: str, statements: int
) -> None:
    aurora = world.cast.aurora
    with django_assert_num_queries(statements):
        Client().get(address(name, aurora))
    for number in range(12):
        network = factories.network(programme=world.cast.programme, is_published=True)
        factories.milestone(network, state="verified", actual_date=date(2026, 5, 1))
        factories.milestone(
            aurora, state="verified", actual_date=date(2026, 5, 1), code=f"X{number}"
        )
        factories.partner(aurora)
    with django_assert_num_queries(statements):
        Client().get(address(name, aurora))


def test_json_is_open_to_other_sites_and_kept_for_minutes(world: World) -> None:
    answer = Client().get(address("public-programme-data", world.cast.aurora))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"


def test_many_networks_come_in_pages(world: World) -> None:
    for _number in range(201):
        factories.network(programme=world.cast.programme, is_published=True)
    first = json.loads(Client().get(address("public-programme-data", world.cast.aurora)).content)
    assert (first["count"], len(first["networks"])) == (202, 200)
    rest = json.loads(Client().get(first["next"]).content)
    assert (len(rest["networks"]), rest["next"]) == (2, None)


def test_there_is_no_public_home_where_nothing_is_public() -> None:
    factories.cast()
    assert Client().get(reverse("public-home")).status_code == 404


def test_a_network_without_anything_to_show_still_has_a_page() -> None:
    bare = factories.network(is_published=True)
    bare.programme.is_published = True
    bare.programme.save()
    page = Client().get(address("public-network", bare))
    assert page.status_code == 200
