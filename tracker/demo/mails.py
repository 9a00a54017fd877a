"""Reads the .eml files of the SMTP sink: a list, and one mail taken apart."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default as modern
from functools import lru_cache
from pathlib import Path

# The sink's own names, without the ending. Nothing else is ever opened.
NAME = re.compile(r"\d{20}-\d+-\d+")


@dataclass(frozen=True)
class Mail:
    """What the list shows of a mail, and what one mail's page shows more."""

    name: str
    received: datetime
    to: tuple[str, ...]
    sender: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def newest_first(folder: Path) -> list[Mail]:
    """Return all mails in the folder. Half-written ones have another ending."""
    names = [path.stem for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)]
    return [read(folder, name) for name in sorted(names, reverse=True)]


def find(folder: Path, name: str) -> Mail | None:
    """Return one mail, or None where the name is not that of a mail in the folder."""
    if not NAME.fullmatch(name) or not (folder / f"{name}.eml").is_file():
        return None
    return read(folder, name)


@lru_cache(maxsize=4096)
def read(folder: Path, name: str) -> Mail:
    """Read and parse a file once: the sink never changes a mail it has kept."""
    message = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=modern)
    # The envelope says whom the relay was asked to serve; the header is only a letterhead.
    to = tuple(str(value) for value in message.get_all("X-Envelope-To", []))
    return Mail(
        name=name,
        received=datetime.fromtimestamp(int(name.split("-")[0]) / 1e9, tz=UTC),
        to=to,
        sender=str(message.get("From", "")),
        subject=str(make_header(decode_header(str(message.get("Subject", ""))))),
        headers=tuple((key, str(value)) for key, value in message.items()),
        text=body(message, "plain"),
        html=body(message, "html"),
    )


def body(message: EmailMessage, kind: str) -> str:
    """Return the text of the first part of a kind, however it was encoded."""
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
