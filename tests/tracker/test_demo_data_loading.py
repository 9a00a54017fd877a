"""Loading the demo's data: when the command refuses, and on awkward days."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command

from milestones.models import Milestone, StatusUpdate
from networks.clock import Today
from networks.models import User
from tests import factories
from tracker.demo.data.loading import load

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@time_machine.travel(NOW, tick=False)
def test_a_day_to_come_is_refused():
    with pytest.raises(CommandError, match="has not come yet"):
        call_command("demo_data", today=date(2026, 6, 16))


def test_a_database_with_programmes_is_refused():
    factories.programme()
    with pytest.raises(CommandError, match="real site"):
        call_command("demo_data")


def test_a_site_behind_https_is_refused(settings):
    settings.HTTPS = True
    with pytest.raises(CommandError, match="real site"):
        call_command("demo_data")


def test_a_load_that_breaks_leaves_nothing(monkeypatch):
    monkeypatch.setattr("tracker.demo.data.loading.History.play", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("demo_data")
    assert not User.objects.exists()


# The first morning of a month, and a leap day that is over in Japan and not in Canada.
@pytest.mark.parametrize("instant", ["2027-03-01T01:00Z", "2028-02-29T23:30Z"])
def test_it_loads_on_the_edges_of_months_too(instant):
    now = datetime.fromisoformat(instant)
    with time_machine.travel(now, tick=False):
        load(now, seed=20)
    assert not StatusUpdate.objects.filter(at__gt=now).exists()
    assert Milestone.objects.due_between(Today.at(now), 0, 0).exists()
