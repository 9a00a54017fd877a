"""What people keep about themselves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from networks.acts import Act
from networks.identifiers import validate_orcid
from networks.models import User
from networks.services.events import changed, record_event

FIELDS = ("name", "orcid", "affiliation", "time_zone", "language")


@transaction.atomic
def change_profile(act: Act, person: User, **values: Any) -> User:
    """Somebody changes their own account. Raises ValidationError by field."""
    kept = User.objects.select_for_update().get(pk=person.pk)
    old = {name: getattr(kept, name) for name in values if name in FIELDS}
    for name in old:
        setattr(kept, name, values[name])
    kept.full_clean(exclude=["password", "email"])
    changes = changed(old, {name: getattr(kept, name) for name in old})
    if changes:
        kept.save(update_fields=list(changes))
        record_event(act, "change_profile", kept, changes=changes)
    return kept


@transaction.atomic
def take_proven_orcid(act: Act, person: User, orcid: str) -> None:
    """Somebody has just signed in at ORCID: the iD is theirs, whoever typed it before."""
    try:
        validate_orcid(orcid)
    except ValidationError:
        return
    if person.orcid == orcid:
        return
    for other in User.objects.select_for_update().filter(orcid=orcid).exclude(pk=person.pk):
        User.objects.filter(pk=other.pk).update(orcid="")
        record_event(act, "lose_orcid", other, changes={"orcid": [orcid, ""]})
    User.objects.filter(pk=person.pk).update(orcid=orcid)
    record_event(act, "prove_orcid", person, changes={"orcid": [person.orcid, orcid]})
    person.orcid = orcid
