"""A due report is a duty like any other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db.models import Q

from networks.clock import Today
from networks.duties import Audience, Figure, duties_for, source
from networks.models import Event, Member, Network
from networks.notices import source_of
from networks.services import record_event
from notifications.services.noticing import plan_notices
from notifications.services.sweeping import sweep
from reports.models import ProgressReport, SectionNote
from reports.services.scheduling import keep_schedules
from tests import factories
from tests.notifications.scripted import Script, serving
from tests.reports import worlds

pytestmark = pytest.mark.django_db
KIND = source("progress-report")
DAY = date(2026, 2, 20)


def responsible(world: worlds.ReportWorld, day: date = DAY) -> set[int]:
    (duty,) = KIND.among([world.report.pk])
    return set(KIND.audiences([duty], day)[duty.id][Audience.RESPONSIBLE])


def test_an_open_report_is_the_leads_duty_and_else_the_deputys() -> None:
    world = worlds.open_report()
    assert responsible(world) == {world.cast["lead"].pk}
    Member.objects.filter(user=world.cast["lead"]).update(ends=DAY)
    assert responsible(world, date(2026, 2, 21)) == {world.cast["deputy"].pk}


def test_it_is_on_the_leads_list_and_on_nobody_elses() -> None:
    world = worlds.open_report()
    today = Today.everywhere(DAY)
    for role, person in world.cast.people.items():
        codes = [duty.code for duty in duties_for(person, today) if duty.kind == KIND.kind]
        assert codes == (["PR1"] if role == "lead" else []), role


@pytest.mark.parametrize("state", ["scheduled", "accepted", "waived", "submitted"])
def test_what_cannot_be_written_is_no_duty(state: str) -> None:
    world = worlds.submitted_report()
    ProgressReport.objects.update(state=state, waived_reason="So")
    assert KIND.among([world.report.pk]) == []


def test_a_suspended_network_has_no_duty() -> None:
    world = worlds.open_report()
    Network.objects.filter(pk=world.network.pk).update(state="suspended")
    assert KIND.among([world.report.pk]) == []


def test_whoever_wrote_has_acted() -> None:
    world = worlds.open_report()
    worlds.write_all(world)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert KIND.acted_since([world.report.pk], since) == {(world.report.pk, world.cast["lead"].pk)}


def test_insiders_see_a_draft_and_the_committee_does_not() -> None:
    world = worlds.begun_report()
    pk = world.report.pk
    seen = {role for role, who in world.cast.people.items() if KIND.visible_ids(who, [pk])}
    assert seen == {"manager", "officer", "lead", "deputy", "wp_lead", "member"}


def test_it_is_counted_in_summaries_and_can_be_picked() -> None:
    world = worlds.open_report()
    where = Q(pk=world.network.pk)
    tally = KIND.tally(where, Today.everywhere(date(2026, 3, 20)), ())
    assert tally == {world.network.pk: {Figure.OVERDUE.value: 1}}
    for text in ("pr1", "AURO", ""):
        assert [d.code for d in KIND.pick(world.cast.programme.pk, None, text, 5)] == ["PR1"]
    assert KIND.pick(world.cast.programme.pk, None, "PR77", 5) == []


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    settings.SITE_URL = "https://tracker.example.org"
    with serving(Script(), settings) as script:
        yield script


def test_the_lead_is_reminded_by_mail_in_their_language(relay: Script) -> None:
    world = worlds.open_report()
    keep_schedules(datetime(2026, 1, 2, tzinfo=UTC))
    # The Monday after the day a week before it is due.
    sweep(datetime(2026, 2, 23, 9, 0, tzinfo=UTC))
    bodies = {mail["To"]: text_of(mail) for mail in relay.received}
    (body,) = [text for to, text in bodies.items() if world.cast["lead"].email in to]
    assert "PR1" in body
    assert "Interim report 2025-01-01" in body
    assert f"/progress-reports/{world.report.pk}/" in body


def test_a_returned_report_is_told_to_lead_and_deputy_until_it_is_handed_in_again(
    relay: Script,
) -> None:
    world = worlds.submitted_report()
    at = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
    plan_notices(datetime(2026, 2, 1, 9, 0, tzinfo=UTC))
    plan_notices(datetime(2026, 2, 1, 10, 0, tzinfo=UTC))
    mine = ProgressReport.objects.filter(pk=world.report.pk)
    mine.update(state="draft", is_returned=True)
    officer = world.cast["officer"]
    SectionNote.objects.create(
        report=world.report, about_version=1, text="Name the partners.", author=officer, at=at
    )
    record_event(factories.act(officer, at), "return_report", world.report, network=world.network)
    sweep(at + timedelta(minutes=1))
    told = [mail for mail in relay.received if "came back" in mail["Subject"]]
    assert len(told) == 2
    to = " ".join(mail["To"] for mail in told)
    assert world.cast["lead"].email in to
    assert world.cast["deputy"].email in to
    assert "Name the partners." in text_of(told[0])
    mine.update(state="submitted", is_returned=False)
    event = Event.objects.get(verb="return_report")
    assert source_of("return_report").waiting([event], at) == {}
