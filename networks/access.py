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
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from typing_extensions import TypeIs

    from networks.models import Network, Programme, User

    Circle: TypeAlias = Callable[[User], Q]

# What a circle is described by: a condition, or the rows themselves.
Asked = TypeVar("Asked", Q, QuerySet[Any])

STAFF = ("manager", "officer")
COMMITTEE = ("chair", "reviewer")
LEADS = ("lead", "deputy")
# So long after leaving an organisation a person still has its conflicts of interest.
CONFLICT_YEARS = 3
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


def remembered(build: Callable[[User], Asked]) -> Callable[[User], Asked]:
    """Describe a circle once per person object and day: one request asks for it ten times.

    What is kept is the question, not its answer: the database still judges each time.
    """

    @wraps(build)
    def circle(user: User) -> Asked:
        kept: dict[tuple[str, date], Any] = user.__dict__.setdefault("_circles", {})
        key = build.__name__, access_day()
        if key not in kept:
            kept[key] = build(user)
        question: Any = kept[key]
        if hasattr(question, "all"):
            # Rows that somebody reads stay with that reader, and out of what is kept.
            question = question.all()
        asked: Asked = question
        return asked

    return circle


@remembered
def conflicted(user: User) -> QuerySet[Any]:
    """Networks with which a person has a conflict of interest, computed or declared.

    Computed: they are or were of its team; an organisation of theirs is part of it. Theirs
    is whom they speak for in a programme, and where they are a member of any network, now or
    within the last three years. A society that only co-funds the network is not part of it.
    Declared: they said so, and staff have not withdrawn it.
    """
    theirs = _rows("Partner", organisation__in=homes(user)).exclude(kind="funder")
    part = Q(pk__in=theirs.values("network_id"))
    return _rows("Network").filter(Q(pk__in=concerned(user)) | part).values("pk")


@remembered
def concerned(user: User) -> QuerySet[Any]:
    """Networks in which a person has a part of their own, or said so: of all the closest.

    It bars staff and funders too. The house they work for does not: the office of a
    programme and a partner of its networks may well have the same roof.
    """
    own = Q(pk__in=_rows("Member", user=user).values("network_id"))
    said = _rows("ConflictDeclaration", person=user, kind="conflict", withdrawn_at__isnull=True)
    return _rows("Network").filter(own | Q(pk__in=said.values("network_id"))).values("pk")


@remembered
def homes(user: User) -> QuerySet[Any]:
    """The ids of the organisations a person belongs to, or has left less than three years ago."""
    lately = Q(ends__isnull=True) | Q(ends__gte=years_before(access_day(), CONFLICT_YEARS))
    desks = _rows("Member", user=user).filter(lately).values("partner__organisation_id")
    seats = _rows("ProgrammeRole", user=user).filter(lately).values("organisation_id")
    # A NULL among them would make "not in" unknown for every row.
    found = Q(pk__in=desks.filter(partner__isnull=False)) | Q(
        pk__in=seats.filter(organisation__isnull=False)
    )
    return _rows("Organisation").filter(found).values("pk")


def years_before(day: date, years: int) -> date:
    """The same day so many years before; from 29 February it is the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def everything() -> Q:
    """The condition that every row meets: what a superuser sees."""
    return Q(pk__isnull=False)


@remembered
def staff(user: User) -> Q:
    """Condition on Network: the person is a manager or officer of its programme."""
    if user.is_superuser:
        return everything()
    return Q(programme_id__in=programmes_held(user, STAFF))


@remembered
def impartial_staff(user: User) -> Q:
    """Condition on Network: the person runs its programme, and has no part in the network."""
    if user.is_superuser:
        return everything()
    return staff(user) & ~Q(pk__in=concerned(user))


def team(user: User) -> Q:
    """Condition on Network: the person is on its team, whatever else they are."""
    return Q(pk__in=_memberships(user, TEAM))


def in_charge(user: User) -> Q:
    """Condition on Network: the person leads it, or runs its programme."""
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
    if held.intersection(COMMITTEE) and conflicted(user).filter(pk=network.pk).exists():
        held -= set(COMMITTEE)
    if user.is_superuser:
        held.add("manager")
    return frozenset(held)


def roles_in_programme(user: User | AnonymousUser, programme: Programme) -> frozenset[str]:
    """What a person is in a programme today, in one query. A superuser counts as a manager."""
    if not is_known(user):
        return frozenset()
    rows = _rows("ProgrammeRole", user=user, programme=programme).filter(current(access_day()))
    held = frozenset(rows.values_list("role", flat=True))
    return held | {"manager"} if user.is_superuser else held


def is_staff_anywhere(user: User | AnonymousUser) -> bool:
    """Whether a person is a manager or officer of any programme (for menus)."""
    if not is_known(user):
        return False
    return user.is_superuser or programmes_held(user, STAFF).exists()


def roles_anywhere(user: User | AnonymousUser) -> frozenset[str]:
    """What a person is in any programme today (for menus); an operator counts as a manager."""
    if not is_known(user):
        return frozenset()
    if user.is_superuser:
        return frozenset(["manager"])
    held = _rows("ProgrammeRole", user=user).filter(current(access_day()))
    return frozenset(held.order_by().values_list("role", flat=True).distinct())
