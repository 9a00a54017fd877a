"""The life cycles: each legal step is taken, each other is refused, by name."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from milestones import services
from milestones.models import Amendment, Deliverable, Milestone, StatusUpdate
from milestones.services import NewEvidence
from milestones.transitions import TABLES, check_transition
from networks.models import Event
from networks.refusals import IllegalTransition
from tests import factories

pytestmark = pytest.mark.django_db
DONE = date(2026, 6, 1)
PROOF = [NewEvidence(url="https://example.org/proof")]
STEPS: dict[str, dict[str, Callable[[Any, Any], Any]]] = {
    "milestone": {
        "update": lambda act, row: services.post_update(
            act, row, confidence="on_track", percent=50
        ),
        "claim": lambda act, row: services.claim_milestone(
            act, row, achieved_on=DONE, evidence=PROOF
        ),
        "verify": lambda act, row: services.verify_milestone(act, row),
        "return": lambda act, row: services.return_milestone(act, row, note="Not yet."),
    },
    "deliverable": {
        "update": lambda act, row: services.post_update(
            act, row, confidence="on_track", percent=50
        ),
        "submit": lambda act, row: services.submit_deliverable(
            act, row, delivered_on=DONE, evidence=PROOF
        ),
        "accept": lambda act, row: services.accept_deliverable(act, row),
        "request_revision": lambda act, row: services.request_revision(act, row, note="Again."),
    },
}
MAKERS = {"milestone": factories.milestone, "deliverable": factories.deliverable}
MODELS: dict[str, Any] = {"milestone": Milestone, "deliverable": Deliverable}
CASES = [
    (kind, state, step)
    for kind, steps in STEPS.items()
    for state in MODELS[kind].State.values
    for step in steps
]


def legal(kind: str, state: str, step: str) -> str | None:
    """Where a step leads to, by the table, or None."""
    ways = TABLES[f"milestones.{kind}"][state]
    return next((wanted for wanted, by in ways.items() if by == step), None)


@pytest.mark.parametrize(("kind", "state", "step"), CASES)
def test_a_step_of_the_table_is_taken_and_any_other_refused(
    kind: str, state: str, step: str
) -> None:
    done = (
        {"actual_date": DONE} if state in ("claimed", "verified", "submitted", "accepted") else {}
    )
    row = MAKERS[kind](factories.network(), state=state, **done)
    wanted = legal(kind, state, step)
    if wanted is not None:
        STEPS[kind][step](factories.act(), row)
        row.refresh_from_db()
        assert row.state == wanted
        return
    with pytest.raises(IllegalTransition) as refused:
        STEPS[kind][step](factories.act(), row)
    assert str(row.get_state_display()).lower() in str(refused.value)
    assert row.code in str(refused.value)
    assert StatusUpdate.objects.count() == Event.objects.count() == 0


@pytest.mark.parametrize("name", TABLES)
def test_each_table_knows_every_state_of_its_model(name: str) -> None:
    kind = {"milestone": Milestone, "deliverable": Deliverable, "amendment": Amendment}
    states = set(kind[name.split(".")[1]].State.values)
    assert set(TABLES[name]) == states
    assert {wanted for ways in TABLES[name].values() for wanted in ways} <= states


@pytest.mark.parametrize(
    ("kind", "state", "wanted", "ways"),
    [
        ("milestone", "planned", "verified", "in progress, claimed, dropped"),
        ("milestone", "verified", "claimed", "nothing follows"),
        ("deliverable", "submitted", "draft", "accepted, revision requested"),
    ],
)
def test_a_refusal_names_the_state_and_the_ways_out(
    kind: str, state: str, wanted: str, ways: str
) -> None:
    row = MODELS[kind](code="X1", state=state)
    with pytest.raises(IllegalTransition, match=ways):
        check_transition(row, wanted, "any step")


@pytest.mark.parametrize(("state", "wanted"), [("draft", "approved"), ("refused", "submitted")])
def test_an_amendment_takes_no_short_cut(state: str, wanted: str) -> None:
    with pytest.raises(IllegalTransition, match=state):
        check_transition(Amendment(number=1, title="T", state=state), wanted, "approve")


def test_a_returned_milestone_is_in_progress_and_its_dates_are_open_again() -> None:
    row = factories.milestone(factories.network(), state="claimed", actual_date=DONE)
    services.return_milestone(factories.act(), row, note="Please show the protocol.")
    row.refresh_from_db()
    assert (row.state, row.actual_date, row.handed_in_on) == ("in_progress", None, None)
