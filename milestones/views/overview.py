"""The first page of a network: how it stands, what is late, the plan over time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milestones.figures import Figures, figures_of
from milestones.history import in_words
from milestones.models import Deliverable, Milestone, StatusUpdate, WorkPackage
from milestones.querysets import ItemQuerySet
from milestones.views.frame import PANEL, NetworkPage
from networks.models import Network
from networks.months import add_months, month_end

NEXT_SHOWN = 8
UPDATES_SHOWN = 6
RELATIVES_SHOWN = 10
# A plan of hundreds of rows is no picture any more: then the milestones tab is the place.
PLAN_SHOWN = 150


class Overview(NetworkPage):
    """Key figures, what is late and next, the plan over time, facts, latest updates."""

    template_name = "milestones/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        milestones = Milestone.objects.visible_to(self.person).filter(network=self.network)
        deliverables = Deliverable.objects.visible_to(self.person).filter(network=self.network)
        figures = [figures_of(milestones, self.dates), figures_of(deliverables, self.dates)]
        return super().get_context_data(
            milestones=figures[0],
            deliverables=figures[1],
            sees_plan=self.sees_plan,
            is_panel=bool(self.roles & PANEL),
            network_id=str(self.network.pk),
            tiles=self.tiles(*figures) if self.sees_plan else self.achievements(*figures),
            next_items=next_items(milestones, deliverables) if self.sees_plan else [],
            achieved=[] if self.sees_plan else latest_done(milestones, deliverables),
            plan=self.plan(milestones),
            updates=self.updates(),
            **self.relatives(),
            state_urls=self.links("state", figures[0].states),
            deliverable_urls=self.links("state", figures[1].states, "network-deliverables"),
            confidence_urls=self.links("confidence", figures[0].confidence),
            **kwargs,
        )

    def tiles(self, milestones: Figures, deliverables: Figures) -> list[dict[str, Any]]:
        """Key figures; each leads to the rows it counts."""
        both = (milestones, deliverables)
        overdue, soon, delayed = (
            [getattr(figures, name) for figures in both] for name in ("overdue", "soon", "delayed")
        )
        waiting = [figures.waiting for figures in both]
        return [
            self.tile(_("Overdue"), overdue, "due=overdue", "clock-alert", "bad"),
            self.tile(_("Due within 30 days"), soon, "due=due_soon", "alarm-clock", "warn"),
            self.tile(_("Forecast late"), delayed, "due=delayed", "calendar-clock", "warn"),
            self.tile(
                _("To be checked"),
                waiting,
                ("state=claimed", "state=submitted"),
                "hourglass",
                "",
            ),
        ]

    @property
    def sees_plan(self) -> bool:
        """A co-funder sees what is verified and accepted; the open plan is not theirs."""
        return bool(self.roles)

    def achievements(self, milestones: Figures, deliverables: Figures) -> list[dict[str, Any]]:
        """Key figures for those who see only what was reached."""
        return [
            {
                "label": label,
                "value": figures.done,
                "url": self.address(page),
                "icon": "badge-check",
                "tone": "good",
                "note": "",
            }
            for label, figures, page in (
                (_("Milestones verified"), milestones, "network-milestones"),
                (_("Deliverables accepted"), deliverables, "network-deliverables"),
            )
        ]

    def tile(
        self, label: str, counts: list[int], query: str | tuple[str, str], icon: str, tone: str
    ) -> dict[str, Any]:
        """One figure over milestones and deliverables; it leads to where the rows are."""
        to_milestones = bool(counts[0]) or not counts[1]
        queries = (query, query) if isinstance(query, str) else query
        name = "network-milestones" if to_milestones else "network-deliverables"
        return {
            "label": label,
            "value": sum(counts),
            "url": self.address(name, queries[0 if to_milestones else 1]),
            "icon": icon,
            "tone": tone if sum(counts) else "",
            "note": kinds_in_words(*counts),
        }

    def links(
        self, field: str, counts: dict[str, int], page: str = "network-milestones"
    ) -> dict[str, str]:
        """Where each part of a bar leads: to the rows behind it."""
        return {value: self.address(page, f"{field}={value}") for value in counts if value}

    def plan(self, milestones: QuerySet[Milestone]) -> list[dict[str, Any]]:
        """Work packages with their milestones below them, for the component ``gantt``."""
        rows = milestones.prefetch_related("work_packages").order_by("due_date", "code_key")
        packages = WorkPackage.objects.visible_to(self.person).filter(network=self.network)
        return lay_plan(self.network, list(packages[:PLAN_SHOWN]), list(rows[:PLAN_SHOWN]))

    def updates(self) -> list[dict[str, Any]]:
        """The latest statements, in words."""
        rows = StatusUpdate.objects.visible_to(self.person).filter(network=self.network)
        rows = rows.exclude(kind=StatusUpdate.Kind.PLAN).newest_first()
        rows = rows.select_related("author", "on_behalf_of", "milestone", "deliverable")
        return [in_words(row, name_item=True) for row in rows[:UPDATES_SHOWN]]

    def relatives(self) -> dict[str, Any]:
        """The award it grew from and those that grew from it, as far as the person reaches them."""
        parent = self.network.predecessor_id
        rows = Network.objects.visible_to(self.person).select_related("programme")
        rows = rows.filter(Q(predecessor=self.network) | Q(pk=parent or 0)).order_by("starts")
        found = list(rows[:RELATIVES_SHOWN])
        return {
            "predecessor": next((row for row in found if row.pk == parent), None),
            "successors": [row for row in found if row.pk != parent],
        }


def latest_done(
    milestones: ItemQuerySet, deliverables: ItemQuerySet
) -> list[tuple[str, Milestone | Deliverable]]:
    """What was reached last, over both kinds, newest first."""
    found: list[tuple[str, Milestone | Deliverable]] = []
    for kind, rows in (("milestone", milestones), ("deliverable", deliverables)):
        newest = rows.done().order_by("-actual_date", "-pk")[:NEXT_SHOWN]
        found += [(kind, item) for item in newest]
    return sorted(found, key=lambda pair: str(pair[1].actual_date), reverse=True)[:NEXT_SHOWN]


def kinds_in_words(milestones: int, deliverables: int) -> str:
    """What a figure over both kinds is made of."""
    first = ngettext("%(n)d milestone", "%(n)d milestones", milestones) % {"n": milestones}
    second = ngettext("%(n)d deliverable", "%(n)d deliverables", deliverables)
    return f"{first}, {second % {'n': deliverables}}"


def next_items(
    milestones: ItemQuerySet, deliverables: ItemQuerySet
) -> list[tuple[str, Milestone | Deliverable]]:
    """What is open and due first, over both kinds: the late ones stand on top by themselves."""
    found: list[tuple[str, Milestone | Deliverable]] = []
    for kind, rows in (("milestone", milestones), ("deliverable", deliverables)):
        nearest = rows.open().order_by("due_date", "pk")[:NEXT_SHOWN]
        found += [(kind, item) for item in nearest]
    return sorted(found, key=lambda pair: (pair[1].due_date, pair[1].code_key))[:NEXT_SHOWN]


def lay_plan(
    network: Network, packages: list[WorkPackage], milestones: list[Milestone]
) -> list[dict[str, Any]]:
    """Rows for the chart: each work package, and under it the milestones it is first in."""
    below: dict[int, list[Milestone]] = {package.pk: [] for package in packages}
    loose: list[Milestone] = []
    for milestone in milestones:
        first = min(milestone.work_packages.all(), key=lambda wp: wp.code_key, default=None)
        below.get(first.pk if first else 0, loose).append(milestone)
    grouped = [
        [_package_row(network, package), *map(_milestone_row, below[package.pk])]
        for package in packages
    ]
    return list(chain(map(_milestone_row, loose), *grouped))


def _package_row(network: Network, package: WorkPackage) -> dict[str, Any]:
    return {
        "label": package.code,
        "name": package.title,
        "start": _month_start(network, package.start_month) or network.starts,
        "end": _month_end(network, package.end_month) or network.ends,
    }


def _month_start(network: Network, month: int | None) -> date | None:
    return add_months(network.starts, month - 1) if month else None


def _month_end(network: Network, month: int | None) -> date | None:
    return (
        min(month_end(network.starts, month), network.ends + timedelta(days=366)) if month else None
    )


def _milestone_row(milestone: Milestone) -> dict[str, Any]:
    return {
        "label": milestone.code,
        "name": milestone.title,
        "url": milestone.get_absolute_url(),
        "kind": "milestone",
        "state": milestone.state,
        "original": milestone.contractual_date,
        "due": milestone.due_date,
        "forecast": milestone.forecast_date if milestone.is_open else None,
        "actual": milestone.actual_date,
        "done": not milestone.is_open,
    }
