"""Who a session belongs to, and whether their roles ask for more than a password."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from networks.access import access_day, current
from networks.models import ProgrammeRole, RequiredFactor, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Reads the person once a request, and in that statement what their roles demand.

    So a rule that a manager sets holds at everybody's next request, at no further cost.
    """

    def get_user(self, user_id: int) -> User | None:
        """The person with ``lacks_factor``, or None for a closed account."""
        person = _people(access_day()).filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


@lru_cache(maxsize=2)
def _people(day: date) -> QuerySet[User]:
    """Everybody, with what their roles demand on a day: put together once, asked each request."""
    # In the order of ``first``, so that it does not ask for one each time.
    return User.objects.annotate(lacks_factor=lacks_factor(day)).order_by("pk")


def lacks_factor(day: date) -> Q:
    """Condition on User: a role of the day needs a second factor, and the person has none."""
    demanded = RequiredFactor.objects.filter(
        programme_id=OuterRef("programme_id"), role=OuterRef("role")
    )
    roles = ProgrammeRole.objects.filter(current(day), user_id=OuterRef("pk"))
    held = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    return Q(Exists(roles.filter(Exists(demanded)))) & ~Q(Exists(held))
