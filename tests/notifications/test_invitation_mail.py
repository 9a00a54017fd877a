"""The mail of an invitation: one for each sending, with a link that nobody else has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from networks.invitation_links import token_of
from networks.marks import marks_of_invitations
from networks.models import Invitation
from networks.services.inviting import Asked, invite, send_again, take_back
from networks.services.joining import NewAccount, accept_with_new_account
from notifications.models import Bounce, Message, Suppression
from notifications.services import sweep
from notifications.services.bouncing import Report, record_bounce
from notifications.services.links import masked
from notifications.services.returning import token_of as return_token
from notifications.services.steering import steps_for
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import CUT, Script, serving

pytestmark = pytest.mark.django_db
NOW = at("2026-06-07 12:00")
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    settings.SITE_URL = "https://tracker.example.org"
    with serving(Script(), settings) as script:
        yield script


def invited(cast: Cast, email: str = "anna@example.org", **fields: Any) -> Invitation:
    act = factories.act(cast["lead"], NOW)
    return invite(act, cast.programme, cast.aurora, [Asked(email, "member", **fields)])[0]


def body(mail: Any, kind: str = "plain") -> str:
    return mail.get_body((kind,)).get_content()


def link_in(mail: Any) -> str:
    found = re.findall(r"https://tracker\.example\.org/join/(\S+)/", body(mail))
    assert len(set(found)) == 1
    return found[0]


def test_it_reaches_an_address_without_an_account(cast: Cast, relay: Script) -> None:
    row = invited(cast, name="Anna Rossi")
    sweep(NOW)
    [mail] = relay.received
    assert mail["To"] == "anna@example.org"
    assert mail["Subject"] == f"{cast['lead'].name} invites you to AURORA"
    assert "Anna Rossi" in body(mail)
    assert link_in(mail) == token_of(row.key)
    assert body(mail, "html").count(token_of(row.key)) == 1
    assert mail["List-Unsubscribe"] is None


def test_any_number_of_passes_send_one(cast: Cast, relay: Script) -> None:
    invited(cast)
    for minutes in range(4):
        sweep(NOW + timedelta(minutes=minutes))
    assert len(relay.received) == 1
    assert Message.objects.count() == 1


def test_what_is_stored_of_it_holds_no_key(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    sweep(NOW)
    mail = Message.objects.get()
    for text in (mail.text, mail.html):
        assert token_of(row.key) not in text
        assert row.key.hex not in masked(text)
        assert "/join/…/" in masked(text)


def test_sent_again_it_holds_the_new_link(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    sweep(NOW)
    send_again(factories.act(cast["lead"], LATER), row)
    sweep(LATER)
    first, second = (link_in(mail) for mail in relay.received)
    assert first != second == token_of(Invitation.objects.get().key)


def test_two_sendings_before_a_pass_are_one_mail(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    relay.say("dot", "451 later")
    sweep(NOW)
    send_again(factories.act(cast["lead"], LATER), row)
    relay.forget()
    sweep(NOW + timedelta(hours=1))
    assert [link_in(mail) for mail in relay.received] == [token_of(Invitation.objects.get().key)]
    assert sorted(Message.objects.values_list("state", flat=True)) == ["accepted", "cancelled"]


def test_taken_back_before_it_left_it_does_not_leave(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    relay.say("dot", "451 later")
    sweep(NOW)
    take_back(factories.act(cast["lead"], LATER), row)
    relay.forget()
    sweep(NOW + timedelta(hours=1))
    assert relay.received == []


def test_accepted_before_it_left_it_does_not_leave(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    relay.say("dot", "451 later")
    sweep(NOW)
    account = NewAccount("Anna", "a very long pass phrase", "it", "UTC")
    accept_with_new_account(row, account, LATER)
    relay.forget()
    sweep(NOW + timedelta(hours=1))
    assert "anna@example.org" not in relay.to()


def test_it_speaks_the_language_of_its_reader(cast: Cast, relay: Script) -> None:
    invited(cast, "claire@example.org", language="fr")
    factories.user("Bruno", email="bruno@example.org", language="it")
    invited(cast, "bruno@example.org", language="fr")
    sweep(NOW)
    said = {mail["To"]: mail.get_body(("html",)).get_content() for mail in relay.received}
    assert 'lang="fr"' in said["claire@example.org"]
    assert 'lang="it"' in said["bruno@example.org"]


def test_a_closed_answer_leaves_it_in_doubt_and_sends_no_copy(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    relay.say("dot", CUT)
    sweep(NOW)
    relay.forget()
    sweep(NOW + timedelta(hours=1))
    assert len(relay.received) == 1
    assert Message.objects.get().state == Message.State.UNKNOWN
    [mark] = marks_of_invitations(cast["lead"], [row.pk])[row.pk]
    assert "may not have arrived" in mark


def test_one_that_came_back_is_marked(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    sweep(NOW)
    mail = Message.objects.get()
    report = Report(
        key="r1",
        door=Bounce.Door.MAIL,
        kind=Bounce.Kind.HARD,
        status="5.1.1",
        said="no such user",
        reminder_id=str(mail.pk),
        token=return_token(mail),
    )
    assert record_bounce(report, LATER) is not None
    [mark] = marks_of_invitations(cast["lead"], [row.pk])[row.pk]
    assert mark.startswith("came back")
    assert "no such user" in mark
    # Nobody has that address: there is nobody to bar, and sent again it goes out.
    assert not Suppression.objects.exists()
    send_again(factories.act(cast["lead"], LATER), row)
    sweep(LATER)
    assert len(relay.received) == 2
    assert marks_of_invitations(cast["lead"], [row.pk]) == {}


def test_a_refusal_is_marked(cast: Cast, relay: Script) -> None:
    row = invited(cast)
    relay.say("rcpt", "550 5.1.1 nobody here")
    sweep(NOW)
    [mark] = marks_of_invitations(cast["lead"], [row.pk])[row.pk]
    assert "nobody here" in mark


def test_staff_see_it_in_the_outbox_and_the_stranger_does_not(cast: Cast, relay: Script) -> None:
    row = invited(cast, name="Anna Rossi")
    sweep(NOW)
    mail = Message.objects.get()
    browser = Client()
    browser.force_login(cast["officer"])
    shown = browser.get(reverse("outbox")).content.decode()
    assert "Anna Rossi" in shown
    page = browser.get(reverse("outbox-message", args=[mail.pk])).content.decode()
    assert "anna@example.org" in page
    assert token_of(row.key) not in page
    assert "retry" not in steps_for(mail)
    other = factories.programme_role(cast.boreas.programme, "officer")
    browser.force_login(other)
    assert browser.get(reverse("outbox-message", args=[mail.pk])).status_code == 404


def test_only_an_invitation_goes_to_nobody(cast: Cast) -> None:
    row = invited(cast)
    sweep(NOW)
    mail = Message.objects.get(invitation=row)
    for change in ({"kind": "digest"}, {"invitation": None}, {"recipient": cast["lead"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=mail.pk).update(**change)
