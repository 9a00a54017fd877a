"""A hidden value is in nothing: whatever it is, the answers to others stay the same, byte by byte.

Not in rows, counts, order, filters, search, errors or ETags: all is asked twice, before and
after the value changed, by people who may not know of it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_filters import BooleanFilter, DateFilter

from milestones.models import StatusUpdate
from networks.models import ConflictDeclaration, Member
from networks.services import record_event
from tests import factories
from tests.access.asking import ask, told
from tests.access.files import FILES
from tests.access.policies import POLICIES
from tests.access.rules import COME_IN, Policy
from tests.access.test_matrix import ONE_DATABASE, SAME_FOR_ALL, in_lines
from tests.access.town import Town
from tests.api import BASE, endpoints

pytestmark = [pytest.mark.django_db, pytest.mark.access]
# Stamped when an answer is made.
_MADE_AT = re.compile(rb'"generated_at":\s*"[^"]*"')
# A field, how it changes, and who must not notice.
# Whoever is in OUTSIDERS must notice none of them, but for a meeting of their committee.
HIDDEN: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "classified title": ("classified_deliverable", {"title": "Another"}, ("chair", "reviewer", "funder", "observer")),
    "classified due date": ("classified_deliverable", {"revised_date": "2025-03-01"}, ("chair", "reviewer", "observer")),
    "classified state": ("classified_deliverable", {"state": "submitted", "actual_date": "2026-06-01"}, ("chair", "reviewer", "observer")),
    "sensitive title": ("sensitive_deliverable", {"title": "Another"}, ("funder", "observer")),
    "sensitive due date": ("sensitive_deliverable", {"revised_date": "2025-03-01"}, ("funder", "observer")),
    "award": ("network", {"award_amount": "4200000"}, ("observer",)),
    "effort of a work package": ("work_package", {"person_months": "99.5"}, ("observer",)),
    "who is responsible": ("verified_milestone", {"responsible_id": None}, ("funder", "observer")),
    "who leads a work package": ("work_package", {"lead_id": None}, ("funder", "observer")),
    "open milestone": ("milestone", {"title": "Another", "percent": 77}, ("funder",)),
    "forecast": ("milestone", {"forecast_date": "2031-01-01"}, ("funder",)),
    "risk": ("risk", {"description": "Another", "severity": "H"}, ("funder", "observer")),
    "amendment": ("amendment", {"title": "Another", "state": "submitted"}, ("funder", "observer")),
    "report draft": ("report", {"due_date": "2025-01-31"}, ("reviewer", "chair", "funder", "observer")),
    "answer in a draft": ("answer", {"text": "Another"}, ("reviewer", "chair", "funder", "observer")),
    "review under way": ("review", {"remark_for_committee": "Bad", "remark": "Another", "recommendation": "stop"}, ("lead", "member", "funder", "observer")),
    "summary not shared yet": ("review_round", {"summary": "Another", "summary_for_committee": "Another"}, ("lead", "member", "funder", "observer")),
    "minutes of a meeting": ("meeting", {"minutes": "Another", "place": "Another"}, ("lead", "member", "funder", "observer")),
    "minutes of an item": ("agenda_item", {"minutes": "Another"}, ("lead", "member", "funder", "observer")),
    "condition": ("condition", {"text": "Another", "due_date": "2025-03-01"}, ("funder", "observer")),
    "evidence": ("evidence", {"title": "Another"}, ("funder", "observer")),
    "classified evidence": ("classified_evidence", {"title": "Another"}, ("chair", "reviewer", "funder", "observer")),
    "classified change": ("classified_change", {"old": "Another"}, ("chair", "reviewer", "funder", "observer")),
    "declaration of interest": ("conflict", {"reason": "Another"}, ("chair", "lead", "member", "reviewer", "funder", "observer")),
    "member's effort": ("member", {"effort": "12"}, ("funder", "observer")),
}  # fmt: skip
# What is between them and the network is closed to all of it, but for what is published.
OUTSIDERS = ("anonymous", "conflicted")
# A meeting is the programme's: who sits on the committee sees its place and its own minutes,
# whatever is on the agenda. What is said of one network stands at that item.
OF_THE_COMMITTEE = ("meeting",)


def everything(client: Client, place: Town) -> dict[str, Any]:
    """All that one person can ask: every address, every order, and what a search finds.

    Who has not signed in is asked in at the public pages only; the matrix says so.
    """
    said = {}
    signed_in = "_auth_user_id" in client.session

    def answers(policy: Policy) -> bool:
        return signed_in or policy.anonymous == COME_IN

    for name, policy in POLICIES.items():
        asked = (policy.get or policy.tests) and name not in SAME_FOR_ALL
        if asked and not name.startswith("healthz") and answers(policy):
            said[name] = told(ask(client, "get", name, policy, place.own))
    for name, args, query in FILES:
        # Setting a page takes long, and tells no more than the table or the text does.
        if "pdf" in args.get("ending", "") + query or not answers(POLICIES[name]):
            continue
        address = reverse(name, kwargs=Policy(args=args).kwargs(place.own)) + query
        said[address] = told(client.get(address))
    for prefix, viewset in endpoints().items() if signed_in else ():
        for query in queries(viewset):
            address = f"{BASE}{prefix}/?{query}"
            said[address] = told(client.get(address))
    return {
        key: (status, _MADE_AT.sub(b"", body), more) for key, (status, body, more) in said.items()
    }


def queries(viewset: Any) -> list[str]:
    """Questions to one list: orders, yes and no, a day, words of what is hidden, and states."""
    asked = [f"ordering={name}" for name in viewset.ordering_fields]
    filters = viewset.filterset_class.base_filters
    asked += [f"{name}=true" for name, each in filters.items() if type(each) is BooleanFilter]
    asked += [f"{name}=2025-06-15" for name, each in filters.items() if type(each) is DateFilter]
    if "q" in filters:
        asked += ["q=Another", "q=Aurora"]
    if "overdue" in filters:
        asked += ["state=submitted", "confidence=off_track"]
    return asked


def say_something_new(place: Town) -> None:
    """History is never altered: a new line of what only insiders read."""
    item: Any = place.own["classified_deliverable"]
    about = {"network": item.network, "at": timezone.now(), "channel": "page"}
    StatusUpdate.objects.create(
        deliverable=item, text="Another", state="draft", due_date=item.due_date, **about
    )
    changes = {"title": ["Another", "Aurora"]}
    record_event(factories.act(), "update", item, network=item.network, changes=changes)


@pytest.mark.parametrize(
    "identity",
    [
        *("observer", "reviewer", "lead"),
        # The same statements once more: one database is enough. What only PostgreSQL may tell is
        # the order of rows that were written anew. Those that a funder reads an observer reads,
        # too, and the same columns of them change; the further ones no funder reads at all.
        *(pytest.param(each, marks=ONE_DATABASE) for each in ("funder", "chair", *OUTSIDERS)),
    ],
)
def test_nobody_notices_that_a_hidden_value_changed(
    place: Town, identity: str, time_machine: Any
) -> None:
    """All hidden values at once: one difference anywhere names the answer that tells."""
    # Pages say when they were made; the clock stands still meanwhile.
    time_machine.move_to(timezone.now(), tick=False)
    first = everything(place.client(identity), place)
    with transaction.atomic():
        for row_name, values, strangers in HIDDEN.values():
            outside = identity == "anonymous" or (
                identity == "conflicted" and row_name not in OF_THE_COMMITTEE
            )
            if outside or identity in strangers:
                row: Any = place.own[row_name]
                type(row)._default_manager.filter(pk=row.pk).update(**values)
        if identity != "lead":
            say_something_new(place)
        if identity == "reviewer":
            # Who else is in conflict is nobody's business on the committee.
            someone = place.person("chair")
            ConflictDeclaration.objects.create(
                person=someone, network=place.foreign.network, kind="none", at="2026-06-15T12:00Z"
            )
        second = everything(place.client(identity), place)
        transaction.set_rollback(True)
    different = [key for key in first if first[key] != second[key]]
    assert not different, in_lines(different)


def test_the_comparison_notices_what_is_not_hidden(place: Town) -> None:
    """The other way round: to those entitled, the same change does show."""
    blind = []
    for name, (row_name, values, _strangers) in HIDDEN.items():
        if name in ("classified title", "sensitive title", "risk", "amendment", "open milestone"):
            row: Any = place.own[row_name]
            client = place.client("manager")
            prefix = {"risk": "risks", "amendment": "amendments", "milestone": "milestones"}.get(
                row_name, "deliverables"
            )
            address = f"{BASE}{prefix}/"
            with transaction.atomic():
                first = client.get(address).content
                type(row)._default_manager.filter(pk=row.pk).update(**values)
                if client.get(address).content == first:
                    blind.append(name)
                transaction.set_rollback(True)
    assert not blind, in_lines(blind)
    assert Member.objects.exists()
