"""The one door: which networks a person reaches, and in which capacity.

Every ``visible_to(user)`` in the project is built from the four circles below, and every
``may(user, action, thing)`` from :func:`roles_in`. Closed by default: a person without a
role reaches nothing.

======== ====================================================== =========================
circle   who                                                    sees
======== ====================================================== =========================
insiders manager, officer; lead, deputy, work package lead,     everything of the network
         member
panel    chair, reviewer, unless conflicted                     public and sensitive items
funders  funder, where its organisation is a funding partner    verified and accepted only
watchers observer                                               what is public
======== ====================================================== =========================

Access asks the clock itself, as the one exception: a caller must not be able to choose
the day on which a membership is judged.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from typing_extensions import TypeIs

    from networks.models import Network, User

    Circle: TypeAlias = Callable[[User], Q]

STAFF = ("manager", "officer")
COMMITTEE = ("chair", "reviewer")
LEADS = ("lead", "deputy")
TEAM = ("lead", "deputy", "wp_lead", "member")


def current(day: date) -> Q:
    """A role that has begun and has not ended; both of its dates are inside."""
    begun = Q(starts__isnull=True) | Q(starts__lte=day)
    return begun & (Q(ends__isnull=True) | Q(ends__gte=day))


def access_day() -> date:
    """The date on which memberships are judged (UTC, as all zones share one list)."""
    return timezone.now().date()


def _rows(model: str, **lookups: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model("networks", model)._default_manager.filter(**lookups)
    return rows


def programmes_held(user: User, roles: tuple[str, ...] | None = None) -> QuerySet[Any]:
    """The ids of the programmes in which a person holds one of some roles, or any."""
    held = _rows("ProgrammeRole", user=user).filter(current(access_day()))
    if roles is not None:
        held = held.filter(role__in=roles)
    return held.values("programme_id")


def _memberships(user: User, roles: tuple[str, ...]) -> QuerySet[Any]:
    held = _rows("Member", user=user, role__in=roles).filter(current(access_day()))
    return held.values("network_id")


def conflicted(user: User) -> QuerySet[Any]:
    """Networks of which a person, or an organisation of theirs, is or was part.

    Nobody reviews such a network (rule of design.md). A society that only co-funds the
    network is not part of it.
    """
    own = Q(pk__in=_rows("Member", user=user).values("network_id"))
    homes = _rows("Organisation").filter(
        Q(partnerships__members__user=user) | Q(programme_roles__user=user)
    )
    theirs = _rows("Partner", organisation__in=homes.values("pk")).exclude(kind="funder")
    return _rows("Network").filter(own | Q(pk__in=theirs.values("network_id"))).values("pk")


def everything() -> Q:
    """The condition that every row meets: what a superuser sees."""
    return Q(pk__isnull=False)


def remembered(build: Circle) -> Circle:
    """Describe a circle once per person object and day: one request asks for it ten times.

    What is kept is the question, not its answer: the database still judges each time.
    """

    @wraps(build)
    def circle(user: User) -> Q:
        kept: dict[tuple[str, date], Q] = user.__dict__.setdefault("_circles", {})
        key = build.__name__, access_day()
        if key not in kept:
            kept[key] = build(user)
        return kept[key]

    return circle


@remembered
def staff(user: User) -> Q:
    """Condition on Network: the person is a manager or officer of its programme."""
    if user.is_superuser:
        return everything()
    return Q(programme_id__in=programmes_held(user, STAFF))


def team(user: User) -> Q:
    """Condition on Network: the person is on its team, whatever else they are."""
    return Q(pk__in=_memberships(user, TEAM))


def in_charge(user: User) -> Q:
    """Condition on Network: the person leads it, as deputy too, or runs its programme."""
    return staff(user) | Q(pk__in=_memberships(user, LEADS))


@remembered
def insiders(user: User) -> Q:
    """Condition on Network: the person runs its programme or is on its team."""
    return staff(user) | team(user)


@remembered
def panel(user: User) -> Q:
    """Condition on Network: the person is on its committee and has no conflict with it."""
    return Q(programme_id__in=programmes_held(user, COMMITTEE)) & ~Q(pk__in=conflicted(user))


@remembered
def funders(user: User) -> Q:
    """Condition on Network: the organisation the person speaks for pays a share of it."""
    speaks = _rows("ProgrammeRole", user=user, role="funder").filter(
        current(access_day()),
        organisation_id=OuterRef("organisation_id"),
        programme_id=OuterRef("network__programme_id"),
    )
    shares = _rows("Partner", kind="funder").filter(Exists(speaks))
    return Q(pk__in=shares.values("network_id"))


@remembered
def watchers(user: User) -> Q:
    """Condition on Network: the person observes it."""
    return Q(pk__in=_memberships(user, ("observer",)))


@remembered
def anyone(user: User) -> Q:
    """Condition on Network: the person reaches it in any capacity."""
    if user.is_superuser:
        return everything()
    return insiders(user) | panel(user) | funders(user) | watchers(user)


@remembered
def readers(user: User) -> Q:
    """Condition on Network: the person reads what lies behind its public plan."""
    if user.is_superuser:
        return everything()
    return insiders(user) | panel(user)


def budget(user: User) -> Q:
    """Condition on Network: the person reads amounts and efforts. Observers do not."""
    return readers(user) | funders(user)


def networks_where(condition: Q) -> QuerySet[Any]:
    """The ids of the networks that meet a condition, for use in ``network_id__in``."""
    return _rows("Network").filter(condition).values("pk")


def whether(circle: Circle, user: User | AnonymousUser, path: str = "pk") -> Combinable:
    """For an annotation: whether the network a row names at ``path`` lies in a circle."""
    if not is_known(user):
        return Value(False)
    if user.is_superuser:
        return Value(True)
    inside = When(**{f"{path}__in": networks_where(circle(user))}, then=Value(True))
    return Case(inside, default=Value(False), output_field=BooleanField())


def is_known(user: User | AnonymousUser) -> TypeIs[User]:
    """Whether this is a signed-in person whose account is open."""
    return bool(user.is_authenticated and user.is_active)


def roles_in(user: User | AnonymousUser, network: Network) -> frozenset[str]:
    """All roles a person holds for a network today, at most in three queries.

    A superuser counts as a manager. Committee roles fall away under a conflict.
    """
    if not is_known(user):
        return frozenset()
    day = access_day()
    held = set(
        _rows("ProgrammeRole", user=user, programme_id=network.programme_id)
        .filter(current(day))
        .exclude(role="funder")
        .values_list("role", flat=True)
    )
    held |= set(
        _rows("Member", user=user, network=network)
        .filter(current(day))
        .values_list("role", flat=True)
    )
    if held.intersection(COMMITTEE) and _is_conflicted(user, network):
        held -= set(COMMITTEE)
    if user.is_superuser:
        held.add("manager")
    return frozenset(held)


def _is_conflicted(user: Any, network: Network) -> bool:
    return bool(conflicted(user).filter(pk=network.pk).exists())


def is_staff_anywhere(user: User | AnonymousUser) -> bool:
    """Whether a person is a manager or officer of any programme (for menus)."""
    if not is_known(user):
        return False
    return user.is_superuser or programmes_held(user, STAFF).exists()
