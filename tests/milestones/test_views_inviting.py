"""The pages of invitations: the dry run, the list, and the page behind the link."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from networks.invitation_links import token_of
from networks.models import Invitation, Member, ProgrammeRole, User
from networks.services.inviting import Asked, invite, take_back
from tests import factories
from tests.factories import PASSWORD, Cast

pytestmark = pytest.mark.django_db
TEAM_FORM = {"role": "member", "language": "en"}
JOIN = {
    "name": "Anna Rossi",
    "password": "a very long pass phrase",
    "language": "it",
    "time_zone": "Europe/Rome",
}


@pytest.fixture
def cast(db: None) -> Cast:
    return factories.cast()


def browser(person: User | None = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def preview(client: Client, cast: Cast, **typed: Any) -> Any:
    url = reverse("network-invite", args=[cast.aurora.reference])
    return client.post(url, TEAM_FORM | typed)


def token_in(answer: Any) -> str:
    [token] = re.findall(r'name="token" value="([^"]+)"', answer.content.decode())
    return token


def send(client: Client, cast: Cast, **typed: Any) -> Any:
    answer = preview(client, cast, **typed)
    url = reverse("network-invite", args=[cast.aurora.reference])
    return client.post(url, {"token": token_in(answer)})


def invited(cast: Cast, email: str = "anna@example.org", **fields: Any) -> Invitation:
    act = factories.act(cast["lead"], timezone.now())
    fields = {"role": "member"} | fields
    return invite(act, cast.programme, cast.aurora, [Asked(email, **fields)])[0]


def link(row: Invitation) -> str:
    return reverse("join", args=[token_of(row.key)])


ROLES = ("manager", "officer", "chair", "reviewer", "funder", "lead", "deputy", "wp_lead")
OTHERS = ("member", "observer", "stranger")


@pytest.mark.parametrize("role", [*ROLES, *OTHERS])
def test_who_opens_the_invite_page_of_a_network(cast: Cast, role: str) -> None:
    answer = browser(cast[role]).get(reverse("network-invite", args=["AUR-1"]))
    keeps = role in ("manager", "officer", "lead", "deputy")
    assert answer.status_code == (200 if keeps else 404 if role == "stranger" else 403)


@pytest.mark.parametrize("role", [*ROLES, *OTHERS])
def test_who_opens_the_people_of_a_programme(cast: Cast, role: str) -> None:
    people = reverse("programme-people", args=["network-awards"])
    ask = reverse("programme-invite", args=["network-awards"])
    opened = browser(cast[role])
    seen = 200 if role in ("manager", "officer") else 404
    asks = {"manager": 200, "officer": 403}.get(role, 404)
    assert (opened.get(people).status_code, opened.get(ask).status_code) == (seen, asks)
    assert opened.post(ask, {"addresses": "x@example.org"}).status_code in (asks, 422)


def test_the_dry_run_shows_and_saves_nothing(cast: Cast) -> None:
    pasted = "Anna Rossi <anna@example.org>\nbo@example.org\n"
    answer = preview(browser(cast["lead"]), cast, addresses=pasted)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Anna Rossi" in text
    assert "bo@example.org" in text
    assert not Invitation.objects.exists()


def test_one_press_then_invites_them(cast: Cast) -> None:
    package = factories.work_package(cast.aurora, code="WP3")
    home = cast.aurora.partners.get(number="1")
    typed = {"addresses": "anna@example.org", "role": "wp_lead", "partner": home.pk}
    answer = send(browser(cast["lead"]), cast, packages=[package.pk], **typed)
    assert answer.status_code == 302
    row = Invitation.objects.get()
    assert (row.email, row.role, row.partner) == ("anna@example.org", "wp_lead", home)
    assert row.promised_packages.get().work_package == package


def test_what_is_wrong_is_named_by_row_and_field_with_its_mend(cast: Cast) -> None:
    pasted = f"good@example.org\nnot an address\n{cast['member'].email}\n"
    answer = preview(browser(cast["lead"]), cast, addresses=pasted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'<th scope="row" class="num">2</th>.*?E-mail.*?not an address', text, re.S)
    assert "This is no e-mail address." in text
    assert "This person is in the network already." in text
    assert 'name="token"' not in text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("a@x.org, b@x.org; c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("Rossi, Anna <a@x.org>; Bo Berg <b@x.org>", ["a@x.org", "b@x.org"]),
        ('"Rossi, Anna" <a@x.org>, Bo <b@x.org>', ["a@x.org", "b@x.org"]),
        ("  <a@x.org>  ,", ["a@x.org"]),
    ],
)
def test_addresses_as_people_paste_them(cast: Cast, written: str, found: list[str]) -> None:
    send(browser(cast["lead"]), cast, addresses=written)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == found


def test_a_family_name_before_a_comma_stays_a_name(cast: Cast) -> None:
    send(browser(cast["lead"]), cast, addresses="Rossi, Anna <a@x.org>")
    assert Invitation.objects.get().name == "Anna Rossi"


def sheet(*rows: list[str]) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("people.xlsx", content.getvalue())


HEAD = ["E-mail", "Name", "Role", "Partner", "Work packages", "From", "Until"]


def test_a_sheet_says_it_row_by_row(cast: Cast) -> None:
    package = factories.work_package(cast.aurora, code="WP3")
    row = ["anna@example.org", "Anna", "Work package lead", "home", "wp3", "2026-01-01", ""]
    other = ["bo@example.org", "", "", "", "", "", "2027-12-31"]
    assert send(browser(cast["lead"]), cast, table=sheet(HEAD, row, other)).status_code == 302
    anna, bo = Invitation.objects.order_by("email")
    assert (anna.role, anna.partner.short_name, str(anna.starts)) == (
        "wp_lead",
        "Home",
        "2026-01-01",
    )
    assert anna.promised_packages.get().work_package == package
    assert (bo.role, bo.partner, str(bo.ends)) == ("member", None, "2027-12-31")


def test_a_sheet_in_csv_does_as_well(cast: Cast) -> None:
    file = SimpleUploadedFile("p.csv", "Name;E-mail\nÅsa Öberg;asa@example.org\n".encode("cp1252"))
    send(browser(cast["lead"]), cast, table=file)
    assert Invitation.objects.get().name == "Åsa Öberg"


def test_what_is_wrong_with_a_sheet(cast: Cast) -> None:
    bad = ["anna@example.org", "", "Emperor", "Nowhere", "WP99", "03/04/2027", "soon"]
    answer = preview(browser(cast["lead"]), cast, table=sheet(HEAD, bad))
    text = answer.content.decode()
    assert answer.status_code == 422
    for column in ("Role", "Partner", "Work packages", "From", "Until"):
        found = rf'<th scope="row" class="num">2</th><td data-label="Field">{column}</td>'
        assert re.search(found, text), column
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"no headings here\n", b""])
def test_a_file_that_is_no_sheet_is_refused(cast: Cast, content: bytes) -> None:
    file = SimpleUploadedFile("p.xlsx", content)
    assert preview(browser(cast["lead"]), cast, table=file).status_code == 422


def test_a_preview_is_good_for_whoever_saw_it_there(cast: Cast) -> None:
    token = token_in(preview(browser(cast["lead"]), cast, addresses="a@x.org"))
    url = reverse("network-invite", args=["AUR-1"])
    for person, where in ((cast["deputy"], url), (cast["manager"], url)):
        browser(person).post(where, {"token": token})
    elsewhere = reverse("programme-invite", args=["network-awards"])
    browser(cast["manager"]).post(elsewhere, {"token": token})
    browser(cast["lead"]).post(url, {"token": token + "x"})
    assert not Invitation.objects.exists()


def test_somebody_was_faster_and_nobody_is_invited(cast: Cast) -> None:
    client = browser(cast["lead"])
    token = token_in(preview(client, cast, addresses="a@x.org\nb@x.org"))
    invited(cast, "b@x.org")
    answer = client.post(reverse("network-invite", args=["AUR-1"]), {"token": token})
    assert answer.status_code == 409
    assert Invitation.objects.get().email == "b@x.org"


def test_a_lead_cannot_slip_in_another_lead(cast: Cast) -> None:
    file = sheet(HEAD, ["anna@example.org", "", "Network lead", "", "", "", ""])
    client = browser(cast["lead"])
    token = token_in(preview(client, cast, table=file))
    answer = client.post(reverse("network-invite", args=["AUR-1"]), {"token": token})
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_a_manager_invites_a_funder_with_the_organisation(cast: Cast) -> None:
    client, url = browser(cast["manager"]), reverse("programme-invite", args=["network-awards"])
    society = factories.organisation(name="Society of the South", kind="funder")
    typed = {"role": "funder", "language": "en", "addresses": "anna@example.org"}
    assert client.post(url, typed).status_code == 422
    answer = client.post(url, typed | {"organisation": society.pk})
    client.post(url, {"token": token_in(answer)})
    assert Invitation.objects.get().organisation == society


def test_the_list_sends_again_and_takes_back(cast: Cast) -> None:
    row, client = invited(cast), browser(cast["deputy"])
    team = reverse("network-team", args=["AUR-1"])
    assert "anna@example.org" in client.get(team).content.decode()
    client.post(reverse("invitation-send-again", args=[row.pk]))
    assert Invitation.objects.get().round == 2
    client.post(reverse("invitation-take-back", args=[row.pk]))
    assert Invitation.objects.get().revoked_at is not None
    assert client.post(reverse("invitation-send-again", args=[row.pk])).status_code == 302
    assert Invitation.objects.get().round == 2


@pytest.mark.parametrize("role", ["member", "observer", "chair", "stranger"])
def test_nobody_else_sees_who_is_invited(cast: Cast, role: str) -> None:
    row = invited(cast, "canary@example.org")
    client = browser(cast[role])
    assert "canary@" not in client.get(reverse("network-team", args=["AUR-1"])).content.decode()
    for name in ("invitation-send-again", "invitation-take-back"):
        assert client.post(reverse(name, args=[row.pk])).status_code == 404
    assert client.get(reverse("own-invitation", args=[row.pk])).status_code == 404


def test_opening_the_link_shows_it_and_changes_nothing(cast: Cast) -> None:
    home = cast.aurora.partners.get(number="1")
    row = invited(cast, partner=home, name="Anna Rossi")
    for method in ("get", "head", "options"):
        getattr(Client(), method)(link(row))
    answer = Client().get(link(row))
    text = answer.content.decode()
    for said in ("AURORA", cast.aurora.title, "Member", home.organisation.name, "Anna Rossi"):
        assert said in text
    row.refresh_from_db()
    assert row.accepted_at is None
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_name_and_password_and_one_is_in(cast: Cast) -> None:
    cast.aurora.time_zone = "Europe/Rome"
    cast.aurora.save()
    client, row = Client(), invited(cast)
    form = client.get(link(row), headers={"accept-language": "it"}).content.decode()
    assert re.search(r'value="it" selected', form)
    assert re.search(r'value="Europe/Rome" selected', form)
    answer = client.post(link(row), JOIN)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("network", args=["AUR-1"])
    assert client.get(answer["Location"]).status_code == 200
    anna = User.objects.get(email="anna@example.org")
    assert (anna.language, anna.time_zone) == ("it", "Europe/Rome")
    assert Member.objects.get(user=anna).network == cast.aurora
    assert EmailAddress.objects.get(user=anna).verified


def test_the_link_works_once(cast: Cast) -> None:
    row = invited(cast)
    Client().post(link(row), JOIN)
    again = Client().post(link(row), JOIN | {"password": "another long pass phrase"})
    assert again.status_code == 404
    assert User.objects.get(email="anna@example.org").check_password(JOIN["password"])


@pytest.mark.parametrize(
    "wrong",
    [{"password": "short"}, {"password": "anna@example.org"}, {"name": " "}, {"time_zone": "X/Y"}],
)
def test_a_bad_answer_makes_no_account(cast: Cast, wrong: dict[str, str]) -> None:
    row = invited(cast)
    assert Client().post(link(row), JOIN | wrong).status_code == 422
    assert not User.objects.filter(email="anna@example.org").exists()


def test_with_an_account_one_signs_in_first(cast: Cast) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    row, client = invited(cast), Client()
    page = client.get(link(row)).content.decode()
    login = f"{reverse('account_login')}?next={link(row).replace('/', '%2F')}"
    assert login in page
    assert client.post(link(row), JOIN).status_code == 403
    answer = client.post(login, {"login": anna.email, "password": PASSWORD})
    assert answer["Location"] == link(row)
    assert client.post(link(row)).status_code == 302
    assert Member.objects.get(user=anna).network == cast.aurora


def test_another_account_does_not_take_it(cast: Cast) -> None:
    row, client = invited(cast), browser(cast["stranger"])
    assert "You are signed in as" in client.get(link(row)).content.decode()
    assert client.post(link(row)).status_code == 409
    row.refresh_from_db()
    assert row.accepted_at is None


@pytest.mark.parametrize("what", ["revoked", "expired", "unknown"])
def test_a_dead_link_tells_nothing_of_the_network(cast: Cast, what: str) -> None:
    row = invited(cast)
    url = link(row)
    if what == "revoked":
        take_back(factories.act(cast["lead"], timezone.now()), row)
    elif what == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        url = reverse("join", args=["0" * 64])
    for answer in (Client().get(url), Client().post(url, JOIN)):
        assert answer.status_code == 404
        assert "AURORA" not in answer.content.decode()
    assert not User.objects.filter(email="anna@example.org").exists()


def test_my_work_says_that_one_is_invited(cast: Cast) -> None:
    anna = factories.user("Anna", email="anna@example.org")
    row, client = invited(cast), browser(anna)
    page = reverse("own-invitation", args=[row.pk])
    assert page in client.get(reverse("my-work")).content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert Member.objects.filter(user=anna).exists()
    assert page not in client.get(reverse("my-work")).content.decode()


def test_a_role_in_a_programme_opens_it(cast: Cast) -> None:
    act = factories.act(cast["manager"], timezone.now())
    row = invite(act, cast.programme, None, [Asked("anna@example.org", "officer")])[0]
    client = Client()
    answer = client.post(link(row), JOIN)
    assert ProgrammeRole.objects.get(user__email="anna@example.org").role == "officer"
    assert client.get(answer["Location"]).status_code == 200


def test_the_pages_have_a_fixed_number_of_statements(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    first = Asked("first@example.org", "reviewer")
    invited(cast, "first@example.org")
    invite(factories.act(cast["manager"], timezone.now()), cast.programme, None, [first])
    for url, person in (
        (reverse("network-team", args=["AUR-1"]), "lead"),
        (reverse("programme-people", args=["network-awards"]), "manager"),
    ):
        client = browser(cast[person])
        client.get(url)
        with django_assert_max_num_queries(32) as few:
            client.get(url)
        for number in range(12):
            invited(cast, f"p{number}-{person}@example.org")
            factories.programme_role(cast.programme, "reviewer", factories.user())
            act = factories.act(cast["manager"], timezone.now())
            who = Asked(f"r{number}-{person}@example.org", "reviewer")
            invite(act, cast.programme, None, [who])
        with django_assert_num_queries(len(few)):
            client.get(url)
