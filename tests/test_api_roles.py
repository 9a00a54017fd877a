"""Every endpoint of the API x every role x own, foreign and missing rows.

The endpoints come from the router, so that a new one without a line here fails.
"""

from typing import Any

import pytest

from milestones.models import Deliverable, Milestone, StatusUpdate
from networks.models import Event
from tests import worlds
from tests.api import BASE, THINGS, actions, client, creators, endpoints
from tests.reports.furnishing import FREE
from tests.worlds import INSIDERS, PANEL, ROLES, SEEN, STAFF, TEAM, World

pytestmark = pytest.mark.django_db
LEADS = {"lead", "deputy"}
CLERKS = STAFF | {"chair"}
MISSING = 987_654_321

# Who may take which action on AURORA's row, and with what body.
DATE = {"achieved_on": "2026-06-01"}
LINK = {"evidence": [{"url": "https://example.org/proof"}]}
ACTIONS: dict[tuple[str, str], tuple[str, set[str], dict[str, Any]]] = {
    # The responsible person of the milestone is the lead, its package's lead too.
    ("milestones", "claim"): ("milestone", LEADS | STAFF, {"achieved_on": "2026-06-01", **LINK}),
    ("milestones", "verify"): ("milestone", STAFF, {}),
    ("milestones", "return"): ("milestone", STAFF, {"note": "Please show the protocol."}),
    ("deliverables", "submit"): (
        "public_deliverable",
        LEADS | STAFF,
        {"delivered_on": "2026-06-01", **LINK},
    ),
    ("deliverables", "accept"): ("public_deliverable", STAFF, {}),
    ("deliverables", "request-revision"): ("public_deliverable", STAFF, {"note": "Shorter."}),
    ("risks", "assess"): ("risk", LEADS | STAFF | {"wp_lead"}, {"period": "RP1"}),
    ("amendments", "submit"): ("amendment", LEADS | STAFF, {}),
    # Its author is the lead.
    ("amendments", "change"): ("amendment", LEADS, {"title": "Another title"}),
    ("amendments", "withdraw"): ("amendment", LEADS, {}),
    ("amendments", "approve"): ("amendment", {"manager"}, {}),
    ("amendments", "refuse"): ("amendment", {"manager"}, {"note": "No."}),
    ("conflicts", "withdraw"): ("conflict", STAFF, {"reason": "It was another person."}),
    ("review-rounds", "assign"): ("review_round", CLERKS, {"reviewers": [{"person": FREE}]}),
    ("review-rounds", "summarise"): (
        "review_round",
        CLERKS,
        {"summary": "Sound.", "share": True},
    ),
    ("review-rounds", "decide"): (
        "review_round",
        CLERKS,
        {
            "outcome": "continue",
            "report_outcome": "accepted",
            "decided_on": "2026-06-10",
            "votes": {"present": 3, "votes_for": 3, "quorum": 3},
        },
    ),
    # The reviewer of the cast reviews; nobody does it for somebody else.
    ("reviews", "declare"): ("review", {"reviewer"}, {"conflict": False}),
    ("reviews", "submit"): (
        "review",
        {"reviewer"},
        {"recommendation": "continue", "ratings": [{"about": "section:challenges", "score": 3}]},
    ),
    ("conditions", "submit"): ("condition", LEADS | STAFF, {"answer": "Here they are."}),
    ("conditions", "meet"): ("condition", STAFF, {}),
    ("conditions", "return"): ("condition", STAFF, {"note": "Page 2?"}),
    ("conditions", "waive"): ("condition", STAFF, {"note": "The law changed."}),
    ("progress-reports", "submit"): ("draft_report", LEADS, {}),
}
# The state a row must be in for its action to be a legal one.
BEFORE: dict[tuple[str, str], dict[str, Any]] = {
    ("milestones", "verify"): {"state": "claimed", "actual_date": "2026-06-01"},
    ("milestones", "return"): {"state": "claimed", "actual_date": "2026-06-01"},
    ("deliverables", "accept"): {"state": "submitted", "actual_date": "2026-06-01"},
    ("deliverables", "request-revision"): {"state": "submitted", "actual_date": "2026-06-01"},
    ("amendments", "submit"): {"kind": "other"},
    ("amendments", "approve"): {"state": "submitted"},
    ("amendments", "refuse"): {"state": "submitted"},
    ("review-rounds", "summarise"): {"state": "summary"},
    ("review-rounds", "decide"): {"state": "panel"},
    ("reviews", "declare"): {"state": "assigned", "declared_at": None},
    ("conditions", "meet"): {"state": "submitted", "handed_in_on": "2026-06-10"},
    ("conditions", "return"): {"state": "submitted", "handed_in_on": "2026-06-10"},
}
CREATORS: dict[str, tuple[set[str], str]] = {
    "status-updates": (LEADS | STAFF, "milestone"),
    "risks": (LEADS | STAFF | {"wp_lead"}, "network"),
    "amendments": (LEADS | STAFF, "network"),
    "conflicts": (PANEL, "network"),
}


@pytest.fixture
def world(time_machine: Any) -> World:
    built = worlds.world()
    # What is approved or refused is an amendment without lines: those are tested elsewhere.
    built.own["amendment"].changes.all().delete()  # type: ignore[attr-defined]
    time_machine.move_to("2026-06-15T12:00:00Z")
    return built


def body_for(endpoint: str, row: Any) -> dict[str, Any]:
    """A good body for a new row about some target."""
    if endpoint == "status-updates":
        return {"milestone": row.pk, "confidence": "on_track", "percent": 40}
    if endpoint == "risks":
        return {"network": row.pk, "code": "R77", "description": "A new one"}
    if endpoint == "conflicts":
        return {"network": row.pk, "kind": "none"}
    return {"network": row.pk, "kind": "other", "title": "A wish"}


def test_every_endpoint_and_action_has_a_line_here() -> None:
    assert set(endpoints()) == set(THINGS)
    assert set(actions()) == set(ACTIONS)
    assert set(creators()) == set(CREATORS)


@pytest.mark.parametrize("endpoint", THINGS)
def test_an_anonymous_asker_gets_401_everywhere(world: World, endpoint: str) -> None:
    answer = client().get(f"{BASE}{endpoint}/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_each_role_lists_exactly_what_it_sees(world: World, role: str) -> None:
    asker = client(world.person(role))
    for endpoint, things in THINGS.items():
        if not things:
            continue
        listed = {
            row["id"] for row in asker.get(f"{BASE}{endpoint}/?page_size=200").data["results"]
        }
        for thing in things:
            expected = role == "superuser" or role in SEEN[thing]
            assert (world.own[thing].pk in listed) is expected, (role, thing)


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_each_role_reads_a_row_or_gets_the_404_of_a_missing_one(world: World, role: str) -> None:
    asker = client(world.person(role))
    for endpoint, things in THINGS.items():
        for thing in things:
            answer = asker.get(f"{BASE}{endpoint}/{world.own[thing].pk}/")
            missing = asker.get(f"{BASE}{endpoint}/{MISSING}/")
            if role == "superuser" or role in SEEN[thing]:
                assert answer.status_code == 200, (role, thing)
            else:
                assert answer.status_code == 404, (role, thing)
                assert answer.content == missing.content


@pytest.mark.parametrize("role", ROLES)
def test_only_its_own_lead_reads_boreas(world: World, role: str) -> None:
    asker = client(world.person(role))
    for endpoint, things in THINGS.items():
        for thing in things:
            answer = asker.get(f"{BASE}{endpoint}/{world.foreign[thing].pk}/")
            own = role == "stranger" and "lead" in SEEN[thing]
            assert answer.status_code == (200 if own else 404), (role, thing)


@pytest.mark.parametrize("role", ROLES)
def test_the_canary_of_boreas_is_in_no_answer_to_anybody_else(world: World, role: str) -> None:
    asker = client(world.person(role))
    pages = [f"{BASE}{endpoint}/?page_size=200" for endpoint in THINGS]
    pages += [f"{BASE}{endpoint}/?q=CANARY" for endpoint in THINGS]
    pages += [f"{BASE}status-report/?as_of=2026-06-15", f"{BASE}schema/"]
    # What was asked comes back in links to the rows behind a figure; that tells nothing.
    found = {
        page for page in pages if b"CANARY" in asker.get(page).content.replace(b"q=CANARY", b"")
    }
    # Organisations are master data; even so none of them is called a canary.
    assert bool(found) is (role == "stranger"), found


@pytest.mark.parametrize("key", ACTIONS)
def test_each_action_is_open_to_the_roles_of_the_table_and_to_no_other(
    world: World, key: tuple[str, str]
) -> None:
    endpoint, path = key
    thing, allowed, body = ACTIONS[key]
    row: Any = world.own[thing]
    type(row).objects.filter(pk=row.pk).update(**BEFORE.get(key, {}))
    for role in ROLES:
        if role in allowed:
            continue
        answer = client(world.person(role)).post(f"{BASE}{endpoint}/{row.pk}/{path}/", body)
        assert answer.status_code == (403 if role in SEEN[thing] else 404), role
    assert client().post(f"{BASE}{endpoint}/{row.pk}/{path}/", body).status_code == 401


@pytest.mark.parametrize(
    ("key", "role"),
    [(key, role) for key, (_, allowed, _) in ACTIONS.items() for role in sorted(allowed)],
)
def test_an_allowed_role_takes_the_action(world: World, key: tuple[str, str], role: str) -> None:
    endpoint, path = key
    thing, _, body = ACTIONS[key]
    row: Any = world.own[thing]
    type(row).objects.filter(pk=row.pk).update(**BEFORE.get(key, {}))
    answer = client(world.person(role)).post(f"{BASE}{endpoint}/{row.pk}/{path}/", body)
    assert answer.status_code == 200, answer.data
    assert Event.objects.filter(actor=world.person(role), channel="api").count() == 1


@pytest.mark.parametrize("key", ACTIONS)
def test_a_foreign_row_cannot_be_acted_on(world: World, key: tuple[str, str]) -> None:
    endpoint, path = key
    thing, allowed, body = ACTIONS[key]
    asker = client(world.person(sorted(allowed)[0]))
    foreign = asker.post(f"{BASE}{endpoint}/{world.foreign[thing].pk}/{path}/", body)
    missing = asker.post(f"{BASE}{endpoint}/{MISSING}/{path}/", body)
    assert foreign.status_code == 404
    assert foreign.content == missing.content


@pytest.mark.parametrize("endpoint", CREATORS)
@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_new_rows_come_from_the_roles_of_the_table_only(
    world: World, endpoint: str, role: str
) -> None:
    allowed, thing = CREATORS[endpoint]
    row: Any = world.own[thing]
    answer = client(world.person(role)).post(f"{BASE}{endpoint}/", body_for(endpoint, row))
    # A superuser may do everything but speak for the committee's own interests.
    if role in allowed or (role == "superuser" and endpoint != "conflicts"):
        assert answer.status_code == 201, answer.data
        assert answer.data["network"]["acronym"] == "AURORA"
    elif role in SEEN[thing] or role == "superuser":
        assert answer.status_code == 403
    else:
        assert answer.status_code == 400


@pytest.mark.parametrize("endpoint", CREATORS)
def test_a_foreign_id_in_a_body_is_as_unknown_as_a_missing_one(world: World, endpoint: str) -> None:
    _, thing = CREATORS[endpoint]
    lead = client(world.person("lead"))
    foreign: Any = world.foreign[thing]
    before = Event.objects.count(), StatusUpdate.objects.count()
    refused = lead.post(f"{BASE}{endpoint}/", body_for(endpoint, foreign))
    body = body_for(endpoint, foreign)
    field = "milestone" if "milestone" in body else "network"
    unknown = lead.post(f"{BASE}{endpoint}/", body | {field: MISSING})
    assert refused.status_code == unknown.status_code == 400
    told = refused.content.replace(str(foreign.pk).encode(), b"N")
    assert told == unknown.content.replace(str(MISSING).encode(), b"N")
    assert (Event.objects.count(), StatusUpdate.objects.count()) == before


def test_a_member_drafts_a_deliverable_but_reports_on_no_milestone(world: World) -> None:
    asker = client(world.person("member"))
    said = {"confidence": "on_track", "percent": 10}
    deliverable, milestone = world.own["public_deliverable"], world.own["milestone"]
    drafted = asker.post(f"{BASE}status-updates/", {"deliverable": deliverable.pk, **said})
    reported = asker.post(f"{BASE}status-updates/", {"milestone": milestone.pk, **said})
    assert (drafted.status_code, reported.status_code) == (201, 403)


def test_the_panel_verifies_a_gate_and_nothing_else(world: World) -> None:
    key = ("milestones", "verify")
    row: Any = world.own["milestone"]
    for is_gate, expected in ((False, 403), (True, 200)):
        Milestone.objects.filter(pk=row.pk).update(is_gate=is_gate, **BEFORE[key])
        answer = client(world.person("chair")).post(f"{BASE}milestones/{row.pk}/verify/", {})
        assert answer.status_code == expected


@pytest.mark.parametrize("endpoint", THINGS)
@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_rows_are_not_changed_in_place(world: World, endpoint: str, verb: str) -> None:
    if not THINGS[endpoint]:
        return
    row = world.own[THINGS[endpoint][0]]
    answer = getattr(client(world.person("superuser")), verb)(f"{BASE}{endpoint}/{row.pk}/", {})
    assert answer.status_code == 405


@pytest.mark.parametrize("endpoint", sorted(set(THINGS) - set(CREATORS)))
def test_lists_without_a_service_take_no_new_rows(world: World, endpoint: str) -> None:
    assert client(world.person("superuser")).post(f"{BASE}{endpoint}/", {}).status_code == 405


@pytest.mark.parametrize("role", ROLES[:-1])
def test_the_names_of_people_are_shown_to_readers_of_the_plan_only(world: World, role: str) -> None:
    """The verified milestone is seen by everybody; who is responsible is not."""
    row = world.own["verified_milestone"]
    shown = client(world.person(role)).get(f"{BASE}milestones/{row.pk}/").data["responsible"]
    assert (shown is not None) is (role in INSIDERS | PANEL)


@pytest.mark.parametrize("role", ["funder", "observer"])
def test_a_filter_by_person_tells_nothing_to_those_who_do_not_see_people(
    world: World, role: str
) -> None:
    asker, lead = client(world.person(role)), world.person("lead")
    for lookup in (f"responsible={lead.email}", "responsible=nobody@example.org"):
        assert asker.get(f"{BASE}milestones/?{lookup}").data["count"] == 0
    assert asker.get(f"{BASE}work-packages/?lead={lead.email}").data["count"] == 0


def test_the_award_amount_is_hidden_from_observers(world: World) -> None:
    network: Any = world.own["network"]
    network.award_amount = 4_200_000
    network.save()
    amounts = {
        role: client(world.person(role)).get(f"{BASE}networks/{network.pk}/").data["award_amount"]
        for role in ("observer", "funder", "member", "reviewer")
    }
    assert amounts.pop("observer") is None
    assert set(amounts.values()) == {"4200000.00"}


@pytest.mark.parametrize("role", sorted(TEAM))
def test_a_predecessor_is_named_to_those_who_see_it(world: World, role: str) -> None:
    network: Any = world.own["network"]
    network.predecessor = world.cast.boreas
    network.save()
    asker = client(world.person(role))
    answer = asker.get(f"{BASE}networks/{network.pk}/")
    assert answer.data["predecessor"] is None
    assert b"CANARY" not in answer.content
    assert asker.get(f"{BASE}networks/?predecessor_id={world.cast.boreas.pk}").data["count"] == 0
    assert (
        client(world.person("superuser")).get(f"{BASE}networks/{network.pk}/").data["predecessor"]
    )


def test_answers_are_kept_by_no_cache(world: World) -> None:
    answer = client(world.person("lead")).get(f"{BASE}deliverables/")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Deliverable.objects.count() > answer.data["count"]
