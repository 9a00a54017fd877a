"""The link in a mail: one item, one person, a few days, and never by GET."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone, StatusUpdate
from milestones.services import add_evidence, claim_milestone, return_milestone
from milestones.services.evidence import NewEvidence
from networks.models import Event, Member
from notifications.models import ItemLink, Preference, Silence
from notifications.services import sweep
from notifications.services.answering import revoke_links
from notifications.services.links import token_of
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
UPDATE = {"confidence": "at_risk", "percent": "35", "text": "The ethics vote is late."}


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), code="MS7")


@pytest.fixture
def path(item: Milestone) -> str:
    """The address in the mail of Monday morning."""
    sweep(MONDAY)
    return address(ItemLink.objects.get())


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False) as clock:
        yield clock


def address(link: ItemLink) -> str:
    return reverse("item-link", args=[token_of(link.key)])


def test_it_opens_the_items_form_without_a_log_in(
    cast: Cast, item: Milestone, path: str, client: Client
) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert item.title in page.content.decode()
    assert "You are acting as Lead" in page.content.decode()
    assert "sessionid" not in client.cookies


def test_the_page_tells_nobody_its_address(path: str, client: Client) -> None:
    page = client.get(path)
    assert page["Referrer-Policy"] == "no-referrer"
    assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))


@pytest.fixture
def console() -> Iterator[StringIO]:
    """What the handler of the settings writes."""
    handlers = logging.getLogger("django").handlers
    (handler,) = [each for each in handlers if type(each) is logging.StreamHandler]
    said = StringIO()
    before = handler.setStream(said)
    yield said
    handler.setStream(before)


def test_the_log_of_a_refused_answer_does_not_hold_its_key(
    path: str, client: Client, console: StringIO
) -> None:
    assert client.post(path, UPDATE | {"percent": "many"}).status_code == 422
    assert "Unprocessable" in console.getvalue()
    assert "/do/…" in console.getvalue()
    assert path not in console.getvalue()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_scanners_change_nothing(item: Milestone, path: str, client: Client, method: str) -> None:
    before = list(Milestone.objects.values()) + list(ItemLink.objects.values())
    getattr(client, method)(path)
    getattr(client, method)(f"{path}?no_change=1&confidence=on_track&percent=1")
    assert list(Milestone.objects.values()) + list(ItemLink.objects.values()) == before
    assert not StatusUpdate.objects.exists()


def test_saving_acts_as_that_person_and_is_logged_as_mail(
    cast: Cast, item: Milestone, path: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path, {**UPDATE, "version": item.version})
    assert (answer.status_code, answer["Location"]) == (302, path)
    update = StatusUpdate.objects.get()
    assert (update.author, update.channel) == (cast["lead"], Event.Channel.MAIL)
    assert (update.confidence, update.percent) == ("at_risk", 35)
    assert Event.objects.filter(actor=cast["lead"], channel="mail", verb="update").exists()
    assert ItemLink.objects.get().used_at is not None


def test_still_on_track_is_one_press(item: Milestone, path: str, client: Client) -> None:
    assert client.post(path, {"no_change": "1", "version": item.version}).status_code == 302
    update = StatusUpdate.objects.get()
    assert (update.confidence, update.percent) == ("on_track", 0)


def offered(client: Client, path: str) -> bool:
    return 'name="no_change"' in client.get(path).content.decode()


def test_one_press_is_the_first_thing_on_the_page(path: str, client: Client) -> None:
    page = client.get(path).content.decode()
    press, typed = page.index('name="no_change"'), page.index('name="percent"')
    assert press < page.index("You are acting as") < typed


@pytest.mark.parametrize(
    ("forecast", "day", "is_offered"),
    [
        # By the due date, and by the forecast where there is one: to the end of that day.
        (None, "2026-06-08", True),
        (None, "2026-06-09", False),
        ("2026-06-05", "2026-06-05", True),
        ("2026-06-05", "2026-06-06", False),
        ("2026-06-12", "2026-06-12", True),
        ("2026-06-12", "2026-06-13", False),
    ],
)
def test_one_press_is_offered_until_the_day_expected_is_over(
    cast: Cast,
    item: Milestone,
    path: str,
    client: Client,
    noon: time_machine.Traveller,
    forecast: str | None,
    day: str,
    is_offered: bool,
) -> None:
    said = {"forecast_date": forecast, "confidence": "at_risk"} if forecast else {}
    Milestone.objects.filter(pk=item.pk).update(**said)
    noon.move_to(at(f"{day} 12:00"))
    assert offered(client, path) is is_offered
    answer = client.post(path, {"no_change": "1", "version": item.version})
    assert answer.status_code == (302 if is_offered else 422)
    assert StatusUpdate.objects.exists() is is_offered


def test_a_press_that_comes_too_late_is_asked_for_a_new_day(
    path: str, client: Client, noon: time_machine.Traveller
) -> None:
    noon.move_to(at("2026-06-09 12:00"))
    page = client.post(path, {"no_change": "1"}).content.decode()
    assert "The day that was expected is over: say when you expect it now." in page
    assert "How does it stand now?" in page


def test_what_came_back_is_no_matter_of_one_press(
    cast: Cast, item: Milestone, path: str, client: Client
) -> None:
    moment = MONDAY + timedelta(hours=1)
    lead, officer = factories.act(cast["lead"], moment), factories.act(cast["officer"], moment)
    proof = NewEvidence(url="https://example.org/protocol")
    claim_milestone(lead, item, achieved_on=date(2026, 6, 1), evidence=[proof])
    return_milestone(officer, item, note="Sign it, please.")
    assert not offered(client, path)
    page = client.post(path, {"no_change": "1"})
    assert page.status_code == 422
    assert "It came back with a note" in page.content.decode()


def test_a_press_that_is_replayed_adds_nothing(item: Milestone, path: str, client: Client) -> None:
    press = {"no_change": "1", "version": item.version}
    answers = [client.post(path, press).status_code for _ in range(3)]
    assert answers == [302, 409, 409]
    assert StatusUpdate.objects.count() == 1


def test_a_form_that_is_replayed_adds_nothing(item: Milestone, path: str, client: Client) -> None:
    typed = {**UPDATE, "version": item.version}
    assert [client.post(path, typed).status_code for _ in range(2)] == [302, 409]
    assert StatusUpdate.objects.count() == 1


def test_whoever_a_mail_was_forwarded_to_is_told_whose_name_it_is(
    cast: Cast, path: str, client: Client
) -> None:
    client.force_login(cast["stranger"])
    assert "You are acting as Lead" in client.get(path).content.decode()
    client.post(path, UPDATE)
    assert StatusUpdate.objects.get().author == cast["lead"]
    # The stranger's own session opens nothing more than before.
    item = StatusUpdate.objects.get().milestone
    assert client.get(item.get_absolute_url()).status_code == 404


def test_a_forwarded_link_reads_nothing_but_its_item(path: str, client: Client) -> None:
    page = client.get(path).content.decode()
    assert "/networks/" not in page
    for other in ("/", "/networks/AUR-1/", "/api/v1/milestones/"):
        assert client.get(other).status_code in (302, 401, 403, 404)


@pytest.mark.parametrize("role", ["observer", "member"])
def test_the_link_of_who_may_not_say_so_any_more_is_gone(
    cast: Cast, path: str, client: Client, role: str
) -> None:
    Member.objects.filter(user=cast["lead"]).update(role=role)
    assert gone(client, path)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_known(path: str, client: Client, method: str) -> None:
    assert getattr(client, method)(path, "no_change=1").status_code == 405
    assert not StatusUpdate.objects.exists()


def test_a_scanner_that_follows_every_link_of_a_mail_changes_nothing(
    cast: Cast, item: Milestone, path: str, client: Client
) -> None:
    sent = mail.outbox[0]
    html = str(sent.alternatives[0][0])
    links = {link.replace(settings.SITE_URL, "") for link in re.findall(r'href="([^"]+)"', html)}
    assert {path, reverse("preferences")} <= links
    assert any(link.startswith("/less-mail/") for link in links)
    before = everything()
    for link in links:
        for method in (client.get, client.head):
            method(link, headers={"user-agent": "Mail scanner"})
    assert everything() == before


def everything() -> list[object]:
    models = (Milestone, StatusUpdate, ItemLink, Preference, Silence, Event)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_bad_answer_is_shown_again_with_what_was_typed(path: str, client: Client) -> None:
    page = client.post(path, {**UPDATE, "percent": "135"})
    assert page.status_code == 422
    assert "The ethics vote is late." in page.content.decode()
    assert not StatusUpdate.objects.exists()


def test_somebody_elses_newer_version_is_not_overwritten(
    item: Milestone, path: str, client: Client
) -> None:
    page = client.post(path, {**UPDATE, "version": item.version + 5})
    assert page.status_code == 409
    assert not StatusUpdate.objects.exists()


def test_it_works_to_its_last_minute_and_not_a_minute_longer(
    path: str, client: Client, noon: time_machine.Traveller
) -> None:
    noon.move_to(MONDAY + timedelta(days=14) - timedelta(minutes=1))
    assert client.get(path).status_code == 200
    noon.move_to(MONDAY + timedelta(days=14, minutes=1))
    assert gone(client, path)


def gone(client: Client, path: str) -> bool:
    """The same page for every reason, and POST does nothing either."""
    page, post = client.get(path), client.post(path, UPDATE)
    assert "This link does not work any more" in page.content.decode()
    assert not StatusUpdate.objects.exists()
    return {page.status_code, post.status_code} == {404}


def test_a_revoked_link_is_gone(cast: Cast, item: Milestone, path: str, client: Client) -> None:
    assert revoke_links(factories.act(cast["officer"], MONDAY + timedelta(hours=1)), item) == 1
    assert gone(client, path)


def test_it_opens_no_other_item(cast: Cast, path: str, client: Client) -> None:
    other = factories.milestone(cast.aurora)
    client.post(path, {**UPDATE, "item": other.pk, "pk": other.pk, "milestone": other.pk})
    assert StatusUpdate.objects.get().milestone.code == "MS7"


def test_a_removed_members_link_is_gone(cast: Cast, path: str, client: Client) -> None:
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 5, 31))
    assert gone(client, path)


def test_the_link_of_a_closed_account_is_gone(cast: Cast, path: str, client: Client) -> None:
    cast["lead"].is_active = False
    cast["lead"].save()
    assert gone(client, path)


def test_an_address_nobody_made_is_gone(item: Milestone, client: Client) -> None:
    assert gone(client, reverse("item-link", args=["x" * 43]))
    assert gone(client, "/do/%ff/")
    # No address of ours holds a NUL: that is answered before any page is asked.
    assert client.get("/do/%00%ff/").status_code == 404


def test_a_link_of_something_handed_in_says_so_and_takes_nothing(
    cast: Cast, item: Milestone, path: str, client: Client
) -> None:
    act = factories.act(cast["lead"], MONDAY + timedelta(hours=1))
    add_evidence(act, item, NewEvidence(url="https://example.org/protocol"))
    claim_milestone(act, item, achieved_on=date(2026, 6, 1))
    assert "there is nothing to say about it any more" in client.get(path).content.decode()
    assert client.post(path, UPDATE).status_code == 409
    assert StatusUpdate.objects.count() == 1


def test_it_does_not_sign_anybody_in(path: str, client: Client) -> None:
    client.post(path, {"no_change": "1"})
    assert client.get(reverse("preferences")).status_code == 302
