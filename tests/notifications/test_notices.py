"""News at once, of what somebody waits for now, from the activity log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from milestones.models import Amendment, Deliverable, Milestone
from milestones.services import (
    accept_deliverable,
    claim_milestone,
    request_revision,
    return_milestone,
    submit_deliverable,
    verify_milestone,
)
from milestones.services.amendment_asking import Move, ask_to_move
from milestones.services.amendments import approve_amendment, refuse_amendment
from milestones.services.evidence import NewEvidence
from networks import notices
from networks.models import Member, User
from networks.notices import NoticeSource
from notifications.models import Heartbeat, Message, Preference
from notifications.services import sweep
from notifications.services.noticing import plan_notices
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script, serving

pytestmark = pytest.mark.django_db
# A Sunday at noon: news waits for nobody's morning.
BEGUN = at("2026-06-07 12:00")
LATER = BEGUN + timedelta(minutes=1)
PROOF = [NewEvidence(title="Minutes", url="https://example.org/m")]


@pytest.fixture(autouse=True)
def listening(cast: Cast) -> None:
    """The log has been read for news up to here."""
    plan_notices(at("2026-06-01 00:00"))
    plan_notices(BEGUN)


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    settings.SITE_URL = "https://tracker.example.org"
    with serving(Script(), settings) as script:
        yield script


def act(cast: Cast, role: str, when: datetime = BEGUN) -> Any:
    return factories.act(cast[role], when)


def claimed(cast: Cast, by: str = "lead", **fields: Any) -> Milestone:
    """A milestone far ahead that somebody has handed in some days ago."""
    item = factories.milestone(
        cast.aurora, contractual_date=date(2026, 12, 1), code="MS7", title="First patient", **fields
    )
    when = at("2026-06-03 09:00")
    claim_milestone(act(cast, by, when), item, achieved_on=date(2026, 6, 2), evidence=PROOF)
    return item


def submitted(cast: Cast, by: str = "lead") -> Deliverable:
    item = factories.deliverable(cast.aurora, contractual_date=date(2026, 12, 1), code="D1.7")
    when = at("2026-06-03 09:00")
    submit_deliverable(act(cast, by, when), item, delivered_on=date(2026, 6, 2), evidence=PROOF)
    return item


def asked(cast: Cast, by: str = "deputy") -> Amendment:
    item = factories.milestone(cast.aurora, contractual_date=date(2026, 12, 1), code="MS9")
    return ask_to_move(
        act(cast, by, at("2026-06-03 09:00")),
        cast.aurora,
        [Move(item, date(2027, 1, 15))],
        title="Two months more",
        justification="Recruitment is slow.",
    )


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def told() -> list[str]:
    rows = Message.objects.filter(kind="notice", state="due").order_by("recipient__name")
    return [row.recipient.name for row in rows]


def send_back(cast: Cast, item: Milestone, when: datetime = BEGUN, by: str = "officer") -> None:
    item.refresh_from_db()
    return_milestone(act(cast, by, when), item, note="The signature is missing.")


def test_what_came_back_is_told_to_who_handed_it_in_and_to_the_lead(cast: Cast) -> None:
    member = Member.objects.get(user=cast["member"])
    item = claimed(cast, "member", responsible=member)
    send_back(cast, item)
    plan_notices(LATER)
    assert told() == ["Lead", "Member"]


def test_a_deliverable_that_came_back_too(cast: Cast) -> None:
    item = submitted(cast, "deputy")
    request_revision(act(cast, "officer"), item, note="Say more about method.")
    plan_notices(LATER)
    assert told() == ["Deputy", "Lead"]


def test_what_is_verified_is_told_to_who_handed_it_in_alone(cast: Cast) -> None:
    item = claimed(cast, "deputy")
    item.refresh_from_db()
    verify_milestone(act(cast, "officer"), item)
    accept_deliverable(act(cast, "officer"), submitted(cast, "deputy"))
    plan_notices(LATER)
    assert told() == ["Deputy", "Deputy"]


def test_of_a_gate_the_lead_waits_too(cast: Cast) -> None:
    item = claimed(cast, "deputy", is_gate=True)
    item.refresh_from_db()
    verify_milestone(act(cast, "chair"), item)
    plan_notices(LATER)
    assert told() == ["Deputy", "Lead"]


@pytest.mark.parametrize("approved", [True, False])
def test_a_decision_is_told_to_who_asked_and_to_the_lead(cast: Cast, approved: bool) -> None:
    amendment = asked(cast)
    if approved:
        approve_amendment(act(cast, "manager"), amendment)
    else:
        refuse_amendment(act(cast, "manager"), amendment, note="The money ends.")
    plan_notices(LATER)
    assert told() == ["Deputy", "Lead"]


def test_an_officer_who_submitted_it_waits_as_well(cast: Cast) -> None:
    approve_amendment(act(cast, "manager"), asked(cast, "officer"))
    plan_notices(LATER)
    assert told() == ["Lead", "Officer"]


def test_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    factories.programme_role(cast.programme, "manager", cast["lead"])
    approve_amendment(act(cast, "lead"), asked(cast, "lead"))
    send_back(cast, claimed(cast), by="lead")
    plan_notices(LATER)
    assert told() == []


def test_a_mail_says_what_is_missing_and_where(cast: Cast, relay: Script) -> None:
    item = claimed(cast)
    send_back(cast, item)
    assert sweep(LATER).notices == 1
    (mail,) = relay.received
    assert mail["Subject"] == "AURORA MS7 came back: something is missing"
    for text in (text_of(mail), text_of(mail, "html")):
        assert "MS7 First patient" in text
        assert "The signature is missing." in text
        assert "Officer, Sunday 7 June 2026" in text
        assert "https://tracker.example.org" + reverse("milestone", args=[item.pk]) in text
        assert "You handed it in, or lead the network." in text
        assert "/do/" not in text


def test_a_decision_says_which(cast: Cast, relay: Script) -> None:
    approve_amendment(act(cast, "manager"), asked(cast), note="Agreed, for the last time.")
    sweep(LATER)
    assert {mail["Subject"] for mail in relay.received} == {"AURORA AMD-1 is approved"}
    text = text_of(relay.received[0])
    assert "Agreed, for the last time." in text
    assert "The dates and items it names have changed accordingly." in text


def test_sweeps_without_number_tell_it_once(cast: Cast, relay: Script) -> None:
    send_back(cast, claimed(cast))
    for minutes in range(5):
        sweep(LATER + timedelta(minutes=minutes))
    assert len(relay.received) == 1
    assert Message.objects.filter(kind="notice").count() == 1


def test_an_event_that_was_committed_late_is_told(cast: Cast) -> None:
    item = claimed(cast)
    plan_notices(BEGUN + timedelta(minutes=30))
    send_back(cast, item, BEGUN)
    plan_notices(BEGUN + timedelta(minutes=31))
    assert told() == ["Lead"]


def test_what_happened_before_anybody_listened_is_no_news(cast: Cast) -> None:
    Heartbeat.objects.filter(name="notices").delete()
    send_back(cast, claimed(cast), BEGUN - timedelta(minutes=1))
    plan_notices(BEGUN)
    plan_notices(LATER)
    assert told() == []


def test_an_outage_of_a_day_loses_nothing(cast: Cast) -> None:
    send_back(cast, claimed(cast))
    plan_notices(BEGUN + timedelta(hours=24))
    assert told() == ["Lead"]


def test_after_two_days_it_is_no_news_and_staff_see_why(cast: Cast, relay: Script) -> None:
    send_back(cast, claimed(cast))
    late = BEGUN + timedelta(hours=48, minutes=1)
    assert plan_notices(late) == 0
    sweep(late)
    row = Message.objects.get(kind="notice")
    assert (row.state, relay.received) == ("cancelled", [])
    assert "48 hours" in row.note


def test_a_mail_that_waited_for_two_days_does_not_leave(cast: Cast, relay: Script) -> None:
    send_back(cast, claimed(cast))
    plan_notices(LATER)
    sweep(BEGUN + timedelta(hours=48, minutes=1))
    assert Message.objects.get(kind="notice").state == "cancelled"
    assert [mail["Subject"] for mail in relay.received if "came back" in mail["Subject"]] == []


def test_a_sweep_in_the_future_makes_nobody_deaf(cast: Cast) -> None:
    plan_notices(at("2030-01-01 00:00"))
    send_back(cast, claimed(cast))
    plan_notices(LATER)
    assert told() == ["Lead"]
    Heartbeat.objects.filter(name="notices").update(facts={"since": "2030-01-01T00:00:00+00:00"})
    plan_notices(LATER)
    verify = claimed_again(cast)
    plan_notices(LATER + timedelta(minutes=2))
    assert Message.objects.filter(event__target_id=verify.pk, event__verb="verify").exists()


def claimed_again(cast: Cast) -> Milestone:
    item = factories.milestone(cast.aurora, contractual_date=date(2026, 12, 1))
    claim_milestone(
        act(cast, "lead", at("2026-06-03 09:00")),
        item,
        achieved_on=date(2026, 6, 2),
        evidence=PROOF,
    )
    item.refresh_from_db()
    verify_milestone(act(cast, "officer", LATER + timedelta(minutes=1)), item)
    return item


def test_a_fault_in_the_news_does_not_hold_up_the_mornings(
    cast: Cast, relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 9))

    def broken(*_args: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr("notifications.services.noticing.source_of", broken)
    send_back(cast, claimed(cast))
    with pytest.raises(RuntimeError, match="broken"):
        sweep(at("2026-06-08 08:00"))
    assert [mail["To"] for mail in relay.received] == [cast["lead"].email]
    # Nothing was passed over: the next sweep reads the log from where it was.
    monkeypatch.undo()
    plan_notices(at("2026-06-08 09:00"))
    assert Message.objects.filter(kind="notice").exists()


def test_staff_of_the_network_see_it_and_nobody_else(cast: Cast, client: Client) -> None:
    item = claimed(cast)
    send_back(cast, item)
    plan_notices(LATER)
    other = factories.programme_role(factories.programme(), "manager")
    for person, number in ((cast["officer"], 1), (cast["lead"], 0), (other, 0)):
        assert Message.objects.visible_to(person).count() == number
    client.force_login(cast["officer"])
    page = client.get(reverse("duty-reminders", args=["milestone", item.pk])).content.decode()
    assert "Told at once of what had happened" in page
    outbox = client.get(reverse("outbox"), {"network": cast.aurora.pk})
    assert outbox.context["page"].paginator.count == 1


def test_a_row_is_a_notice_if_and_only_if_it_tells_of_an_event(cast: Cast) -> None:
    send_back(cast, claimed(cast))
    plan_notices(LATER)
    row = Message.objects.get(kind="notice")
    for wrong in ({"event": None}, {"kind": "digest"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=row.pk).update(**wrong)


def test_one_press_on_unsubscribe_ends_them_too(cast: Cast, relay: Script) -> None:
    send_back(cast, claimed(cast))
    sweep(LATER)
    address = relay.received[0]["List-Unsubscribe"].strip(" <>")
    path = address.removeprefix("https://tracker.example.org")
    assert Client(enforce_csrf_checks=True).post(path).status_code == 200
    found = Preference.objects.get(user=cast["lead"])
    assert (found.rhythm, found.notices) == ("weekly", False)


def test_the_cost_follows_what_has_happened(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        submitted_and_returned(cast)
    with django_assert_max_num_queries(20) as spent:
        assert plan_notices(LATER) == 3
    cost = len(spent)
    for _ in range(20):
        submitted_and_returned(cast)
    with django_assert_max_num_queries(cost):
        assert plan_notices(LATER) == 20
    plan_notices(LATER + timedelta(hours=2))
    with django_assert_max_num_queries(3):
        plan_notices(LATER + timedelta(hours=2, seconds=30))


def submitted_and_returned(cast: Cast) -> None:
    item = factories.deliverable(cast.aurora, contractual_date=date(2026, 12, 1))
    when = at("2026-06-03 09:00")
    submit_deliverable(act(cast, "lead", when), item, delivered_on=date(2026, 6, 2), evidence=PROOF)
    item.refresh_from_db()
    request_revision(act(cast, "officer"), item, note="More, please.")


def test_a_verb_has_one_source() -> None:
    class Other(NoticeSource):
        kind = "other"
        verbs = frozenset(["return"])

        def waiting(self, events: Any, now: Any) -> Any:
            return {}

        def tell(self, event: Any, person: Any) -> Any:
            return None

    with pytest.raises(ValueError, match="Somebody tells of “return” already"):
        notices.register(Other())


@pytest.mark.parametrize("language", [code for code, _ in django_settings.LANGUAGES])
def test_each_language_has_its_news(cast: Cast, relay: Script, language: str) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(language=language)
    send_back(cast, claimed(cast))
    item = claimed_gate(cast)
    verify_milestone(act(cast, "chair"), item)
    amendment = asked(cast, "lead")
    approve_amendment(act(cast, "manager"), amendment)
    sweep(LATER)
    english = ("came back", "is accepted", "is approved", "You handed it in", "See it", "at once")
    texts = [text_of(mail) for mail in relay.received]
    assert len(texts) == 3
    for words in english:
        assert any(words in text for text in texts) is (language == "en"), words


def claimed_gate(cast: Cast) -> Milestone:
    item = factories.milestone(
        cast.aurora, contractual_date=date(2026, 12, 1), code="MS8", is_gate=True
    )
    when = at("2026-06-03 09:00")
    claim_milestone(act(cast, "lead", when), item, achieved_on=date(2026, 6, 2), evidence=PROOF)
    item.refresh_from_db()
    return item
