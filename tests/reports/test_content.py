"""What a report says, frozen at the cut-off."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from milestones.models import Milestone, Risk
from milestones.services import post_update
from networks.models import Network
from networks.refusals import Conflict
from networks.services import record_event
from reports.content import canonical, content_of, for_audience, hash_of, is_untouched
from reports.models import AnswerRevision, ReportVersion
from reports.services.submitting import Incomplete, submit
from reports.services.writing import Overtaken, save_comment, save_section
from tests import factories
from tests.reports import rounds, worlds

pytestmark = pytest.mark.django_db
WRITTEN = worlds.WRITTEN


def by_code(content: dict, code: str) -> dict:  # type: ignore[type-arg]
    return next(item for item in content["facts"]["items"] if item["code"] == code)


def test_facts_are_those_of_the_cut_off_with_four_dates_and_reasons() -> None:
    world = worlds.open_report()
    # After the cut-off: must not show.
    post_update(
        factories.act(world.cast["lead"], datetime(2026, 1, 5, tzinfo=UTC)),
        Milestone.objects.get(code="MS-C"),
        confidence="at_risk",
        percent=10,
        forecast_date=date(2026, 9, 1),
        reason_code="weather",
        reason="Storm.",
    )
    content = content_of(world.report, at=WRITTEN)
    done, late, coming = (by_code(content, code) for code in ("MS-A", "MS-B", "MS-C"))
    assert (done["state"], done["actual"], done["late_days"]) == ("claimed", "2025-06-18", 0)
    assert late["forecast"] == "2026-02-28"
    assert late["late_days"] == (date(2026, 2, 28) - date(2025, 10, 31)).days
    assert (late["reason_code"], late["reason"]) == ("partnership", "Two clinics joined late.")
    assert (coming["state"], coming["forecast"], coming["late_days"]) == ("planned", None, 0)


def test_an_overdue_item_nobody_spoke_of_is_late_by_the_days_until_the_cut_off() -> None:
    world = worlds.open_report()
    worlds.planned(world.network, "MS-D", date(2025, 12, 30))
    worlds.planned(world.network, "MS-E", date(2025, 12, 31))
    content = content_of(world.report, at=WRITTEN)
    assert by_code(content, "MS-D")["late_days"] == 1
    assert by_code(content, "MS-E")["late_days"] == 0


def test_an_item_planned_after_the_cut_off_and_a_classified_one_are_not_in_it() -> None:
    world = worlds.open_report()
    late_born = factories.milestone(world.network, code="MS-LATER")
    worlds.add_plan_row(late_born, datetime(2026, 1, 1, tzinfo=UTC))
    secret = factories.deliverable(world.network, code="D9.1", dissemination_level="S-UE/EU-S")
    worlds.add_plan_row(secret)
    public = factories.deliverable(world.network, code="D9.2")
    worlds.add_plan_row(public)
    codes = {item["code"] for item in content_of(world.report, at=WRITTEN)["facts"]["items"]}
    assert codes == {"MS-A", "MS-B", "MS-C", "D9.2"}


@pytest.mark.parametrize("verb", ["add_risk", "create_risk"])
def test_a_risk_written_down_or_imported_after_the_cut_off_is_not_in_it(verb: str) -> None:
    world = worlds.open_report()
    for code, day in (("R1", date(2025, 12, 31)), ("R2", date(2026, 1, 1))):
        risk = Risk.objects.create(network=world.network, code=code, description="d")
        at = datetime.combine(day, time(9), tzinfo=UTC)
        record_event(factories.act(world.cast["lead"], at), verb, risk, network=world.network)
    risks = content_of(world.report, at=WRITTEN)["facts"]["risks"]
    assert [risk["code"] for risk in risks] == ["R1"]


@pytest.mark.parametrize(("cut_off", "told"), [(14, []), (15, ["C1"])])
def test_a_condition_decided_after_the_cut_off_is_not_in_it(cut_off: int, told: list[str]) -> None:
    panel = rounds.panel()
    panel.ready()
    panel.decide(**rounds.CONDITIONAL)
    later = worlds.next_report(panel.cast.aurora, cut_off=date(2026, 6, cut_off))
    conditions = content_of(later, at=WRITTEN)["facts"]["conditions"]
    assert [condition["code"] for condition in conditions] == told


def test_changes_are_told_since_the_report_before() -> None:
    world = worlds.submitted_report()
    second = worlds.next_report(world.network)
    content = content_of(second, at=datetime(2027, 1, 5, tzinfo=UTC))
    assert content["meta"]["since"] == "2025-12-31"
    assert content["facts"]["changes"] == []
    first = content_of(world.report, at=WRITTEN)["facts"]["changes"]
    moved = {change["code"]: change["fields"] for change in first}
    assert set(moved) == {"MS-A", "MS-B"}
    assert {"field": "forecast_date", "old": None, "new": "2026-02-28"} in moved["MS-B"]


def test_the_forecast_has_a_point_for_each_month_and_the_cut_off() -> None:
    world = worlds.open_report()
    points = content_of(world.report, at=WRITTEN)["facts"]["forecast"]
    assert [point["on"] for point in points][-3:] == ["2025-10-31", "2025-11-30", "2025-12-31"]
    assert len(points) == 12
    assert points[8]["late"] == 0
    assert points[9] == {"on": "2025-10-31", "open": 2, "late": 1, "mean_days": 120, "max_days": 120}  # fmt: skip


def test_whoever_came_later_joined_and_who_was_there_from_the_start_did_not() -> None:
    world = worlds.open_report()
    starts = world.network.starts
    founder = factories.member(world.network, "member", starts=starts)
    newcomer = factories.member(world.network, "wp_lead", starts=starts + timedelta(days=40))
    people = content_of(world.report, at=WRITTEN)["facts"]["people"]
    joined = {row["name"] for row in people["joined"]}
    assert str(newcomer) in joined
    assert str(founder) not in joined


def test_submitting_freezes_what_later_rows_cannot_change() -> None:
    world = worlds.submitted_report()
    frozen = world.version
    assert frozen.sha256 == hash_of(frozen.content)
    assert frozen.content["meta"]["version"] == 1
    assert frozen.content["meta"]["submitted_by"] == "Lead"
    before = canonical(frozen.content)
    post_update(
        factories.act(world.cast["lead"], datetime(2025, 12, 1, tzinfo=UTC)),
        Milestone.objects.get(code="MS-C"),
        confidence="on_track",
        percent=90,
    )
    Milestone.objects.filter(code="MS-A").update(title="Renamed")
    assert canonical(content_of(world.report, at=WRITTEN)) != before
    assert canonical(ReportVersion.objects.get().content) == before


def test_a_tampered_row_is_told() -> None:
    world = worlds.submitted_report()
    frozen = world.version
    assert is_untouched(frozen)
    frozen.content["facts"]["items"][0]["actual"] = "2025-06-17"
    assert not is_untouched(frozen)


def test_the_database_refuses_to_alter_a_version() -> None:
    world = worlds.submitted_report()
    with pytest.raises(DatabaseError, match="never changed"):
        ReportVersion.objects.filter(pk=world.version.pk).update(sha256="0" * 64)


def test_content_is_plain_json_and_survives_the_database_unchanged() -> None:
    world = worlds.open_report()
    worlds.write_all(world, text="Ελληνικά, עברית, 🧠, é́, <b>, =1+1, \u2028 " + "long " * 20)
    frozen = submit(factories.act(world.cast["lead"], WRITTEN), world.report)
    stored = ReportVersion.objects.get(pk=frozen.pk)
    assert is_untouched(stored)
    assert json.loads(canonical(stored.content)) == stored.content
    assert "Ελληνικά" in stored.content["sections"][0]["text"]


def test_what_is_missing_is_named_and_nothing_is_frozen() -> None:
    world = worlds.begun_report()
    worlds.planned(world.network, "MS-D", date(2025, 12, 1), title="Silent")
    with pytest.raises(Incomplete) as refused:
        submit(factories.act(world.cast["lead"], WRITTEN), world.report)
    texts = [each.text for each in refused.value.missing]
    assert any("Research impact" in text for text in texts)
    assert "MS-D is 30 days late, and nobody has said why." in texts
    assert not any("MS-B" in text for text in texts)
    assert not ReportVersion.objects.exists()


def test_a_comment_on_a_late_item_counts_as_its_reason() -> None:
    world = worlds.begun_report()
    silent = worlds.planned(world.network, "MS-D", date(2025, 12, 1))
    worlds.write_all(world)
    act = factories.act(world.cast["wp_lead"], WRITTEN)
    save_comment(act, world.report, silent, text="The lab was flooded.", version=0)
    frozen = submit(factories.act(world.cast["deputy"], WRITTEN), world.report)
    assert by_code(frozen.content, "MS-D")["comment"] == "The lab was flooded."


def test_a_text_over_its_limit_is_kept_and_cannot_be_submitted() -> None:
    world = worlds.begun_report()
    worlds.write_all(world, text="word " * 500)
    with pytest.raises(Incomplete, match="words too long"):
        submit(factories.act(world.cast["lead"], WRITTEN), world.report)


@pytest.mark.parametrize("role", ["manager", "officer", "chair", "wp_lead", "member", "observer"])
def test_only_lead_and_deputy_submit(role: str) -> None:
    world = worlds.begun_report()
    worlds.write_all(world)
    with pytest.raises(PermissionDenied):
        submit(factories.act(world.cast[role], WRITTEN), world.report)


def test_what_was_written_since_the_person_looked_stops_the_submission() -> None:
    world = worlds.begun_report()
    worlds.write_all(world)
    seen = world.report.version
    section = world.report.template.sections.first()  # type: ignore[union-attr]
    act = factories.act(world.cast["member"], WRITTEN)
    save_section(act, world.report, section, text="Another", version=1)
    with pytest.raises(Conflict):
        submit(factories.act(world.cast["lead"], WRITTEN), world.report, version=seen)


def test_a_save_over_a_newer_text_is_refused_with_that_text_and_loses_nothing() -> None:
    world = worlds.begun_report()
    section = world.report.template.sections.first()  # type: ignore[union-attr]
    lead, member = (factories.act(world.cast[role], WRITTEN) for role in ("lead", "member"))
    save_section(lead, world.report, section, text="First", version=0)
    with pytest.raises(Overtaken) as refused:
        save_section(member, world.report, section, text="Second", version=0)
    assert refused.value.theirs.text == "First"  # type: ignore[union-attr]
    save_section(member, world.report, section, text="Second", version=1)
    # The same text once more is no conflict, whoever sends it.
    assert save_section(lead, world.report, section, text="Second\r\n".strip(), version=0)
    rows = AnswerRevision.objects.order_by("version").values_list("version", "text")
    assert list(rows) == [(1, "First"), (2, "Second")]


def test_a_resubmission_is_the_next_version() -> None:
    world = worlds.submitted_report()
    report = world.report
    report.state, report.is_returned = "draft", True
    report.save()
    worlds.write_all(world, text="Revised.")
    second = submit(factories.act(world.cast["lead"], WRITTEN + timedelta(days=9)), report)
    assert second.number == 2
    assert ReportVersion.objects.get(number=1).content["sections"] != second.content["sections"]
    report.refresh_from_db()
    assert (report.state, report.is_returned) == ("submitted", False)


def test_the_public_gets_public_sections_and_no_figures() -> None:
    content = worlds.submitted_report().version.content
    public = for_audience(content, "public")
    assert [section["key"] for section in public["sections"]] == ["lay_summary"]
    assert public["facts"] == {}
    assert len(for_audience(content, "committee")["sections"]) == 7


def test_content_costs_the_same_for_few_and_for_300_items() -> None:
    world = worlds.begun_report()
    package = factories.work_package(world.network)
    content_of(world.report, at=WRITTEN)
    with CaptureQueriesContext(connection) as few:
        content_of(world.report, at=WRITTEN)
    for number in range(300):
        worlds.planned(
            world.network, f"MX{number}", date(2025, 1 + number % 12, 28), work_packages=[package]
        )
    with CaptureQueriesContext(connection) as many:
        content = content_of(world.report, at=WRITTEN)
    assert len(content["facts"]["items"]) == 303
    assert len(many) == len(few)


def test_a_network_without_any_plan_has_a_report() -> None:
    cast = factories.cast()
    report = worlds.next_report(cast.aurora)
    worlds.use_form(cast.aurora, "rppr")
    content = content_of(report, at=WRITTEN)
    assert content["facts"]["items"] == []
    assert {point["late"] for point in content["facts"]["forecast"]} == {0}
    assert len(content["sections"]) == 19


@pytest.mark.parametrize(("hour", "done"), [(22, False), (23, True)])
def test_a_report_is_handed_in_when_the_day_of_its_facts_is_over_where_the_network_is(
    hour: int, done: bool
) -> None:
    # In Berlin 20 January ends at 23 o'clock UTC.
    world = worlds.open_report(cut_off=date(2026, 1, 20))
    worlds.write_all(world)
    Network.objects.filter(pk=world.network.pk).update(time_zone="Europe/Berlin")
    world.report.refresh_from_db()
    act = factories.act(world.cast["lead"], datetime(2026, 1, 20, hour, 30, tzinfo=UTC))
    if done:
        submit(act, world.report)
    else:
        with pytest.raises(Incomplete, match="The facts are as of 20 January 2026"):
            submit(act, world.report)
