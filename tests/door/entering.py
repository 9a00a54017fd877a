"""Steps that tests of the door share: asking, mails that arrived, codes of an app."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from networks.door import mails
from networks.models import User
from tests import factories

LOGIN = reverse("account_login")


def log_in(client: Client, person: User, password: str = factories.PASSWORD, **extra: Any) -> Any:
    """Send the sign-in form."""
    return client.post(LOGIN, {"login": person.email, "password": password}, **extra)


def confirm(client: Client, person: User, password: str = factories.PASSWORD) -> None:
    """Prove once more that it is the person."""
    answer = client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": password})
    assert answer.status_code == 302, answer.content


def who(client: Client) -> int | None:
    """The id of the person whom the browser is signed in as."""
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def arrived() -> list[Any]:
    """The mails that have left by now."""
    mails.settle()
    return list(mail.outbox)


def mailed_code() -> str:
    """The code in the last mail."""
    found = re.search(r"(?m)^([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)$", arrived()[-1].body)
    assert found, arrived()[-1].body
    return found[1]


def mailed_path() -> str:
    """The address in the last mail, without its host."""
    found = re.search(r"http://localhost:8000(/accounts/\S+)", arrived()[-1].body)
    assert found, arrived()[-1].body
    return found[1]


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app_code(secret: str = SECRET, at: float | None = None) -> str:
    """What an authenticator app shows now."""
    step = int((time.time() if at is None else at) // 30)
    return str(format_hotp_value(hotp_value(secret, step)))


def with_app(person: User) -> User:
    """Give a person an authenticator app."""
    TOTP.activate(person, SECRET)
    return person
