"""Changing how a person is written to."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from networks.acts import Act
from networks.models import Organisation, User
from networks.services import changed, record_event
from notifications.models import Preference

_FIELDS = ("digest_hour", "weekdays", "holidays_of", "rhythm", "notices")
_OF_PERSON = ("time_zone", "language")


@transaction.atomic
def set_preferences(act: Act, person: User, **wanted: object) -> Preference:
    """Set a person's habits, zone and language; the log says who did, and from what.

    Takes any of digest_hour, weekdays, holidays_of, rhythm, notices, time_zone, language. Setting what is
    set already changes nothing and writes nothing.
    """
    preference, _ = Preference.objects.select_for_update().get_or_create(user=person)
    before = {name: getattr(preference, name) for name in _FIELDS}
    before |= {name: getattr(person, name) for name in _OF_PERSON}
    for name, value in wanted.items():
        setattr(person if name in _OF_PERSON else preference, name, value)
    changes = changed(before, dict(wanted))
    if changes:
        preference.full_clean()
        preference.save()
        if set(changes).intersection(_OF_PERSON):
            person.clean_fields(exclude=["password"])
            person.save(update_fields=list(_OF_PERSON))
        record_event(act, "set_preferences", person, changes=changes)
    return preference


def home_country(person: User) -> str:
    """Where a person works, as far as it is known: their own word, or their organisation's."""
    if person.country:
        return str(person.country)
    own = Q(partnerships__members__user=person) | Q(programme_roles__user=person)
    homes = Organisation.objects.filter(own).exclude(country="")
    return homes.order_by("pk").values_list("country", flat=True).first() or ""
