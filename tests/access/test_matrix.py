"""Every address x verb x identity x own, foreign and missing: who gets what."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.access.addresses import addresses
from tests.access.asking import apart, ask, received, told
from tests.access.canaries import bare_texts
from tests.access.files import FILES, unpacked
from tests.access.policies import FAMILIES, POLICIES, policy_of
from tests.access.rules import Policy
from tests.access.town import ANONYMOUS, CANARY, IDENTITIES, MAGPIE, Side, Town

pytestmark = [pytest.mark.django_db, pytest.mark.access]
ROOT = Path(__file__).resolve().parent.parent.parent
# The same for everybody and costly to make: asked as two of them.
SAME_FOR_ALL = {"api:schema", "api:docs"}
# Python answers before any row is looked for: the other database has nothing to add.
ONE_DATABASE = pytest.mark.sqlite_only
VERBS = ["get", pytest.param("post", marks=ONE_DATABASE)]
# Nothing of it is theirs, at most its name on what is published.
NOT_IN_AURORA = {ANONYMOUS, "stranger", "removed", "conflicted"}
OTHER_VERBS = ("put", "patch", "delete", "options", "head", "trace")


def in_lines(wrong: list[Any]) -> str:
    """All that is wrong, one a line."""
    return "\n".join(["", *map(str, wrong)])


def asked(identity: str) -> dict[str, Policy]:
    """The lines to ask as one of the cast."""
    left_out = SAME_FOR_ALL if identity not in (ANONYMOUS, "member") else set()
    return {name: policy for name, policy in POLICIES.items() if name not in left_out}


def stranger_side(place: Town, identity: str, policy: Policy) -> Side:
    """Another network; where a programme is named, one of another programme."""
    if any(path.startswith("programme") for path in policy.args.values()):
        return place.foreign
    return place.strange_to(identity)


def test_every_address_has_a_policy() -> None:
    without = sorted(each.name for each in addresses() if policy_of(each.name) is None)
    assert without == [], (
        "Say who may open these addresses: one line each in POLICIES of "
        "tests/access/policies.py, such as of_network(get=READERS, post=LEADS)."
    )


def test_every_policy_has_an_address() -> None:
    assert set(POLICIES) - {each.name for each in addresses()} == set()


def test_the_tests_that_a_policy_names_are_there() -> None:
    named = {policy.tests for policy in POLICIES.values() if policy.tests}
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_the_canary_is_in_every_text_of_the_other_networks(place: Town) -> None:
    # The programme of CIRRUS is AURORA's too.
    theirs = [row for name, row in place.neighbour.rows.items() if name != "programme"]
    assert bare_texts(list(place.foreign.rows.values()), CANARY) == []
    assert bare_texts(theirs, MAGPIE) == []


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_each_address_answers_as_its_policy_says(place: Town, verb: str, identity: str) -> None:
    client, wrong = place.client(identity), []
    for name, policy in asked(identity).items():
        answer = ask(client, verb, name, policy, place.own)
        right = answer.status_code < 500 if policy.tests else received(policy, identity, answer)
        if right is None:
            right = answer.status_code in policy.wanted(verb, identity)
        if not right:
            wrong.append((name, answer.status_code, sorted(policy.wanted(verb, identity))))
        if place.leaks(identity, answer.content):
            wrong.append((name, place.leaks(identity, answer.content), []))
    assert not wrong, in_lines(wrong)


@pytest.mark.parametrize("identity", [each for each in IDENTITIES if each != "stranger"])
# A form is looked for through the same door as the page on which it stands.
@pytest.mark.parametrize("verb", VERBS)
def test_what_is_another_networks_answers_as_what_is_not_there(
    place: Town, verb: str, identity: str
) -> None:
    client, wrong = place.client(identity), []
    for name, policy in asked(identity).items():
        if not policy.args or policy.family == "shared":
            continue
        side = stranger_side(place, identity, policy)
        foreign = ask(client, verb, name, policy, side)
        missing = ask(client, verb, name, policy, None)
        if told(foreign) != told(missing):
            wrong.append((name, foreign.status_code, missing.status_code, apart(foreign, missing)))
        elif identity != ANONYMOUS and foreign.status_code not in (404, 405):
            wrong.append((name, foreign.status_code, 404))
    assert not wrong, in_lines(wrong)


@pytest.mark.parametrize("identity", IDENTITIES)
def test_no_file_names_another_network(place: Town, identity: str) -> None:
    """Packed files are unpacked; whoever may have them finds their own network in them."""
    client, wrong, found = place.client(identity), [], 0
    for name, args, query in FILES:
        policy = replace(POLICIES[name], args=args, query=query)
        answer = ask(client, "get", name, policy, place.own)
        said = unpacked(answer.content)
        found += answer.status_code == 200 and b"urora" in said
        if answer.status_code >= 500 or place.leaks(identity, said):
            wrong.append((name, args, query, answer.status_code, place.leaks(identity, said)))
    assert not wrong, in_lines(wrong)
    assert found or identity in NOT_IN_AURORA


@ONE_DATABASE
@pytest.mark.parametrize("identity", [ANONYMOUS, "member", "manager"])
def test_no_other_verb_does_or_tells_anything(place: Town, identity: str) -> None:
    client, wrong = place.client(identity), []
    for name, policy in asked(identity).items():
        named = policy.args and policy.family != "shared"
        for verb in OTHER_VERBS:
            answer = ask(client, verb, name, policy, stranger_side(place, identity, policy))
            if verb not in ("head", "options") and answer.status_code < 300:
                wrong.append((name, verb, answer.status_code))
            if named and answer.status_code != ask(client, verb, name, policy, None).status_code:
                wrong.append((name, verb, answer.status_code))
            if place.leaks(identity, answer.content):
                wrong.append((name, verb, place.leaks(identity, answer.content)))
    assert not wrong, in_lines(wrong)


@ONE_DATABASE
@pytest.mark.parametrize("identity", IDENTITIES)
def test_the_admin_is_for_operators_only(place: Town, identity: str) -> None:
    client, wrong = place.client(identity), []
    for each in addresses():
        if not each.name.startswith("admin:"):
            continue
        # Whatever follows in the address, the door comes first.
        address = "/" + re.sub(r"<[^>]*>|[\^$]|\(.*\)", "1", each.route)
        answer = client.get(address)
        if answer.status_code == 200 and each.name not in ("admin:jsi18n", "admin:login"):
            wrong.append((each.name, answer.status_code))
        if place.leaks(identity, answer.content):
            wrong.append((each.name, "leaks"))
    assert not wrong, in_lines(wrong)


@ONE_DATABASE
@pytest.mark.parametrize("identity", IDENTITIES)
def test_the_pages_of_ones_account_show_nothing_of_others(place: Town, identity: str) -> None:
    client, wrong = place.client(identity), []
    for each in addresses():
        policy = policy_of(each.name)
        if policy is None or policy.family != "own account" or policy not in FAMILIES.values():
            continue
        if "<" in each.route:
            continue
        # Some of the library's addresses have no name of their own.
        answer = client.get(f"/{each.route}")
        if place.leaks(identity, answer.content):
            wrong.append(each.name)
        if answer.status_code >= 500:
            wrong.append(each.name)
    assert not wrong, in_lines(wrong)
