"""Uploaded files between the preview that somebody saw and the moment they apply it.

Kept in the default storage, which all web processes share, under a random token that is
good for one person, one hour and one use.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from milestones.importing.dates import DateOrder
from milestones.importing.plan_import import Setup
from milestones.importing.tables import Source
from networks.models import User

_FOLDER = "imports"
_LIFE = timedelta(hours=1)
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$")


@dataclass(frozen=True)
class Kept:
    """What was shown: set-up, files, and the fingerprint of the report."""

    setup: Setup
    sources: list[Source]
    shown: str


def keep(user: User, kept: Kept, now: datetime) -> str:
    """Put a preview away and return its token; clears away what has expired."""
    _forget_expired(now)
    token = secrets.token_urlsafe(32)
    files = [
        {"name": source.name, "content": base64.b64encode(source.content).decode()}
        for source in kept.sources
    ]
    facts = {
        "user": user.pk,
        "until": (now + _LIFE).isoformat(),
        "setup": asdict(kept.setup),
        "files": files,
        "shown": kept.shown,
    }
    content = ContentFile(json.dumps(facts, default=str).encode())
    default_storage.save(_path(token), content)
    return token


def take_back(user: User, token: str, now: datetime) -> Kept | None:
    """The preview of a token, once; None when it is not this person's, or no longer there."""
    if not _TOKEN.match(token) or not default_storage.exists(_path(token)):
        return None
    with default_storage.open(_path(token)) as stored:
        facts = json.load(stored)
    if facts["user"] != user.pk:
        return None
    default_storage.delete(_path(token))
    if datetime.fromisoformat(facts["until"]) < now:
        return None
    files = [Source(file["name"], base64.b64decode(file["content"])) for file in facts["files"]]
    return Kept(_setup(facts["setup"]), files, facts["shown"])


def _path(token: str) -> str:
    return f"{_FOLDER}/{token}.json"


def _setup(facts: dict[str, Any]) -> Setup:
    for name in ("starts", "ends"):
        facts[name] = date.fromisoformat(facts[name]) if facts[name] else None
    facts["date_order"] = DateOrder(facts["date_order"]) if facts["date_order"] else None
    return Setup(**facts)


def _forget_expired(now: datetime) -> None:
    if not default_storage.exists(_FOLDER):
        return
    for name in default_storage.listdir(_FOLDER)[1]:
        path = f"{_FOLDER}/{name}"
        try:
            written = default_storage.get_modified_time(path)
            if written < now - 2 * _LIFE:
                default_storage.delete(path)
        except FileNotFoundError:
            # Another process has just cleared it away.
            continue
