"""The page of one milestone or deliverable: how it stands, its dates, evidence, history."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from milestones.access import actions_for
from milestones.forms import UpdateForm, VerdictForm, verdicts_on
from milestones.history import in_words
from milestones.models import Deliverable, Evidence, Milestone, StatusUpdate
from milestones.services.amendment_asking import day_asked, waiting_for
from milestones.views.frame import INSIDE, PANEL
from networks.access import STAFF, TEAM, access_day, roles_in
from networks.models import User
from networks.pages import dates_now, page_of, signed_in

HISTORY_SHOWN = 20
EVIDENCE_SHOWN = 100
Kind = StatusUpdate.Kind


class ItemView(LoginRequiredMixin):
    """What all pages about one item share: the item, seen by this person, and their actions."""

    model: ClassVar[type[Milestone] | type[Deliverable]] = Milestone
    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def item(self) -> Any:
        """The item of the address; 404 for whoever may not see it."""
        rows: QuerySet[Any] = self.model.objects.visible_to(signed_in(self.request))
        rows = rows.select_related(
            "network__programme", "lead_partner__organisation", "responsible__user"
        )
        if self.model is Deliverable:
            rows = rows.select_related("work_package__lead")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def name(self) -> str:
        """``milestone`` or ``deliverable``: also the beginning of its addresses."""
        return str(self.model._meta.model_name)

    @cached_property
    def actions(self) -> frozenset[str]:
        """What the person may do to the item by their role."""
        return actions_for(signed_in(self.request), self.item)

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the person is in the item's network today."""
        return roles_in(signed_in(self.request), self.item.network)

    @cached_property
    def told_by(self) -> User | None:
        """For staff outside the team: whose words they may record."""
        if not self.roles.intersection(STAFF) or self.roles.intersection(TEAM):
            return None
        if self.item.responsible is not None:
            named: User = self.item.responsible.user
            return named
        leads = self.item.network.members.current(access_day()).filter(role="lead")
        lead = leads.select_related("user").first()
        return lead.user if lead else None

    def address(self, action: str) -> str:
        """The page of one action on the item."""
        return reverse(f"{self.name}-{action}", args=[self.item.pk])


class ItemPage(ItemView, TemplateView):
    """Everything about one item, and the form of what the person can do next."""

    template_name = "milestones/item.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = waiting_for(self.item) if self.roles & (INSIDE | PANEL) else None
        may_ask = self.item.is_open and waiting is None and "draft_amendment" in self.actions
        return super().get_context_data(
            item=self.item,
            kind=self.name,
            network=self.item.network,
            today=dates_now().in_zone(self.item.network.time_zone),
            packages=self.packages(),
            responsible=self.responsible() if self.roles - {"observer"} else None,
            dates=self.four_dates(),
            evidence=self.evidence(),
            next=self.item.get_absolute_url(),
            reminders_url=self.reminders_url() if self.roles.intersection(STAFF) else "",
            log_url=self.log_url() if self.roles & INSIDE else "",
            check_by=self.check_by(),
            waiting=waiting,
            waiting_day=day_asked(waiting) if waiting else None,
            ask_url=self.address("ask") if may_ask else "",
            only_reads=self.item.is_open and bool(self.roles.intersection(TEAM)),
            **self.history(),
            **self.next_steps(),
            **kwargs,
        )

    def packages(self) -> list[Any]:
        """The work packages it belongs to."""
        if isinstance(self.item, Milestone):
            return list(self.item.work_packages.select_related("lead__user"))
        return [self.item.work_package] if self.item.work_package else []

    def responsible(self) -> Any:
        """The person named on the item; empty falls to the lead of its work package."""
        return self.item.responsible.user if self.item.responsible else None

    def next_steps(self) -> dict[str, Any]:
        """Only what this person may do, and what the item's state allows now."""
        item, actions = self.item, self.actions
        update = "update" if isinstance(item, Milestone) else "draft"
        waiting = item.state == item.HANDED_IN_STATE
        verdicts = [name for name in verdicts_on(item) if name in actions]
        may_update = item.is_open and update in actions
        steps: dict[str, Any] = {
            "update_url": self.address("update") if may_update else "",
            "form": self.update_form() if may_update else None,
            "hand_in_url": "",
            "verdicts": verdicts if waiting else [],
            "verdict_form": VerdictForm(item, auto_id="verdict_%s")
            if waiting and verdicts
            else None,
            "verdict_url": self.address("verdict"),
            "evidence_url": self.address("evidence") if "add_evidence" in actions else "",
        }
        if item.is_open and ("claim" if isinstance(item, Milestone) else "submit") in actions:
            steps["hand_in_url"] = self.address("hand-in")
        return steps

    def update_form(self) -> UpdateForm:
        """Filled with the last statement: no change is one press on Save."""
        return UpdateForm(self.item, told_by=self.told_by, auto_id="update_%s")

    def check_by(self) -> date | None:
        """Until when the programme says what it thinks of what was handed in."""
        if self.item.state != self.item.HANDED_IN_STATE or self.item.handed_in_on is None:
            return None
        days = self.item.network.programme.verification_days
        day: date = self.item.handed_in_on + timedelta(days=days)
        return day

    def updates(self) -> QuerySet[StatusUpdate]:
        """The item's history, for those who may read it."""
        rows = StatusUpdate.objects.visible_to(signed_in(self.request))
        found: QuerySet[StatusUpdate] = rows.filter(**{self.name: self.item}).newest_first()
        return found

    def history(self) -> dict[str, Any]:
        """One page of the history, in words, and what was said last when it came back."""
        rows = self.updates().select_related("author", "on_behalf_of", "milestone", "deliverable")
        page = page_of(self.request, rows, HISTORY_SHOWN)
        last = page[0] if page.number == 1 and len(page) else None
        sent_back = last is not None and last.kind in (Kind.RETURN, Kind.REQUEST_REVISION)
        return {
            "history_page": page,
            "history": [in_words(row) for row in page],
            "returned": last if sent_back else None,
        }

    def evidence(self) -> list[Evidence]:
        """Files, links and DOIs, newest first."""
        rows = Evidence.objects.visible_to(signed_in(self.request)).filter(**{self.name: self.item})
        return list(rows.select_related("added_by")[:EVIDENCE_SHOWN])

    def four_dates(self) -> list[dict[str, Any]]:
        """Contractual, revised, forecast, actual: each with the reason that stands behind it."""
        item, why = self.item, self.reasons()
        return [
            {
                "label": _("Contractual"),
                "day": item.contractual_date,
                "month": item.due_month,
                "moved": item.due_date != item.contractual_date,
                "none": "",
                "why": "",
            },
            {
                "label": _("Revised"),
                "day": item.revised_date,
                "none": _("Not moved by an amendment"),
                "why": why["revised"] if item.revised_date else "",
            },
            {
                "label": _("Forecast"),
                "day": item.forecast_date or (item.due_date if item.confidence else None),
                "none": _("Nothing said yet"),
                "why": why["forecast"] if item.is_delayed else "",
                "late": item.is_delayed,
            },
            {
                "label": _("Actual"),
                "day": item.actual_date,
                "none": _("Not reached yet"),
                "why": why["actual"] if item.actual_date else "",
                "late": bool(item.actual_date and item.actual_date > item.due_date),
            },
        ]

    def reasons(self) -> dict[str, str]:
        """The latest reason behind the forecast, the revised and the actual date."""
        told = Q(reason_code__gt="") | Q(kind=Kind.RESCHEDULE)
        found: dict[str, str] = {"forecast": "", "revised": "", "actual": ""}
        for row in self.updates().filter(told)[:HISTORY_SHOWN]:
            place = _PLACES.get(Kind(row.kind), "forecast")
            words = [row.get_reason_code_display(), row.reason or row.text]
            found[place] = found[place] or ": ".join(word for word in words if word)
        return found

    def log_url(self) -> str:
        """The activity log of this item alone."""
        page = reverse("network-activity", args=[self.item.network.reference])
        about = {"kind": self.model._meta.label_lower, "thing": self.item.pk}
        return f"{page}?{urlencode(about)}"

    def reminders_url(self) -> str:
        """Who was told of this duty: a page of the notifications app, once it is there."""
        try:
            return reverse("duty-reminders", args=[self.name, self.item.pk])
        except NoReverseMatch:
            return ""


_PLACES = {Kind.RESCHEDULE: "revised", Kind.CLAIM: "actual", Kind.SUBMIT: "actual"}
