"""Bad input to the API: a clear 400, nothing saved, never a 500."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from milestones.models import Risk, StatusUpdate
from networks.filters import CodeFilter, IdFilter, SearchFilter
from networks.models import ApiToken, Event, Organisation
from tests import worlds
from tests.api import BASE, THINGS, client, endpoints
from tests.worlds import World

pytestmark = pytest.mark.django_db
HUGE = "9" * 5000
BEYOND = str(2**63)


@pytest.fixture
def world() -> World:
    return worlds.world()


@pytest.fixture
def lead(world: World) -> APIClient:
    return client(world.person("lead"))


def send(asker: APIClient, path: str, body: bytes) -> Any:
    return asker.generic("POST", f"{BASE}{path}", body, content_type="application/json")


# --- Addresses and parameters -----------------------------------------------------------


def test_an_unknown_filter_is_an_error_that_names_those_there_are(lead: APIClient) -> None:
    for endpoint in THINGS:
        answer = lead.get(f"{BASE}{endpoint}/?nonsense=1")
        assert answer.status_code == 400
        assert answer.data["errors"][0]["field"] == "nonsense"
        assert "page_size" in answer.data["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "_connector=OR",
        "code__regex=.*",
        "lead__password=x",
        "user__password__startswith=a",
        "network__programme__roles__user=1",
        "a;b=1",
        "&".join(f"p{number}=1" for number in range(200)),
    ],
)
def test_a_lookup_smuggled_into_the_query_is_an_error(lead: APIClient, query: str) -> None:
    for endpoint in THINGS:
        assert lead.get(f"{BASE}{endpoint}/?{query}").status_code == 400


@pytest.mark.parametrize(
    "term", ["password", "-user__password", "--id", "?", "id;drop", "network__pk"]
)
def test_ordering_by_anything_undeclared_is_an_error(lead: APIClient, term: str) -> None:
    for endpoint in THINGS:
        answer = lead.get(f"{BASE}{endpoint}/", {"ordering": term})
        assert answer.status_code == 400
        assert answer.data["errors"][0]["field"] == "ordering"


def test_every_declared_order_works_in_both_directions(lead: APIClient) -> None:
    for endpoint in THINGS:
        for name in endpoints()[endpoint].ordering_fields:
            for term in (name, f"-{name}"):
                assert lead.get(f"{BASE}{endpoint}/?ordering={term}").status_code == 200, term


def values_for(declared: Any) -> list[str]:
    """Values that have broken one layer or another, by kind of filter."""
    lone = "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")
    if isinstance(declared, IdFilter):
        return ["x", HUGE, BEYOND, "-1", "1e999", "٣"]
    if isinstance(declared, CodeFilter | SearchFilter):
        return ["\x00", lone, HUGE, "%'; DROP TABLE x;--"]
    return ["x", "\x00", HUGE, "2026-02-30", "1e999"]


def test_no_value_of_any_filter_breaks_a_list(lead: APIClient) -> None:
    for endpoint in THINGS:
        for name, declared in endpoints()[endpoint].filterset_class.base_filters.items():
            for value in values_for(declared):
                answer = lead.get(f"{BASE}{endpoint}/", {name: value, "page_size": 1})
                assert answer.status_code in (200, 400), (name, value)


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "\x00", "٣", HUGE, BEYOND])
def test_a_page_that_is_no_number_is_an_error(lead: APIClient, name: str, value: str) -> None:
    for endpoint in THINGS:
        assert lead.get(f"{BASE}{endpoint}/", {name: value}).status_code == 400


def test_a_page_beyond_the_last_is_not_there(lead: APIClient) -> None:
    for endpoint in THINGS:
        assert lead.get(f"{BASE}{endpoint}/?page=99999").status_code == 404


def test_a_page_holds_at_most_200_rows(world: World, lead: APIClient) -> None:
    worlds.many(250, world.cast.aurora, world.own["work_package"], world.person("lead"))
    assert len(lead.get(f"{BASE}events/?page_size=5000").data["results"]) == 200
    assert len(lead.get(f"{BASE}events/").data["results"]) == 50


def test_a_filter_takes_at_most_200_values(lead: APIClient) -> None:
    query = "&".join(f"network_id={number}" for number in range(1, 202))
    assert lead.get(f"{BASE}milestones/?{query}").status_code == 400


@pytest.mark.parametrize("key", ["0", BEYOND, HUGE, "%00", "x", "1.0", "-1", "%F0%28", "..%2f"])
def test_an_id_that_cannot_be_is_not_there(lead: APIClient, key: str) -> None:
    for endpoint in [name for name, things in THINGS.items() if things]:
        answer = lead.get(f"{BASE}{endpoint}/{key}/")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_address_that_does_not_exist_answers_as_a_missing_row(lead: APIClient) -> None:
    nowhere, missing = lead.get(f"{BASE}nowhere/"), lead.get(f"{BASE}milestones/987654321/")
    assert nowhere.status_code == 404
    assert nowhere.content == missing.content


def test_options_describe_nothing(lead: APIClient) -> None:
    assert lead.options(f"{BASE}milestones/").status_code == 405


# --- Tokens -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        b"Token",
        b"Token a b",
        b"Token \xff\xfe",
        b"Token \x00",
        b"Token " + b"a" * 9000,
        b"Token ''",
    ],
)
def test_a_broken_token_is_refused_in_the_same_words(world: World, header: bytes) -> None:
    asker = APIClient(HTTP_AUTHORIZATION=header.decode("latin-1"))
    assert asker.get(f"{BASE}milestones/").status_code == 401


def test_a_token_of_a_closed_account_is_refused(world: World) -> None:
    lead = world.person("lead")
    _, token = ApiToken.objects.create(user=lead)
    lead.is_active = False
    lead.save()
    answer = APIClient(HTTP_AUTHORIZATION=f"Token {token}").get(f"{BASE}milestones/")
    assert answer.status_code == 401


# --- Bodies ---------------------------------------------------------------------------------


def test_deep_json_is_an_error(lead: APIClient) -> None:
    for body in (b"[" * 200_000, b'{"a":' * 5000 + b"1" + b"}" * 5000):
        assert send(lead, "status-updates/", body).status_code == 400


def test_a_body_over_one_mebibyte_is_too_large(lead: APIClient) -> None:
    body = json.dumps({"text": "x" * 1_100_000}).encode()
    assert send(lead, "status-updates/", body).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"NaN",
        b'{"percent": Infinity}',
        b'{"percent": ' + b"9" * 6000 + b"}",
        b'{"percent": 1e400}',
        b"a=b",
    ],
)
def test_a_body_that_is_no_object_is_an_error(lead: APIClient, body: bytes) -> None:
    assert send(lead, "status-updates/", body).status_code == 400


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_beyond_any_is_an_error_and_nothing_is_kept(
    world: World, lead: APIClient, sign: str
) -> None:
    before = Event.objects.count()
    line = {"action": "change", "target_kind": "network", "field": "title", "new": "HUGE"}
    said = {"network": world.own["network"].pk, "kind": "other", "title": "t", "changes": [line]}
    body = json.dumps(said).replace('"HUGE"', f"{sign}1e999")
    answer = send(lead, "amendments/", body.encode())
    assert answer.status_code == 400
    assert f"{sign}1e999 is too large" in answer.data["detail"]
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_only_json_is_taken(lead: APIClient, content_type: str) -> None:
    answer = lead.generic("POST", f"{BASE}risks/", b"a=b", content_type=content_type)
    assert answer.status_code == 415


BAD_TEXTS = ["a\\u0000b", "a\\ud800b", "a\\udfffb"]


@pytest.mark.parametrize("bad", BAD_TEXTS)
@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("risks/", '{"network": %(network)s, "code": "R9", "description": "%(bad)s"}'),
        ("risks/", '{"network": %(network)s, "code": "%(bad)s", "description": "d"}'),
        ("risks/", '{"%(bad)s": 1}'),
        ("status-updates/", '{"milestone": %(milestone)s, "confidence": "%(bad)s", "percent": 1}'),
        (
            "status-updates/",
            '{"milestone": %(milestone)s, "confidence": "on_track", "percent": 1, "text": "%(bad)s"}',
        ),
        (
            "status-updates/",
            '{"milestone": %(milestone)s, "confidence": "on_track", "percent": 1, "evidence": [{"url": "https://a.org/%(bad)s"}]}',
        ),
        (
            "amendments/",
            '{"network": %(network)s, "kind": "other", "title": "t", "changes": [{"action": "change", "target_kind": "milestone", "target": "x", "field": "title", "new": {"a": ["%(bad)s"]}}]}',
        ),
    ],
)
def test_a_nul_or_half_a_character_in_any_field_is_an_error_and_nothing_is_kept(
    world: World, lead: APIClient, path: str, template: str, bad: str
) -> None:
    before = Event.objects.count(), Risk.objects.count(), StatusUpdate.objects.count()
    ids = {name: world.own[name].pk for name in ("network", "milestone")}
    answer = send(lead, path, (template % (ids | {"bad": bad})).encode())
    assert answer.status_code == 400
    assert (Event.objects.count(), Risk.objects.count(), StatusUpdate.objects.count()) == before
    assert lead.get(f"{BASE}{path}").status_code == 200


def update(world: World, **fields: Any) -> dict[str, Any]:
    said = {"milestone": world.own["milestone"].pk, "confidence": "on_track", "percent": 5}
    return said | fields


@pytest.mark.parametrize(
    "fields",
    [
        {"percent": -1}, {"percent": 101}, {"percent": 1.5}, {"percent": None}, {"percent": True},
        {"percent": 2**70}, {"confidence": "superb"}, {"confidence": None}, {"confidence": {}},
        {"forecast_date": "soon"}, {"forecast_date": "2026-02-30"}, {"forecast_date": 5},
        {"forecast_date": "99999-01-01"}, {"milestone": None}, {"milestone": True},
        {"milestone": 1.0}, {"milestone": "x"}, {"milestone": 2**64}, {"milestone": [1]},
        {"milestone": {"id": 1}}, {"milestone": HUGE}, {"reason_code": "weather-ish"},
        {"text": "x" * 20_001}, {"text": []}, {"evidence": "x"}, {"evidence": [{}]},
        {"evidence": [{"url": "javascript:alert(1)"}]}, {"evidence": [{"doi": "x"}]},
        {"evidence": [{"url": "https://a.org", "doi": "10.1000/182"}]},
        {"evidence": [{"file": "x"}]}, {"evidence": [{"url": "https://a.org"}] * 21},
        {"version": 0}, {"version": "x"}, {"version": 2**40},
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_value_is_an_error_that_names_its_field(
    world: World, lead: APIClient, fields: dict[str, Any]
) -> None:
    answer = lead.post(f"{BASE}status-updates/", update(world, **fields))
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    named = answer.data["errors"][0]["field"]
    assert named.split("[")[0].split(".")[0] in (*fields, "url", "doi", "evidence")


@pytest.mark.parametrize(
    "field",
    ["id", "network", "author", "at", "state", "kind", "channel", "due_date", "on_behalf_of",
     "is_staff", "role", "owner", "version_", "actual_date"],
)  # fmt: skip
def test_a_field_nobody_may_set_is_an_error_and_nothing_is_written(
    world: World, lead: APIClient, field: str
) -> None:
    before = StatusUpdate.objects.count()
    answer = lead.post(f"{BASE}status-updates/", update(world, **{field: 1}))
    assert answer.status_code == 400
    assert answer.data["errors"][0]["field"] == field
    assert StatusUpdate.objects.count() == before


@pytest.mark.parametrize("targets", [{}, {"milestone": 1, "deliverable": 1}])
def test_a_status_update_has_one_target(world: World, lead: APIClient, targets: Any) -> None:
    named = {
        kind: world.own[f"{'public_' if kind == 'deliverable' else ''}{kind}"].pk
        for kind in targets
    }
    body = {"confidence": "on_track", "percent": 1, **named}
    answer = lead.post(f"{BASE}status-updates/", body)
    assert answer.status_code == 400
    assert "one milestone or one deliverable" in answer.data["detail"]


WILD = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "a\u202eb",
    "\ufeff",
    "𝒳" * 50,
    "{x.__init__}",
    "%s%n",
    "\\",
    "'\"`",
]


@pytest.mark.parametrize("text", WILD)
def test_wild_but_sound_text_goes_in_and_comes_out_the_same(
    world: World, lead: APIClient, text: str
) -> None:
    answer = lead.post(f"{BASE}status-updates/", update(world, text=f"a {text} b"))
    assert answer.status_code == 201
    assert lead.get(f"{BASE}status-updates/{answer.data['id']}/").data["text"] == f"a {text} b"


@pytest.mark.parametrize("text", WILD)
def test_wild_text_in_the_database_never_breaks_a_list(
    world: World, lead: APIClient, text: str
) -> None:
    Organisation.objects.create(name=text, country="IT")
    assert lead.get(f"{BASE}organisations/", {"q": text}).status_code == 200


def test_an_error_is_a_problem_document(lead: APIClient) -> None:
    answer = lead.get(f"{BASE}milestones/?overdue=perhaps")
    assert answer.status_code in (200, 400)
    problem = lead.get(f"{BASE}milestones/987654321/")
    assert problem.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not found.",
    }
    assert problem.headers["Content-Type"] == "application/problem+json"
