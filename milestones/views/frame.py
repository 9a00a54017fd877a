"""The frame round all pages of one network: who may see it, its heading, its tabs."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from milestones.access import ROLES
from networks.access import COMMITTEE, STAFF, TEAM, roles_in
from networks.clock import Today
from networks.models import Member, Network, User
from networks.months import month_of
from networks.pages import dates_now, signed_in

INSIDE = frozenset([*STAFF, *TEAM])
PANEL = frozenset(COMMITTEE)


class NetworkPage(LoginRequiredMixin, TemplateView):
    """A page of one network. A stranger gets 404, and so does who may not read this tab."""

    tab = "network"
    # Which circles read the tab; None: whoever reaches the network.
    readers: frozenset[str] | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The network, today where it is, the tabs, and what this person may do."""
        if self.readers is not None and not self.roles & self.readers:
            raise Http404
        return super().get_context_data(
            network=self.network,
            today=self.today,
            lead=self.lead,
            month_now=month_of(self.network.starts, self.today),
            month_last=month_of(self.network.starts, self.network.ends),
            tabs=self.tabs(),
            # The full title once; on a phone it would push every list off the screen.
            page_title=str(self.network) if self.tab != "network" else self.full_title(),
            may=self.may,
            shows_people=self.shows_people,
            is_staff_here=bool(self.roles.intersection(STAFF)),
            **kwargs,
        )

    @cached_property
    def person(self) -> User:
        """Who reads the page."""
        return signed_in(self.request)

    @cached_property
    def network(self) -> Network:
        """The network the address names."""
        rows = Network.objects.visible_to(self.person).with_money_shown(self.person)
        rows = rows.select_related("programme", "predecessor")
        network: Network = get_object_or_404(rows, reference=self.kwargs["reference"])
        return network

    @cached_property
    def dates(self) -> Today:
        """The calendar dates at this moment."""
        return dates_now()

    @property
    def today(self) -> date:
        """The date where the network is."""
        return self.dates.in_zone(self.network.time_zone)

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the person is in this network today."""
        return roles_in(self.person, self.network)

    @property
    def may(self) -> frozenset[str]:
        """The actions on the network as a whole that are open to the person."""
        return frozenset(
            name for name, holders in ROLES.items() if self.roles.intersection(holders)
        )

    @property
    def shows_people(self) -> bool:
        """Funders and observers see the plan without its people."""
        return bool(self.roles & (INSIDE | PANEL))

    @property
    def lead(self) -> Member | None:
        """Who leads the network today, for those who may know."""
        rows = Member.objects.visible_to(self.person).current(self.today)
        rows = rows.filter(network=self.network, role=Member.Role.LEAD)
        lead: Member | None = rows.select_related("user", "partner__organisation").first()
        return lead

    def full_title(self) -> str:
        """Acronym and title."""
        return f"{self.network.acronym}: {self.network.title}"

    def tabs(self) -> list[dict[str, Any]]:
        """The tabs this person can open."""
        offered = [
            ("network", _("Overview"), None),
            ("network-milestones", _("Milestones"), None),
            ("network-deliverables", _("Deliverables"), None),
            ("network-team", _("Team"), None),
            ("network-risks", _("Risks"), INSIDE | PANEL),
            ("network-amendments", _("Amendments"), INSIDE | PANEL),
            ("network-reports", _("Reports"), INSIDE | PANEL),
            ("network-activity", _("Activity"), INSIDE),
        ]
        return [
            {"label": label, "url": self.address(name), "active": name == self.tab}
            for name, label, readers in offered
            if readers is None or self.roles & readers
        ]

    def address(self, name: str, query: str = "") -> str:
        """A page of this network, with a query string."""
        page = reverse(name, args=[self.network.reference])
        return f"{page}?{query}" if query else page
