"""Asking for another due date: from one item's page, and for several items at once."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milestones.models import Amendment, AmendmentChange, Milestone
from milestones.services import approve_amendment
from networks.models import Event, ProgrammeRole
from tests import factories as make
from tests import worlds
from tests.milestones.asking import ask, draft, errors_of, field_of, signed_in

pytestmark = pytest.mark.django_db
LEADS = {"lead", "deputy"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


@pytest.fixture
def item(company) -> Milestone:
    return make.milestone(company.aurora, code="MS3")


@pytest.mark.parametrize("role", ["lead", "deputy", "officer", "manager"])
def test_asking_for_another_date_submits_an_amendment(company, item, role):
    assert ask(company, item, role).url == item.get_absolute_url()
    made = Amendment.objects.get()
    assert (made.state, made.kind, made.drafted_by) == ("submitted", "dates", company[role])
    line = made.changes.get()
    assert (line.target, line.field, line.old, line.new) == (
        "MS3",
        "due_date",
        "2026-06-30",
        "2026-08-31",
    )


def test_the_message_names_the_amendment_and_who_decides(company, item):
    page = ask(company, item, follow=True).content.decode()
    assert "“AMD-1 Move MS3 to 31 Aug 2026” is submitted. Manager decides." in page


@pytest.mark.parametrize(
    ("managers", "words"),
    [
        (0, "The managers of Network awards decide."),
        (2, "Manager or Second decides."),
        (4, "The managers of Network awards decide."),
    ],
)
def test_many_or_no_managers_are_told_in_one_sentence(company, item, managers, words):
    if managers == 0:
        ProgrammeRole.objects.filter(role="manager").delete()
    for name in ("Second", "Third", "Fourth")[: max(0, managers - 1)]:
        make.programme_role(company.programme, "manager", make.user(name))
    assert words in ask(company, item, follow=True).content.decode()


def test_a_manager_who_has_left_is_not_named(company, item):
    ProgrammeRole.objects.filter(role="manager").update(ends=date(2026, 6, 14))
    assert "The managers of" in ask(company, item, follow=True).content.decode()


def test_the_date_stays_until_it_is_approved(company, item):
    ask(company, item)
    item.refresh_from_db()
    assert item.due_date == date(2026, 6, 30)
    approve_amendment(make.act(company["manager"]), Amendment.objects.get())
    item.refresh_from_db()
    assert item.due_date == date(2026, 8, 31)


def test_each_step_is_in_the_activity(company, item):
    ask(company, item)
    verbs = Event.objects.order_by("pk").values_list("verb", "channel")
    assert list(verbs) == [("draft_amendment", "page"), ("submit_amendment", "page")]


@pytest.mark.parametrize(
    ("kind", "title"), [("milestone", "Drop X1"), ("deliverable", "Cancel X1")]
)
def test_asking_to_let_an_item_go(company, kind, title):
    thing = getattr(make, kind)(company.aurora, code="X1")
    assert ask(company, thing, ask="end", due_date="").status_code == 302
    made = Amendment.objects.get()
    assert (made.title, made.kind, made.changes.get().action) == (title, "scope", "drop")
    approve_amendment(make.act(company["manager"]), made)
    thing.refresh_from_db()
    assert thing.state == thing.ENDED_STATE


@pytest.mark.parametrize(
    ("field", "bad", "words"),
    [
        ("due_date", "", "Give the new due date."),
        ("due_date", "soon", "Enter a valid date."),
        ("due_date", "2026-06-30", "due on that day already"),
        ("due_date", "2026-06-14", "That day is over"),
        ("due_date", "2206-08-31", "check the year"),
        ("ask", "", "Choose what you ask for."),
        ("ask", "explode", "not one of the available choices"),
        ("justification", "  ", "Say why"),
        ("justification", "x" * 10_001, "at most 10000"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_saved(company, item, field, bad, words):
    (error,) = errors_of(ask(company, item, **{field: bad}))[field]
    assert words in error
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("day", ["2026-06-15", "2033-12-31"])
def test_the_first_and_the_last_day_one_may_ask_for(company, item, day):
    assert ask(company, item, due_date=day).status_code == 302


def test_what_was_typed_stands_there_again(company, item):
    page = ask(company, item, due_date="2026-06-30", justification="A long story").content.decode()
    assert "A long story" in page
    assert 'value="2026-06-30"' in page


@pytest.mark.parametrize("state", ["claimed", "verified", "dropped"])
def test_only_an_open_item_is_asked_about(company, item, state):
    Milestone.objects.update(state=state, actual_date=date(2026, 6, 1))
    assert "only while it is open" in str(errors_of(ask(company, item)))
    lead = signed_in(company, "lead")
    answer = lead.get(reverse("milestone-ask", args=[item.pk]), follow=True)
    assert f"MS3 is {state}: its due date moves only while it is open." in answer.content.decode()
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("second", ["move", "end"])
def test_while_one_waits_another_is_refused_by_its_name(company, item, second):
    ask(company, item)
    answer = ask(company, item, "deputy", due_date="2026-09-30", ask=second)
    told = "AMD-1 Move MS3 to 31 Aug 2026 already asks to change MS3, and waits for a decision."
    assert told in str(errors_of(answer))
    assert Amendment.objects.count() == 1
    lead = signed_in(company, "lead")
    page = lead.get(reverse("milestone-ask", args=[item.pk]), follow=True).content.decode()
    assert told in page


def test_after_a_decision_one_may_ask_again(company, item):
    ask(company, item)
    approve_amendment(make.act(company["manager"]), Amendment.objects.get())
    assert ask(company, item, due_date="2026-09-30").status_code == 302


def test_an_item_of_the_same_number_but_another_kind_is_not_in_the_way(company, item):
    ask(company, item)
    assert ask(company, make.deliverable(company.aurora, code="MS3")).status_code == 302


def test_a_draft_waits_for_nobody(company, item):
    draft(company, step="draft", **{field_of(item): "2026-09-30"})
    assert ask(company, item).status_code == 302
    address = reverse("amendment-submit", args=["AUR-1", 1])
    page = signed_in(company, "lead").post(address, follow=True).content.decode()
    assert "AMD-2 Move MS3 to 31 Aug 2026 already asks to change MS3" in page
    assert Amendment.objects.get(number=1).state == "draft"


def test_the_page_offers_it_and_says_what_waits(company, item):
    lead, address = signed_in(company, "lead"), reverse("milestone-ask", args=[item.pk])
    assert address in lead.get(item.get_absolute_url()).content.decode()
    ask(company, item)
    page = lead.get(item.get_absolute_url()).content.decode()
    assert address not in page
    assert "asks for 31 August 2026 as the new due date." in page


def test_a_line_written_by_a_program_is_shown_too(company, item):
    ask(company, item)
    AmendmentChange.objects.update(field="due_month", new=24)
    page = signed_in(company, "lead").get(item.get_absolute_url()).content.decode()
    assert "asks for another due date." in page


def test_the_form_starts_from_the_forecast(company, item):
    Milestone.objects.update(forecast_date=date(2026, 10, 15), confidence="at_risk")
    form = signed_in(company, "lead").get(reverse("milestone-ask", args=[item.pk])).context["form"]
    assert form["due_date"].value() == date(2026, 10, 15)


def test_reading_the_forms_writes_nothing(company, item):
    lead = signed_in(company, "lead")
    for address in (
        reverse("milestone-ask", args=[item.pk]),
        reverse("amendment-new", args=["AUR-1"]),
    ):
        assert lead.get(address).status_code == 200
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("role", worlds.ROLES)
def test_only_who_may_draft_is_let_in(role):
    world = worlds.world()
    client = Client()
    client.force_login(world.person(role))
    item = world.own["milestone"]
    seen = worlds.READERS | {"observer"}
    for address, readers in (
        (reverse("milestone-ask", args=[item.pk]), seen),
        (reverse("amendment-new", args=["AUR-1"]), worlds.READERS),
    ):
        may = role in LEADS | worlds.STAFF
        for method in ("get", "post"):
            status = getattr(client, method)(address).status_code
            wanted = (200, 422)[method == "post"] if may else 403 if role in readers else 404
            assert status == wanted
    if role in seen:
        page = client.get(item.get_absolute_url()).content.decode()
        assert (reverse("milestone-ask", args=[item.pk]) in page) is may
    if role in worlds.READERS:
        tab = client.get(reverse("network-amendments", args=["AUR-1"])).content.decode()
        assert (reverse("amendment-new", args=["AUR-1"]) in tab) is may


@pytest.mark.parametrize("count", [10, 1000])
def test_the_forms_cost_the_same_whatever_the_plan_holds(count):
    world = worlds.world()
    worlds.many(count, world.cast.aurora, world.own["work_package"], world.person("lead"))
    client = Client()
    client.force_login(world.person("lead"))
    found = []
    for address in (
        reverse("milestone-ask", args=[world.own["milestone"].pk]),
        reverse("amendment-new", args=["AUR-1"]),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        found.append(len(asked))
    assert found == [7, 10]
