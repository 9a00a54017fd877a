"""Erasure on request (GDPR, article 17): the person goes, the record of decisions stays.

Whatever is the person's own is deleted; rows that are the record keep their place and name a
pseudonym. Then every text column of every table is searched for name, address and ORCID.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from secrets import token_hex
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models.deletion import CASCADE
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from networks import erasing
from networks.access import access_day, current, programmes_held
from networks.acts import Act
from networks.models import Erasure, Event, Invitation, Member, Programme, ProgrammeRole, User
from networks.services.events import record_event

MOST_NAMED = 5
_TEXTS = (models.CharField, models.TextField, models.JSONField)
# What stays of an account: its row, and the day on which it was opened.
_KEPT = ("id", "email", "name", "password", "date_joined", "is_active")


def may_erase(user: User, person: User) -> bool:
    """An operator; or a manager of every programme in which the person has, or had, a role."""
    if user.is_superuser:
        return True
    if person.is_superuser or person.is_staff:
        return False
    places = _programmes_of(person)
    elsewhere = places.exclude(pk__in=programmes_held(user, ("manager",)))
    return places.exists() and not elsewhere.exists()


def _programmes_of(person: User) -> models.QuerySet[Programme]:
    """Those in which a person has, or had, a role."""
    return Programme.objects.filter(
        models.Q(pk__in=ProgrammeRole.objects.filter(user=person).values("programme"))
        | models.Q(pk__in=Member.objects.filter(user=person).values("network__programme"))
    )


def erasers_of(person: User) -> list[User]:
    """Whom to write to for an erasure: who manages a programme of theirs today."""
    managing = ProgrammeRole.objects.filter(
        current(access_day()), programme__in=_programmes_of(person), role=ProgrammeRole.Role.MANAGER
    )
    people = User.objects.filter(pk__in=managing.values("user"), is_active=True)
    return list(people.exclude(pk=person.pk).order_by("name", "pk")[:MOST_NAMED])


@transaction.atomic
def erase(act: Act, person: User) -> Erasure:
    """Erase a person's data; returns the pseudonym they have from now on.

    It cannot be undone. Raises PermissionDenied.
    """
    if act.by is not None and (act.by == person or not may_erase(act.by, person)):
        raise PermissionDenied(_("Only a manager of all their programmes can erase a person."))
    person = User.objects.select_for_update().get(pk=person.pk)
    search = Search(person)
    erasure = Erasure.objects.create(
        person=person, pseudonym=search.pseudonym, at=act.at, by=act.by
    )
    _end_roles(person, access_day())
    _take_back_invitations(act, person)
    erasing.clean(person)
    # What was changed about the person (language, zone) is theirs; that it was stays.
    Event.objects.filter(target_type="networks.user", target_id=person.pk).update(changes={})
    _delete_own_rows(person)
    _end_sessions(person)
    _empty_account(person, search)
    erasure.altered = search.everywhere()
    erasure.finished_at = act.at
    erasure.save(update_fields=["altered", "finished_at"])
    record_event(act, "erase_person", erasure)
    return erasure


def _end_roles(person: User, day: date) -> None:
    """Nobody holds a role under a pseudonym."""
    for model in (Member, ProgrammeRole):
        held = model._default_manager.filter(user=person).filter(
            models.Q(ends__isnull=True) | models.Q(ends__gt=day)
        )
        # A role that has not begun cannot end before it does: it is over on its first day.
        held.filter(starts__gt=day).update(ends=models.F("starts"))
        held.filter(current(day)).update(ends=day)


def _take_back_invitations(act: Act, person: User) -> None:
    theirs = Invitation.objects.filter(email=person.email.lower())
    theirs.unanswered().update(revoked_at=act.at)
    theirs.update(name="")


def _delete_own_rows(person: User) -> None:
    """What belongs to the account alone: tokens, passkeys, addresses, other log-ins.

    Such rows are those that would go with the account (CASCADE); the record would forbid
    that (PROTECT). Django's own admin log is a record, and its texts are searched.
    """
    for relation in User._meta.related_objects:
        model = relation.related_model
        if relation.on_delete is CASCADE and model._meta.label_lower != "admin.logentry":
            model._base_manager.filter(**{relation.field.name: person}).delete()
    person.groups.clear()
    person.user_permissions.clear()


def _end_sessions(person: User) -> None:
    """Every session of theirs: it could name them, and it is a key."""
    own = [
        session.pk
        for session in Session.objects.iterator(chunk_size=500)
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=own).delete()


def _empty_account(person: User, search: Search) -> None:
    """The account keeps its row; everything about the person is as in a new one."""
    for field in User._meta.concrete_fields:
        if field.name not in _KEPT:
            setattr(person, field.attname, None if field.null else field.get_default())
    person.email, person.name = search.address, search.pseudonym
    person.is_active = False
    person.set_unusable_password()
    person.save()


class Search:
    """Finds and replaces what names a person, in every text column of every table.

    A name of one word, or one that several people have, is replaced where we wrote it
    ourselves (labels of the log), not in what people wrote: it could be anything there.
    """

    def __init__(self, person: User) -> None:
        mark = token_hex(2).upper()
        while Erasure.objects.filter(pseudonym=f"Former member {mark}").exists():
            mark = token_hex(3).upper()
        self.pseudonym = f"Former member {mark}"
        self.address = f"former-member-{mark.lower()}@erased.invalid"
        self.name = person.name.strip()
        shared = User.objects.filter(name__icontains=self.name).exclude(pk=person.pk)
        self.name_is_own = len(self.name.split()) > 1 and not shared.exists()
        # The longest first: one address may be the end of another.
        self.keys = [
            *((text, self.address) for text in sorted(_addresses(person), key=len, reverse=True)),
            *([(person.orcid, "")] if person.orcid else []),
        ]
        # Rows of the log whose label we made of the name ourselves.
        self.about_them = _events_about(person)

    def _replacements(self, own_words: bool) -> Iterator[tuple[re.Pattern[str], str]]:
        """In this order: an address may hold the name."""
        names = [(self.name, self.pseudonym)] if own_words and self.name else []
        for text, instead in (*self.keys, *names):
            yield re.compile(rf"(?<![\w.+-]){re.escape(text)}(?![\w-])", re.IGNORECASE), instead

    def everywhere(self) -> dict[str, int]:
        """Search all tables; returns how many rows of which were altered."""
        altered = {}
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and model not in (Erasure, User):
                number = self._through(model, model._base_manager.all(), self.name_is_own)
                if model is Event and not self.name_is_own:
                    number += self._through(model, self.about_them, own_words=True)
                if number:
                    altered[model._meta.label_lower] = number
        return altered

    def _through(
        self, model: type[models.Model], rows: models.QuerySet[Any], own_words: bool
    ) -> int:
        texts = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, _TEXTS)
            and not isinstance(field, models.FileField)
            and not isinstance(field, models.GeneratedField)
            and not field.primary_key
        ]
        if not texts:
            return 0
        names = [field.attname for field in texts]
        patterns, number = list(self._replacements(own_words)), 0
        for row in self._candidates(rows, texts, own_words):
            new = {
                name: value
                for name in names
                if (value := _replaced(row[name], patterns)) != row[name]
            }
            if new:
                new |= erasing.sealed(model._meta.label_lower, row | new)
                model._base_manager.filter(pk=row["pk"]).update(**self._short(model, new))
                number += 1
        return number

    def _candidates(
        self, rows: models.QuerySet[Any], texts: Sequence[models.Field[Any, Any]], own_words: bool
    ) -> list[dict[str, Any]]:
        """Rows that may hold something: the database narrows, ``_replaced`` decides."""
        needles = [*(text for text, _ in self.keys), *([self.name] if own_words else [])]
        wanted, casts = models.Q(), {}
        for field in texts:
            column = field.attname
            if isinstance(field, models.JSONField):
                column = f"_{field.attname}_as_text"
                casts[column] = Cast(field.attname, models.TextField())
            for needle in filter(None, needles):
                wanted |= models.Q(**{f"{column}__iregex": _forms_of(needle)})
        found = rows.annotate(**casts).filter(wanted).order_by()
        return list(found.values("pk", *(field.attname for field in texts)))

    @staticmethod
    def _short(model: type[models.Model], new: dict[str, Any]) -> dict[str, Any]:
        """A pseudonym may be longer than the name: what a column cannot hold is cut."""
        for name, value in new.items():
            longest = getattr(model._meta.get_field(name), "max_length", None)
            if longest and isinstance(value, str):
                new[name] = value[:longest]
        return new


def _replaced(value: Any, patterns: Sequence[tuple[re.Pattern[str], str]]) -> Any:
    """The same without the person; numbers and the like as they are."""
    if isinstance(value, str):
        for pattern, instead in patterns:
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, list):
        return [_replaced(each, patterns) for each in value]
    if isinstance(value, dict):
        return {_replaced(key, patterns): _replaced(each, patterns) for key, each in value.items()}
    return value


def _addresses(person: User) -> set[str]:
    """Every address that is known to have been theirs."""
    known = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return {person.email.lower(), *(address.lower() for address in known)}


def _events_about(person: User) -> models.QuerySet[Event]:
    """Rows of the log about the account, its roles, its invitations, and what it handed on."""
    about = models.Q(target_type="networks.user", target_id=person.pk)
    held = {
        "networks.member": Member.objects.filter(user=person),
        "networks.programmerole": ProgrammeRole.objects.filter(user=person),
        "networks.invitation": Invitation.objects.filter(accepted_by=person),
    }
    for label, rows in held.items():
        about |= models.Q(target_type=label, target_id__in=list(rows.values_list("pk", flat=True)))
    # What was handed over says from whom, and to whom.
    teams = Member.objects.filter(user=person).values("network")
    about |= models.Q(verb="hand_over", network__in=teams)
    return Event.objects.filter(about)


def _forms_of(needle: str) -> str:
    """A pattern for a text, and for how SQLite keeps it in JSON (escaped to ASCII)."""
    forms = {needle, json.dumps(needle)[1:-1]}
    return "|".join(re.sub(r"([^\w\s@-])", r"\\\1", form) for form in sorted(forms))
