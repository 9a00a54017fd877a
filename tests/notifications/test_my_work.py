"""My work: what waits for a person, most urgent first, and never an empty page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from milestones.models import Amendment, StatusUpdate
from milestones.services import (
    NewEvidence,
    claim_milestone,
    post_update,
    return_milestone,
    verify_milestone,
)
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


def page_for(company, role, query=""):
    client = Client()
    client.force_login(company[role])
    return client.get(f"{reverse('my-work')}{query}")


def groups(page):
    return {g["name"]: [row.duty.code for row in g["rows"]] for g in page.context["groups"]}


def due_in(company, days, **fields):
    return make.milestone(company.aurora, contractual_date=TODAY + timedelta(days=days), **fields)


EVIDENCE = [NewEvidence(url="https://example.org/")]


def test_duties_are_grouped_by_what_they_ask_for(company):
    due_in(company, -1, code="LATE")
    due_in(company, 0, code="TODAY")
    due_in(company, 30, code="SOON")
    due_in(company, 31, code="FAR")
    page = page_for(company, "lead")
    assert groups(page) == {"overdue": ["LATE"], "soon": ["TODAY", "SOON"]}
    assert page.context["summary"] == "3 things wait for you, 1 of them late."


def test_what_came_back_stands_apart(company):
    item = due_in(company, 20, code="BACK")
    lead, officer = make.act(company["lead"]), make.act(company["officer"])
    claim_milestone(lead, item, achieved_on=TODAY, evidence=EVIDENCE)
    assert groups(page_for(company, "officer")) == {"check": ["BACK"]}
    return_milestone(officer, item, note="Sign it")
    assert groups(page_for(company, "lead")) == {"returned": ["BACK"]}


def test_one_press_is_offered_for_what_was_said_and_is_not_late(company):
    said = due_in(company, 10, code="SAID")
    due_in(company, 10, code="SILENT")
    late = due_in(company, -10, code="LATE")
    for item in (said, late):
        post_update(make.act(company["lead"]), item, confidence="on_track", percent=60)
    page = page_for(company, "lead")
    offered = [
        row.duty.code
        for group in page.context["groups"]
        for row in group["rows"]
        if "no_change" in row.acts
    ]
    assert offered == ["SAID"]
    assert "Still on track, 60 %" in page.content.decode()


def test_who_is_late_and_has_said_until_when_can_say_so_again(company):
    late = due_in(company, -10, code="LATE")
    said = {"confidence": "at_risk", "percent": 60, "forecast_date": TODAY + timedelta(days=5)}
    why = {"reason_code": "research", "reason": "Recruitment is slow."}
    post_update(make.act(company["lead"]), late, **said, **why)
    assert "Still at risk, 60 %" in page_for(company, "lead").content.decode()


def test_one_press_saves_and_comes_back(company):
    item = due_in(company, 10)
    post_update(make.act(company["lead"]), item, confidence="on_track", percent=60)
    client = Client()
    client.force_login(company["lead"])
    address = reverse("milestone-no-change", args=[item.pk])
    answer = client.post(address, {"version": item.version, "next": "/"}, follow=True)
    assert answer.request["PATH_INFO"] == "/"
    assert StatusUpdate.objects.count() == 2


def test_a_manager_finds_amendments_to_decide(company):
    Amendment.objects.create(
        network=company.aurora,
        number=1,
        title="Later",
        state="submitted",
        drafted_at=make.NOW,
        submitted_at=make.NOW,
    )
    page = page_for(company, "manager")
    assert [row.title for row in page.context["amendments"]] == ["Later"]
    assert page.context["summary"] == "1 thing waits for you; none is late."
    assert page_for(company, "officer").context["amendments"] == []
    assert page_for(company, "stranger").context["amendments"] == []


def test_staff_see_what_is_late_with_others_and_observers_do_not(company):
    due_in(company, -5, code="LATE")
    assert [row["item"].code for row in page_for(company, "officer").context["late"]] == ["LATE"]
    assert page_for(company, "lead").context["late"] == []
    assert page_for(company, "observer").context["late"] == []
    assert page_for(company, "stranger").context["late"] == []


@pytest.mark.parametrize("role", ["funder", "observer", "reviewer", "member"])
def test_the_page_is_calm_and_useful_without_duties(company, role):
    item = due_in(company, 5, code="DONE")
    lead, officer = make.act(company["lead"]), make.act(company["officer"])
    claim_milestone(lead, item, achieved_on=TODAY, evidence=EVIDENCE)
    verify_milestone(officer, item)
    page = page_for(company, role)
    assert "Nothing waits for you" in page.content.decode()
    assert [row["item"].code for row in page.context["achieved"]] == ["DONE"]
    assert company.aurora in page.context["networks"]


def test_many_duties_are_paged(company):
    for _ in range(60):
        due_in(company, 3)
    assert sum(len(rows) for rows in groups(page_for(company, "lead")).values()) == 50
    assert sum(len(rows) for rows in groups(page_for(company, "lead", "?page=2")).values()) == 10


def test_who_has_no_role_is_told_whom_to_ask(company):
    client = Client()
    client.force_login(make.user())
    assert "Ask the staff of the programme" in client.get("/").content.decode()


@pytest.mark.parametrize(("role", "sees"), [("officer", True), ("lead", False)])
def test_only_staff_find_the_outbox_in_the_navigation(company, role, sees):
    labels = [str(entry["label"]) for entry in page_for(company, role).context["nav"]]
    assert ("Outbox" in labels) is sees
    assert labels[:3] == ["My work", "Networks", "Status report"]


def test_the_navigation_marks_where_one_is(company):
    nav = page_for(company, "lead").context["nav"]
    assert [entry["active"] for entry in nav] == [True, False, False]
