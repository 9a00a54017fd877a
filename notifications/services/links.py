"""The personal addresses in a mail.

What is stored of a mail holds placeholders; the real addresses are put in at the moment of
sending. So neither the outbox page nor a copy of the database holds a key to anything.
"""

from __future__ import annotations

import hmac
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse

from networks.duties import Audience, source
from networks.invitation_links import token_of as invitation_token
from notifications.models import ItemLink

LIFETIME = timedelta(days=14)
# So much later than planned may a mail leave before its links are given their days anew.
LATENESS = timedelta(hours=1)
BATCH = 500
# Whom a link lets act: those whose own duty it is. Staff sign in.
ANSWERING = (Audience.RESPONSIBLE, Audience.LEADS)
_SALT = "notifications.item-link"
_WEEKLY_SALT = "notifications.weekly"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PLACEHOLDER = re.compile(
    r"(/(?:do/link-[0-9a-f]{32}|less-mail/person-[0-9]+|join/key-[0-9a-f]{32})/)"
)


def token_of(key: UUID) -> str:
    """The secret part of a link's address: 256 bits only this installation can derive."""
    return keyed(_SALT, settings.SECRET_KEY, key.hex)


def keyed(salt: str, secret: str, value: str) -> str:
    """256 bits that only this installation can derive from a value (RFC 2104), for an address."""
    digest = mac_of(salt, secret, value)
    return b2a_base64(digest, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


def mac_of(salt: str, secret: str, value: str) -> bytes:
    """HMAC-SHA256 of a value, by a key of its own for each salt."""
    mac = _keyed_mac(salt, secret).copy()
    mac.update(value.encode())
    return mac.digest()


def is_ours(token: str, make: Callable[[str], str]) -> bool:
    """Whether a token is made by the present SECRET_KEY, or by an earlier one that still counts."""
    secrets: Iterable[str] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    given = token.encode("utf-8", "replace")
    return any(hmac.compare_digest(make(secret).encode("ascii"), given) for secret in secrets)


@lru_cache(maxsize=16)
def _keyed_mac(salt: str, secret: str) -> hmac.HMAC:
    """What has taken in its key already, to be copied: a mail holds a dozen of them.

    The key is the one that Django's ``salted_hmac`` derives anew for each value.
    """
    return hmac.new(sha256(salt.encode() + secret.encode()).digest(), digestmod="sha256")


def hashed(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def make_links(reminders: Iterable[Any], now: datetime) -> dict[int, UUID]:
    """Keys of links for the reminders whose recipient can answer by mail, by reminder's id.

    They are made when the ledger is written, so that sending reads them only: one statement.
    A reminder keeps the link it has, so that a second copy of a mail holds the same one, and
    a mail that leaves later than planned holds links for the days it promises. What was
    taken back stays so: that mail shows the item's own page instead.
    """
    answering = {
        reminder.pk: reminder
        for reminder in reminders
        if source(reminder.duty_kind).answerable and reminder.audience in ANSWERING
    }
    rows = ItemLink.objects.filter(reminder_id__among=set(answering)).order_by()
    taken_back, soon = Q(revoked_at__isnull=False), Q(expires_at__lt=now + LIFETIME - LATENESS)
    links, old = {}, []
    for pk, key, dead, ends in rows.values_list("reminder_id", "key", _is(taken_back), _is(soon)):
        del answering[pk]
        if not dead:
            links[pk] = key
            if ends:
                old.append(key)
    if old:
        ItemLink.objects.filter(key__among=old).update(expires_at=now + LIFETIME)
    new = [_link(reminder, now) for reminder in answering.values()]
    ItemLink.objects.bulk_create(new, batch_size=BATCH)
    return links | {link.reminder_id: link.key for link in new if link.reminder_id is not None}


def _is(condition: Q) -> ExpressionWrapper[Any]:
    """Whether a condition holds, as a column."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def _link(reminder: Any, now: datetime) -> ItemLink:
    key = uuid4()
    return ItemLink(
        key=key,
        token_hash=hashed(token_of(key)),
        user_id=reminder.recipient_id,
        network_id=reminder.network_id,
        reminder_id=reminder.pk,
        duty_kind=reminder.duty_kind,
        duty_id=reminder.duty_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )


def absolute(path: str) -> str:
    """A whole address, from SITE_URL only, never from a request."""
    return f"{settings.SITE_URL}{path}"


def preferences_url() -> str:
    """Where people say how they want to be written to: it stands in every mail."""
    return absolute(_preferences_path())


@lru_cache(maxsize=1)
def _preferences_path() -> str:
    return reverse("preferences")


def placeholder(key: UUID) -> str:
    """The address of a link as it stands in a stored mail."""
    return absolute(f"/do/link-{key.hex}/")


def weekly_placeholder(person: int) -> str:
    """The address of “once a week” as it stands in a stored mail."""
    return absolute(f"/less-mail/person-{person}/")


def invitation_placeholder(key: UUID) -> str:
    """The address of an invitation as it stands in a stored mail."""
    return absolute(f"/join/key-{key.hex}/")


def weekly_token(person: int) -> str:
    """A signed token that bundles one person's mails, and does nothing else.

    It has no end: who unsubscribes from an old mail is heard.
    """
    return f"{person}.{keyed(_WEEKLY_SALT, settings.SECRET_KEY, str(person))}"


def person_of(token: str) -> int | None:
    """Whom a token of :func:`weekly_token` is about; None for anything else."""
    if ":" in token:
        return _earlier_person_of(token)
    person, _, signature = token.partition(".")
    if not (person.isascii() and person.isdecimal()):
        return None
    ours = is_ours(signature, lambda secret: keyed(_WEEKLY_SALT, secret, person))
    return int(person) if ours else None


def _earlier_person_of(token: str) -> int | None:
    """The same of a token that versions before this one have sent."""
    try:
        person: int = signing.loads(token, salt=_WEEKLY_SALT)
    except signing.BadSignature:
        return None
    return person


def personalise(*texts: str, recipient: int | None) -> list[str]:
    """Put the real addresses in the place of the placeholders, to be sent to a person.

    Each address is derived once, however often and in whichever of the texts it stands. The
    key that bundles mails is made for nobody but the recipient: a name or a title that reads
    like another one's placeholder stays what it is.
    """
    addresses = _Addresses(recipient)
    return [_replaced(text, addresses) for text in texts]


def _replaced(text: str, addresses: Mapping[str, str]) -> str:
    """A text with its placeholders replaced: cut at them, which is quicker than one by one."""
    pieces = _PLACEHOLDER.split(text)
    pieces[1::2] = [addresses[placeholder] for placeholder in pieces[1::2]]
    return "".join(pieces)


class _Addresses(dict[str, str]):
    """The address in the place of each placeholder, made when it is first asked for."""

    def __init__(self, recipient: int | None) -> None:
        super().__init__()
        self.recipient = recipient
        # Read once for a mail's dozen of addresses: each look at a setting takes a while.
        self.secret = settings.SECRET_KEY

    def __missing__(self, placeholder: str) -> str:
        kind, _, key = placeholder.strip("/").rpartition("-")
        self[placeholder] = address = self._real(kind, key) or placeholder
        return address

    def _real(self, kind: str, key: str) -> str | None:
        if kind == "less-mail/person":
            mine = self.recipient is not None and key == str(self.recipient)
            return _around("unsubscribe", weekly_token(int(key))) if mine else None
        if kind == "do/link":
            return _around("item-link", keyed(_SALT, self.secret, key))
        return _around("join", invitation_token(UUID(key)))


def _around(name: str, token: str) -> str:
    """An address with a token, for which it need not be looked up each time."""
    before, after = _without_token(name)
    return f"{before}{token}{after}"


@lru_cache(maxsize=3)
def _without_token(name: str) -> tuple[str, str]:
    """What stands before and after the token in such an address: it is the same for all."""
    before, _, after = reverse(name, args=["TOKEN"]).rpartition("TOKEN")
    return before, after


def masked(text: str) -> str:
    """A stored mail as staff may read it: without anybody's personal addresses."""
    return _PLACEHOLDER.sub(lambda found: "/".join([*found[0].split("/")[:2], "…/"]), text)
