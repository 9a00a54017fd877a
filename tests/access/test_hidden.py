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
from django.utils import timezone

from networks.models import ConflictDeclaration, Member
from tests.access.asking import ask, told
from tests.access.policies import POLICIES
from tests.access.test_matrix import SAME_FOR_ALL, in_lines
from tests.access.town import Town
from tests.api import BASE, endpoints

pytestmark = [pytest.mark.django_db, pytest.mark.access]
# Stamped when an answer is made.
_MADE_AT = re.compile(rb'"generated_at":\s*"[^"]*"')
# A field, how it changes, and who must not notice.
HIDDEN: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "classified title": ("classified_deliverable", {"title": "Another"}, ("reviewer", "funder", "observer")),
    "classified due date": ("classified_deliverable", {"revised_date": "2025-03-01"}, ("reviewer", "observer")),
    "classified state": ("classified_deliverable", {"state": "submitted", "actual_date": "2026-06-01"}, ("reviewer", "observer")),
    "sensitive title": ("sensitive_deliverable", {"title": "Another"}, ("funder", "observer")),
    "sensitive due date": ("sensitive_deliverable", {"revised_date": "2025-03-01"}, ("funder", "observer")),
    "award": ("network", {"award_amount": "4200000"}, ("observer",)),
    "effort of a work package": ("work_package", {"person_months": "99.5"}, ("observer",)),
    "who is responsible": ("verified_milestone", {"responsible_id": None}, ("funder", "observer")),
    "open milestone": ("milestone", {"title": "Another", "percent": 77}, ("funder",)),
    "forecast": ("milestone", {"forecast_date": "2031-01-01"}, ("funder",)),
    "risk": ("risk", {"description": "Another", "severity": "H"}, ("funder", "observer")),
    "amendment": ("amendment", {"title": "Another", "state": "submitted"}, ("funder", "observer")),
    "report draft": ("report", {"due_date": "2025-01-31"}, ("reviewer", "chair", "funder", "observer")),
    "answer in a draft": ("answer", {"text": "Another"}, ("reviewer", "chair", "funder", "observer")),
    "remark for the committee": ("review", {"remark_for_committee": "Bad"}, ("lead", "member", "funder")),
    "declaration of interest": ("conflict", {"reason": "Another"}, ("lead", "reviewer", "funder")),
    "member's effort": ("member", {"effort": "12"}, ("funder", "observer")),
}  # fmt: skip


def everything(client: Client, place: Town) -> dict[str, Any]:
    """All that one person can ask: every address, every order, and what a search finds."""
    said = {}
    for name, policy in POLICIES.items():
        if policy.get and name not in SAME_FOR_ALL and not name.startswith("healthz"):
            said[name] = told(ask(client, "get", name, policy, place.own))
    for prefix, viewset in endpoints().items():
        for query in queries(viewset):
            address = f"{BASE}{prefix}/?{query}"
            said[address] = told(client.get(address))
    return {
        key: (status, _MADE_AT.sub(b"", body), more) for key, (status, body, more) in said.items()
    }


def queries(viewset: Any) -> list[str]:
    """Questions to one list: orders, words of what is hidden, and states."""
    asked = [f"ordering={name}" for name in viewset.ordering_fields]
    filters = viewset.filterset_class.base_filters
    if "q" in filters:
        asked += ["q=Another", "q=Aurora"]
    if "overdue" in filters:
        asked += ["overdue=true", "state=submitted"]
    return asked


@pytest.mark.parametrize("identity", ["observer", "funder", "reviewer", "lead"])
def test_nobody_notices_that_a_hidden_value_changed(
    place: Town, identity: str, time_machine: Any
) -> None:
    """All hidden values at once: one difference anywhere names the answer that tells."""
    # Pages say when they were made; the clock stands still meanwhile.
    time_machine.move_to(timezone.now(), tick=False)
    first = everything(place.client(identity), place)
    with transaction.atomic():
        for row_name, values, strangers in HIDDEN.values():
            if identity in strangers:
                row: Any = place.own[row_name]
                type(row)._default_manager.filter(pk=row.pk).update(**values)
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
