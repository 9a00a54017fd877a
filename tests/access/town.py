"""Everybody who may ask, and three networks furnished with everything there is.

AURORA is the one asked about. BOREAS belongs to another programme, CIRRUS to the same one:
what a team must not see of CIRRUS, a programme's staff may. Every text that a row of BOREAS
or CIRRUS can hold contains a word of its own, found by introspection (:mod:`tests.access.canaries`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from milestones.models import Evidence
from networks.models import Member, Network, User
from notifications.models import (
    Attempt,
    Bounce,
    CalendarFeed,
    ItemLink,
    LadderStop,
    Message,
    Reminder,
    Silence,
    Suppression,
)
from tests import factories, worlds
from tests.access.canaries import planting
from tests.factories import NOW, Cast
from tests.reports.furnishing import furnish_reviews

ANONYMOUS = "anonymous"
TEAM = ("wp_lead", "lead", "deputy", "member")
STAFF = ("manager", "officer")
PANEL = ("chair", "reviewer")
IDENTITIES = (
    ANONYMOUS,
    "stranger",
    "observer",
    *TEAM,
    *STAFF,
    *PANEL,
    "conflicted",
    "funder",
    "removed",
)
# Staff and committee of the programme do see CIRRUS: for them the foreign network is BOREAS.
OF_THE_PROGRAMME = {*STAFF, *PANEL, "conflicted"}
MISSING = 987_654_321
# The word in every text of BOREAS, and the one in every text of CIRRUS.
CANARY, MAGPIE = "CANARY", "MAGPIE"


@dataclass
class Side:
    """One network with one row of everything, by name."""

    network: Network
    rows: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.rows[name]


@dataclass
class Town:
    """The people, and the networks they ask about."""

    cast: Cast
    own: Side
    foreign: Side
    neighbour: Side

    def person(self, identity: str) -> User | None:
        return None if identity == ANONYMOUS else self.cast[identity]

    def strange_to(self, identity: str) -> Side:
        """A network that is none of this person's business."""
        return self.foreign if identity in OF_THE_PROGRAMME else self.neighbour

    def leaks(self, identity: str, content: bytes) -> str:
        """The word of another network that is in an answer, if there is one."""
        words = [] if identity == "stranger" else [CANARY]
        words += [] if identity in OF_THE_PROGRAMME else [MAGPIE]
        return next((word for word in words if word.encode() in content), "")

    def client(self, identity: str) -> Client:
        """A browser in which the person has signed in."""
        browser = Client(raise_request_exception=True)
        person = self.person(identity)
        if person is not None:
            browser.force_login(person)
        return browser


@contextmanager
def town() -> Iterator[Town]:
    """Build everything once, for tests that each take their own changes back."""
    with transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build(own_word: str = "Aurora") -> Town:
    """Make everything; ``own_word`` stands in every text of AURORA."""
    with planting(own_word):
        cast = factories.cast()
        own = Side(cast.aurora, worlds.furnish(cast.aurora, "Aurora", cast["lead"]))
    cast.people["conflicted"] = _conflicted_reviewer(cast)
    cast.people["removed"] = _removed_member(cast)
    with planting(CANARY):
        foreign = _strange(cast.boreas, CANARY, cast["stranger"])
    with planting(MAGPIE):
        cirrus = factories.network(programme=cast.programme)
        leader = factories.member(cirrus, "lead", factories.user("MAGPIE Leader"))
        neighbour = _strange(cirrus, MAGPIE, leader)
    # The network grew from one that most of its readers must not hear of.
    Network.objects.filter(pk=cast.aurora.pk).update(predecessor=cast.boreas, is_published=True)
    type(cast.programme).objects.filter(pk=cast.programme.pk).update(is_published=True)
    cast.aurora.refresh_from_db()
    for word, side in ((own_word, own), (CANARY, foreign), (MAGPIE, neighbour)):
        with planting(word):
            lead = _first_lead(side.network)
            side.rows |= mail_rows(side, lead)
            side.rows |= report_rows(
                side, word, lead, cast["reviewer" if side is not foreign else "stranger"]
            )
    return Town(cast, own, foreign, neighbour)


def _strange(network: Network, word: str, lead: User) -> Side:
    network.acronym, network.reference = f"{word}-{network.pk}", f"{word}-R{network.pk}"
    network.title = network.lay_summary = word
    network.award_amount = 7_654_321
    network.save()
    programme = network.programme
    if programme.slug.startswith("programme-"):
        programme.name, programme.slug = f"{word} programme", "canary-programme"
        programme.save()
    return Side(network, worlds.furnish(network, word, lead))


def _first_lead(network: Network) -> User:
    return Member.objects.get(network=network, role="lead").user


def _conflicted_reviewer(cast: Cast) -> User:
    person = factories.programme_role(cast.programme, "reviewer", factories.user("Conflicted"))
    long_ago = timezone.now().date() - timedelta(days=400)
    Member.objects.create(network=cast.aurora, user=person, role="member", ends=long_ago)
    return person


def _removed_member(cast: Cast) -> User:
    person = factories.user("Removed")
    yesterday = timezone.now().date() - timedelta(days=1)
    Member.objects.create(network=cast.aurora, user=person, role="member", ends=yesterday)
    return person


def report_rows(side: Side, word: str, lead: User, reviewer: User) -> dict[str, Any]:
    """A draft, and a report under review with everything a review has."""
    rows: dict[str, Any] = furnish_reviews(side.network, word, lead, reviewer)
    rows["report"] = side["draft_report"]
    rows["answer"] = side["draft_report"].answers.get()
    rows["reviewed_report"] = rows["review_round"].report
    rows["agenda_item"] = rows["meeting"].agenda.get()
    rows["report_version"] = rows["review_round"].version
    return rows


def mail_rows(side: Side, lead: User) -> dict[str, Any]:
    """What the mailing room keeps about a network."""
    network, item = side.network, side["milestone"]
    later = NOW + timedelta(days=4000)
    message = Message.objects.create(
        recipient=lead,
        local_day=date(2026, 6, 15),
        dedupe_key=f"key-{network.pk}",
        message_id=f"<{network.pk}@example.org>",
        created_at=NOW,
        next_try_at=later,
        state="refused",
    )
    about = {"network": network, "duty_kind": "milestone", "duty_id": item.pk}
    reminder = Reminder.objects.create(
        recipient=lead,
        message=message,
        deadline_version=1,
        due_date=item.contractual_date,
        offset_days=-7,
        audience="responsible",
        planned_at=NOW,
        **about,
    )
    rows: dict[str, Any] = {"message": message, "reminder": reminder}
    rows["organisation"] = side["partner"].organisation
    rows["attempt"] = Attempt.objects.create(message=message, number=1, at=NOW, outcome="refused")
    rows["bounce"] = Bounce.objects.create(
        message=message,
        key=f"b-{network.pk}",
        at=NOW,
        kind="hard",
        door="mail",
        address=lead.email,
    )
    rows["suppression"] = Suppression.objects.create(
        user=lead, address=lead.email, since=NOW, message=message
    )
    rows["item_link"] = ItemLink.objects.create(
        user=lead, token_hash=f"t-{network.pk}", created_at=NOW, expires_at=later, **about
    )
    rows["calendar_feed"] = CalendarFeed.objects.create(
        user=lead, kind="network", network=network, token_hash=f"c-{network.pk}", created_at=NOW
    )
    rows["silence"] = Silence.objects.create(user=lead, begun_at=NOW, **about)
    rows["ladder_stop"] = LadderStop.objects.create(
        deadline_version=item.version, stopped_at=NOW, stopped_by=None, **about
    )
    rows["evidence_file"] = Evidence.objects.create(
        network=network,
        milestone=item,
        kind="file",
        title=network.acronym,
        file="evidence/none.txt",
        original_name="none.txt",
        added_by=lead,
        at=NOW,
    )
    return rows
