"""What people choose about their mail: the page, and what it comes to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import translation

from networks.models import Event, Organisation, Partner, User
from notifications.models import Preference, Reminder
from notifications.mornings import Habit, habits
from notifications.public_holidays import (
    country_choices,
    days_off,
    next_day_off,
    place_name,
    region_choices,
)
from notifications.services import plan, set_preferences
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
CHOSEN: dict[str, Any] = {
    "digest_hour": "6",
    "time_zone": "Europe/Rome",
    "weekdays": ["2", "4", "6"],
    "rhythm": "weekly",
    "language": "it",
}
# Easter Monday of 2026; Belgium keeps it, and 21 July, and not Good Friday.
EASTER_MONDAY = date(2026, 4, 6)


def choose(client: Client, person: User, **more: Any) -> Any:
    client.force_login(person)
    return client.post(reverse("preferences"), {**CHOSEN, **more})


def kept(person: User) -> Preference:
    return Preference.objects.get(user=person)


def test_a_person_chooses_hour_days_rhythm_zone_and_language(cast: Cast, client: Client) -> None:
    assert choose(client, cast["lead"]).status_code == 302
    found = kept(cast["lead"])
    cast["lead"].refresh_from_db()
    assert (found.digest_hour, found.weekdays, found.rhythm) == (6, "246", "weekly")
    assert (cast["lead"].time_zone, cast["lead"].language) == ("Europe/Rome", "it")


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"weekdays": []},
        {"weekdays": ["8"]},
        {"keep_free": "on", "country": ""},
        {"keep_free": "on", "country": "XX"},
        {"rhythm": "hourly"},
    ],
)
def test_what_does_not_exist_is_refused(cast: Cast, client: Client, wrong: Any) -> None:
    assert choose(client, cast["lead"], **wrong).status_code == 422
    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"keep_free": "on", "country": "BE"}, "BE"),
        ({"keep_free": "on", "country": "DE", "region": "BY"}, "DE-BY"),
        # Chosen for another country before: let go, not held against anybody.
        ({"keep_free": "on", "country": "FR", "region": "BY"}, "FR"),
        ({"country": "BE"}, ""),
    ],
)
def test_holidays_of_a_country_or_region(cast: Cast, client: Client, said: Any, place: str) -> None:
    assert choose(client, cast["lead"], **said).status_code == 302
    assert kept(cast["lead"]).holidays_of == place


def test_no_day_at_all_cannot_be_stored(cast: Cast) -> None:
    for wrong in ("", "21", "89", "11"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Preference.objects.create(user=cast["lead"], weekdays=wrong)


def test_a_place_without_known_holidays_is_refused(cast: Cast) -> None:
    for wrong in ("XX", "DE-XX", "Bavaria"):
        with pytest.raises(ValidationError):
            set_preferences(factories.act(cast["lead"]), cast["lead"], holidays_of=wrong)


def test_the_log_says_from_what_to_what(cast: Cast, client: Client) -> None:
    choose(client, cast["lead"], keep_free="on", country="BE")
    changes = Event.objects.get(verb="set_preferences").changes
    assert changes["weekdays"] == ["12345", "246"]
    assert changes["holidays_of"] == ["", "BE"]


def test_the_country_of_the_organisation_is_offered(cast: Cast, client: Client) -> None:
    Organisation.objects.filter(pk=Partner.objects.get(short_name="Home").organisation_id).update(
        country="NL"
    )
    client.force_login(cast["lead"])
    assert client.get(reverse("preferences")).context["form"]["country"].value() == "NL"
    User.objects.filter(pk=cast["lead"].pk).update(country="DE")
    form = client.get(reverse("preferences")).context["form"]
    assert form["country"].value() == "DE"
    assert ("BY", "Bayern") in form.fields["region"].widget.choices


def test_the_page_says_when_the_next_mail_comes(cast: Cast, client: Client) -> None:
    said = {"keep_free": "on", "country": "BE", "weekdays": ["1", "2"], "rhythm": "daily"}
    choose(client, cast["lead"], **{**said, "language": "en", "time_zone": "Europe/Brussels"})
    with time_machine.travel(at("2026-04-05 12:00"), tick=False):
        page = client.get(reverse("preferences")).content.decode()
    assert "Next mail: Tuesday 7 April 2026 at 06:00" in page
    assert "No mail on the next public holiday of Belgium: Friday 1 May 2026." in page


def test_the_page_costs_the_same_whatever_was_chosen(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast["lead"])
    client.get(reverse("preferences"))
    with django_assert_max_num_queries(30) as spent:
        client.get(reverse("preferences"))
    cost = len(spent)
    choose(client, cast["lead"], keep_free="on", country="BE", language="en")
    with django_assert_max_num_queries(cost):
        client.get(reverse("preferences"))


@pytest.mark.parametrize("weekdays", ["1", "35", "67", "1234567"])
def test_mail_comes_on_the_chosen_days_only(weekdays: str) -> None:
    monday = at("2026-06-01 08:00")
    days = [monday + timedelta(days=number) for number in range(7)]
    habit = Habit(weekdays=weekdays)
    assert "".join(str(day.isoweekday()) for day in days if habit.morning(day)) == weekdays


def test_a_public_holiday_is_left_free_and_the_next_day_is_not() -> None:
    habit = Habit("Europe/Brussels", holidays_of="BE")
    assert habit.morning(at("2026-04-06 08:00")) is None
    assert habit.opens(EASTER_MONDAY) is None
    assert habit.opens(date(2026, 4, 7)) == at("2026-04-07 06:00")
    assert Habit("Europe/Brussels").morning(at("2026-04-06 08:00")) == EASTER_MONDAY
    assert Habit("Europe/London", holidays_of="GB-SCT").opens(EASTER_MONDAY) is not None


def test_the_mail_of_a_week_goes_out_on_the_first_day_that_is_taken() -> None:
    week = [EASTER_MONDAY + timedelta(days=number) for number in range(7)]

    def mails(**chosen: Any) -> list[int]:
        habit = Habit(weekly=True, **chosen)
        return [day.isoweekday() for day in week if habit.opens(day)]

    assert mails() == [1]
    assert mails(holidays_of="BE") == [2]
    assert mails(weekdays="36") == [3]
    # Nothing is left of a week whose only day is a holiday: the week after says it.
    assert mails(weekdays="1", holidays_of="BE") == []


def test_somebody_who_takes_no_day_for_weeks_is_told_afterwards() -> None:
    fridays = Habit(weekdays="5", holidays_of="BE")
    # 25 December 2026 and 1 January 2027 are both Fridays.
    assert fridays.next_after(at("2026-12-18 09:00")) == at("2027-01-08 08:00")


def test_what_falls_due_on_a_holiday_comes_the_day_after(cast: Cast) -> None:
    Preference.objects.create(user=cast["lead"], holidays_of="BE")
    factories.milestone(cast.aurora, contractual_date=date(2026, 4, 13))
    plan(at("2026-04-06 08:00"))
    assert not Reminder.objects.exists()
    plan(at("2026-04-07 08:00"))
    assert Reminder.objects.get(state="planned").offset_days == -7


def test_a_place_that_is_not_known_any_more_has_no_holidays() -> None:
    assert days_off("YU", 2026) == frozenset()
    assert next_day_off("YU", EASTER_MONDAY) is None
    assert Habit(holidays_of="YU").morning(at("2026-04-06 08:00")) == EASTER_MONDAY


def test_a_holiday_that_is_kept_in_the_year_before_counts() -> None:
    # New Year's Day 2028 is a Saturday: the United States keep the Friday before it.
    assert date(2027, 12, 31) in days_off("US", 2027)


def test_places_have_names() -> None:
    assert place_name("BE") == "Belgium"
    assert place_name("DE-BY") == "Germany, Bayern"
    assert ("BY", "Bayern") in region_choices("DE")
    # A language community is no subdivision of ISO 3166-2: the package's own word.
    assert ("Flemish", "Flemish") in region_choices("BE")


def test_habits_of_many_cost_one_statement_and_one_count_per_place(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.org", name=f"P{n}") for n in range(300)
    )
    Preference.objects.bulk_create(
        Preference(user=person, holidays_of="BE", weekdays="1") for person in people
    )
    days_off.cache_clear()
    with django_assert_num_queries(1):
        found = habits([person.pk for person in people])
    assert {habit.morning(at("2026-04-06 08:00")) for habit in found.values()} == {None}
    assert days_off.cache_info().misses == 1


@pytest.mark.django_db(transaction=True)
def test_the_move_to_weekdays_keeps_everybodys_choice() -> None:
    before = [("notifications", "0006_sending")]
    after = [("notifications", "0007_weekdays_and_holidays")]
    try:
        old = MigrationExecutor(connection)
        old.migrate(before)
        tables = old.loader.project_state(before).apps
        for name, weekdays_only in (("quiet", True), ("eager", False)):
            # The people's table stays as it is today: only the preferences go back.
            person = factories.user(name)
            tables.get_model("notifications", "Preference").objects.create(
                user_id=person.pk, weekdays_only=weekdays_only
            )
        MigrationExecutor(connection).migrate(after)
        rows = Preference.objects.order_by("pk").values_list("user__name", "weekdays")
        assert list(rows) == [("quiet", "12345"), ("eager", "1234567")]
    finally:
        MigrationExecutor(connection).migrate(
            MigrationExecutor(connection).loader.graph.leaf_nodes()
        )


def test_countries_are_named_and_sorted_in_the_readers_language() -> None:
    with translation.override("de"):
        names = [name for _code, name in country_choices()]
    assert {"Belgien", "Deutschland", "Frankreich"} <= set(names)
    assert names == sorted(names, key=str.casefold)
