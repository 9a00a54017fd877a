"""The page: a dry run first, then exactly what it showed, once, by the same person."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from milestones.models import Amendment, Deliverable
from networks.models import Event, Network
from tests import factories
from tests.milestones.plans import DELIVERABLES, PLAN, with_changed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def cast():
    return factories.cast()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def preview(client, files=PLAN, **fields):
    values = {
        "programme": "network-awards",
        "reference": "N-1",
        "acronym": "NORTH",
        "starts": "2015-09-01",
        "time_zone": "Europe/Oslo",
        "create": "on",
    }
    uploads = [
        SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
        for name, text in files.items()
    ]
    return client.post(reverse("import-plan"), values | fields | {"tables": uploads})


def token_of(response):
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    return found.group(1) if found else None


def apply(client, token):
    return client.post(reverse("import-plan-apply"), {"token": token}, follow=True)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("manager", 200),
        ("officer", 200),
        ("chair", 404),
        ("reviewer", 404),
        ("funder", 404),
        ("lead", 404),
        ("member", 404),
        ("observer", 404),
        ("stranger", 404),
    ],
)
def test_the_page_is_there_for_staff_only(cast, role, status):
    client = signed_in(cast[role])
    assert client.get(reverse("import-plan")).status_code == status
    if status == 404:
        assert preview(client).status_code == 404
        assert client.post(reverse("import-plan-apply"), {"token": "x"}).status_code == 404


def test_a_visitor_is_asked_to_sign_in():
    response = Client().get(reverse("import-plan"))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_preview_shows_it_all_and_saves_nothing(cast):
    response = preview(signed_in(cast["officer"]))
    assert response.status_code == 200
    assert "Would create in NORTH" in response.content.decode()
    assert token_of(response)
    assert not Network.objects.filter(reference="N-1").exists()


def test_applying_saves_what_was_shown(cast):
    client = signed_in(cast["officer"])
    response = apply(client, token_of(preview(client)))
    assert response.redirect_chain[-1][0] == reverse("network", args=["N-1"])
    network = Network.objects.get(reference="N-1")
    assert network.time_zone == "Europe/Oslo"
    assert network.deliverables.count() == 2
    event = Event.objects.get(verb="import_plan")
    assert (event.actor, event.channel) == (cast["officer"], "page")


def test_a_preview_is_applied_once(cast):
    client = signed_in(cast["officer"])
    token = token_of(preview(client))
    apply(client, token)
    assert "used up or too old" in apply(client, token).content.decode()


def test_a_preview_belongs_to_the_person_who_saw_it(cast):
    token = token_of(preview(signed_in(cast["officer"])))
    assert "used up or too old" in apply(signed_in(cast["manager"]), token).content.decode()
    assert not Network.objects.filter(reference="N-1").exists()
    apply(signed_in(cast["officer"]), token)
    assert Network.objects.filter(reference="N-1").exists()


@pytest.mark.parametrize(("minutes", "saved"), [(59, True), (61, False)])
def test_a_preview_lasts_an_hour(cast, minutes, saved):
    client = signed_in(cast["officer"])
    with time_machine.travel(factories.NOW, tick=False) as clock:
        token = token_of(preview(client))
        clock.shift(timedelta(minutes=minutes))
        apply(client, token)
    assert Network.objects.filter(reference="N-1").exists() is saved


@pytest.mark.parametrize("token", ["", "../../etc/passwd", "x" * 43, "x" * 4000])
def test_a_made_up_token_opens_nothing(cast, token):
    response = apply(signed_in(cast["officer"]), token)
    assert "used up or too old" in response.content.decode()


def test_a_plan_that_is_there_becomes_an_amendment(cast):
    client = signed_in(cast["officer"])
    apply(client, token_of(preview(client)))
    response = preview(client, with_changed("Confidential,18", "Confidential,20"))
    shown = response.content.decode()
    assert "M18 (2017-02-28)" in shown
    assert "M20 (2017-04-30)" in shown
    assert "Submit as an amendment" in shown
    assert not Amendment.objects.exists()
    response = apply(client, token_of(response))
    assert response.redirect_chain[-1][0] == reverse("network-amendments", args=["N-1"])
    assert Amendment.objects.get().drafted_by == cast["officer"]


def test_what_was_shown_is_not_applied_to_a_plan_that_has_moved_on(cast):
    client = signed_in(cast["officer"])
    apply(client, token_of(preview(client)))
    token = token_of(preview(client, with_changed("Confidential,18", "Confidential,20")))
    Deliverable.objects.filter(code="D1.10").update(due_month=19)
    response = apply(client, token)
    assert response.status_code == 409
    assert "Nothing was saved: look again" in response.content.decode()
    assert not Amendment.objects.exists()
    apply(client, token_of(response))
    assert Amendment.objects.exists()


def test_nothing_to_change_leaves_nothing_to_apply(cast):
    client = signed_in(cast["officer"])
    apply(client, token_of(preview(client)))
    response = preview(client)
    assert token_of(response) is None
    assert "nothing changes" in response.content.decode()


def test_a_refusal_names_row_column_and_mend_and_offers_no_button(cast):
    response = preview(signed_in(cast["officer"]), with_changed("South,IT", "South,Atlantis"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Atlantis" in shown
    assert "code of two letters" in shown
    assert token_of(response) is None


def test_a_second_try_types_nothing_twice(cast):
    client = signed_in(cast["officer"])
    shown = preview(client, with_changed("South,IT", "South,Atlantis")).content.decode()
    again = re.search(r'href="(/import/\?[^"]+)"', shown).group(1).replace("&amp;", "&")
    form = client.get(again).content.decode()
    for typed in ('value="N-1"', 'value="NORTH"', 'value="2015-09-01"', 'value="Europe/Oslo"'):
        assert typed in form
    assert '<option value="network-awards" selected>' in form


def test_what_a_file_says_is_shown_as_text(cast):
    files = PLAN | {"<img src=x>.csv": DELIVERABLES.replace("D1.1,Handbook", "D1.1,<script>x")}
    files.pop("deliverables.csv")
    shown = preview(signed_in(cast["officer"]), files).content.decode()
    assert "<script>x" not in shown
    assert "<img" not in shown


def test_a_programme_of_others_cannot_be_chosen(cast):
    factories.programme(slug="theirs")
    response = preview(signed_in(cast["officer"]), programme="theirs")
    assert response.status_code == 422
    assert not Network.objects.filter(reference="N-1").exists()


def test_a_network_of_others_is_not_touched_or_named(cast):
    response = preview(signed_in(cast["officer"]), reference="BOR-1")
    assert response.status_code == 422
    assert "in another programme" in response.content.decode()
    assert "BOREAS" not in response.content.decode()


def test_a_role_that_ended_meanwhile_applies_nothing(cast):
    client = signed_in(cast["officer"])
    token = token_of(preview(client))
    cast.programme.roles.filter(user=cast["officer"]).delete()
    assert client.post(reverse("import-plan-apply"), {"token": token}).status_code == 404
    assert not Network.objects.filter(reference="N-1").exists()


def test_a_form_without_files_is_asked_for_them(cast):
    response = signed_in(cast["officer"]).post(reverse("import-plan"), {"reference": "N-1"})
    assert response.status_code == 422
    assert "Choose the files again" in response.content.decode()


def test_files_of_a_preview_lie_under_names_of_our_own(cast, media):
    preview(signed_in(cast["officer"]), {"../../evil.csv": DELIVERABLES, **PLAN})
    assert all(
        re.fullmatch(r"imports/[\w-]{43}\.json", str(path.relative_to(media)))
        for path in media.rglob("*")
        if path.is_file()
    )


def test_what_is_missing_and_worth_a_look_has_its_place(cast):
    client = signed_in(cast["officer"])
    apply(client, token_of(preview(client)))
    one = {"partners.csv": "No,Name,Short name,Country\n1,University of the North,UNorth,Norwayy\n"}
    shown = preview(client, one).content.decode()
    assert "Partner ISouth" in shown
    assert "was read as NO" in shown
