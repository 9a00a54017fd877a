"""One waiting amendment about one date, through whichever door it came."""

import pytest

from milestones.services import NewChange, draft_amendment, submit_amendment
from networks.refusals import Refusal
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> make.Cast:
    company = make.cast()
    make.milestone(company.aurora, code="MS1")
    return company


def submitted(company, change, kind="dates"):
    act = make.act(company["lead"])
    made = draft_amendment(
        act, company.aurora, kind=kind, title=kind, justification="Why not.", changes=[change]
    )
    return submit_amendment(act, made)


def change(field, new) -> NewChange:
    return NewChange("change", "milestone", "MS1", field, new)


@pytest.mark.parametrize(
    "second",
    [
        change("due_date", "2026-09-30"),
        change("due_month", 30),
        NewChange("drop", "milestone", "MS1"),
    ],
)
def test_a_second_one_about_the_same_date_is_refused(company, second):
    submitted(company, change("due_date", "2026-08-31"))
    with pytest.raises(Refusal, match="AMD-1 dates already asks to change MS1"):
        submitted(company, second)


def test_one_about_something_else_of_the_item_is_not_in_the_way(company):
    submitted(company, change("title", "Renamed"), kind="scope")
    assert submitted(company, change("due_date", "2026-08-31")).state == "submitted"


def test_a_new_version_of_the_whole_plan_may_stand_beside_it(company):
    submitted(company, change("due_date", "2026-08-31"))
    assert submitted(company, change("due_date", "2026-09-30"), kind="plan").state == "submitted"
