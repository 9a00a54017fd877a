"""Password, mailed code, app code, recovery code: who comes in, and who does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import User
from tests import factories
from tests.door.entering import (
    LOGIN,
    SECRET,
    app_code,
    arrived,
    confirm,
    log_in,
    mailed_code,
    mailed_path,
    who,
    with_app,
)

pytestmark = pytest.mark.django_db
ASK_CODE, TYPE_CODE = reverse("account_request_login_code"), reverse("account_confirm_login_code")
RESET = reverse("account_reset_password")
SECOND = reverse("mfa_authenticate")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def test_a_password_lets_in_and_a_wrong_one_does_not(client: Client) -> None:
    person = factories.user()
    assert log_in(client, person, "wrong").status_code == 200
    assert who(client) is None
    assert log_in(client, person)["Location"] == reverse("my-work")
    assert who(client) == person.pk


def test_the_sign_up_is_closed(client: Client) -> None:
    body = {"email": "new@example.org", "password1": "x" * 20, "password2": "x" * 20}
    answer = client.post(reverse("account_signup"), body)
    assert "by invitation" in answer.content.decode()
    assert not type(factories.user()).objects.filter(email="new@example.org").exists()


def test_a_mailed_code_lets_in_once(client: Client) -> None:
    person = factories.user()
    assert client.post(ASK_CODE, {"email": person.email})["Location"] == TYPE_CODE
    code = mailed_code()
    client.post(TYPE_CODE, {"code": code})
    assert who(client) == person.pk
    other = Client()
    other.post(ASK_CODE, {"email": person.email})
    other.post(TYPE_CODE, {"code": code})
    assert who(other) is None


def test_a_mailed_code_is_for_the_browser_that_asked(client: Client) -> None:
    person = factories.user()
    client.post(ASK_CODE, {"email": person.email})
    thief = Client()
    thief.post(TYPE_CODE, {"code": mailed_code()})
    assert who(thief) is None


@pytest.mark.parametrize(("minutes", "inside"), [(9, True), (11, False)])
def test_a_mailed_code_is_good_for_ten_minutes(
    client: Client, time_machine: Any, minutes: int, inside: bool
) -> None:
    time_machine.move_to(factories.NOW, tick=False)
    person = factories.user()
    client.post(ASK_CODE, {"email": person.email})
    code = mailed_code()
    time_machine.move_to(factories.NOW + timedelta(minutes=minutes), tick=False)
    client.post(TYPE_CODE, {"code": code})
    assert (who(client) == person.pk) is inside


def test_after_three_wrong_codes_the_right_one_is_wrong_too(client: Client) -> None:
    person = factories.user()
    client.post(ASK_CODE, {"email": person.email})
    code = mailed_code()
    for _ in range(3):
        client.post(TYPE_CODE, {"code": "WRNG-WRNG"})
    client.post(TYPE_CODE, {"code": code})
    assert who(client) is None


def test_a_closed_account_gets_in_by_no_way(client: Client) -> None:
    person = factories.user(is_active=False)
    log_in(client, person)
    assert who(client) is None
    client.post(ASK_CODE, {"email": person.email})
    if arrived():
        client.post(TYPE_CODE, {"code": mailed_code()})
    assert who(client) is None


def test_a_closed_account_is_out_at_the_next_request(client: Client) -> None:
    person = factories.user()
    log_in(client, person)
    assert client.get(reverse("my-work")).status_code == 200
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("my-work"))["Location"].startswith(LOGIN)


def test_a_forgotten_password_is_set_anew_by_mail_once(client: Client) -> None:
    person = factories.user()
    client.post(RESET, {"email": person.email})
    path = mailed_path()
    form = client.get(path, follow=True)
    new = "another long and easy one"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)
    assert "used up" in Client().get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    "weak",
    ["short1x", "password1234", "1q2w3e4r5t6y7u", "NetworkTracker2026!", "milestone-report-1"],
)
def test_a_weak_password_is_refused(client: Client, weak: str) -> None:
    person = factories.user()
    client.post(RESET, {"email": person.email})
    form = client.get(mailed_path(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": weak, "password2": weak})
    person.refresh_from_db()
    assert person.check_password(factories.PASSWORD)


def test_a_link_to_a_new_password_is_good_for_an_hour(client: Client, time_machine: Any) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    time_machine.move_to(factories.NOW, tick=False)
    client.post(RESET, {"email": factories.user().email})
    time_machine.move_to(factories.NOW + timedelta(minutes=61), tick=False)
    assert "used up" in Client().get(mailed_path(), follow=True).content.decode()


def test_a_new_password_ends_all_sessions(client: Client) -> None:
    person = factories.user()
    log_in(client, person)
    person.set_password("another long and easy one")
    person.save()
    assert client.get(reverse("my-work"))["Location"].startswith(LOGIN)


@pytest.mark.parametrize("way", ["password", "code"])
def test_with_an_app_no_other_way_is_enough(client: Client, way: str) -> None:
    person = with_app(factories.user())
    if way == "password":
        answer = log_in(client, person)
    else:
        client.post(ASK_CODE, {"email": person.email})
        answer = client.post(TYPE_CODE, {"code": mailed_code()})
    assert answer["Location"] == SECOND
    assert who(client) is None
    assert client.get(reverse("my-work"))["Location"].startswith(LOGIN)
    client.post(SECOND, {"code": "000000" if app_code() != "000000" else "000001"})
    assert who(client) is None
    client.post(SECOND, {"code": app_code()})
    assert who(client) == person.pk


def test_an_app_code_serves_once(client: Client) -> None:
    person, code = with_app(factories.user()), app_code()
    log_in(client, person)
    client.post(SECOND, {"code": code})
    again = Client()
    log_in(again, person)
    again.post(SECOND, {"code": code})
    assert (who(client), who(again)) == (person.pk, None)


def test_a_recovery_code_serves_once(client: Client) -> None:
    person = with_app(factories.user())
    code = RecoveryCodes.activate(person).generate_codes()[0]
    log_in(client, person)
    client.post(SECOND, {"code": code})
    again = Client()
    log_in(again, person)
    again.post(SECOND, {"code": code})
    assert (who(client), who(again)) == (person.pk, None)


def test_secrets_of_apps_and_recovery_codes_lie_encrypted() -> None:
    person = with_app(factories.user())
    codes = RecoveryCodes.activate(person).generate_codes()
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not [code for code in codes if code in stored]


def test_secrets_outlive_a_change_of_the_key_and_a_lost_key_opens_nothing(
    client: Client, settings: Any
) -> None:
    person, old = with_app(factories.user()), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "b" * 60, []
    log_in(client, person)
    assert client.post(SECOND, {"code": app_code()}).status_code == 200
    assert who(client) is None
    cache.clear()
    settings.SECRET_KEY_FALLBACKS = [old]
    client.post(SECOND, {"code": app_code()})
    assert who(client) == person.pk


def test_a_session_gets_a_new_key_at_log_in_and_loses_it_at_log_out(client: Client) -> None:
    person = factories.user()
    client.post(ASK_CODE, {"email": person.email})
    before = client.session.session_key
    client.post(TYPE_CODE, {"code": mailed_code()})
    inside = client.session.session_key
    assert before
    assert inside != before
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert planted.get(reverse("my-work"))["Location"].startswith(LOGIN)
    client.post(reverse("account_logout"))
    planted.cookies[settings.SESSION_COOKIE_NAME] = inside
    assert planted.get(reverse("my-work"))["Location"].startswith(LOGIN)


def test_a_session_gets_a_new_key_when_one_has_proved_oneself_anew(client: Client) -> None:
    person = factories.user()
    log_in(client, person)
    before = client.session.session_key
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": "wrong"})
    assert client.session.session_key == before
    confirm(client, person)
    assert who(client) == person.pk
    assert client.session.session_key != before
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert planted.get(reverse("my-work"))["Location"].startswith(LOGIN)
    assert len(client.get(reverse("usersessions_list")).context["sessions"]) == 1


def test_a_word_of_the_place_with_enough_of_one_s_own_is_a_password() -> None:
    validate_password("the milestone of my grandmother", User(email="a@example.org"))
    with pytest.raises(ValidationError, match="anybody would try"):
        validate_password("myprogramme-report", User(email="a@example.org"))


def test_an_address_changes_only_when_the_new_one_is_confirmed(client: Client) -> None:
    person = factories.user()
    old = person.email
    log_in(client, person)
    confirm(client, person)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    person.refresh_from_db()
    assert person.email == old
    path = next(m for m in arrived() if m.to == ["new@example.org"]).body
    client.post(path[path.index("/accounts/confirm") :].split()[0])
    person.refresh_from_db()
    assert person.email == "new@example.org"


@pytest.mark.parametrize("action", ["action_primary", "action_remove", "action_add"])
@pytest.mark.parametrize("proved", [True, False, None])
def test_no_button_takes_an_address_that_nobody_proved_or_drops_the_account_s(
    client: Client, action: str, proved: bool | None
) -> None:
    """Whether allauth knows the account's address as proved, as unproved, or not at all."""
    person = factories.user()
    old = person.email
    if proved is not None:
        EmailAddress.objects.create(user=person, email=old, verified=proved, primary=proved)
    EmailAddress.objects.create(user=person, email="anothers@example.org")
    log_in(client, person)
    confirm(client, person)
    for email in (old, "anothers@example.org", "third@example.org"):
        client.post(reverse("account_email"), {"email": email, action: ""})
    person.refresh_from_db()
    assert person.email == old


def test_an_address_that_an_operator_writes_is_proved_and_the_only_one(client: Client) -> None:
    person = factories.user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client.force_login(factories.user(is_staff=True, is_superuser=True))
    page = reverse("admin:networks_user_change", args=[person.pk])
    form = client.get(page).context["adminform"].form
    body = {name: form[name].value() or "" for name in form.fields}
    client.post(page, body | {"email": "written@example.org", "is_active": "on"})
    rows = EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")
    assert list(rows) == [("written@example.org", True, True)]


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_a_factor_is_added_only_by_who_has_just_proved_it_is_them(
    client: Client, name: str
) -> None:
    person = factories.user()
    client.force_login(person)
    asked = reverse(name)
    assert client.get(asked)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(
        f"{reverse('account_reauthenticate')}?next={asked}", {"password": factories.PASSWORD}
    )
    assert client.get(asked).status_code == 200


def test_an_app_is_set_up_and_its_owner_is_told_by_mail(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    person = factories.user()
    log_in(client, person)
    confirm(client, person)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert "shown this once" in client.get(answer["Location"]).content.decode()
    told = arrived()[-1]
    assert told.to == [person.email]
    assert "how your account is protected" in told.body
    assert "<h1" in told.alternatives[0][0]


def test_a_mail_speaks_the_language_of_its_person(client: Client) -> None:
    person = factories.user(language="de", time_zone="Europe/Berlin")
    client.post(ASK_CODE, {"email": person.email})
    mail = arrived()[-1]
    assert 'lang="de"' in mail.alternatives[0][0]
    assert timezone.get_current_timezone_name() == "UTC"
