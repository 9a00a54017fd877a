"""What is said to a mail server, byte for byte, and what each of its answers is taken for."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from notifications import conversing
from notifications.composing import Letter, Texts
from notifications.conversing import LOG_IN, Answer, Line, Outcome, dotted, judge, kept, too_late
from tests.notifications.wire import Wire

OK, GO, KEPT = (250, b"OK"), (354, b"go on"), (250, b"OK kept")
BOTH = ("pipelining", "8bitmime")
NEVER = float("inf")
HELD_UP = "The worker was held up until its time with this mail was over."


def a_letter(name: str = "b") -> Letter:
    recipient = f"{name}@example.org"
    texts = Texts("a@example.org", recipient, "Hello", "Text", "<p>Text</p>", {}, {})
    return Letter(texts.sender, recipient, lambda: texts)


def line(wire: Wire) -> Line:
    return Line(wire)  # type: ignore[arg-type]


def send(on: Line, letter: Letter, following: Letter | None = None, until: float = NEVER) -> Answer:
    return on.send(letter, lambda: None, until, following)


def envelope(name: str, body: str = "") -> bytes:
    words = f"mail FROM:<a@example.org>{body}\r\nrcpt TO:<{name}@example.org>\r\ndata\r\n"
    return words.encode()


refused_log_in = partial(Answer, Outcome.DEFERRED, usable=False, queue_wide=True)


@pytest.mark.parametrize(
    ("code", "said", "answer"),
    [
        (250, b"OK", Answer(Outcome.ACCEPTED, 250, "OK")),
        (200, "words", Answer(Outcome.ACCEPTED, 200, "words")),
        (450, b"later", Answer(Outcome.DEFERRED, 450, "later")),
        (421, b"bye", Answer(Outcome.DEFERRED, 421, "bye", usable=False)),
        (550, b"no", Answer(Outcome.REFUSED, 550, "no")),
        (599, b"no", Answer(Outcome.REFUSED, 599, "no")),
        (354, b"go on", Answer(Outcome.UNKNOWN, 354, "go on", usable=False)),
        (0, b"what", Answer(Outcome.UNKNOWN, 0, "what", usable=False)),
        (-1, b"<html>", Answer(Outcome.UNKNOWN, None, "<html>", usable=False)),
        (250, b"\xff kept", Answer(Outcome.ACCEPTED, 250, "\ufffd kept")),
        *[(code, b"log in", refused_log_in(code, "log in")) for code in LOG_IN],
    ],
)
def test_an_answer_is_taken_for_what_it_is(code: int, said: bytes | str, answer: Answer) -> None:
    assert judge(code, said) == answer


def test_a_relays_words_are_cut_and_hold_no_nul() -> None:
    assert kept("a\0b" + "x" * 600) == "a b" + "x" * 497


def test_who_was_held_up_says_so_and_hangs_up() -> None:
    assert too_late() == Answer(Outcome.DEFERRED, None, HELD_UP, usable=False)


@pytest.mark.parametrize(
    ("extensions", "said"),
    [
        ((), [*envelope("b").splitlines(keepends=True)]),
        (("8bitmime",), [*envelope("b", " body=8bitmime").splitlines(keepends=True)]),
        (("pipelining",), [envelope("b")]),
        (BOTH, [envelope("b", " body=8bitmime")]),
    ],
)
def test_a_mail_is_told_in_one_group_where_the_server_takes_groups(
    extensions: tuple[str, ...], said: list[bytes]
) -> None:
    wire, letter = Wire([OK, OK, GO, KEPT], extensions), a_letter()
    assert send(line(wire), letter) == Answer(Outcome.ACCEPTED, 250, "OK kept")
    assert wire.sent == [*said, dotted(letter.content)]
    assert wire.greeted == 1


def test_a_recipient_whom_the_server_will_forward_to_is_one() -> None:
    wire = Wire([OK, (251, b"will forward"), GO, KEPT])
    assert send(line(wire), a_letter()).outcome == Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("answers", "said", "found"),
    [
        ([(451, b"later")], 1, Answer(Outcome.DEFERRED, 451, "later", usable=False)),
        ([OK, (550, b"no")], 2, Answer(Outcome.REFUSED, 550, "no", usable=False)),
        ([OK, (300, b"odd")], 2, Answer(Outcome.DEFERRED, 300, "odd", usable=False)),
        ([OK, OK, (250, b"odd")], 3, Answer(Outcome.DEFERRED, 250, "odd", usable=False)),
        ([(-1, b"<html>")], 1, Answer(Outcome.DEFERRED, None, "<html>", usable=False)),
        ([OK, (530, b"log in")], 2, refused_log_in(530, "log in")),
    ],
)
def test_a_no_before_the_text_ends_the_conversation_there(
    answers: list[Any], said: int, found: Answer
) -> None:
    wire = Wire(answers)
    assert send(line(wire), a_letter()) == found
    assert len(wire.sent) == said


def test_a_break_before_the_text_is_certain_and_named() -> None:
    error = ConnectionResetError("x" * 600)
    answer = send(line(Wire([OK, error])), a_letter())
    assert answer == Answer(Outcome.DEFERRED, None, repr(error)[:500], usable=False)


@pytest.mark.parametrize("breaks", [{}, {3: ConnectionResetError("x" * 600)}])
def test_a_break_from_the_text_on_leaves_it_in_doubt_and_is_named(breaks: Any) -> None:
    error = ConnectionResetError("x" * 600)
    answer = send(line(Wire([OK, OK, GO, error], breaks=breaks)), a_letter())
    assert answer == Answer(Outcome.UNKNOWN, None, repr(error)[:500], usable=False)


@pytest.mark.parametrize(("clock", "offered"), [(0.5, True), (1.0, False), (1.5, False)])
def test_the_text_is_offered_before_the_time_is_over_and_not_at_its_end(
    monkeypatch: pytest.MonkeyPatch, clock: float, offered: bool
) -> None:
    monkeypatch.setattr(conversing, "ticks", lambda: clock)
    wire, begun = Wire([OK, OK, GO, KEPT]), []
    answer = line(wire).send(a_letter(), lambda: begun.append(len(wire.sent)), 1.0, None)
    assert (answer != too_late()) is offered
    assert len(wire.sent) == (4 if offered else 3)
    # Written down after the server has asked for the text, and before it is offered.
    assert begun == [3]


def test_with_the_final_dot_goes_what_announces_the_next_mail() -> None:
    wire = Wire([OK, OK, GO, KEPT, OK, OK, GO, KEPT], BOTH)
    on, first, second = line(wire), a_letter("b"), a_letter("c")
    assert send(on, first, second).outcome == Outcome.ACCEPTED
    assert on.announced is second
    assert wire.sent[1] == dotted(first.content) + envelope("c", " body=8bitmime")
    # It was written while the server looked at the one before.
    assert "content" in vars(second)
    assert send(on, second).outcome == Outcome.ACCEPTED
    assert on.announced is None
    assert wire.sent[2:] == [dotted(second.content)]


def test_to_a_server_that_takes_no_groups_nothing_is_announced() -> None:
    wire = Wire([OK, OK, GO, KEPT])
    on, first = line(wire), a_letter("b")
    send(on, first, a_letter("c"))
    assert on.announced is None
    assert wire.sent[3] == dotted(first.content)


def test_an_address_of_two_commands_is_announced_to_nobody() -> None:
    wire = Wire([OK, OK, GO, KEPT], BOTH)
    on, first = line(wire), a_letter()
    assert send(on, first, a_letter("c@example.org>\nrcpt TO:<d")).outcome == Outcome.ACCEPTED
    assert on.announced is None
    assert wire.sent[1] == dotted(first.content)


@pytest.mark.parametrize("cut", ["\r", "\n", "\r\n"])
def test_an_address_with_a_line_break_is_named_as_the_fault(cut: str) -> None:
    wire = Wire([], BOTH)
    answer = send(line(wire), a_letter(f"b{cut}c"))
    reply = "ValueError('An address holds a line break.')"
    assert answer == Answer(Outcome.DEFERRED, None, reply, usable=False)
    assert wire.sent == []


def test_a_text_under_another_mails_envelope_is_named_as_the_fault() -> None:
    wire = Wire([OK, OK, GO, KEPT], BOTH)
    on = line(wire)
    send(on, a_letter("b"), a_letter("c"))
    answer = send(on, a_letter("d"))
    reply = "ValueError('Another mail was announced.')"
    assert answer == Answer(Outcome.DEFERRED, None, reply, usable=False)
    assert len(wire.sent) == 2


@pytest.mark.parametrize(
    ("content", "offered"),
    [
        (b"", b"\r\n.\r\n"),
        (b".", b"..\r\n.\r\n"),
        (b"a\r\n.b\r\n", b"a\r\n..b\r\n.\r\n"),
        (b"a\r\n..\r\n.", b"a\r\n...\r\n..\r\n.\r\n"),
        (b"a.b\r\n", b"a.b\r\n.\r\n"),
    ],
)
def test_no_line_of_a_text_ends_it_early(content: bytes, offered: bytes) -> None:
    assert dotted(content) == offered
