"""Reports are laid out when a network starts, and move with it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milestones.services import approve_amendment, draft_amendment, submit_amendment
from milestones.services.amendment_checks import NewChange
from networks.models import Event, Network
from networks.refusals import Refusal
from notifications.services.sweeping import sweep
from reports.models import ProgressReport
from reports.services.rhythm import set_rhythm
from reports.services.scheduling import keep_schedules, set_dates, waive
from tests import factories
from tests.reports import worlds

pytestmark = pytest.mark.django_db
EARLY = datetime(2025, 1, 2, 12, 0, tzinfo=UTC)


def laid_out(network: Network) -> list[tuple[int, str, date, date, str]]:
    columns = ("number", "kind", "period_end", "due_date", "state")
    rows = ProgressReport.objects.filter(network=network).order_by("number")
    return list(rows.values_list(*columns))


def amend(cast: factories.Cast, at: datetime, field: str, new: object, old: object) -> None:
    act = factories.act(cast["manager"], at)
    change = NewChange(action="change", target_kind="network", field=field, old=old, new=new)
    amendment = draft_amendment(
        act,
        cast.aurora,
        kind="duration",
        title="Other dates",
        justification="So.",
        changes=[change],
    )
    submit_amendment(act, amendment)
    approve_amendment(act, amendment)
    cast.aurora.refresh_from_db()


def test_a_sweep_lays_reports_out_when_a_network_is_there() -> None:
    cast = factories.cast()
    sweep(EARLY)
    due = timedelta(days=60)
    assert laid_out(cast.aurora) == [
        (1, "interim", date(2025, 12, 31), date(2025, 12, 31) + due, "scheduled"),
        (2, "interim", date(2026, 12, 31), date(2026, 12, 31) + due, "scheduled"),
        (3, "interim", date(2027, 12, 31), date(2027, 12, 31) + due, "scheduled"),
        (4, "final", date(2028, 12, 31), date(2028, 12, 31) + due, "scheduled"),
    ]
    assert Event.objects.filter(verb="schedule_report", network=cast.aurora).count() == 4


def test_a_round_without_news_writes_nothing_and_asks_the_same_for_many_networks() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    with CaptureQueriesContext(connection) as few:
        assert keep_schedules(EARLY + timedelta(hours=1)) == 0
    for _ in range(20):
        factories.network(programme=cast.programme)
    keep_schedules(EARLY + timedelta(hours=2))
    with CaptureQueriesContext(connection) as many:
        assert keep_schedules(EARLY + timedelta(hours=3)) == 0
    assert len(many) == len(few)


def test_a_report_opens_the_day_after_its_period_where_the_network_is() -> None:
    cast = factories.cast()
    Network.objects.filter(pk=cast.aurora.pk).update(time_zone="America/Los_Angeles")
    keep_schedules(EARLY)
    states = lambda: [row[4] for row in laid_out(cast.aurora)]  # noqa: E731
    keep_schedules(datetime(2026, 1, 1, 7, 59, tzinfo=UTC))
    assert states()[0] == "scheduled"
    keep_schedules(datetime(2026, 1, 1, 8, 0, tzinfo=UTC))
    assert states() == ["open", "scheduled", "scheduled", "scheduled"]


def test_a_network_entered_late_owes_nothing_for_what_is_long_over() -> None:
    cast = factories.cast()
    keep_schedules(datetime(2027, 2, 1, tzinfo=UTC))
    assert [row[4] for row in laid_out(cast.aurora)] == ["waived", "open", "scheduled", "scheduled"]


def test_an_extension_moves_the_final_report_and_earns_new_reminders() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    amend(cast, EARLY + timedelta(days=9), "ends", "2029-12-31", "2028-12-31")
    keep_schedules(EARLY + timedelta(days=10))
    rows = laid_out(cast.aurora)
    assert [row[1] for row in rows] == ["interim"] * 4 + ["final"]
    assert rows[4][2] == date(2029, 12, 31)
    fourth = ProgressReport.objects.get(network=cast.aurora, number=4)
    # Its kind changed, its due date did not.
    assert fourth.deadline_version == 1


def test_another_due_date_raises_the_deadline_version() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    cast.programme.final_report_due_days = 30
    cast.programme.save()
    keep_schedules(EARLY + timedelta(hours=1))
    final = ProgressReport.objects.get(network=cast.aurora, kind="final")
    assert final.due_date == date(2028, 12, 31) + timedelta(days=30)
    assert final.deadline_version == 2
    assert ProgressReport.objects.get(network=cast.aurora, number=1).deadline_version == 1


def test_a_suspension_moves_what_is_to_come() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    amend(cast, datetime(2026, 3, 1, tzinfo=UTC), "suspension_days", 90, None)
    keep_schedules(datetime(2026, 3, 2, tzinfo=UTC))
    rows = laid_out(cast.aurora)
    assert rows[0][2] == date(2025, 12, 31)
    assert rows[1][2] == date(2026, 12, 31) + timedelta(days=90)
    assert rows[-1][2] == date(2028, 12, 31) + timedelta(days=90)


def test_an_earlier_end_takes_away_reports_nobody_has_written_and_keeps_the_others() -> None:
    world = worlds.submitted_report()
    keep_schedules(worlds.WRITTEN)
    assert [row[4] for row in laid_out(world.network)] == ["submitted"] + ["scheduled"] * 3
    amend(world.cast, worlds.WRITTEN + timedelta(days=2), "ends", "2026-12-31", "2028-12-31")
    keep_schedules(worlds.WRITTEN + timedelta(days=3))
    rows = laid_out(world.network)
    assert [(row[1], row[2]) for row in rows] == [
        ("interim", date(2025, 12, 31)),
        ("final", date(2026, 12, 31)),
    ]
    assert Event.objects.filter(verb="unschedule_report").count() == 2


def test_a_draft_is_never_moved() -> None:
    world = worlds.begun_report()
    amend(world.cast, worlds.WRITTEN + timedelta(days=2), "ends", "2026-06-30", "2028-12-31")
    keep_schedules(worlds.WRITTEN + timedelta(days=3))
    rows = laid_out(world.network)
    assert [(row[2], row[4]) for row in rows] == [
        (date(2025, 12, 31), "draft"),
        (date(2026, 6, 30), "scheduled"),
    ]


def test_staff_waive_with_a_reason_and_nobody_else_does() -> None:
    world = worlds.open_report()
    with pytest.raises(PermissionDenied):
        waive(factories.act(world.cast["lead"]), world.report, reason="Too much work")
    with pytest.raises(Refusal):
        waive(factories.act(world.cast["officer"]), world.report, reason=" ")
    waive(factories.act(world.cast["officer"]), world.report, reason="Covered by the site visit")
    world.report.refresh_from_db()
    assert world.report.state == "waived"
    with pytest.raises(Refusal):
        waive(factories.act(world.cast["officer"]), world.report, reason="Again")


def test_staff_set_other_dates() -> None:
    world = worlds.open_report()
    act = factories.act(world.cast["manager"])
    set_dates(act, world.report, due_date=date(2026, 4, 30), cut_off=date(2026, 1, 15))
    world.report.refresh_from_db()
    assert (world.report.due_date, world.report.deadline_version) == (date(2026, 4, 30), 2)
    with pytest.raises(Refusal):
        set_dates(act, world.report, due_date=date(2026, 1, 1), cut_off=date(2026, 1, 15))


def test_days_that_staff_gave_stay_given_when_the_network_moves() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    second = ProgressReport.objects.get(network=cast.aurora, number=2)
    set_dates(
        factories.act(cast["officer"], EARLY),
        second,
        due_date=second.due_date + timedelta(days=14),
        cut_off=second.period_end,
    )
    amend(cast, datetime(2026, 3, 1, tzinfo=UTC), "suspension_days", 90, None)
    keep_schedules(datetime(2026, 3, 2, tzinfo=UTC))
    moved = ProgressReport.objects.get(network=cast.aurora, number=2)
    assert moved.due_date == second.due_date + timedelta(days=90)


def test_a_report_waived_ahead_stays_waived_and_those_before_it_move() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    third = ProgressReport.objects.get(network=cast.aurora, number=3)
    waive(factories.act(cast["officer"], EARLY), third, reason="The final one follows soon")
    amend(cast, datetime(2026, 3, 1, tzinfo=UTC), "suspension_days", 90, None)
    keep_schedules(datetime(2026, 3, 2, tzinfo=UTC))
    rows = laid_out(cast.aurora)
    assert [row[4] for row in rows] == ["open", "scheduled", "waived", "scheduled"]
    assert rows[1][2] == date(2026, 12, 31) + timedelta(days=90)


def test_a_manager_sets_the_rhythm_and_what_nobody_has_begun_follows() -> None:
    cast = factories.cast()
    keep_schedules(EARLY)
    act = factories.act(cast["manager"], EARLY)
    set_rhythm(act, cast.programme, every_months=24, due_days=30, final_due_days=90)
    keep_schedules(EARLY + timedelta(hours=1))
    assert [(row[1], row[3]) for row in laid_out(cast.aurora)] == [
        ("interim", date(2026, 12, 31) + timedelta(days=30)),
        ("final", date(2028, 12, 31) + timedelta(days=90)),
    ]
    assert Event.objects.get(verb="change_rhythm").changes["report_due_days"] == [60, 30]


@pytest.mark.parametrize("role", ["officer", "chair", "lead"])
def test_nobody_else_sets_the_rhythm(role: str) -> None:
    cast = factories.cast()
    with pytest.raises(PermissionDenied):
        set_rhythm(factories.act(cast[role]), cast.programme, every_months=1, due_days=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"every_months": 0}, "every_months"),
        ({"due_days": 731}, "due_days"),
        ({"final_due_days": -1}, "final_due_days"),
    ],
)
def test_a_rhythm_that_cannot_be_names_its_field(wrong: dict[str, int], field: str) -> None:
    cast = factories.cast()
    with pytest.raises(Refusal) as refused:
        set_rhythm(
            factories.act(cast["manager"]),
            cast.programme,
            **{"every_months": 6, "due_days": 30, **wrong},
        )
    assert refused.value.field == field


def test_the_rhythm_is_set_on_a_page() -> None:
    cast = factories.cast()
    client = Client()
    client.force_login(cast["manager"])
    page = reverse("report-rhythm", args=[cast.programme.slug])
    assert page in client.get(reverse("report-templates")).content.decode()
    typed = {"every_months": "6", "due_days": "45", "final_due_days": ""}
    assert client.post(page, typed | {"due_days": "soon"}).status_code == 422
    assert client.post(page, typed).status_code == 302
    cast.programme.refresh_from_db()
    assert (cast.programme.reporting_every_months, cast.programme.report_due_days) == (6, 45)


@pytest.mark.parametrize("slip", ["cut_off", "due_date"])
def test_a_date_thousands_of_years_away_is_a_slip(slip: str) -> None:
    world = worlds.open_report()
    act, given = factories.act(world.cast["manager"]), {"cut_off": date(2025, 12, 31)}
    with pytest.raises(Refusal) as refused:
        set_dates(act, world.report, **{**given, "due_date": date.max, slip: date.max})
    assert refused.value.field == slip


def test_dates_of_one_network_that_break_keep_no_other_from_its_reports(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cast = factories.cast()
    Network.objects.filter(pk=cast.aurora.pk).update(ends=date.max)
    other = factories.network(programme=cast.programme)
    keep_schedules(EARLY)
    assert ProgressReport.objects.filter(network=other).exists()
    assert "cannot be laid out" in caplog.text
