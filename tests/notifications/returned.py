"""Returned mails as mail servers write them, around headers that a test gives."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message as Mail

OURS = ("From", "To", "Subject", "Message-ID", "X-Reminder-Id", "X-Reminder-Token")


def headers_of(mail: Mail) -> dict[str, str]:
    """The headers that come back."""
    return {name: str(mail[name]) for name in OURS}


def not_delivered(
    headers: Mapping[str, str],
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown",
    action: str = "failed",
    returned: str = "message/rfc822",
) -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    kept = "\r\n".join(f"{name}: {value}" for name, value in headers.items())
    body = "" if returned == "text/rfc822-headers" else "\r\n\r\nThe text of the mail.\r\n"
    return (
        "Return-Path: <>\r\n"
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\n"
        "To: bounces@tracker.example.org\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        '\tboundary="A9F6.1780300000/mx.example.net"\r\n\r\n'
        "--A9F6.1780300000/mx.example.net\r\n"
        "Content-Description: Notification\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n"
        "--A9F6.1780300000/mx.example.net\r\n"
        "Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Mon,  1 Jun 2026 08:00:02 +0000\r\n\r\n"
        "Final-Recipient: rfc822; ann@example.org\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mail.example.org\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        "--A9F6.1780300000/mx.example.net\r\n"
        f"Content-Description: Undelivered Message\r\nContent-Type: {returned}\r\n\r\n"
        f"{kept}{body}\r\n"
        "--A9F6.1780300000/mx.example.net--\r\n"
    ).encode()


def complaint(headers: Mapping[str, str], what: str = "abuse") -> bytes:
    """A reader's complaint as mail providers send it on (RFC 5965)."""
    kept = "\r\n".join(f"{name}: {value}" for name, value in headers.items())
    return (
        "From: <feedback@provider.example>\r\nTo: <abuse@tracker.example.org>\r\n"
        "Subject: FW: Your deadlines\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report;\r\n\tboundary="part"\r\n\r\n'
        "--part\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n\r\n"
        "--part\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {what}\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\r\n"
        "--part\r\nContent-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n"
        f"{kept}\r\n\r\nThe text.\r\n--part--\r\n"
    ).encode()
