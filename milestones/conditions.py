"""What "overdue", "due", "delayed" and "seen by" mean, once, as conditions in SQL.

Each condition reads columns that items and their history rows share (``network``,
``state``, ``due_date``, ``forecast_date``), so that lists, counters and figures as of a
past day cannot differ. The named queryset methods of :mod:`milestones.querysets` and the
status report are built from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery

from networks import access
from networks.clock import Today

if TYPE_CHECKING:
    from networks.models import User

ZONE = "network__time_zone"
# Dissemination levels below the classified ones (Horizon Europe): public and sensitive.
PUBLIC = "PU"
OPEN_TO_PANEL = ("PU", "SEN")
# What staff write when they send something back.
SENT_BACK = ("return", "request_revision")
CLASSIFIED = ("R-UE/EU-R", "C-UE/EU-C", "S-UE/EU-S")


def overdue(open_states: tuple[str, ...], today: Today) -> Q:
    """Open, and the due day is over in the network's own zone.

    The day after the due date is the first overdue one. The plain date bound beside the
    per-zone one lets an index on ``due_date`` do the work.
    """
    near = Q(state__in=open_states, due_date__lt=today.latest())
    return near & Q(due_date__lt=today.expression(ZONE))


def due_between(open_states: tuple[str, ...], today: Today, first: int, last: int) -> Q:
    """Open, and due from ``first`` to ``last`` days from today, both included."""
    near = Q(
        state__in=open_states,
        due_date__gte=today.earliest(plus_days=first),
        due_date__lte=today.latest(plus_days=last),
    )
    return near & Q(
        due_date__gte=today.expression(ZONE, plus_days=first),
        due_date__lte=today.expression(ZONE, plus_days=last),
    )


def overdue_by(open_states: tuple[str, ...], today: Today, first: int, last: int | None) -> Q:
    """Open, and overdue for ``first`` to ``last`` days, or for ``first`` days and more."""
    if last is not None:
        return due_between(open_states, today, -last, -first)
    near = Q(state__in=open_states, due_date__lte=today.latest(plus_days=-first))
    return near & Q(due_date__lte=today.expression(ZONE, plus_days=-first))


def kept(handed_in: tuple[str, ...]) -> Q:
    """Handed in or done, on the due date at the latest."""
    return Q(state__in=handed_in, actual_date__lte=F("due_date"))


def missed(handed_in: tuple[str, ...]) -> Q:
    """Handed in or done, after the due date."""
    return Q(state__in=handed_in, actual_date__gt=F("due_date"))


def delayed(open_states: tuple[str, ...]) -> Q:
    """Open, and the lead forecasts a date after the due date."""
    return Q(state__in=open_states, forecast_date__gt=F("due_date"))


def last_said(about: str) -> Subquery:
    """The kind of the latest row in an item's history; ``about`` is milestone or deliverable.

    An item is returned as long as this is one of ``SENT_BACK``.
    """
    rows = apps.get_model("milestones", "StatusUpdate")._default_manager
    own = rows.filter(**{f"{about}_id": OuterRef("pk")})
    return Subquery(own.order_by("-at", "-pk").values("kind")[:1])


def high_risk(likelihood: str = "likelihood", severity: str = "severity") -> Q:
    """One of likelihood and severity is high, and the other at least medium."""
    likely = Q(**{likelihood: "H", f"{severity}__in": ("M", "H")})
    return likely | Q(**{likelihood: "M", severity: "H"})


def milestones_seen(user: User) -> Q:
    """Milestones, or history rows of milestones, by their own network and state.

    The plan is public within a network; funders see what is verified.
    """
    if user.is_superuser:
        return access.everything()
    planned = access.insiders(user) | access.panel(user) | access.watchers(user)
    reached = Q(network_id__in=access.networks_where(planned))
    paid = Q(network_id__in=access.networks_where(access.funders(user)), state="verified")
    return reached | paid


def deliverables_seen(user: User, level: str = "dissemination_level") -> Q:
    """Deliverables, or history rows of them, by network, state and dissemination level.

    Insiders all; panel PU and SEN; funders what of that is accepted; observers PU.
    """
    if user.is_superuser:
        return access.everything()
    where = access.networks_where
    unclassified = Q(**{f"{level}__in": OPEN_TO_PANEL})
    inside = Q(network_id__in=where(access.insiders(user)))
    panel = Q(network_id__in=where(access.panel(user))) & unclassified
    paid = Q(network_id__in=where(access.funders(user)), state="accepted") & unclassified
    watched = Q(network_id__in=where(access.watchers(user)), **{level: PUBLIC})
    return inside | panel | paid | watched


def about_classified() -> Q:
    """Lines of amendments that name a classified deliverable, planned or to be added."""
    planned = apps.get_model("milestones", "Deliverable")._default_manager.filter(
        network_id=OuterRef("network_id"), code=OuterRef("target")
    )
    classified = planned.exclude(dissemination_level__in=OPEN_TO_PANEL)
    made_so = Q(new__dissemination_level__in=CLASSIFIED) | Q(new__in=CLASSIFIED)
    return Q(target_kind="deliverable") & (Q(Exists(classified)) | made_so)
