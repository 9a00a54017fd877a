"""A fault at each step of a mail: before its text it is certain, after its final dot it is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from milestones.models import Milestone
from notifications import conversing
from notifications.composing import Letter, Texts
from notifications.conversing import Answer
from notifications.models import Attempt, Message
from notifications.services import deliver, sweep
from notifications.transport import Relay
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.faulty_relay import (
    CUT,
    KEPT_AND_CUT,
    KEPT_AND_NONSENSE,
    FaultyRelay,
    faulty_relay,
)

MONDAY = at("2026-06-01 08:00")
LATER, SETTLED = timedelta(minutes=2), timedelta(minutes=16)


@pytest.fixture
def server(settings: Any) -> Iterator[FaultyRelay]:
    with faulty_relay(settings) as relay:
        yield relay


@pytest.fixture
def item(db: None, cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("mail", "421 bye"),
        ("mail", CUT),
        ("rcpt", CUT),
        ("mail", "<html>"),
        ("rcpt", "199 what?"),
        ("rcpt", "-25 odd"),
        ("data", "250 thank you"),
        ("data", "451 later"),
        ("data", "421 bye"),
        ("data", CUT),
        ("dot", "451 later"),
    ],
)
def test_before_the_text_a_fault_is_certain_and_the_mail_goes_out_later_unmarked(
    item: Milestone, server: FaultyRelay, step: str, answer: str
) -> None:
    server.faults.append((step, answer))
    sweep(MONDAY)
    assert (Message.objects.get().state, server.kept) == ("deferred", [])
    deliver(MONDAY + LATER)
    (kept,) = server.kept
    assert not kept.is_marked
    assert Message.objects.get().state == "accepted"


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_final_no_before_the_text_refuses_the_mail(
    item: Milestone, server: FaultyRelay, step: str
) -> None:
    server.faults.append((step, "554 no"))
    sweep(MONDAY)
    deliver(MONDAY + timedelta(days=1))
    assert (Message.objects.get().state, server.kept) == ("refused", [])


@pytest.mark.parametrize(
    ("step", "answer", "kept"),
    [
        ("text", CUT, 0),
        ("dot", CUT, 0),
        ("dot", KEPT_AND_CUT, 1),
        ("dot", KEPT_AND_NONSENSE, 1),
        ("dot", "<html>", 0),
        ("dot", "199 wh\0at?", 0),
    ],
)
def test_from_the_text_on_only_an_answer_is_one_and_a_marked_copy_follows(
    item: Milestone, server: FaultyRelay, step: str, answer: str, kept: int
) -> None:
    server.faults.append((step, answer))
    sweep(MONDAY)
    assert Message.objects.get().state == "unknown"
    assert Attempt.objects.get().outcome == "unknown"
    assert len(server.kept) == kept
    deliver(MONDAY + SETTLED)
    assert len(server.kept) == kept + 1
    assert server.kept[-1].is_marked


@pytest.mark.parametrize("greeting", ["421 busy", "554 go away", CUT])
def test_a_server_that_does_not_even_greet_costs_nothing_but_time(
    item: Milestone, server: FaultyRelay, greeting: str
) -> None:
    server.greeting = greeting
    sweep(MONDAY)
    assert Message.objects.get().state == "deferred"
    assert not Attempt.objects.exists()
    server.greeting = ""
    deliver(MONDAY + LATER)
    assert [kept.is_marked for kept in server.kept] == [False]


def a_letter(recipient: str) -> Letter:
    headers = {"X-Reminder-Id": "1"}
    texts = Texts("a@example.org", "b@example.org", "Hello", "Text", "<p>Text</p>", headers, {})
    return Letter(texts.sender, recipient, lambda: texts)


def offered(relay: Relay, until: float = float("inf"), recipient: str = "b@example.org") -> Answer:
    return relay.send(a_letter(recipient), lambda: None, until)


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
def test_an_address_that_would_be_two_commands_reaches_no_server(
    server: FaultyRelay, extensions: tuple[str, ...]
) -> None:
    server.extensions = extensions
    relay = Relay()
    assert relay.open() is None
    found = offered(relay, recipient="b@example.org>\r\nrcpt TO:<c@example.org")
    relay.close()
    assert (found.outcome, found.usable) == ("deferred", False)
    assert "line break" in found.reply
    assert server.kept == []


def poison(recipient: str = "b@example.org") -> Letter:
    def make() -> Texts:
        raise RuntimeError("a poison row")

    return Letter("a@example.org", recipient, make)


@pytest.fixture
def relay(server: FaultyRelay) -> Iterator[Relay]:
    """A line to the server that stands."""
    relay = Relay()
    assert relay.open() is None
    yield relay
    relay.close()


def sent(relay: Relay, *letters: Letter) -> list[str]:
    """Hand some mails over, each announced by the one before; what became of each."""
    outcomes = []
    for letter, following in zip_longest(letters, letters[1:]):
        answer = relay.send(letter, lambda: None, float("inf"), following)
        outcomes.append(f"{answer.outcome} {answer.usable}")
        if not answer.usable:
            relay.close()
            assert relay.open() is None
    return outcomes


GOOD = "accepted True"


def test_the_line_that_stands_is_the_next_batch_s_too(relay: Relay) -> None:
    line = relay.line
    assert relay.open() is None
    assert relay.line is line


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",), ("PIPELINING", "8BITMIME")])
def test_each_mail_is_announced_with_the_last_one_s_final_dot(
    server: FaultyRelay, relay: Relay, extensions: tuple[str, ...]
) -> None:
    server.extensions = extensions
    letters = [a_letter(f"{name}@example.org") for name in "bcd"]
    assert sent(relay, *letters) == [GOOD] * 3
    assert [kept.recipient for kept in server.kept] == [each.recipient for each in letters]
    # A journey each and no more: the next one's envelope came before it was its turn.
    assert server.early == (["c@example.org", "d@example.org"] if extensions else [])


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("mail", "451 later", "deferred False"),
        ("rcpt", "550 nobody", "refused False"),
        ("data", "250 thank you", "deferred False"),
        ("mail", CUT, "deferred False"),
        ("data", CUT, "deferred False"),
        ("dot", "451 later", "deferred True"),
        ("dot", KEPT_AND_CUT, "unknown False"),
    ],
)
def test_what_is_wrong_with_an_announced_mail_is_told_in_its_own_turn(
    server: FaultyRelay, relay: Relay, step: str, answer: str, outcome: str
) -> None:
    server.faults.extend([("", ""), (step, answer)])
    found = sent(relay, *[a_letter(f"{name}@example.org") for name in "bcd"])
    assert found == [GOOD, outcome, GOOD]


@pytest.mark.parametrize("answer", ["451 later", "554 no"])
def test_a_mail_that_is_refused_takes_nothing_from_the_one_announced_with_it(
    server: FaultyRelay, relay: Relay, answer: str
) -> None:
    server.faults.append(("dot", answer))
    first, second = sent(relay, a_letter("b@example.org"), a_letter("c@example.org"))
    assert first.endswith("True")
    assert second == GOOD
    assert [kept.recipient for kept in server.kept] == ["c@example.org"]


def test_an_announced_mail_that_is_not_sent_after_all_goes_with_its_connection(
    server: FaultyRelay, relay: Relay
) -> None:
    assert relay.forget() is None
    announced = a_letter("c@example.org")
    answer = relay.send(a_letter("b@example.org"), lambda: None, float("inf"), announced)
    assert answer.outcome == "accepted"
    line = relay.line
    assert relay.forget() is None
    assert relay.line is not line
    assert sent(relay, a_letter("d@example.org")) == [GOOD]
    assert [kept.recipient for kept in server.kept] == ["b@example.org", "d@example.org"]


def test_a_mail_never_goes_out_under_the_envelope_of_another_one(
    server: FaultyRelay, relay: Relay
) -> None:
    announced = a_letter("c@example.org")
    relay.send(a_letter("b@example.org"), lambda: None, float("inf"), announced)
    assert sent(relay, a_letter("d@example.org")) == ["deferred False"]
    assert [kept.recipient for kept in server.kept] == ["b@example.org"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_mail_that_cannot_be_composed_is_refused_and_its_neighbours_are_sent(
    server: FaultyRelay, relay: Relay, place: int
) -> None:
    letters = [a_letter(f"{name}@example.org") for name in "bc"]
    letters.insert(place, poison())
    found = sent(relay, *letters)
    assert found.pop(place) == "refused False"
    assert found == [GOOD, GOOD]
    assert [kept.recipient for kept in server.kept] == ["b@example.org", "c@example.org"]


def test_an_address_of_two_commands_is_not_announced(server: FaultyRelay, relay: Relay) -> None:
    forged = a_letter("b@example.org>\r\nrcpt TO:<c@example.org")
    found = sent(relay, a_letter("b@example.org"), forged, a_letter("d@example.org"))
    assert found == [GOOD, "deferred False", GOOD]
    assert [kept.recipient for kept in server.kept] == ["b@example.org", "d@example.org"]


class Other(BaseEmailBackend):
    """A provider's backend: it knows success and failure only."""

    answer: int | Exception = 1

    def send_messages(self, email_messages: Any) -> int:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "outcome"), [(1, "accepted"), (0, "deferred"), (TimeoutError(), "unknown")]
)
def test_another_backend_is_believed_too(answer: int | Exception, outcome: str) -> None:
    other = Other()
    other.answer = answer
    found = offered(Relay(other))
    assert found.outcome == outcome
    assert found.usable is (outcome != "unknown")
    assert offered(Relay(other), until=0.0).outcome == "deferred"


def test_a_worker_held_up_while_the_server_made_up_its_mind_offers_no_text(
    server: FaultyRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversing, "ticks", lambda: 2.0)
    relay = Relay()
    assert relay.open() is None
    found = offered(relay, until=1.0)
    assert (found.outcome, found.usable) == ("deferred", False)
    assert "held up" in found.reply
    relay.close()
    assert server.kept == []


def test_a_line_that_cannot_even_be_closed_is_forgotten() -> None:
    class Stuck(EmailBackend):
        def close(self) -> None:
            raise OSError("stuck")

    backend = Stuck()
    backend.connection = object()  # type: ignore[assignment]
    Relay(backend).close()
    assert backend.connection is None


def test_an_older_server_gets_the_mail_without_asking_for_eight_bits(
    server: FaultyRelay, item: Milestone
) -> None:
    server.extensions = ()
    sweep(MONDAY)
    assert len(server.kept) == 1
