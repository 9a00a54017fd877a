"""Who stepped back sees no byte of the report, and the network no byte of a hidden remark.

Every address of the product is asked, every endpoint of the API, every mail and feed: the
lists come from the router and the urlconf, so that a new one is asked too.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from milestones.models import Deliverable, Milestone
from networks.models import Event
from notifications.models import Message
from notifications.services.feeds import make_feed
from notifications.services.noticing import plan_notices
from reports.models import (
    AgendaItem,
    Condition,
    Decision,
    Meeting,
    ProgressReport,
    ReportVersion,
    Review,
    ReviewRound,
    TemplateSection,
)
from tests import factories as make
from tests.api import BASE, client, endpoints
from tests.reports.rounds import CANARY, CONDITION, CONDITIONAL, TODAY, Panel, content, panel
from tests.reports.unpacking import all_of

pytestmark = pytest.mark.django_db
HIDDEN = "hidden"
# Duties that an address may name, one of each family of pages.
KINDS = ["milestone", "review", "condition"]
# Rows that an address may name by ``pk``; those of other apps too, since a report may leak there.
MODELS: tuple[Any, ...] = (
    ProgressReport,
    ReportVersion,
    ReviewRound,
    Review,
    Decision,
    Condition,
    Meeting,
    Milestone,
    Deliverable,
)


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture(autouse=True)
def ids_from_one(db):
    """On PostgreSQL, too, the first row of each model is the first.

    There ids go on over the tests, so that each model's are others. Every address is asked with
    all of them: three times as many pages, of which the further ones are nowhere. A restart is
    taken back with the test.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in MODELS:
                for each in connection.introspection.get_sequences(cursor, model._meta.db_table):
                    cursor.execute(f'ALTER SEQUENCE "{each["name"]}" RESTART')


@pytest.fixture
def world() -> Panel:
    """A report full of canaries, one of three recused, decided with a condition, minuted."""
    made = panel(word=CANARY)
    chair, condition = (
        made.cast["chair"],
        CONDITION.__class__(text=CANARY, due_date=CONDITION.due_date),
    )
    made.assign()
    for person in made.reviewers[:2]:
        made.submit(person, CANARY)
    made.declare(made.reviewers[2], conflict=True)
    made.summarise(ask_network=False)
    meeting = Meeting.objects.create(programme=made.cast.programme, held_on=TODAY, title="June")
    AgendaItem.objects.create(meeting=meeting, round=made.round, position=1, minutes=CANARY)
    made.decide(
        **CONDITIONAL | {"conditions": [condition], "reasons": CANARY, "public_sentence": CANARY}
    )
    assert chair
    return made


def patterns(found: Any = None, prefix: str = "") -> list[tuple[str, Any]]:
    """Every address, as its route, without the admin and the documentation."""
    listed: list[tuple[str, Any]] = []
    for entry in found if found is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if not route.startswith(("admin/", "__")):
                listed += patterns(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            listed.append((route, entry.pattern.converters))
    return listed


def addresses(world: Panel) -> list[str]:
    """Every address with every id there is, and the network's reference."""
    ids = sorted({pk for model in MODELS for pk in model.objects.values_list("pk", flat=True)})
    found: set[str] = set()
    for route, converters in patterns():
        if not _fillable(converters):
            continue
        for plain in named(route, world):
            found |= {f"/{each}" for each in filled(plain, ids)}
    return sorted(each for each in found if not set("<(^[") & set(each))


def named(route: str, world: Panel) -> list[str]:
    """A route with the words in it: a programme, a kind of duty, a section of the report."""
    words = {
        "<path:reference>": [world.cast.aurora.reference],
        "<slug:slug>": [world.cast.programme.slug],
        "<slug:kind>": KINDS,
        "<slug:key>": [each["key"] for each in content()["sections"]],
    }
    routes = [route]
    for place, values in words.items():
        routes = [each.replace(place, value) for each in routes for value in values]
    return list(dict.fromkeys(routes))


PLACE = re.compile(r"<int:(?P<name>\w+)>")
# So many rows of each model stand in a second place: the number of pairs must stay small.
FEW = 3
GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?P<rule>(?:[^()]|\([^()]*\))*)\)")


def filled(route: str, ids: list[int]) -> list[str]:
    """A route with each of the ids in its first place, and in a second what may stand there.

    A regular expression's choices are all taken.
    """
    bare = route.replace("^", "").replace("$", "").replace("\\.", ".")
    named = GROUP.search(bare)
    if named is not None and "|" in named["rule"]:
        options = named["rule"].strip("()?:").split("|")
        return [each for one in options for each in filled(bare.replace(named[0], one), ids)]
    if named is not None:
        return filled(bare.replace(named[0], f"<int:{named['name']}>"), ids)
    place = PLACE.search(bare)
    if place is None:
        return [bare]
    values = seconds(place["name"]) or ids
    return [each for pk in values for each in filled(bare.replace(place[0], str(pk), 1), ids)]


def seconds(name: str) -> list[int]:
    """What a second place of an address may name; the report's own rows, whatever their ids."""
    rows: dict[str, list[tuple[Any, str]]] = {
        "number": [(ReportVersion, "number")],
        "item": [(AgendaItem, "pk"), (Milestone, "pk")],
        "review": [(Review, "pk")],
        "section": [(TemplateSection, "pk")],
    }
    return sorted(
        {
            value
            for model, field in rows.get(name, [])
            for value in model.objects.order_by(field).values_list(field, flat=True)[:FEW]
        }
    )


def _fillable(converters: Any) -> bool:
    return {type(each).__name__ for each in converters.values()} <= {
        "IntConverter",
        "PathConverter",
        "SlugConverter",
    }


def leaks(person: Any, world: Panel, word: str) -> list[str]:
    """The addresses whose answer holds a word, files unpacked; the person's calendar too."""
    browser = Client()
    browser.force_login(person)
    _, token = make_feed(make.act(person), person, None)
    found = []
    for address in [*addresses(world), reverse("calendar-feed", args=[token])]:
        if "logout" in address:
            continue
        answer = browser.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if word in all_of(body):
            found.append(address)
    return found


def api_leaks(person: Any, word: str) -> list[str]:
    """Endpoints that hold a word, listed, searched and row by row."""
    asker, found = client(person), []
    for endpoint, viewset in endpoints().items():
        pages = [f"{BASE}{endpoint}/", f"{BASE}{endpoint}/?q={word}"]
        model = viewset.queryset.model
        pages += [f"{BASE}{endpoint}/{pk}/" for pk in model.objects.values_list("pk", flat=True)]
        found += [page for page in pages if _told(asker, page, word)]
    return found


def _told(asker: Any, page: str, word: str) -> bool:
    # The word that was asked for comes back in the links to other pages; rows matter.
    answer = asker.get(page)
    data = answer.data.get("results", answer.data) if isinstance(answer.data, dict) else answer.data
    return word in str(data).replace(f"q={word}", "")


def test_the_addresses_asked_are_the_real_ones(world):
    asked = addresses(world)
    for name in (
        "/committee/",
        f"/rounds/{world.round.pk}/",
        f"/reports/{world.report.pk}/review/",
    ):
        assert name in asked
    assert len(asked) > 100


def test_the_recused_reviewer_s_every_page_holds_no_canary(world):
    assert leaks(world.reviewers[2], world, CANARY) == []


def test_the_recused_reviewer_s_every_answer_of_the_api_holds_no_canary(world):
    assert api_leaks(world.reviewers[2], CANARY) == []


def test_the_canary_is_there_for_who_may_see_it(world):
    """The other tests could not fail without this one."""
    shown = leaks(world.reviewers[0], world, CANARY)
    assert f"/rounds/{world.round.pk}/" in shown
    # Files are looked into: what is packed is found there, too.
    assert {address.rpartition(".")[2] for address in shown} >= {"pdf", "docx", "json"}
    assert f"/committee/meetings/{Meeting.objects.get().pk}/pack.pdf" in shown
    assert api_leaks(world.reviewers[0], CANARY)


def test_what_the_recused_reviewer_is_mailed_holds_no_canary(world):
    plan_notices(make.NOW)
    mails = Message.objects.filter(recipient=world.reviewers[2])
    assert not [mail for mail in mails if CANARY in (mail.text + mail.html + mail.subject)]
    # The review is settled for them: nothing is waiting any more.
    assert not mails.filter(state=Message.State.DUE).exists()


@pytest.fixture
def hidden() -> Panel:
    """Reviews whose committee-only remarks hold a word that nothing else holds."""
    made = panel()
    made.assign()
    for person in made.reviewers:
        made.submit(person, remark_for_committee="xyzzy-whole")
    review = Review.objects.first()
    review.ratings.update(remark_for_committee="xyzzy-rating")
    made.summarise(ask_network=False)
    ReviewRound.objects.update(summary_for_committee="xyzzy-summary")
    made.decide(**CONDITIONAL)
    return made


@pytest.mark.parametrize("role", ["lead", "member", "observer", "funder"])
def test_hidden_remarks_never_reach_the_network(hidden, role):
    person = hidden.cast[role]
    assert leaks(person, hidden, "xyzzy") == []
    assert api_leaks(person, "xyzzy") == []


def test_hidden_remarks_stand_in_no_mail_and_in_no_event_of_the_network(hidden):
    plan_notices(make.NOW + timedelta(minutes=1))
    told = " ".join(mail.subject + mail.text + mail.html for mail in Message.objects.all())
    events = Event.objects.filter(network__isnull=False).values_list("changes", "target_label")
    assert "xyzzy" not in told
    assert "xyzzy" not in str(list(events))
    assert "xyzzy-whole" in str(api_rows(hidden.cast["chair"]))


def api_rows(person: Any) -> Any:
    """The reviews that a person reads."""
    return client(person).get(f"{BASE}reviews/").data["results"]
