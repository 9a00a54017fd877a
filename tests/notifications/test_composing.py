"""The bytes of a mail: what Django's own message objects would say, in seven bits."""

from __future__ import annotations

import re
import sys
from email.message import EmailMessage
from email.message import Message as AnyMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.composing import Letter, compose
from notifications.models import Message
from notifications.services.links import placeholder, weekly_placeholder

pytestmark = pytest.mark.usefixtures("site")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
# Django leaves an empty body out; a digest has none.
BODIES = ANY_TEXT.filter(bool)
ADDRESSES = (
    "lead@example.org",
    "o'brien+news@sub.example.org",
    '"a b"@example.org',
    "lead@bücher.example",
    "rené@example.org",
)
# How HTML says in ASCII what is not: from the first letter after ASCII and the C1 controls on.
REFERENCE = re.compile("&#(1[6-9][0-9]|[2-9][0-9]{2}|[1-9][0-9]{3,6});")
OURS = (
    "Message-ID",
    "X-Reminder-Id",
    "X-Reminder-Token",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


@pytest.fixture
def site(settings: Any) -> None:
    settings.SITE_URL = "https://tracker.example.org"
    settings.DEFAULT_FROM_EMAIL = "Network Tracker <tracker@example.org>"


def a_message(**fields: Any) -> Message:
    values = {
        "pk": 12,
        "recipient_id": 7,
        "message_id": "<r-0f5a@example.org>",
        "address": "lead@example.org",
        "subject": "2 deadlines need you: AURORA",
        "text": "Good morning,\n\n* MS1 One\n",
        "html": "<p>Good morning</p>\n",
    }
    return Message(**(values | fields))


def parsed(content: bytes) -> EmailMessage:
    mail = BytesParser(policy=default).parsebytes(content)
    assert isinstance(mail, EmailMessage)
    assert not [*mail.defects, *(defect for part in mail.walk() for defect in part.defects)]
    return mail


def body(mail: AnyMessage, kind: str) -> str:
    """The text of one part; line ends are as mail has them, so they are not compared."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == f"text/{kind}"]
    text: str = part.get_payload(decode=True).decode("utf-8")  # type: ignore[union-attr]
    text = re.sub("\r\n|\r", "\n", text)
    return REFERENCE.sub(character, text) if kind == "html" else text


def character(found: re.Match[str]) -> str:
    number = int(found[1])
    return chr(number) if number <= sys.maxunicode else found[0]


def by_django(letter: Letter) -> EmailMessage:
    return parsed(letter.for_django().message().as_bytes())


@given(subject=ANY_TEXT, text=BODIES, html=BODIES, address=st.sampled_from(ADDRESSES))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_says_what_djangos_own_would_say(
    subject: str, text: str, html: str, address: str
) -> None:
    letter = compose(a_message(subject=subject, text=text, html=html, address=address))
    ours, theirs = parsed(letter.content), by_django(letter)
    for name in (*OURS, "From", "To", "Date", "MIME-Version"):
        assert str(ours[name]).strip() == str(theirs[name]).strip(), name
    assert ours.get_content_type() == theirs.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in ours.walk()]
    assert kinds == [part.get_content_type() for part in theirs.walk()]
    for kind in ("plain", "html"):
        assert body(ours, kind) == body(theirs, kind)
    assert ours["Subject"] == letter.texts.subject


@given(subject=ANY_TEXT, text=BODIES, address=st.sampled_from(ADDRESSES))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_is_seven_bits_in_short_lines(subject: str, text: str, address: str) -> None:
    content = compose(a_message(subject=subject, text=text, html=text, address=address)).content
    assert content.isascii()
    assert content.endswith(b"--\r\n")
    assert b"\0" not in content
    lines = content.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    html = lines.index(b'Content-Type: text/html; charset="utf-8"')
    # An address cannot be folded.
    assert max(len(line) for line in lines[:html] if b"/less-mail/" not in line) <= 78
    assert max(map(len, lines)) <= 998


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "short",
        "AURORA " * 28,
        "x" * 200,
        "é" * 200,
        "👩🔬" * 60,
        "=?utf-8?q?Bcc:_x?=",
        "=?utf-8?b?" + "QUJD" * 30 + "?=",
        "a" * 69,
        "a" * 70,
    ],
)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    mail = parsed(compose(a_message(subject=subject)).content)
    assert mail["Subject"] == subject.strip()


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\0"])
@pytest.mark.parametrize("where", ["subject", "message_id"])
def test_nothing_forges_a_header(where: str, line_break: str) -> None:
    forged = f"<a@example.org>{line_break}Bcc: thief@example.org{line_break}{line_break}body"
    mail = parsed(compose(a_message(**{where: forged})).content)
    assert mail["Bcc"] is None
    assert sorted(mail.keys()) == sorted(
        [*OURS, "From", "To", "Subject", "Date", "MIME-Version", "Content-Type"]
    )


def test_an_address_with_a_line_break_is_never_written() -> None:
    with pytest.raises(ValueError, match=r"(?i)invalid|header|newline"):
        compose(a_message(address="lead@example.org\r\nBcc: thief@example.org"))


def test_what_stands_in_a_text_ends_no_part(settings: Any) -> None:
    boundary = parsed(compose(a_message()).content).get_boundary()
    text = f"--{boundary}\n\n--{boundary}--\n.\n\nFrom here on\n..\n"
    mail = parsed(compose(a_message(text=text, html=text)).content)
    assert body(mail, "plain") == body(mail, "html") == text
    assert len(list(mail.walk())) == 3


@pytest.mark.parametrize(
    ("html", "encoding"),
    [
        ("<p>" + "x" * 987, "7bit"),
        ("<p>" + "x" * 988, "quoted-printable"),
        ("<p>" + "é" * 164 + "xxx", "7bit"),
        ("<p>" + "é" * 164 + "xxxx", "quoted-printable"),
        ("<p>\x7f\x01 &amp;#128;", "7bit"),
        ("<p>\x80", "quoted-printable"),
        ("<p>\x9f", "quoted-printable"),
        ("<p>\xa0\U0010ffff", "7bit"),
        ("<p>\0", "quoted-printable"),
    ],
)
def test_html_is_written_by_references_where_that_can_be(html: str, encoding: str) -> None:
    mail = parsed(compose(a_message(html=html)).content)
    assert body(mail, "html") == html
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/html"]
    assert part["Content-Transfer-Encoding"] == encoding


@pytest.mark.parametrize(
    ("sender", "header", "envelope"),
    [
        ("tracker@example.org", "tracker@example.org", "tracker@example.org"),
        ("Réseau de l’Est <r@example.org>", "Réseau de l’Est <r@example.org>", "r@example.org"),
        ("Net <r@bücher.example>", "Net <r@xn--bcher-kva.example>", "r@xn--bcher-kva.example"),
    ],
)
def test_the_sender_in_the_header_and_on_the_envelope(
    settings: Any, sender: str, header: str, envelope: str
) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    letter = compose(a_message())
    assert str(parsed(letter.content)["From"]) == header
    assert letter.sender == envelope
    assert letter.sender.isascii()


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("lead@example.org", "lead@example.org"),
        ("lead@bücher.example", "lead@xn--bcher-kva.example"),
    ],
)
def test_the_envelope_has_the_bare_address(address: str, envelope: str) -> None:
    assert compose(a_message(address=address)).recipient == envelope


def test_a_second_copy_says_so() -> None:
    first, second = (parsed(compose(a_message(resent=resent)).content) for resent in (False, True))
    assert first["X-Possible-Copy"] is None
    assert "first copy" in second["X-Possible-Copy"]
    assert first["Message-ID"] == second["Message-ID"]


def test_long_addresses_of_ones_own_stay_whole(settings: Any) -> None:
    settings.SITE_URL = "https://" + "a" * 60 + ".example.org/" + "b" * 60
    mail = parsed(compose(a_message()).content)
    assert mail["List-Unsubscribe"].strip().startswith(f"<{settings.SITE_URL}/less-mail/")


def test_each_address_is_put_in_wherever_it_stands() -> None:
    link = uuid4()
    html = f'<a href="{placeholder(link)}">x</a> <a href="{placeholder(link)}">y</a>'
    text = f"{placeholder(link)}\n{weekly_placeholder(7)}\n"
    mail = parsed(compose(a_message(text=text, html=html)).content)
    (weekly,) = re.findall(r"/less-mail/[^/]+/", body(mail, "plain"))
    assert weekly in mail["List-Unsubscribe"]
    (address,) = set(re.findall(r"/do/[^/]+/", body(mail, "plain") + body(mail, "html")))
    assert len(address) == len("/do//") + 43
    assert "link-" not in address


def test_a_name_that_reads_like_anothers_placeholder_makes_no_key_of_theirs() -> None:
    text = f"Good morning {weekly_placeholder(8)} {weekly_placeholder(7)}"
    mail = parsed(compose(a_message(text=text)).content)
    said = body(mail, "plain")
    assert "/less-mail/person-8/" in said
    assert "/less-mail/person-7/" not in said


def test_a_backend_that_knows_no_smtp_gets_the_same_mail() -> None:
    letter = compose(a_message())
    mail = letter.for_django()
    assert mail.to == ["lead@example.org"]
    assert mail.subject == "2 deadlines need you: AURORA"
    assert mail.body == "Good morning,\n\n* MS1 One\n"
    assert mail.extra_headers["Message-ID"] == "<r-0f5a@example.org>"
    assert mail.alternatives[0][0] == "<p>Good morning</p>\n"
