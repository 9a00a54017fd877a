"""What a return takes back."""

from datetime import date, timedelta

import pytest

from milestones.services import (
    NewEvidence,
    claim_milestone,
    post_update,
    request_revision,
    return_milestone,
    submit_deliverable,
)
from tests import factories

pytestmark = pytest.mark.django_db
LATER = factories.NOW + timedelta(hours=1)
EVIDENCE = [NewEvidence(url="https://files.example/protocol")]


@pytest.fixture
def company():
    return factories.cast()


def test_a_returned_claim_shows_the_percent_said_before_it(company):
    milestone = factories.milestone(company.aurora)
    lead = factories.act(company["lead"])
    post_update(lead, milestone, confidence="on_track", percent=70)
    claim_milestone(lead, milestone, achieved_on=date(2026, 6, 10), evidence=EVIDENCE)
    return_milestone(
        factories.act(company["officer"], LATER), milestone, note="One page is missing."
    )
    milestone.refresh_from_db()
    assert (milestone.percent, milestone.actual_date) == (70, None)


def test_a_deliverable_handed_in_without_an_update_falls_back_to_nothing_done(company):
    deliverable = factories.deliverable(company.aurora)
    act = factories.act(company["lead"])
    submit_deliverable(act, deliverable, delivered_on=date(2026, 6, 10), evidence=EVIDENCE)
    request_revision(factories.act(company["officer"], LATER), deliverable, note="Add the annex.")
    deliverable.refresh_from_db()
    assert (deliverable.percent, deliverable.handed_in_on) == (0, None)
