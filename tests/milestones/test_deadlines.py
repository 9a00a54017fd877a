"""Overdue, due, delayed: both sides of every boundary, in the network's own zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from milestones.models import Deliverable, Milestone
from networks.clock import Today
from tests import factories

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 15)
# The first instant at which an item due on 15 June is overdue, by zone.
FIRST_OVERDUE = {
    "Pacific/Kiritimati": datetime(2026, 6, 15, 10, 0, tzinfo=UTC),
    "Asia/Tokyo": datetime(2026, 6, 15, 15, 0, tzinfo=UTC),
    "UTC": datetime(2026, 6, 16, 0, 0, tzinfo=UTC),
    "America/New_York": datetime(2026, 6, 16, 4, 0, tzinfo=UTC),
    "Pacific/Pago_Pago": datetime(2026, 6, 16, 11, 0, tzinfo=UTC),
}
MINUTE = timedelta(minutes=1)
MAKERS = {"milestone": factories.milestone, "deliverable": factories.deliverable}


def item(kind: str = "milestone", zone: str = "UTC", **fields: Any) -> Any:
    network = factories.network(time_zone=zone)
    return MAKERS[kind](network, **({"contractual_date": DUE} | fields))


def meets(row: Any, question: str, *about: Any) -> bool:
    found = getattr(type(row).objects.all(), question)(*about)
    return bool(found.filter(pk=row.pk).exists())


@pytest.mark.parametrize("zone", FIRST_OVERDUE)
@pytest.mark.parametrize("kind", MAKERS)
def test_an_item_is_overdue_from_the_midnight_after_its_due_day(kind: str, zone: str) -> None:
    row, first = item(kind, zone), FIRST_OVERDUE[zone]
    assert not meets(row, "overdue", Today.at(first - MINUTE))
    assert meets(row, "overdue", Today.at(first))


@pytest.mark.parametrize("zone", FIRST_OVERDUE)
def test_the_row_itself_agrees_with_the_query(zone: str) -> None:
    row, first = item(zone=zone), FIRST_OVERDUE[zone]
    assert not row.is_overdue(Today.at(first - MINUTE).in_zone(zone))
    assert row.is_overdue(Today.at(first).in_zone(zone))


@pytest.mark.parametrize("zone", FIRST_OVERDUE)
@pytest.mark.parametrize("kind", MAKERS)
def test_an_item_is_due_soon_from_30_days_before_to_the_end_of_its_day(
    kind: str, zone: str
) -> None:
    row = item(kind, zone)
    last = FIRST_OVERDUE[zone] - MINUTE
    first = FIRST_OVERDUE[zone] - timedelta(days=31)
    answers = [
        meets(row, "due_soon", Today.at(at)) for at in (first - MINUTE, first, last, last + MINUTE)
    ]
    assert answers == [False, True, True, False]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(0, 0, False), (0, 6, False), (0, 7, True), (7, 7, True), (7, 9, True), (8, 9, False)],
)
def test_due_between_includes_both_of_its_ends(first: int, last: int, found: bool) -> None:
    today = Today.everywhere(DUE - timedelta(days=7))
    assert meets(item(), "due_between", today, first, last) is found


@pytest.mark.parametrize(
    ("forecast", "late"), [(None, False), (-1, False), (0, False), (1, True), (400, True)]
)
def test_an_item_is_delayed_when_its_forecast_is_after_its_due_date(
    forecast: int | None, late: bool
) -> None:
    day = None if forecast is None else DUE + timedelta(days=forecast)
    row = item(forecast_date=day)
    assert meets(row, "delayed") is late
    assert row.is_delayed is late


def test_the_revised_date_is_the_one_that_counts() -> None:
    row = item(revised_date=DUE + timedelta(days=30))
    today = Today.everywhere(DUE + timedelta(days=1))
    assert row.due_date == DUE + timedelta(days=30)
    assert not meets(row, "overdue", today)
    assert meets(row, "due_soon", today)


OPEN = {Milestone: Milestone.OPEN_STATES, Deliverable: Deliverable.OPEN_STATES}
STATES = [(kind, state) for kind, model in (("milestone", Milestone), ("deliverable", Deliverable))
          for state in model.State.values]  # fmt: skip


@pytest.mark.parametrize(("kind", "state"), STATES)
def test_only_what_is_still_to_hand_in_can_be_overdue_due_or_delayed(kind: str, state: str) -> None:
    row = item(kind, state=state, actual_date=DUE, forecast_date=DUE + timedelta(days=9))
    is_open = state in OPEN[type(row)]
    today = Today.everywhere(DUE + timedelta(days=1))
    assert meets(row, "overdue", today) is is_open
    assert meets(row, "due_soon", today.shifted(-5)) is is_open
    assert meets(row, "delayed") is is_open
    assert meets(row, "open") is is_open


def test_codes_sort_as_people_count() -> None:
    network = factories.network()
    for code in ("D10.1", "D1.10", "D2.1", "D1.2", "D1.1"):
        factories.deliverable(network, code=code)
    codes = list(network.deliverables.order_by("code_key").values_list("code", flat=True))
    assert codes == ["D1.1", "D1.2", "D1.10", "D2.1", "D10.1"]


def test_the_sort_key_follows_when_a_code_is_changed_or_made_in_bulk() -> None:
    row = item(code="MS2")
    row.code = "MS12"
    row.save()
    (other,) = Milestone.objects.bulk_create(
        [Milestone(network=row.network, code="MS3", title="T", contractual_date=DUE)]
    )
    keys = list(Milestone.objects.order_by("code_key").values_list("code", flat=True))
    assert keys == [other.code, "MS12"]
