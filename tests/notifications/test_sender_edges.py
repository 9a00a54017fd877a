"""What the sender does at its edges: lines that meet in one mail, files that vanish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core import mail

from networks.models import Member, Network
from notifications import journal
from notifications.models import Message, Reminder
from notifications.services import deliver, plan, sweep
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

MONDAY = at("2026-06-01 08:00")


@pytest.mark.django_db
def test_of_two_steps_of_one_duty_in_a_mail_only_the_later_is_told(cast: Cast) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), code="MS7")
    plan(MONDAY)
    # As after a hand-over of lines from one mail to another that went wrong half way.
    Reminder.objects.filter(offset_days=-14).update(
        state="planned", message=Message.objects.get(), note=""
    )
    deliver(MONDAY)
    assert mail.outbox[0].body.count("* MS7") == 1
    rows = dict(Reminder.objects.values_list("offset_days", "state"))
    assert (rows[-14], rows[-7]) == ("superseded", "sent")


@pytest.mark.django_db
def test_what_was_not_open_at_the_moment_of_sending_is_told_once_it_is_open_again(
    cast: Cast,
) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    Network.objects.update(state="suspended")
    deliver(MONDAY)
    assert mail.outbox == []
    Network.objects.update(state="active")
    sweep(at("2026-06-02 08:00"))
    assert len(mail.outbox) == 1
    assert Reminder.objects.get(offset_days=-7).state == "sent"


@pytest.mark.django_db
def test_whose_role_was_over_at_the_moment_of_sending_is_told_once_they_are_back(
    cast: Cast,
) -> None:
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    lead = Member.objects.filter(user=cast["lead"])
    plan(MONDAY)
    lead.update(ends=date(2026, 5, 31))
    deliver(MONDAY)
    assert mail.outbox == []
    lead.update(ends=None)
    sweep(at("2026-06-02 08:00"))
    assert [each.to for each in mail.outbox] == [[cast["lead"].email]]


def test_a_journal_that_another_worker_has_just_removed_is_nobodys(tmp_path: Path) -> None:
    assert journal._lock(tmp_path / "00000000-0000-0000-0000-000000000000.log") is None
