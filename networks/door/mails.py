"""Mails that somebody waits for in front of the screen: a code, a new password, a warning.

They do not go through the outbox with its mornings and its ledger. They leave at once, in
a thread of their own: whoever asks for a code for an address that has no account must not
see by the clock that no mail was sent.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
_senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="account-mail")
_waiting: set[Future[None]] = set()
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def absolute(path: str) -> str:
    """An address for a mail: it starts with SITE_URL, never with a request's host."""
    return f"{settings.SITE_URL}{path}"


def compose(template_prefix: str, email: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """A mail from allauth's (or our) text templates, with an HTML face of the same words."""
    site = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    known = {**context, **site, "current_site": {"name": settings.SITE_NAME}, "email": email}
    subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", known).split())
    text = render_to_string(f"{template_prefix}_message.txt", known).strip()
    face = {**site, "subject": subject, "text": text, "code": context.get("code", "")}
    mail = EmailMultiAlternatives(
        subject,
        render_to_string("account/email/frame.txt", face),
        settings.DEFAULT_FROM_EMAIL,
        [email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(
        _inliner.inline(render_to_string("account/email/frame.html", face)), "text/html"
    )
    return mail


def hand_over(mail: EmailMultiAlternatives) -> None:
    """Give a mail to the thread that sends; what goes wrong there stands in the log."""
    sending = _senders.submit(_send, mail)
    _waiting.add(sending)
    sending.add_done_callback(_waiting.discard)


def settle(seconds: float = 30) -> None:
    """Wait until every mail handed over has left or failed."""
    wait(list(_waiting), timeout=seconds)


def _send(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except Exception:
        # The person can ask again, and the other ways in stay open.
        logger.exception("A mail about an account was not sent.")
