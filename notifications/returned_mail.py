"""Reading what a mail server sends back: RFC 3464 (not delivered) and RFC 5965 (complaint).

The standard library takes the mail apart. Only the parts of the report itself are looked
at; what the returned mail holds inside is never taken for a report.
"""

from __future__ import annotations

import logging
from email import message_from_bytes
from email.message import Message as Mail
from email.parser import BytesHeaderParser
from hashlib import sha256

from notifications.models import Bounce
from notifications.services.bouncing import Report, kind_of, status_in
from notifications.services.returning import ID_HEADER, TOKEN_HEADER

log = logging.getLogger(__name__)
# A report with the whole mail in it is far smaller.
LARGEST = 2 * 1024 * 1024
_RETURNED = ("message/rfc822", "message/global")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/global-headers")


def read_report(content: bytes) -> Report | None:
    """The report in a mail; None for any other mail, such as “I am on holiday”."""
    if len(content) > LARGEST:
        return None
    try:
        return _read(message_from_bytes(content), sha256(content).hexdigest())
    except Exception:
        # Anybody can write to that mailbox: what the library cannot take apart is no report.
        log.warning("A mail in the bounce mailbox cannot be read.", exc_info=True)
        return None


def _read(mail: Mail, key: str) -> Report | None:
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    parts = {part.get_content_type(): part for part in _parts(mail)}
    returned = _returned(parts)
    verdict = _verdict(parts)
    if returned is None or verdict is None:
        return None
    kind, status, said = verdict
    return Report(
        key=key,
        door=Bounce.Door.MAIL,
        kind=kind,
        status=status,
        said=said,
        reminder_id=_header(returned, ID_HEADER),
        token=_header(returned, TOKEN_HEADER),
    )


def _parts(mail: Mail) -> list[Mail]:
    payload = mail.get_payload()
    return [part for part in payload if isinstance(part, Mail)] if isinstance(payload, list) else []


def _returned(parts: dict[str, Mail]) -> Mail | None:
    """The headers of the mail that came back."""
    for kind in _RETURNED:
        if kind in parts:
            return next(iter(_parts(parts[kind])), None)
    for kind in _RETURNED_HEADERS:
        if kind in parts:
            content = parts[kind].get_payload(decode=True)
            return BytesHeaderParser().parsebytes(content) if isinstance(content, bytes) else None
    return None


def _verdict(parts: dict[str, Mail]) -> tuple[Bounce.Kind, str, str] | None:
    """What became of it: kind, status and the server's words."""
    if "message/feedback-report" in parts:
        facts = next(iter(_parts(parts["message/feedback-report"])), Mail())
        what = _header(facts, "Feedback-Type").lower()
        return (Bounce.Kind.COMPLAINT, "", what) if what in ("abuse", "fraud") else None
    if "message/delivery-status" not in parts:
        return None
    # The first group is about the report; each other one about a recipient.
    found = [_of_recipient(group) for group in _parts(parts["message/delivery-status"])]
    order = list(Bounce.Kind)
    told = sorted((each for each in found if each), key=lambda each: order.index(each[0]))
    return told[0] if told else None


def _of_recipient(group: Mail) -> tuple[Bounce.Kind, str, str] | None:
    action = _header(group, "Action").lower()
    if action not in ("failed", "delayed"):
        # Delivered, relayed, expanded: nothing has come back.
        return None
    said = _header(group, "Diagnostic-Code").partition(";")[2].strip()
    status = status_in(_header(group, "Status"))
    if not status or status.endswith(".0.0"):
        status = status_in(said) or status
    return kind_of(status, failed=action == "failed"), status, said


def _header(mail: Mail, name: str) -> str:
    return " ".join(str(mail.get(name, "")).split())
