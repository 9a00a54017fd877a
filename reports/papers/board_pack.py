"""The board pack: a programme on two to six pages, as of a day, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Network, Programme, User
from networks.querysets import NetworkQuerySet
from reports.models import Decision, ProgressReport
from reports.models.kinds import ReportKind
from reports.papers.drawing import Part, stacked_bars
from reports.papers.typesetting import typeset
from reports.status import Figures, NetworkStatus, StatusReport, status_report
from reports.status.rows import Asked, as_row, rows_behind

# So many lines fit on the pages; how many there are beyond is said.
LATE_LINES, BARS, NETWORK_LINES, NEWS_LINES = 40, 14, 60, 12


def board_pack(
    user: User, programme: Programme, now: datetime, *, as_of: date, since: date
) -> bytes:
    """The pack as PDF, of what the reader may see. The same days give the same bytes.

    Raises Refusal for a day to come.
    """
    networks: NetworkQuerySet = Network.objects.filter(programme=programme)
    report = _report(user, now, networks, as_of)
    data = {
        "title": programme.name,
        "subtitle": _("Board pack as of %(day)s") % {"day": as_of.isoformat()},
        "scope": report.scope,
        "since": _("Since %(day)s") % {"day": since.isoformat()},
        "tiles": _tiles(report),
        "changes": _changes(report, _report(user, now, networks, since)),
        "standing": stacked_bars(
            _("Milestones and deliverables by deadline"),
            [(line.acronym, standing(line.figures)) for line in _busiest(report.networks)],
        ),
        "standing_title": _("Milestones and deliverables by deadline"),
        "standing_key": [
            {"label": part.label, "tone": part.tone} for part in standing(report.totals)
        ],
        "ages_title": _("Overdue by age"),
        "ages": stacked_bars(_("Overdue by age"), _ages(report.totals)),
        "late": _late(user, now, networks, as_of),
        "networks": [_network(line) for line in report.networks[:NETWORK_LINES]],
        "more_networks": _more(len(report.networks) - NETWORK_LINES),
        "coming": _coming(user, now, networks, as_of),
        "reports": _reports(user, now, networks, as_of),
        "conditions": _conditions(user, now, networks, as_of),
        "decisions": _decisions(user, programme, since, as_of),
        "words": _words(),
    }
    return typeset("board_pack.typ", data, stamp=datetime.combine(as_of, time(), tzinfo=UTC))


def _report(user: User, now: datetime, networks: NetworkQuerySet, day: date) -> StatusReport:
    ordered = networks.order_by("acronym", "pk")
    return status_report(user, now, ordered, as_of=day, page_size=None)


def _words() -> dict[str, Any]:
    return {
        "headline": _("Headline figures"),
        "changes": _("What has changed"),
        "then": _("Then"),
        "now": _("Now"),
        "late": _("Late and at risk"),
        "late_head": [_("Network"), _("Item"), _("Due"), _("Forecast"), _("State")],
        "networks": _("Networks"),
        "network_head": [
            _("Network"), _("Milestones"), _("Deliverables"), _("Overdue"), _("In 30 days"),
            _("Forecast late"), _("Days late, median"), _("High risks"),
        ],
        "reports": _("Reports under way"),
        "report_head": [_("Network"), _("Report"), _("Due"), _("State")],
        "coming": _("Due in 30 days"),
        "coming_head": [_("Network"), _("Item"), _("Due")],
        "conditions": _("Conditions open"),
        "condition_head": [_("Network"), _("Condition"), _("Due")],
        "decisions": _("Decisions"),
        "decision_head": [_("Network"), _("Day"), _("Decision")],
        "none": _("None."),
        "figure": _("Figure"),
    }  # fmt: skip


def _tiles(report: StatusReport) -> list[dict[str, Any]]:
    items, totals = report.totals.items, report.totals
    return [
        {"label": _("Networks"), "value": report.network_count},
        {"label": _("Overdue"), "value": items.overdue, "tone": "bad" if items.overdue else "good"},
        {"label": _("Due in 90 days"), "value": items.due_90},
        {"label": _("Forecast late"), "value": items.delayed, "tone": "warn"},
        {"label": _("Handed in on time"), "value": items.on_time, "tone": "good"},
        {"label": _("Handed in late"), "value": items.late, "tone": "warn"},
        {"label": _("High risks"), "value": totals.risks.high, "tone": "warn"},
        {"label": _("Conditions open"), "value": totals.committee.conditions},
    ]


def _changes(now: StatusReport, then: StatusReport) -> list[list[str]]:
    """Figures then and now, with the difference."""
    asked: list[tuple[str, Callable[[Figures], int]]] = [
        (_("Milestones verified"), lambda f: f.milestones.states["verified"]),
        (_("Deliverables accepted"), lambda f: f.deliverables.states["accepted"]),
        (_("Overdue"), lambda f: f.items.overdue),
        (_("Forecast late"), lambda f: f.items.delayed),
        (_("Handed in late"), lambda f: f.items.late),
        (_("High risks"), lambda f: f.risks.high),
        (_("Risks that came true"), lambda f: f.risks.materialised),
        (_("Open amendments"), lambda f: f.open_amendments),
    ]
    found = [(label, value(then.totals), value(now.totals)) for label, value in asked]
    return [
        [label, str(old), str(new), f"{new - old:+d}" if new != old else "0"]
        for label, old, new in found
    ]


def standing(figures: Figures) -> list[Part]:
    """All items of a network by how they stand to their due dates."""
    items = figures.items
    ended = figures.milestones.states["dropped"] + figures.deliverables.states["cancelled"]
    rest = items.total - ended - items.on_time - items.late - items.overdue
    return [
        Part(_("on time"), items.on_time, "good"),
        Part(_("late"), items.late, "warn"),
        Part(_("overdue"), items.overdue, "bad"),
        Part(_("to come"), max(0, rest), "info"),
    ]


def _busiest(networks: Sequence[NetworkStatus]) -> list[NetworkStatus]:
    ordered = sorted(networks, key=lambda line: (-line.figures.items.overdue, line.acronym))
    return ordered[:BARS]


def _ages(totals: Figures) -> list[tuple[str, list[Part]]]:
    items = totals.items
    return [
        (_("1 to 30 days"), [Part(_("items"), items.overdue_1_30, "warn")]),
        (_("31 to 90 days"), [Part(_("items"), items.overdue_31_90, "bad")]),
        (_("more than 90 days"), [Part(_("items"), items.overdue_91, "bad")]),
    ]


def _late(user: User, now: datetime, networks: NetworkQuerySet, as_of: date) -> dict[str, Any]:
    """Overdue items first, then those forecast late: each once."""
    lines: dict[tuple[str, int], dict[str, Any]] = {}
    for figure in ("overdue", "delayed"):
        found = rows_behind(user, now, networks, Asked("item", figure, as_of=as_of))
        for row in map(as_row, found):
            lines.setdefault((row["kind"], row["id"]), row)
    shown = [
        [
            row["acronym"], f"{row['code']} {row['title'][:90]}", _day(row["due"]),
            _day(row["forecast"]), row["state"].replace("_", " "),
        ]
        for row in list(lines.values())[:LATE_LINES]
    ]  # fmt: skip
    return {"lines": shown, "more": _more(len(lines) - LATE_LINES)}


def _network(line: NetworkStatus) -> list[str]:
    f, items = line.figures, line.figures.items
    middle = items.slip_median
    return [
        line.acronym,
        f"{f.milestones.states['verified']} / {f.milestones.total}",
        f"{f.deliverables.states['accepted']} / {f.deliverables.total}",
        str(items.overdue), str(items.due_30), str(items.delayed),
        "" if middle is None else f"{middle:g}", str(f.risks.high),
    ]  # fmt: skip


def _reports(user: User, now: datetime, networks: NetworkQuerySet, as_of: date) -> dict[str, Any]:
    """Reports that somebody works on, as the figure counts them on that day."""
    states = dict(ProgressReport.State.choices)
    kinds = dict(ReportKind.choices)
    return _listed(
        user, now, networks, Asked("report", "total", as_of=as_of),
        lambda row: [
            row["acronym"], f"PR{row['code']} {kinds.get(row['title'], row['title'])}",
            _day(row["due"]), str(states.get(row["state"], row["state"])),
        ],
    )  # fmt: skip


def _conditions(
    user: User, now: datetime, networks: NetworkQuerySet, as_of: date
) -> dict[str, Any]:
    """Conditions of decisions that were not met on that day."""
    return _listed(
        user, now, networks, Asked("condition", "total", as_of=as_of),
        lambda row: [row["acronym"], f"C{row['code']} {row['title'][:90]}", _day(row["due"])],
    )  # fmt: skip


def _coming(user: User, now: datetime, networks: NetworkQuerySet, as_of: date) -> dict[str, Any]:
    """What was due in the thirty days after that day."""
    return _listed(
        user, now, networks, Asked("item", "due_30", as_of=as_of),
        lambda row: [row["acronym"], f"{row['code']} {row['title'][:90]}", _day(row["due"])],
    )  # fmt: skip


def _listed(
    user: User,
    now: datetime,
    networks: NetworkQuerySet,
    asked: Asked,
    line: Callable[[dict[str, Any]], list[str]],
) -> dict[str, Any]:
    """The first rows of a figure, and how many more there are."""
    found = rows_behind(user, now, networks, asked)
    return {
        "lines": [line(as_row(row)) for row in found[:NEWS_LINES]],
        "more": _more(found.count() - NEWS_LINES),
    }


def _decisions(user: User, programme: Programme, since: date, as_of: date) -> list[list[str]]:
    rows = Decision.objects.visible_to(user).filter(
        network__programme=programme, decided_on__gt=since, decided_on__lte=as_of
    )
    shown = rows.select_related("network").order_by("-decided_on", "-pk")[:NEWS_LINES]
    return [
        [row.network.acronym, _day(row.decided_on), str(row.get_outcome_display())] for row in shown
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count}
