"""Many people write one report at once, on the database that the suite runs on."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from reports.models import Answer, AnswerRevision, ReportVersion
from reports.services.submitting import submit
from reports.services.writing import save_section
from tests import factories
from tests.reports import worlds

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 20, 10
SECTIONS = (
    "impact",
    "lay_summary",
    "accomplishments",
    "delays",
    "publications",
    "participants",
    "conditions",
)


@pytest.fixture(autouse=True)
def january(time_machine: Any) -> None:
    time_machine.move_to(worlds.WRITTEN)


class Author:
    """One browser: saves its words, and on a conflict keeps both texts and tries again."""

    def __init__(self, number: int, url: str, person: Any) -> None:
        self.number, self.url = number, url
        self.client = Client()
        self.client.force_login(person)
        self.version = 0
        self.statuses: Counter[int] = Counter()

    def write(self, turn: int) -> None:
        """Save one text of one's own until it is saved."""
        mine = f"[{self.number}.{turn}]"
        for _ in range(500):
            answer = self.client.post(
                self.url, {"text": mine, "version": self.version}, HTTP_HX_REQUEST="true"
            )
            self.statuses[answer.status_code] += 1
            shown = answer.content.decode()
            self.version = int(shown.split('name="version" value="')[1].split('"')[0])
            if answer.status_code == 200:
                return
            # Both texts, each time.
            assert answer.status_code == 409, answer.status_code
            assert mine in shown.split("data-theirs")[1]
            assert "[" in shown.split("data-theirs")[1].split("</p>")[0]
        raise AssertionError("never saved")


@pytest.mark.postgres_only
def test_200_saves_from_20_browsers_lose_nothing_and_show_every_conflict() -> None:
    world = worlds.begun_report()
    people = [factories.member(world.network, "member") for _ in range(THREADS)]
    urls = [
        reverse("progress-report-section", args=[world.report.pk, SECTIONS[number % len(SECTIONS)]])
        for number in range(THREADS)
    ]
    authors = [Author(*each) for each in zip(range(THREADS), urls, people, strict=True)]
    start = Barrier(THREADS)

    def run(author: Author) -> None:
        try:
            start.wait()
            for turn in range(EACH):
                author.write(turn)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, authors))
    saved: set[str] = set()
    for key in SECTIONS:
        rows = AnswerRevision.objects.filter(answer__section__key=key).order_by("version")
        versions, texts = zip(*rows.values_list("version", "text"), strict=True)
        # Every text that was saved is on file, once, in an unbroken row of versions.
        assert list(versions) == list(range(1, len(versions) + 1))
        assert Answer.objects.get(section__key=key).text == texts[-1]
        saved |= set(texts)
    wanted = {f"[{number}.{turn}]" for number in range(THREADS) for turn in range(EACH)}
    assert saved == wanted
    assert AnswerRevision.objects.count() == THREADS * EACH
    statuses = sum((author.statuses for author in authors), Counter())
    # Nothing else was answered, and there were conflicts at all.
    assert set(statuses) == {200, 409}
    assert statuses[200] == THREADS * EACH


def test_the_first_word_of_many_at_once_begins_one_draft() -> None:
    world = worlds.open_report()
    people = [factories.member(world.network, "member") for _ in range(7)]
    keys = list(SECTIONS)
    start = Barrier(len(keys))

    def run(pair: tuple[str, Any]) -> int:
        key, person = pair
        try:
            client = Client()
            client.force_login(person)
            start.wait()
            url = reverse("progress-report-section", args=[world.report.pk, key])
            return client.post(url, {"text": key, "version": 0}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        statuses = list(pool.map(run, zip(keys, people, strict=True)))
    assert statuses == [302] * len(keys)
    assert Answer.objects.count() == len(keys)
    assert set(Answer.objects.values_list("text", flat=True)) == set(keys)


def test_a_save_at_the_moment_of_submission_is_frozen_or_refused() -> None:
    """Never accepted and left out: what is frozen is what stands."""
    world = worlds.begun_report()
    worlds.write_all(world)
    section = world.report.template.sections.get(key="impact")  # type: ignore[union-attr]
    start = Barrier(2)

    def save() -> bool:
        try:
            start.wait()
            report = type(world.report).objects.get(pk=world.report.pk)
            act = factories.act(world.cast["member"], worlds.WRITTEN)
            save_section(act, report, section, text="At the last moment", version=1)
        except Exception:
            return False
        else:
            return True
        finally:
            connection.close()

    def hand_in() -> None:
        try:
            start.wait()
            report = type(world.report).objects.get(pk=world.report.pk)
            submit(factories.act(world.cast["lead"], worlds.WRITTEN), report)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        saved, handed_in = pool.submit(save), pool.submit(hand_in)
        handed_in.result()
        accepted = saved.result()
    frozen = ReportVersion.objects.get().content["sections"][0]["text"]
    assert (frozen == "At the last moment") is accepted
