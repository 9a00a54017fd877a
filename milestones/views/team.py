"""The institutions and people of a network, by country."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from milestones.views.frame import NetworkPage
from milestones.views.programme import invitations_to
from networks.access import LEADS, STAFF
from networks.identifiers import country_name
from networks.marks import marks_of
from networks.models import Member, Partner
from networks.pages import page_of

PARTNERS_SHOWN = 100
LOOSE_SHOWN = 100


class Team(NetworkPage):
    """Partners grouped by country with their people; who has left is kept and marked."""

    tab = "network-team"
    template_name = "milestones/team.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = page_of(self.request, self.partners(), PARTNERS_SHOWN)
        partners = list(page)
        loose = [] if page.number > 1 else self.people().filter(partner=None)[:LOOSE_SHOWN]
        named = [*(member for each in partners for member in each.people), *loose]
        self.mark(named)
        keeps = bool(self.roles.intersection((*LEADS, *STAFF)))
        return super().get_context_data(
            page=page,
            keeps_team=keeps,
            invitations=invitations_to(self.person, network=self.network) if keeps else [],
            countries=by_country(partners, self.today),
            loose=loose,
            **kwargs,
        )

    def mark(self, named: Sequence[Member]) -> None:
        """What other rooms know about the people."""
        marks = marks_of(self.person, {member.user_id for member in named})
        for member in named:
            member.marks = marks.get(member.user_id, [])  # type: ignore[attr-defined]

    def partners(self) -> QuerySet[Partner]:
        """All partners, present and past."""
        rows = Partner.objects.visible_to(self.person).filter(network=self.network)
        people = Prefetch("members", self.people(), to_attr="people")
        rows = rows.select_related("organisation", "affiliated_to").prefetch_related(people)
        partners: QuerySet[Partner] = rows.order_by("organisation__country", "number_key", "pk")
        return partners

    def people(self) -> QuerySet[Member]:
        """Members, present ones first; nobody for those who see the plan only."""
        rows = Member.objects.visible_to(self.person).filter(network=self.network)
        members: QuerySet[Member] = rows.select_related("user").order_by(
            "ends", "role", "user__name", "pk"
        )
        return members


def by_country(partners: list[Partner], today: date) -> list[dict[str, Any]]:
    """Group by country, in the order of the countries' names; without one at the end."""
    groups: dict[str, list[Partner]] = {}
    for partner in partners:
        partner.has_left = partner.ends is not None and partner.ends < today  # type: ignore[attr-defined]
        for member in partner.people:  # type: ignore[attr-defined]
            member.has_left = member.ends is not None and member.ends < today
        groups.setdefault(partner.organisation.country, []).append(partner)
    return [
        {"code": code, "partners": groups[code]}
        for code in sorted(groups, key=lambda code: (not code, country_name(code)))
    ]
