"""History is added, never changed or deleted: the database itself refuses, on both engines."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from milestones.models import Risk, RiskAssessment, StatusUpdate
from networks.models import Event
from networks.services import record_event
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def status_update() -> StatusUpdate:
    item = factories.milestone(factories.network())
    return StatusUpdate.objects.create(
        network=item.network,
        milestone=item,
        at=NOW,
        channel="page",
        state="planned",
        due_date=date(2026, 6, 30),
    )


def assessment() -> RiskAssessment:
    risk = Risk.objects.create(network=factories.network(), code="R1", description="d")
    return RiskAssessment.objects.create(network=risk.network, risk=risk, period="RP1", at=NOW)


def event() -> Event:
    network = factories.network()
    return record_event(factories.act(), "test", network, network=network)


HISTORY: dict[str, tuple[Any, str]] = {
    "status update": (status_update, "state"),
    "risk assessment": (assessment, "period"),
    "event": (event, "verb"),
}


@pytest.fixture(params=HISTORY)
def row(request: pytest.FixtureRequest) -> Any:
    make, column = HISTORY[request.param]
    made = make()
    made.column = column
    return made


def refused(statement: Any) -> None:
    with pytest.raises(DatabaseError, match="history"), transaction.atomic():
        statement()


def test_a_row_of_history_is_not_saved_again(row: Any) -> None:
    refused(row.save)


def test_rows_of_history_are_not_updated_past_the_model(row: Any) -> None:
    refused(lambda: type(row).objects.filter(pk=row.pk).update(**{row.column: "x"}))


def test_a_row_of_history_is_not_deleted(row: Any) -> None:
    refused(row.delete)


def test_rows_of_history_are_not_deleted_by_raw_sql(row: Any) -> None:
    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])

    refused(delete)


def test_an_item_with_history_is_not_deleted() -> None:
    with pytest.raises(ProtectedError):
        status_update().milestone.delete()
