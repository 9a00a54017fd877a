"""Invitations: who may ask whom to what, and that the role comes with the answer only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from networks.access import access_day
from networks.holdings import held_by
from networks.invitation_links import hashed, token_of
from networks.models import Event, Invitation, Member, Network, ProgrammeRole, User
from networks.refusals import Conflict, Refusal
from networks.services.inviting import Asked, CannotInvite, invite, send_again, take_back
from networks.services.joining import (
    NewAccount,
    accept,
    accept_with_new_account,
    find_invitation,
    is_for,
)
from tests import factories
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
ACCOUNT = NewAccount("Anna Rossi", "a very long pass phrase", "it", "Europe/Rome")


@pytest.fixture
def cast(db: None) -> Cast:
    return factories.cast()


def asked(email: str = "anna@example.org", role: str = "member", **fields: Any) -> Asked:
    return Asked(email, role, **fields)


def invited(cast: Cast, by: str = "lead", at: Any = NOW, **fields: Any) -> Invitation:
    """One invitation to AURORA."""
    who = asked(**fields)
    return invite(factories.act(cast[by], at), cast.programme, cast.aurora, [who])[0]


def to_programme(cast: Cast, by: str, role: str, **fields: Any) -> Invitation:
    act = factories.act(cast[by])
    return invite(act, cast.programme, None, [asked(role=role, **fields)])[0]


@pytest.mark.parametrize("by", ["manager", "officer", "lead", "deputy"])
def test_leads_and_staff_invite_to_the_team(cast: Cast, by: str) -> None:
    assert invited(cast, by).invited_by == cast[by]


@pytest.mark.parametrize("by", ["wp_lead", "member", "observer", "chair", "funder", "stranger"])
def test_nobody_else_does(cast: Cast, by: str) -> None:
    with pytest.raises(PermissionDenied):
        invited(cast, by)


@pytest.mark.parametrize("by", ["manager", "officer"])
def test_staff_say_who_leads(cast: Cast, by: str) -> None:
    assert invited(cast, by, role="lead").role == "lead"


@pytest.mark.parametrize("by", ["lead", "deputy"])
def test_a_lead_does_not(cast: Cast, by: str) -> None:
    with pytest.raises(PermissionDenied):
        invited(cast, by, role="lead")


@pytest.mark.parametrize("role", ["officer", "chair", "reviewer"])
def test_a_manager_invites_officers_and_committee(cast: Cast, role: str) -> None:
    assert to_programme(cast, "manager", role).role == role


@pytest.mark.parametrize("by", ["officer", "chair", "lead", "stranger"])
def test_nobody_else_invites_to_the_programme(cast: Cast, by: str) -> None:
    with pytest.raises(PermissionDenied):
        to_programme(cast, by, "reviewer")


def test_a_funder_names_an_organisation(cast: Cast) -> None:
    with pytest.raises(CannotInvite, match="organisation"):
        to_programme(cast, "manager", "funder")
    society = factories.organisation(kind="funder")
    assert to_programme(cast, "manager", "funder", organisation=society).organisation == society


def test_one_fault_among_many_and_nobody_is_invited(cast: Cast) -> None:
    many = [asked("good@example.org"), asked("no address"), asked(cast["member"].email)]
    with pytest.raises(CannotInvite) as caught:
        invite(factories.act(cast["lead"]), cast.programme, cast.aurora, many)
    assert [(each.index, each.field) for each in caught.value.objections] == [
        (1, "email"),
        (2, "email"),
    ]
    assert not Invitation.objects.exists()
    assert not Event.objects.filter(verb="invite").exists()


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (asked("a@x.org, b@x.org"), "email"),
        (asked(role="officer"), "role"),
        (asked(starts=date(2027, 1, 2), ends=date(2027, 1, 1)), "ends"),
        (asked(role="observer", promises={"work_package": [1]}), "packages"),
    ],
)
def test_what_is_wrong_with_one(cast: Cast, who: Asked, field: str) -> None:
    with pytest.raises(CannotInvite) as caught:
        invite(factories.act(cast["lead"]), cast.programme, cast.aurora, [who])
    assert caught.value.objections[0].field == field


def test_an_address_longer_than_mail_servers_take_is_a_fault_of_its_row(cast: Cast) -> None:
    long = f"anna@{'.'.join(['x' * 60] * 4)}.example.org"
    with pytest.raises(CannotInvite) as caught:
        invited(cast, email=long)
    assert (caught.value.objections[0].index, caught.value.objections[0].field) == (0, "email")


def test_a_closed_account_is_not_asked_into_the_programme(cast: Cast) -> None:
    factories.user("Anna", email="anna@example.org", is_active=False)
    with pytest.raises(CannotInvite, match="closed"):
        to_programme(cast, "manager", "officer")


def test_nobody_is_invited_twice(cast: Cast) -> None:
    invited(cast)
    with pytest.raises(CannotInvite, match="invited already"):
        invited(cast, email="ANNA@example.org")
    twice = [asked("b@example.org"), asked("B@example.org")]
    with pytest.raises(CannotInvite, match="twice"):
        invite(factories.act(cast["lead"]), cast.programme, cast.aurora, twice)


def test_the_database_holds_it_too(cast: Cast) -> None:
    row = invited(cast)
    row.pk, row.token_hash = None, "x" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_does_not_know_the_token(cast: Cast) -> None:
    row = invited(cast)
    token = token_of(row.key)
    assert row.token_hash == hashed(token) != token
    assert find_invitation(token) == row
    assert find_invitation(row.token_hash) is None
    assert find_invitation(row.key.hex) is None


def test_no_role_before_the_answer(cast: Cast) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    invited(cast)
    assert not Network.objects.visible_to(anna).exists()
    assert not Member.objects.filter(user=anna).exists()


def test_somebody_with_an_account_accepts(cast: Cast) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    home = factories.partner(cast.aurora)
    row = invited(cast, partner=home, starts=date(2026, 1, 1), ends=date(2027, 12, 31))
    member = accept(factories.act(anna), row)
    assert isinstance(member, Member)
    assert (member.role, member.partner, member.ends) == ("member", home, date(2027, 12, 31))
    row.refresh_from_db()
    assert (row.accepted_by, row.accepted_at) == (anna, NOW)
    assert Event.objects.get(verb="join_network").actor == anna


def test_a_role_begins_on_the_day_of_the_answer_unless_another_is_named(cast: Cast) -> None:
    member = accept_with_new_account(invited(cast), ACCOUNT, NOW)[1]
    assert member.starts == access_day()


def test_a_role_whose_time_is_over_is_not_taken(cast: Cast) -> None:
    row = invited(cast, ends=access_day() - timedelta(days=1))
    with pytest.raises(Refusal, match="is over"):
        accept_with_new_account(row, ACCOUNT, NOW)


def test_somebody_without_one_is_in_at_once(cast: Cast) -> None:
    person, role = accept_with_new_account(to_programme(cast, "manager", "reviewer"), ACCOUNT, NOW)
    assert isinstance(role, ProgrammeRole)
    assert (person.email, person.name, person.language) == ("anna@example.org", "Anna Rossi", "it")
    assert person.check_password("a very long pass phrase")
    assert EmailAddress.objects.get(user=person).verified
    assert role.role == "reviewer"


def test_an_account_is_opened_with_its_role_or_not_at_all(cast: Cast) -> None:
    row = invited(cast)
    take_back(factories.act(cast["lead"]), row)
    with pytest.raises(Conflict):
        accept_with_new_account(row, ACCOUNT, NOW)
    assert not User.objects.filter(email="anna@example.org").exists()


def test_it_works_once(cast: Cast) -> None:
    row = invited(cast)
    person, _role = accept_with_new_account(row, ACCOUNT, NOW)
    with pytest.raises(Conflict):
        accept(factories.act(person), row)
    assert Member.objects.filter(user=person).count() == 1


def test_it_is_for_one_address_only(cast: Cast) -> None:
    row = invited(cast)
    with pytest.raises(Refusal, match="another address"):
        accept(factories.act(cast["stranger"]), row)
    row.refresh_from_db()
    assert row.accepted_at is None


def test_an_address_that_is_not_proved_is_nobody_s(cast: Cast) -> None:
    """Whoever could enter any address as their own would read every invitation."""
    mallory = factories.user("Mallory", email="anna@example.org")
    EmailAddress.objects.create(user=mallory, email="anna@example.org", verified=False)
    row = invited(cast)
    assert not is_for(row, mallory)
    with pytest.raises(Refusal):
        accept(factories.act(mallory), row)


def test_a_closed_account_accepts_nothing(cast: Cast) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    row = invited(cast)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    anna.refresh_from_db()
    with pytest.raises(Refusal):
        accept(factories.act(anna), row)


def test_it_lasts_as_long_as_the_programme_says(cast: Cast) -> None:
    cast.programme.invitation_days = 3
    cast.programme.save()
    anna = factories.user("Anna", email="anna@example.org")
    row = invited(cast)
    late = factories.act(anna, NOW + timedelta(days=3))
    with pytest.raises(Conflict):
        accept(late, row)
    accept(factories.act(anna, NOW + timedelta(days=3, seconds=-1)), row)


def test_sent_again_it_has_a_new_link_and_the_old_one_ends(cast: Cast) -> None:
    row = invited(cast)
    old, later = token_of(row.key), NOW + timedelta(days=40)
    again = send_again(factories.act(cast["deputy"], later), row)
    assert find_invitation(old) is None
    assert find_invitation(token_of(again.key)) == row
    assert again.state_at(later) == Invitation.State.WAITING
    assert (again.round, again.sent_at) == (2, later)


def test_a_link_seen_before_it_was_sent_again_takes_nothing(cast: Cast) -> None:
    """The page was open with the old link while the lead pressed “send again”."""
    row = invited(cast)
    seen = Invitation.objects.get(pk=row.pk)
    send_again(factories.act(cast["lead"]), row)
    with pytest.raises(Conflict):
        accept_with_new_account(seen, ACCOUNT, NOW)


def test_taken_back_it_is_over(cast: Cast) -> None:
    row = take_back(factories.act(cast["lead"]), invited(cast))
    assert row.state_at(NOW) == Invitation.State.REVOKED
    with pytest.raises(Conflict):
        send_again(factories.act(cast["lead"]), row)
    assert invited(cast).pk != row.pk


def test_only_who_may_invite_takes_back(cast: Cast) -> None:
    row = invited(cast, "manager", role="lead")
    for act in (take_back, send_again):
        with pytest.raises(PermissionDenied):
            act(factories.act(cast["lead"]), row)


def test_a_member_is_not_made_one_twice(cast: Cast) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    row = invited(cast)
    factories.member(cast.aurora, "observer", anna)
    with pytest.raises(Refusal, match="already"):
        accept(factories.act(anna), row)
    row.refresh_from_db()
    assert row.accepted_at is None


@pytest.mark.parametrize("role", ["reviewer", "funder"])
def test_whoever_left_a_role_in_the_programme_comes_back(cast: Cast, role: str) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    home = factories.organisation(kind="funder") if role == "funder" else None
    factories.programme_role(cast.programme, role, anna, organisation=home, ends=date(2026, 1, 1))
    accept(factories.act(anna), to_programme(cast, "manager", role, organisation=home))
    assert ProgrammeRole.objects.filter(user=anna, ends=None).count() == 1
    assert ProgrammeRole.objects.filter(user=anna).count() == 2


@pytest.mark.parametrize("dates", [{}, {"ends": date(9999, 1, 1)}, {"starts": date(9999, 1, 1)}])
def test_a_role_that_has_not_ended_is_not_given_twice(cast: Cast, dates: dict[str, date]) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    row = to_programme(cast, "manager", "reviewer")
    factories.programme_role(cast.programme, "reviewer", anna, **dates)
    with pytest.raises(Refusal, match="already"):
        accept(factories.act(anna), row)
    take_back(factories.act(cast["manager"]), row)
    with pytest.raises(CannotInvite, match="already"):
        to_programme(cast, "manager", "reviewer")


@pytest.mark.parametrize("lost", ["role", "account"])
def test_whom_somebody_invited_who_has_left_since_asks_again(cast: Cast, lost: str) -> None:
    row = invited(cast)
    if lost == "role":
        Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 1, 1))
    else:
        User.objects.filter(pk=cast["lead"].pk).update(is_active=False)
    with pytest.raises(Conflict, match="may not invite any more"):
        accept_with_new_account(row, ACCOUNT, NOW)
    assert not User.objects.filter(email="anna@example.org").exists()


def test_what_the_system_sent_stays_good(cast: Cast) -> None:
    row = invite(factories.act(None), cast.programme, cast.aurora, [asked()])[0]
    assert accept_with_new_account(row, ACCOUNT, NOW)[1].role == "member"


def test_sent_again_by_somebody_else_it_is_theirs(cast: Cast) -> None:
    """The mend of an invitation whose inviter has left is one press of a button."""
    row = invited(cast)
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 1, 1))
    again = send_again(factories.act(cast["deputy"]), row)
    assert accept_with_new_account(again, ACCOUNT, NOW)[1].role == "member"


def test_work_packages_come_with_the_answer(cast: Cast) -> None:
    package = factories.work_package(cast.aurora, code="WP3")
    foreign = factories.work_package(cast.boreas, code="WP9")
    promises = {"work_package": [package.pk, foreign.pk]}
    row = invited(cast, role="wp_lead", promises=promises)
    package.refresh_from_db()
    assert package.lead is None
    person, member = accept_with_new_account(row, ACCOUNT, NOW)
    package.refresh_from_db()
    foreign.refresh_from_db()
    assert (package.lead, foreign.lead) == (member, None)
    assert [each.label for each in held_by(member)] == [str(package)]
    assert Event.objects.get(verb="hand_over").actor == person


@pytest.mark.parametrize(
    ("who", "count"),
    [("manager", 2), ("officer", 2), ("lead", 1), ("member", 0), ("chair", 0), ("stranger", 0)],
)
def test_who_sees_invitations(cast: Cast, who: str, count: int) -> None:
    invited(cast)
    to_programme(cast, "manager", "reviewer")
    assert Invitation.objects.visible_to(cast[who]).count() == count


def test_the_cost_does_not_grow_with_their_number(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def spend(number: int, prefix: str) -> None:
        many = [asked(f"{prefix}{i}@example.org") for i in range(number)]
        invite(factories.act(cast["lead"]), cast.programme, cast.aurora, many)

    with django_assert_max_num_queries(16) as one:
        spend(1, "a")
    with django_assert_num_queries(len(one)):
        # SQLite takes rows in portions of a thousand values; below that the number is fixed.
        spend(30, "b")
