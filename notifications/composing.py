"""A mail as it leaves: the bytes between DATA and the final dot, but for dot-stuffing.

Django builds a mail out of message objects and flattens them, which takes longer than all
the rest of sending it. What a digest needs is one fixed shape (RFC 2046 multipart/alternative
of two texts), so it is written down here; the standard library does what is intricate: the
encoding of headers (RFC 2047) and of the plain text (RFC 2045, quoted-printable). HTML has a
way of its own to say everything in ASCII, which costs a tenth of that. Every byte is ASCII and
no line is too long, so that no relay has a reason to alter anything, and a DKIM signature
stays good.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.base64mime import header_encode
from email.utils import formatdate, parseaddr
from functools import cached_property, lru_cache, partial
from secrets import token_hex

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from notifications.models import Message
from notifications.services.links import personalise, weekly_placeholder
from notifications.services.returning import headers_of, metadata
from notifications.words import one_line

# A relay that drops copies by the value of a header (the setting MAIL_RELAY).
IDEMPOTENT = "idempotent"
# An address that needs no second look: no display name, no quoting, no comment, ASCII only.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
# RFC 5322 asks for lines of at most 78. So many bytes of a subject fit into one of them.
_LINE, _PIECE = 78, 42
# RFC 5321 allows 998; a reference takes the place of one character, so that it may grow.
_LONGEST = 990
# C1 controls have no reference of their own (HTML reads 128 to 159 as Windows-1252).
_CONTROL = re.compile(rb"&#1(?:2[89]|[345]\d);")


@dataclass(frozen=True)
class Texts:
    """What a mail is made of, before it is written as bytes."""

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    # For a provider that takes metadata instead of headers.
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class Letter:
    """A mail that is ready: who and whom for the envelope, and the content for DATA.

    The content is written when it is first asked for, so that a worker does it while the
    relay thinks about the mail before.
    """

    sender: str
    recipient: str
    make: Callable[[], Texts]

    @cached_property
    def texts(self) -> Texts:
        """What it is made of."""
        return self.make()

    @cached_property
    def content(self) -> bytes:
        """As it is offered, but for dot-stuffing."""
        return _content(self.texts)

    def for_django(self) -> EmailMultiAlternatives:
        """The same for a backend that does not speak SMTP: memory, file, a provider's."""
        texts = self.texts
        mail = EmailMultiAlternatives(
            texts.subject,
            texts.text,
            self.sender,
            [texts.recipient],
            headers={"From": texts.sender, **texts.headers},
        )
        mail.attach_alternative(texts.html, "text/html")
        # A provider's own backend (django-anymail) gives them back with its events.
        mail.metadata = dict(texts.metadata)  # type: ignore[attr-defined]
        return mail


def compose(message: Message) -> Letter:
    """The mail of a row that is rendered, with its personal addresses.

    Raises ValueError for an address that is none.
    """
    # The envelope's sender: where mail servers send what they cannot deliver.
    back = settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL
    return Letter(_mailbox(back)[1], _mailbox(message.address)[1], partial(_texts_of, message))


def _texts_of(message: Message) -> Texts:
    weekly = "" if message.recipient_id is None else weekly_placeholder(message.recipient_id)
    weekly, text, html = personalise(
        weekly, message.text, message.html, recipient=message.recipient_id
    )
    headers = {
        "Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME),
        "Message-ID": message.message_id,
        # By these a mail is known again when it comes back (services.returning).
        **headers_of(message),
        "Auto-Submitted": "auto-generated",
    }
    if weekly:
        # RFC 8058: one press in the mail program, without a log-in. It bundles deadline
        # mail into one a week; what is a duty cannot be silenced. An invitation is one mail
        # that a person sent, and has nothing to unsubscribe from.
        headers["List-Unsubscribe"] = f"<{weekly}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if settings.MAIL_RELAY == IDEMPOTENT:
        headers[settings.MAIL_IDEMPOTENCY_HEADER] = message.message_id.strip("<>")
    if message.resent:
        headers["X-Possible-Copy"] = "The answer to the first copy of this mail was lost."
    return Texts(
        settings.DEFAULT_FROM_EMAIL,
        message.address,
        one_line(message.subject),
        text,
        html,
        headers,
        metadata(message),
    )


def _content(texts: Texts) -> bytes:
    # Nobody who writes a title can know it.
    boundary = f"=_{token_hex(12)}"
    head = {
        "From": _mailbox(texts.sender)[0],
        "To": _mailbox(texts.recipient)[0],
        "Subject": _subject(texts.subject),
        **{name: _one_header(name, value) for name, value in texts.headers.items()},
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    top = "".join([f"{name}: {value}\r\n" for name, value in head.items()])
    start = f"\r\n--{boundary}\r\n".encode()
    parts = (
        top.encode("ascii"),
        start,
        _part("plain", *_printable(texts.text)),
        start,
        _part("html", *_referred(texts.html)),
        f"\r\n--{boundary}--\r\n".encode(),
    )
    return b"".join(parts)


def _part(kind: str, encoding: str, content: bytes) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}'
    return b"%s\r\n\r\n%s" % (head.encode("ascii"), content)


def _referred(html: str) -> tuple[str, bytes]:
    """HTML in ASCII, by character references; where that cannot be, as any other text."""
    lines = _unix(html).encode("ascii", "xmlcharrefreplace")
    if _has_long_line(lines) or b"\0" in lines or _CONTROL.search(lines):
        return _printable(html)
    return "7bit", lines.replace(b"\n", b"\r\n")


def _has_long_line(lines: bytes) -> bool:
    """Whether a line is too long: looked for in strides, from break to break."""
    begins = 0
    while begins + _LONGEST < len(lines):
        end = lines.rfind(b"\n", begins, begins + _LONGEST + 1)
        if end < 0:
            return True
        begins = end + 1
    return False


def _printable(text: str) -> tuple[str, bytes]:
    coded = b2a_qp(_unix(text).encode(), istext=True)
    return "quoted-printable", coded.replace(b"\n", b"\r\n")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _subject(text: str) -> str:
    # What looks like an encoded word and is not must be encoded, or it would be decoded. A
    # long one too: so it is folded without a space more or less.
    if text.isascii() and "=?" not in text and len(text) + len("Subject: ") <= _LINE:
        return text
    return "\r\n ".join([header_encode(piece, "utf-8") for piece in _pieces(text)])


def _pieces(text: str) -> list[bytes]:
    """The text cut between characters, for encoded words that leave room for the name."""
    pieces = [b""]
    for character in text:
        code = character.encode()
        if len(pieces[-1]) + len(code) > _PIECE:
            pieces.append(b"")
        pieces[-1] += code
    return pieces


def _one_header(name: str, value: str) -> str:
    """A header of our own: ASCII without spaces to fold at, so that at most its start folds."""
    value = one_line(value)
    return f"\r\n {value}" if len(name) + len(value) + 2 > _LINE else value


@lru_cache(maxsize=1024)
def _mailbox(address: str) -> tuple[str, str]:
    """An address for a header, and for the envelope: both in ASCII (RFC 3492, RFC 2047)."""
    if _PLAIN_ADDRESS.fullmatch(address):
        return address, address
    clean = sanitize_address(address, "utf-8")
    return clean, parseaddr(clean)[1]
