"""Mailboxes that returned mails are fetched from, named by an address in the settings.

``maildir:///var/mail/bounces``, ``mbox:///var/mail/bounces``,
``imaps://user:password@mail.example.org/INBOX`` (``imap://`` asks for STARTTLS). Each mail is
given once; what was handled is marked as read and stays where it is.
"""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, unquote, urlsplit

# The rest comes with the next look.
MOST = 200
SECONDS = 20
# What one look gives: a mail, and what to call once it has been handled.
Given = tuple[bytes, Callable[[], None]]


class NoMailbox(Exception):
    """The mailbox cannot be opened; says why."""


@contextmanager
def opened(address: str) -> Iterator[Iterator[Given]]:
    """The unread mails of a mailbox. Raises NoMailbox where there is none to open."""
    where = urlsplit(address)
    if where.scheme not in _KINDS:
        raise NoMailbox(f"A mailbox is one of {', '.join(_KINDS)}, not “{where.scheme}”.")
    try:
        with _KINDS[where.scheme](where) as mails:
            yield mails
    except (OSError, mailbox.Error, imaplib.IMAP4.error) as error:
        raise NoMailbox(f"{type(error).__name__}: {error}") from error


@contextmanager
def _maildir(where: SplitResult) -> Iterator[Iterator[Given]]:
    box = mailbox.Maildir(unquote(where.path), create=False)

    def each() -> Iterator[Given]:
        unread = [key for key in box.iterkeys() if "S" not in box.get_message(key).get_flags()]
        for key in unread[:MOST]:

            def done(key: str = key) -> None:
                read = box.get_message(key)
                read.set_subdir("cur")
                read.add_flag("S")
                box[key] = read

            yield box.get_bytes(key), done

    yield each()
    box.close()


@contextmanager
def _mbox(where: SplitResult) -> Iterator[Iterator[Given]]:
    box = mailbox.mbox(unquote(where.path), create=False)
    # Locked against the mail server as long as it is being read: it appends meanwhile elsewhere.
    box.lock()

    def each() -> Iterator[Given]:
        unread = [key for key in box.iterkeys() if "R" not in box.get_message(key).get_flags()]
        for key in unread[:MOST]:

            def done(key: str = key) -> None:
                read = box.get_message(key)
                read.add_flag("R")
                box[key] = read

            yield box.get_bytes(key), done

    try:
        yield each()
        box.flush()
    finally:
        box.unlock()
        box.close()


@contextmanager
def _imap(where: SplitResult) -> Iterator[Iterator[Given]]:
    secure = ssl.create_default_context()
    host, port = where.hostname or "localhost", where.port
    if where.scheme == "imaps":
        line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, port or 993, ssl_context=secure, timeout=SECONDS
        )
    else:
        line = imaplib.IMAP4(host, port or 143, timeout=SECONDS)
    with line:
        if where.scheme == "imap":
            line.starttls(secure)
        line.login(unquote(where.username or ""), unquote(where.password or ""))
        folder = unquote(where.path.strip("/")) or "INBOX"
        if line.select(f'"{folder}"')[0] != "OK":
            raise NoMailbox(f"There is no folder {folder}.")
        yield _unseen(line)


def _unseen(line: imaplib.IMAP4) -> Iterator[Given]:
    found = line.uid("SEARCH", "UNSEEN")[1][0] or b""
    for uid in found.split()[:MOST]:
        number = uid.decode("ascii")
        # PEEK: a mail counts as read once it has been handled, not when it was fetched.
        answer = line.uid("FETCH", number, "(BODY.PEEK[])")[1]
        content = next((part[1] for part in answer if isinstance(part, tuple)), b"")

        def done(number: str = number) -> None:
            line.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")

        yield content, done


_KINDS = {"maildir": _maildir, "mbox": _mbox, "imap": _imap, "imaps": _imap}
