"""The address of an account, as allauth's rows of addresses know it."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from networks.models import User


@transaction.atomic
def vouch_for_address(person: User) -> None:
    """The address is proved, and the only one: an operator wrote it, or its owner had a link.

    Without such a row allauth takes the account's own address for a new one that waits to be
    confirmed, and drops it for the next. A new address that does wait goes on waiting.
    """
    address = person.email.lower()
    rows = EmailAddress.objects.filter(user=person)
    rows.filter(verified=True).exclude(email=address).delete()
    rows.exclude(email=address).update(primary=False)
    # Accounts differ in their addresses, so another's proved row for this one is left over.
    EmailAddress.objects.filter(email=address, verified=True).exclude(user=person).delete()
    EmailAddress.objects.update_or_create(
        user=person, email=address, defaults={"verified": True, "primary": True}
    )


def is_unproved(person: User) -> bool:
    """Whether the account's own address waits to be confirmed still."""
    rows = EmailAddress.objects.filter(user=person, email__iexact=person.email)
    return bool(rows.filter(verified=False).exists())
