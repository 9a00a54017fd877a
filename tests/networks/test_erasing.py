"""After an erasure no table holds the person's name or address; the record stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client

from milestones.models import StatusUpdate
from milestones.services import post_update
from networks.models import ApiToken, Erasure, Event, Invitation, Member, User
from networks.services import add_member, record_event
from networks.services.erasing import erase
from networks.services.inviting import Asked, invite
from networks.services.leaving import leave
from notifications.models import Attempt, Bounce, ItemLink, Message, Preference, Suppression
from notifications.services import plan, set_preferences
from notifications.services.feeds import make_feed
from tests import factories
from tests.factories import NOW, Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
NAME = "Åsa Canaryson"
EMAIL = "asa.canaryson@example.org"
ORCID = "0000-0002-1825-0097"
CANARIES = (NAME, EMAIL, ORCID, "Canaryson")


@pytest.fixture
def cast(db: None) -> Cast:
    return factories.cast()


def dump() -> str:
    """Every table of the database as text, as a backup would hold it."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                lines.append(f"{table}: {json.dumps(row, default=str, ensure_ascii=False)}")
    # JSON is kept escaped on SQLite, so a name is looked for in both forms.
    text = "\n".join(lines)
    return text + text.encode().decode("unicode_escape", errors="replace")


def found(needle: str) -> list[str]:
    escaped = json.dumps(needle)[1:-1]
    double = escaped.replace("\\", "\\\\")
    return [
        line[:300]
        for line in dump().split("\n")
        if any(form.lower() in line.lower() for form in {needle, escaped, double})
    ]


def asa(cast: Cast) -> User:
    """A person who has left traces wherever one can."""
    person = factories.user(NAME, email=EMAIL, orcid=ORCID, country="SE")
    lead = factories.act(cast["lead"])
    member = add_member(lead, cast.aurora, user=person, role="member")
    EmailAddress.objects.create(user=person, email="asa@old.example.org", verified=True)
    ApiToken.objects.create(person, None)
    make_feed(factories.act(person), person)
    set_preferences(factories.act(person), person, digest_hour=9)
    item = factories.milestone(cast.aurora, responsible=member, code="MS1")
    text = f"{NAME.upper()} said so; write to {EMAIL}."
    post_update(factories.act(person), item, percent=10, confidence="on_track", text=text)
    record_event(lead, "test", item, network=cast.aurora, changes={"who": [None, {"name": NAME}]})
    Client().force_login(person)
    plan(at("2026-06-29 08:00"))
    mail = Message.objects.create(
        recipient=person,
        local_day=NOW.date(),
        dedupe_key="k",
        message_id="<k@x>",
        created_at=NOW,
        next_try_at=NOW,
        state="accepted",
        address=EMAIL,
        subject=f"For {NAME}",
        text=NAME,
        html=NAME,
        note=EMAIL,
    )
    Attempt.objects.create(
        message=mail, number=1, at=NOW, outcome="accepted", reply=f"<{EMAIL}> kept"
    )
    Bounce.objects.create(
        message=mail, key="b", at=NOW, kind="soft", door="mail", address=EMAIL, said=f"<{EMAIL}>"
    )
    Suppression.objects.create(user=person, address=EMAIL, since=NOW, reason=EMAIL, message=mail)
    who = Asked(EMAIL, "member", name=NAME)
    invite(factories.act(cast["stranger"]), cast.boreas.programme, cast.boreas, [who])
    return person


def test_no_table_holds_name_address_or_orcid(cast: Cast) -> None:
    person = asa(cast)
    before = {needle: len(found(needle)) for needle in CANARIES}
    assert all(before.values()), before
    erase(factories.act(cast["manager"]), person)
    assert {needle: found(needle) for needle in CANARIES} == {needle: [] for needle in CANARIES}
    assert found("asa@old.example.org") == []


def test_the_record_stays_under_a_pseudonym(cast: Cast) -> None:
    person = asa(cast)
    update = StatusUpdate.objects.get(author=person, kind="update")
    events = Event.objects.count()
    erased = erase(factories.act(cast["manager"]), person)
    assert erased.pseudonym.startswith("Former member ")
    kept = StatusUpdate.objects.get(pk=update.pk)
    assert (kept.author, kept.percent, kept.at) == (person, 10, update.at)
    assert kept.text.startswith(f"{erased.pseudonym} said so")
    assert str(User.objects.get(pk=person.pk)) == erased.pseudonym
    assert Event.objects.filter(verb="add_member", target_label__contains=erased.pseudonym)
    assert Event.objects.count() == events + 1
    assert Event.objects.get(verb="erase_person").actor == cast["manager"]
    assert Message.objects.filter(recipient=person, state="accepted").exists()


def test_nothing_opens_for_them_any_more(cast: Cast) -> None:
    person = asa(cast)
    client = Client()
    client.force_login(person)
    erase(factories.act(cast["manager"]), person)
    person.refresh_from_db()
    assert not person.is_active
    assert not person.has_usable_password()
    assert client.get("/").status_code == 302
    assert not Member.objects.filter(user=person, ends__isnull=True).exists()
    for model in (ApiToken, ItemLink, Preference, Suppression, EmailAddress):
        assert not model._default_manager.filter(user=person).exists()
    assert not any(
        session.get_decoded().get("_auth_user_id") == str(person.pk)
        for session in Session.objects.all()
    )
    assert not Invitation.objects.unanswered().exists()
    assert not Message.objects.filter(recipient=person, state__in=["due", "deferred"]).exists()


def test_other_people_keep_theirs(cast: Cast) -> None:
    person = asa(cast)
    other = factories.user("Bo Canary", email="bo.asa.canaryson@example.org", orcid="")
    Client().force_login(other)
    erase(factories.act(cast["manager"]), person)
    other.refresh_from_db()
    assert (other.name, other.email) == ("Bo Canary", "bo.asa.canaryson@example.org")
    assert Session.objects.count() >= 1


@pytest.mark.parametrize("name", ["Max", "Double Name"])
def test_a_name_that_others_may_mean_is_left_in_what_people_wrote(cast: Cast, name: str) -> None:
    person = factories.user(name, email=EMAIL)
    factories.user("Double Name")
    add_member(factories.act(cast["lead"]), cast.aurora, user=person)
    item = factories.milestone(cast.aurora)
    post_update(
        factories.act(cast["lead"]),
        item,
        percent=5,
        confidence="on_track",
        text=f"{name} 5 patients, {EMAIL}",
    )
    erased = erase(factories.act(cast["manager"]), person)
    text = StatusUpdate.objects.get(kind="update").text
    assert text.startswith(f"{name} 5 patients")
    assert EMAIL not in text
    label = Event.objects.get(verb="add_member").target_label
    assert label.startswith(erased.pseudonym)


def test_who_handed_over_is_replaced_though_the_name_is_one_word(cast: Cast) -> None:
    member = Member.objects.get(user=cast["member"], network=cast.aurora)
    package = factories.work_package(cast.aurora, lead=member)
    handed = {f"work_package-{package.pk}": cast["deputy"]}
    leave(factories.act(cast["lead"]), member, last_day=NOW.date(), handed=handed)
    erased = erase(factories.act(cast["manager"]), cast["member"])
    told = Event.objects.get(verb="hand_over").changes
    assert told == {"lead": [erased.pseudonym, cast["deputy"].name]}


@pytest.mark.parametrize("by", ["officer", "lead", "chair", "funder", "stranger", "member"])
def test_only_a_manager_erases(cast: Cast, by: str) -> None:
    with pytest.raises(PermissionDenied):
        erase(factories.act(cast[by]), cast["deputy"])


def test_a_manager_of_one_of_two_programmes_does_not(cast: Cast) -> None:
    factories.member(cast.boreas, "observer", cast["member"])
    with pytest.raises(PermissionDenied):
        erase(factories.act(cast["manager"]), cast["member"])
    factories.programme_role(cast.boreas.programme, "manager", cast["manager"])
    erase(factories.act(cast["manager"]), cast["member"])


def test_nobody_erases_an_operator_or_themself(cast: Cast) -> None:
    for person in (cast["manager"], User.objects.create_superuser("op@example.org", name="Op")):
        with pytest.raises(PermissionDenied):
            erase(factories.act(cast["manager"]), person)


def test_a_stranger_without_roles_is_an_operator_s_to_erase(cast: Cast) -> None:
    loose = factories.user("Loose End")
    with pytest.raises(PermissionDenied):
        erase(factories.act(cast["manager"]), loose)
    operator = User.objects.create_superuser("op@example.org", name="Op")
    erase(factories.act(operator), loose)


def refused(change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="history"), transaction.atomic():
        Event.objects.update(**change)


def test_the_log_stays_closed(cast: Cast) -> None:
    erase(factories.act(cast["manager"]), asa(cast))
    for change in ({"target_label": "x"}, {"changes": {}}, {"verb": "x"}):
        refused(change)


def test_an_open_erasure_opens_texts_and_nothing_else(cast: Cast) -> None:
    record_event(factories.act(cast["lead"]), "test", cast.aurora, network=cast.aurora)
    Erasure.objects.create(person=cast["member"], pseudonym="P", at=NOW, by=None)
    Event.objects.update(target_label="x")
    refused({"verb": "x"})
    refused({"at": NOW - timedelta(days=1), "target_label": "y"})
    with pytest.raises(DatabaseError, match="history"), transaction.atomic():
        Event.objects.all()._raw_delete(Event.objects.db)
