"""System checks: what must hold before a start that is not a developer's.

Three degrees: always; whenever DEBUG is off (the demo too); and only once the product is
published, that is, SITE_URL names another machine than this one. The demo runs with DEBUG
off on the loopback interface, with SQLite and a queue of its own, and passes them all.

``manage.py check`` shows them; web, worker and beat run them by
:func:`refuse_unsafe_start` and do not come up when one is an error.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

TAG = "tracker"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10
SHORTEST_SECRET = 20
MAILBOX_KINDS = ("maildir", "mbox", "imap", "imaps")
MAIL_TO_NOBODY = ("console", "dummy", "locmem", "filebased")
SQLITE = "django.db.backends.sqlite3"

Found = Iterator[CheckMessage]


def site_host() -> str:
    """The host name in SITE_URL, empty when it has none."""
    return urlsplit(settings.SITE_URL).hostname or ""


def is_published() -> bool:
    """Whether other machines reach this start: DEBUG off, and SITE_URL not loopback."""
    return not settings.DEBUG and site_host() not in LOOPBACK


def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """E001: sessions, links in mails and tokens are only as safe as this key."""
    key = settings.SECRET_KEY
    weak = (
        key == settings.INSECURE_KEY
        or key.startswith("django-insecure-")
        or len(key) < SHORTEST_KEY
        or len(set(key)) < FEWEST_CHARACTERS
    )
    if settings.DEBUG or not weak:
        return []
    hint = (
        "Set SECRET_KEY to 50 random characters or more, for example from: "
        "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
    return [Error("SECRET_KEY is missing, too short or a well-known one.", hint, id="tracker.E001")]


def check_site_url(**kwargs: Any) -> list[CheckMessage]:
    """E002: every link in a mail starts with SITE_URL; outside, only https protects it."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme == "https" and parts.hostname:
        return []
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return []
    if settings.DEBUG and parts.scheme == "http" and parts.hostname:
        return []
    hint = "Set SITE_URL to the public address, such as https://tracker.example.org"
    message = f"SITE_URL must be an https address (or http on localhost): '{settings.SITE_URL}'."
    return [Error(message, hint, id="tracker.E002")]


def check_debug(**kwargs: Any) -> list[CheckMessage]:
    """E003: DEBUG shows settings and code to visitors."""
    if not (settings.DEBUG and urlsplit(settings.SITE_URL).scheme == "https"):
        return []
    hint = "Unset DEBUG, or set SITE_URL to http://localhost:8000 on your own machine."
    return [Error("DEBUG is on while SITE_URL is public.", hint, id="tracker.E003")]


def check_sqlite_workers(**kwargs: Any) -> list[CheckMessage]:
    """E004: several web processes would queue for SQLite's one write lock."""
    if settings.DATABASES["default"]["ENGINE"] != SQLITE or settings.WEB_CONCURRENCY <= 1:
        return []
    hint = "Set DATABASE_URL to a PostgreSQL database, or WEB_CONCURRENCY=1 with threads."
    message = f"SQLite cannot serve {settings.WEB_CONCURRENCY} web processes."
    return [Error(message, hint, id="tracker.E004")]


def check_broker(**kwargs: Any) -> list[CheckMessage]:
    """E005: without Redis the queue is this process's memory, which no worker sees."""
    if not is_published() or settings.REDIS_URL:
        return []
    hint = "Set REDIS_URL, such as redis://redis:6379/0; it may also be a Valkey server."
    return [Error("REDIS_URL is missing: no worker would be woken.", hint, id="tracker.E005")]


def check_utc(**kwargs: Any) -> list[CheckMessage]:
    """E006: times are stored in UTC; a local zone skips or repeats an hour each year."""
    if settings.TIME_ZONE == "UTC" and settings.USE_TZ and settings.CELERY_TIMEZONE == "UTC":
        return []
    hint = "Leave TIME_ZONE and CELERY_TIMEZONE at UTC and USE_TZ on: zones belong to people."
    return [Error("The server does not keep its time in UTC.", hint, id="tracker.E006")]


def check_allowed_hosts(**kwargs: Any) -> list[CheckMessage]:
    """E007: a wildcard lets a forged Host header through; E008: our own host is missing."""
    if settings.DEBUG:
        return []
    return [*wildcard_hosts(), *own_host_missing()]


def wildcard_hosts() -> Found:
    """Find the wildcard in ALLOWED_HOSTS."""
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts: ALLOWED_HOSTS=tracker.example.org"
        yield Error("ALLOWED_HOSTS allows every host.", hint, id="tracker.E007")


def own_host_missing() -> Found:
    """Find that the host of SITE_URL would be answered with 400."""
    host = site_host()
    allowed = settings.ALLOWED_HOSTS
    matches = any(
        pattern in ("*", host) or (pattern.startswith(".") and f".{host}".endswith(pattern))
        for pattern in (name.strip("[]") for name in allowed)
    )
    if host and not matches:
        hint = f"Set ALLOWED_HOSTS={host}"
        message = f"ALLOWED_HOSTS lacks the host of SITE_URL, '{host}'."
        yield Error(message, hint, id="tracker.E008")


def check_mail(**kwargs: Any) -> list[CheckMessage]:
    """E009: reminders are the point of the product, so they need a relay that exists."""
    if not is_published():
        return []
    to_nobody = any(name in settings.EMAIL_BACKEND for name in MAIL_TO_NOBODY)
    default = (settings.EMAIL_HOST, settings.EMAIL_PORT) == ("localhost", 1025)
    if not to_nobody and not default:
        return []
    hint = "Set EMAIL_URL, such as smtp+tls://user:password@relay.example.org:587"
    return [Error("No mail relay is configured.", hint, id="tracker.E009")]


def check_demo_mailbox(**kwargs: Any) -> list[CheckMessage]:
    """E010: the demo's mailbox shows every mail to everybody, without a log-in."""
    if not (is_published() and settings.DEMO_MAIL_DIR):
        return []
    hint = "Unset DEMO_MAIL_DIR: it is for `make demo` on your own machine."
    return [Error("The demo's mailbox is open on a public site.", hint, id="tracker.E010")]


def check_webhooks(**kwargs: Any) -> list[CheckMessage]:
    """E011: whoever knows the secret may say that mails came back."""
    secret = settings.ANYMAIL_WEBHOOK_SECRET
    if not secret:
        return []
    if "anymail" not in settings.INSTALLED_APPS:
        hint = "pip install django-anymail, or unset ANYMAIL_WEBHOOK_SECRET."
        message = "ANYMAIL_WEBHOOK_SECRET is set, and django-anymail is not installed."
        return [Error(message, hint, id="tracker.E011")]
    if ":" in secret and len(secret) >= SHORTEST_SECRET:
        return []
    hint = "Set it to two random words with a colon between, and give both to the mail provider."
    message = f"ANYMAIL_WEBHOOK_SECRET needs {SHORTEST_SECRET} characters, as user:password."
    return [Error(message, hint, id="tracker.E011")]


def check_bounce_mailbox(**kwargs: Any) -> list[CheckMessage]:
    """E012: a mailbox that nobody can read would stay full without a word."""
    kind = urlsplit(settings.BOUNCE_MAILBOX).scheme
    if not settings.BOUNCE_MAILBOX or kind in MAILBOX_KINDS:
        return []
    hint = (
        f"Begin it with one of {', '.join(MAILBOX_KINDS)}, such as imaps://user:password@host/INBOX"
    )
    return [Error("BOUNCE_MAILBOX is no mailbox.", hint, id="tracker.E012")]


def check_elsewhere(**kwargs: Any) -> list[CheckMessage]:
    """E013: what a provider says of a person is only as true as the line it comes over."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    addresses = {app["provider_id"]: urlsplit(app["settings"]["server_url"]) for app in apps}
    plain = [
        name
        for name, address in addresses.items()
        if address.scheme != "https" and address.hostname not in LOOPBACK
    ]
    if not plain:
        return []
    hint = "Give the provider's https address in OIDC_PROVIDERS or ORCID_URL."
    message = f"These log-ins of other places have no https address: {', '.join(plain)}."
    return [Error(message, hint, id="tracker.E013")]


def check_sender(**kwargs: Any) -> list[CheckMessage]:
    """W001: most receivers refuse or hide a mail that says it comes from localhost."""
    if not is_published() or "@localhost" not in settings.DEFAULT_FROM_EMAIL:
        return []
    hint = "Set DEFAULT_FROM_EMAIL='Network Tracker <tracker@example.org>' to a domain you own."
    return [Warning("DEFAULT_FROM_EMAIL is at localhost.", hint, id="tracker.W001")]


def check_public_sqlite(**kwargs: Any) -> list[CheckMessage]:
    """W002: SQLite holds on one machine, yet has no online backup and one writer."""
    if not is_published() or settings.DATABASES["default"]["ENGINE"] != SQLITE:
        return []
    hint = "Set DATABASE_URL=postgres://user:password@host:5432/tracker"
    return [Warning("A public site runs on SQLite.", hint, id="tracker.W002")]


def check_proxy(**kwargs: Any) -> list[CheckMessage]:
    """W003: behind a proxy that speaks https, an unknowing Django redirects for ever."""
    if not settings.SECURE_SSL_REDIRECT or settings.SECURE_PROXY_SSL_HEADER:
        return []
    hint = (
        "Gunicorn itself speaks plain HTTP. Set BEHIND_PROXY=1 when the proxy in front sets "
        "X-Forwarded-Proto and removes what the client sent under that name."
    )
    return [Warning("https is enforced, but no proxy is trusted.", hint, id="tracker.W003")]


Check = Callable[..., list[CheckMessage]]
CHECKS: list[Check] = [
    check_secret_key,
    check_site_url,
    check_debug,
    check_sqlite_workers,
    check_broker,
    check_utc,
    check_allowed_hosts,
    check_mail,
    check_demo_mailbox,
    check_webhooks,
    check_bounce_mailbox,
    check_elsewhere,
]
DEPLOY_CHECKS: list[Check] = [check_sender, check_public_sqlite, check_proxy]


def unsafe_settings() -> list[str]:
    """Return one line per error, with its hint."""
    found = [message for check in CHECKS for message in check() if message.is_serious()]
    return [f"{message.id}: {message.msg} {message.hint}" for message in found]


def refuse_unsafe_start() -> None:
    """Raise when a setting forbids the start; web servers call this while they load."""
    lines = unsafe_settings()
    if lines:
        raise ImproperlyConfigured("This start is refused.\n" + "\n".join(lines))


def exit_on_unsafe_start(**kwargs: Any) -> None:
    """End worker or beat with the reasons; Celery would swallow any other exception."""
    lines = unsafe_settings()
    if lines:
        raise SystemExit("This start is refused.\n" + "\n".join(lines))
