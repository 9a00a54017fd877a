"""My work: what waits for a person, most urgent first; the page people land on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from milestones.models import Amendment, Deliverable, Milestone
from networks.access import insiders, programmes_held
from networks.clock import Today
from networks.duties import SOON_DAYS, Duty, duties_for
from networks.models import Invitation, Network, User
from networks.pages import dates_now, page_of, signed_in
from notifications.models import Bounce, Suppression

# How many of each thing beside the duties; the networks page has them all.
SHOWN = 8
_ITEMS: dict[str, type[Milestone] | type[Deliverable]] = {
    "milestone": Milestone,
    "deliverable": Deliverable,
}
_CHECKED = "-verification"


@dataclass
class Row:
    """One duty as the page shows it."""

    duty: Duty
    group: str
    days_left: int
    # The kind of thing, as badges and addresses know it; empty for one they do not.
    item: str = ""
    acts: dict[str, str] = field(default_factory=dict)
    version: int | None = None

    @property
    def local_today(self) -> date:
        """Today where the network is."""
        return self.duty.due_date - timedelta(days=self.days_left)


class MyWork(LoginRequiredMixin, TemplateView):
    """Overdue, sent back, to check, due soon; then the networks and what was lately achieved."""

    template_name = "notifications/my_work.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), dates_now()
        rows = rows_for(user, today)
        page = page_of(self.request, rows)
        add_versions(list(page))
        amendments, barred = amendments_of(user), barred_for(user)
        return super().get_context_data(
            page=page,
            groups=grouped(list(page)),
            count=len(rows),
            summary=summary(len(rows) + len(amendments), sum(row.days_left < 0 for row in rows)),
            amendments=amendments,
            late=late_with_others(user, today, rows),
            networks=networks_of(user),
            achieved=achieved(user),
            invitations=invitations_of(user, timezone.now()),
            own_barred=[row for row in barred if row.user_id == user.pk],
            trouble=trouble(user, barred, timezone.now()),
            today=today.utc_date,
            **kwargs,
        )


def rows_for(user: User, today: Today) -> list[Row]:
    """All duties of a person in the order of the page."""
    order = list(headings())
    rows = [row_of(duty, today) for duty in duties_for(user, today)]
    # The registry looks ahead by the latest zone's date; here each network's own counts.
    rows = [row for row in rows if row.group != "soon" or row.days_left <= SOON_DAYS]
    return sorted(rows, key=lambda row: (order.index(row.group), row.days_left))


def headings() -> dict[str, dict[str, str]]:
    """The groups, most urgent first."""
    return {
        "overdue": {"title": _("Overdue"), "icon": "clock-alert"},
        "returned": {"title": _("Came back to you"), "icon": "undo-2"},
        "check": {"title": _("To check"), "icon": "scale"},
        "soon": {"title": _("Due within 30 days"), "icon": "alarm-clock"},
    }


def row_of(duty: Duty, today: Today) -> Row:
    """Which group a duty belongs to, and what its owner can do from here."""
    days_left = duty.days_left(today)
    item = duty.kind.removesuffix(_CHECKED)
    row = Row(duty, _group(duty, days_left), days_left, item if item in _ITEMS else "")
    row.acts["quiet"] = reverse("quiet", args=[duty.kind, duty.id])
    if not row.item:
        return row
    actions = ("verdict",) if duty.kind.endswith(_CHECKED) else ("update", "hand-in")
    row.acts |= {
        name.replace("-", "_"): reverse(f"{item}-{name}", args=[duty.id]) for name in actions
    }
    if duty.confidence and row.group in ("overdue", "soon") and duty.may_repeat(today):
        row.acts["no_change"] = reverse(f"{item}-no-change", args=[duty.id])
    return row


def _group(duty: Duty, days_left: int) -> str:
    if duty.kind.endswith(_CHECKED):
        return "check"
    if duty.returned:
        return "returned"
    return "overdue" if days_left < 0 else "soon"


def add_versions(rows: list[Row]) -> None:
    """The version each one-press answer is given on; one statement per kind of item."""
    for item, model in _ITEMS.items():
        asked = [row.duty.id for row in rows if row.item == item and "no_change" in row.acts]
        versions = dict(model.objects.filter(pk__in=asked).values_list("pk", "version"))
        for row in rows:
            if row.item == item:
                row.version = versions.get(row.duty.id)


def grouped(rows: list[Row]) -> list[dict[str, Any]]:
    """The groups that hold something, with their rows."""
    found = [
        {"name": name, **heading, "rows": [row for row in rows if row.group == name]}
        for name, heading in headings().items()
    ]
    return [group for group in found if group["rows"]]


def summary(count: int, late: int) -> str:
    """The page in one sentence."""
    if not count:
        return _("Nothing waits for you today.")
    waits = ngettext("%(n)d thing waits for you", "%(n)d things wait for you", count)
    said = waits % {"n": count}
    if late:
        return _("%(waits)s, %(late)d of them late.") % {"waits": said, "late": late}
    return _("%(waits)s; none is late.") % {"waits": said}


def amendments_of(user: User) -> list[Amendment]:
    """Amendments that wait for this person's decision, the oldest first."""
    rows = Amendment.objects.waiting().select_related("network")
    if not user.is_superuser:
        rows = rows.filter(network__programme__in=programmes_held(user, ("manager",)))
    return list(rows.order_by("submitted_at", "pk")[:SHOWN])


def late_with_others(user: User, today: Today, own: list[Row]) -> list[dict[str, Any]]:
    """What is overdue in the networks a person is inside, where others have to answer."""
    found: list[dict[str, Any]] = []
    for kind, model in _ITEMS.items():
        mine = [row.duty.id for row in own if row.duty.kind == kind]
        rows = model.objects.within(insiders(user)).overdue(today).exclude(pk__in=mine)
        rows = rows.filter(network__state=Network.State.ACTIVE)
        nearest = rows.select_related("network", "lead_partner").order_by("due_date", "pk")
        found += [{"kind": kind, "item": item} for item in nearest[:SHOWN]]
    found.sort(key=lambda row: (row["item"].due_date, row["item"].code_key))
    for row in found:
        row["today"] = today.in_zone(row["item"].network.time_zone)
    return found[:SHOWN]


def networks_of(user: User) -> list[Network]:
    """Where to look next: the running networks a person reaches, the youngest first."""
    rows = Network.objects.visible_to(user).running().select_related("programme")
    return list(rows.order_by("-starts", "acronym")[:SHOWN])


def invitations_of(user: User, now: datetime) -> list[Invitation]:
    """What the person is asked to join, by their own address."""
    rows = Invitation.objects.addressed_to(user).waiting(now)
    return list(rows.select_related("network", "programme", "invited_by")[:SHOWN])


def achieved(user: User) -> list[dict[str, Any]]:
    """What was lately verified or accepted, of all that a person may see."""
    found: list[dict[str, Any]] = []
    for kind, model in _ITEMS.items():
        done = model.objects.visible_to(user).done().select_related("network")
        newest = done.filter(last_update_at__isnull=False).order_by("-last_update_at", "-pk")
        found += [{"kind": kind, "item": item} for item in newest[:SHOWN]]
    found.sort(key=lambda row: row["item"].last_update_at, reverse=True)
    return found[:SHOWN]


def barred_for(user: User) -> list[Suppression]:
    """Addresses that get no mail: the person's own, and of people they look after."""
    rows = Suppression.objects.in_force().concerning(user)
    return list(rows.select_related("user")[:SHOWN])


def trouble(user: User, barred: list[Suppression], now: datetime) -> list[dict[str, Any]]:
    """People whom mail does not reach, and who marked it as spam, of those one looks after."""
    spam = Bounce.objects.visible_to(user).lately(now).filter(kind=Bounce.Kind.COMPLAINT)
    found = [
        {"person": row.user, "address": row.address, "at": row.since, "kind": "hard"}
        for row in barred
        if row.user_id != user.pk
    ]
    return found + [
        {"person": row.message.recipient, "address": row.address, "at": row.at, "kind": row.kind}
        for row in spam.select_related("message__recipient").order_by("-at")[:SHOWN]
    ]
