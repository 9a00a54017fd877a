"""What the sender does at its edges: lines that meet in one mail, files that vanish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core import mail

from notifications import journal
from notifications.models import Message, Reminder
from notifications.services import deliver, plan
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


def test_a_journal_that_another_worker_has_just_removed_is_nobodys(tmp_path: Path) -> None:
    assert journal._lock(tmp_path / "00000000-0000-0000-0000-000000000000.log") is None
