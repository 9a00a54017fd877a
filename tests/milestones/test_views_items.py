"""The page of an item: what it shows, and what people do on it."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from milestones.models import Evidence, Milestone, StatusUpdate
from networks.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


@pytest.fixture
def item(company) -> Milestone:
    return make.milestone(company.aurora, contractual_date=date(2027, 3, 31))


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


def signed_in(company, role) -> Client:
    client = Client()
    client.force_login(company[role])
    return client


def to(item, action) -> str:
    return reverse(f"{item._meta.model_name}-{action}", args=[item.pk])


def said(**changes) -> dict[str, object]:
    return {"confidence": "on_track", "percent": 60, "version": 1} | changes


def test_the_page_holds_the_form_filled_with_the_last_statement(company, item):
    client = signed_in(company, "lead")
    client.post(to(item, "update"), said())
    page = client.get(item.get_absolute_url())
    form = page.context["form"]
    assert (form["confidence"].value(), form["percent"].value()) == ("on_track", 60)


def test_an_update_is_saved_and_told(company, item):
    answer = signed_in(company, "lead").post(to(item, "update"), said(), follow=True)
    assert "is on track, 60 % done" in answer.content.decode()
    assert StatusUpdate.objects.get().channel == "page"


def test_an_update_goes_back_to_where_the_person_came_from(company, item):
    answer = signed_in(company, "lead").post(to(item, "update"), said(next="/networks/"))
    assert answer.url == "/networks/"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_way_back_never_leaves_the_site(company, item, evil):
    answer = signed_in(company, "lead").post(to(item, "update"), said(next=evil))
    assert answer.url == item.get_absolute_url()


def test_a_refused_update_is_shown_again_with_what_was_typed(company, item):
    typed = said(confidence="at_risk", forecast_date="2027-05-01", text="A long sentence")
    answer = signed_in(company, "lead").post(to(item, "update"), typed)
    assert answer.status_code == 422
    assert "A long sentence" in answer.content.decode()
    assert "Choose why" in answer.content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"percent": "-1"},
        {"percent": "101"},
        {"percent": "many"},
        {"confidence": "fine"},
        {"version": "x"},
    ],
)
def test_bad_input_is_refused_and_nothing_is_saved(company, item, bad):
    assert signed_in(company, "lead").post(to(item, "update"), said(**bad)).status_code == 422
    assert not StatusUpdate.objects.exists()


def test_a_newer_version_shows_both_texts_and_loses_none(company, item):
    signed_in(company, "deputy").post(to(item, "update"), said(text="Theirs", percent=40))
    lead = signed_in(company, "lead")
    answer = lead.post(to(item, "update"), said(text="Mine"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "Mine" in page
    assert "Deputy" in page
    again = lead.post(to(item, "update"), said(text="Mine", version=2))
    assert again.status_code == 302


def test_one_press_repeats_the_last_statement(company, item):
    lead = signed_in(company, "lead")
    lead.post(to(item, "update"), said(confidence="at_risk"))
    answer = lead.post(to(item, "no-change"), {"version": 2, "next": "/"})
    assert answer.url == "/"
    kinds = StatusUpdate.objects.values_list("confidence", "percent")
    assert list(kinds) == [("at_risk", 60)] * 2


def test_one_press_over_a_newer_version_asks(company, item):
    lead = signed_in(company, "lead")
    lead.post(to(item, "update"), said())
    assert lead.post(to(item, "no-change"), {"version": 1}).status_code == 409
    assert StatusUpdate.objects.count() == 1


def test_reading_an_address_never_writes(company, item):
    lead = signed_in(company, "lead")
    for action in ("update", "no-change", "hand-in", "verdict", "evidence"):
        lead.get(to(item, action), follow=True)
    assert not StatusUpdate.objects.exists()


def claim(company, item) -> None:
    typed = {"done_on": "2026-06-10", "link": "https://example.org/p", "version": item.version}
    answer = signed_in(company, "lead").post(to(item, "hand-in"), typed)
    assert answer.status_code == 302


def test_a_claim_is_verified_by_staff(company, item):
    claim(company, item)
    page = signed_in(company, "officer").get(item.get_absolute_url())
    assert page.context["verdicts"] == ["verify", "return"]
    answer = signed_in(company, "officer").post(
        to(item, "verdict"), {"verdict": "verify", "version": 2}, follow=True
    )
    assert "is verified" in answer.content.decode()


def test_a_returned_claim_shows_its_note_on_top(company, item):
    claim(company, item)
    typed = {"verdict": "return", "note": "The signature is missing", "version": 2}
    signed_in(company, "officer").post(to(item, "verdict"), typed)
    page = signed_in(company, "lead").get(item.get_absolute_url())
    assert page.context["returned"].text == "The signature is missing"


def test_a_return_without_a_note_is_refused_at_the_field(company, item):
    claim(company, item)
    answer = signed_in(company, "officer").post(to(item, "verdict"), {"verdict": "return"})
    assert answer.status_code == 422
    assert "note" in answer.context["form"].errors


def test_the_lead_is_not_offered_a_verdict(company, item):
    claim(company, item)
    assert signed_in(company, "lead").get(item.get_absolute_url()).context["verdicts"] == []


def test_a_claimed_item_leads_from_its_form_back_to_its_page(company, item):
    claim(company, item)
    answer = signed_in(company, "lead").get(to(item, "update"), follow=True)
    assert answer.redirect_chain[-1][0] == item.get_absolute_url()
    assert "is claimed: there is nothing to update" in answer.content.decode()


def test_the_chair_verifies_a_gate_only(company, item):
    gate = make.milestone(company.aurora, is_gate=True)
    for milestone in (item, gate):
        claim(company, milestone)
    chair = signed_in(company, "chair")
    typed = {"verdict": "verify", "version": 2}
    assert chair.post(to(item, "verdict"), typed).status_code == 403
    assert chair.post(to(gate, "verdict"), typed).status_code == 302


def test_four_dates_stand_side_by_side_with_their_reasons(company, item):
    typed = said(
        confidence="at_risk",
        forecast_date="2027-05-01",
        reason_code="financial",
        reason="The grant came late",
    )
    signed_in(company, "lead").post(to(item, "update"), typed)
    dates = signed_in(company, "lead").get(item.get_absolute_url()).context["dates"]
    assert [row["day"] for row in dates] == [date(2027, 3, 31), None, date(2027, 5, 1), None]
    assert dates[2]["why"] == "Financial: The grant came late"


def test_staff_find_who_was_reminded_and_the_lead_does_not(company, item):
    address = reverse("duty-reminders", args=["milestone", item.pk])
    assert address in signed_in(company, "officer").get(item.get_absolute_url()).content.decode()
    assert address not in signed_in(company, "lead").get(item.get_absolute_url()).content.decode()


@pytest.fixture
def file(company, item) -> Evidence:
    upload = SimpleUploadedFile("häufig <b>.pdf", b"%PDF-1.4 x")
    signed_in(company, "lead").post(to(item, "evidence"), {"file": upload})
    return Evidence.objects.get()


def test_a_file_comes_as_a_download_that_nothing_runs(company, file):
    answer = signed_in(company, "reviewer").get(file.get_absolute_url())
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 x"


@pytest.mark.parametrize("role", ["stranger", "funder", "observer"])
def test_a_file_is_not_there_for_who_may_not_see_it(company, file, role):
    assert signed_in(company, role).get(file.get_absolute_url()).status_code == 404


def test_a_file_that_is_lost_is_not_found(company, file):
    file.file.storage.delete(file.file.name)
    assert signed_in(company, "lead").get(file.get_absolute_url()).status_code == 404


def test_a_deliverable_is_drafted_submitted_and_sent_back(company):
    item = make.deliverable(company.aurora)
    assert signed_in(company, "member").post(to(item, "update"), said()).status_code == 302
    typed = {"done_on": "2026-06-12", "link": "10.5281/zenodo.1", "version": 2}
    assert signed_in(company, "member").post(to(item, "hand-in"), typed).status_code == 403
    assert signed_in(company, "lead").post(to(item, "hand-in"), typed).status_code == 302
    typed = {"verdict": "request_revision", "note": "Add the annex", "version": 3}
    signed_in(company, "officer").post(to(item, "verdict"), typed)
    page = signed_in(company, "lead").get(item.get_absolute_url()).content.decode()
    assert "A revision is asked for" in page
    assert "Add the annex" in page


def test_the_history_is_paged(company, item):
    lead = signed_in(company, "lead")
    for version in range(1, 26):
        lead.post(to(item, "update"), said(version=version))
    page = lead.get(f"{item.get_absolute_url()}?page=2")
    assert len(page.context["history"]) == 5


def test_staff_record_what_the_responsible_person_told_them(company, item):
    officer = signed_in(company, "officer")
    assert "Lead told me" in officer.get(item.get_absolute_url()).content.decode()
    officer.post(to(item, "update"), said(told_by="on"))
    assert StatusUpdate.objects.get().on_behalf_of == company["lead"]
    assert (
        "recorded by Officer on behalf of Lead"
        in officer.get(item.get_absolute_url()).content.decode()
    )


def test_nobody_on_the_team_speaks_for_another(company, item):
    signed_in(company, "deputy").post(to(item, "update"), said(told_by="on"))
    assert StatusUpdate.objects.get().on_behalf_of is None


@pytest.mark.parametrize(("zone", "shown"), [("UTC", "12:00"), ("Asia/Tokyo", "21:00")])
def test_times_are_shown_where_the_reader_is(company, item, zone, shown):
    signed_in(company, "lead").post(to(item, "update"), said())
    User.objects.filter(pk=company["deputy"].pk).update(time_zone=zone)
    page = signed_in(company, "deputy").get(item.get_absolute_url()).content.decode()
    assert f"15 Jun 2026, {shown}" in page


def test_what_was_handed_in_says_who_has_it_and_until_when(company, item):
    claim(company, item)
    page = signed_in(company, "lead").get(item.get_absolute_url()).content.decode()
    assert "Handed in on 15 June 2026. Staff check it by 29 June 2026." in page


@pytest.mark.parametrize(("role", "told"), [("member", True), ("lead", False), ("observer", False)])
def test_who_only_reads_is_told_who_writes(company, item, role, told):
    page = signed_in(company, role).get(item.get_absolute_url()).content.decode()
    assert ("You can read this." in page) is told
