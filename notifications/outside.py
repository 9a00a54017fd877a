"""What is known of this installation outside of its database: which one it is, how far it got.

A file in DATA_DIR, which no backup of the database holds. Several machines without a common
DATA_DIR name the installation by SENDING_EPOCH; each still keeps its own mark.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outside:
    """An installation, and the highest mark it has seen in its database."""

    epoch: str
    mark: int = 0


def path() -> Path:
    """Where it is kept."""
    return Path(settings.DATA_DIR) / "sending.json"


def read() -> Outside | None:
    """What is kept here, or nothing. An unreadable file counts as none: sending then stops."""
    try:
        kept = json.loads(path().read_text())
        known = Outside(str(kept["epoch"]), int(kept["mark"]))
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    if not settings.SENDING_EPOCH:
        return known
    mark = known.mark if known and known.epoch == settings.SENDING_EPOCH else 0
    return Outside(settings.SENDING_EPOCH, mark)


def found() -> Outside:
    """Name this installation; of several processes that try at once, one decides."""
    if settings.SENDING_EPOCH:
        return read() or Outside(settings.SENDING_EPOCH)
    draft = _draft(Outside(str(uuid4())))
    try:
        # A link is made whole or not at all, and never over another one.
        os.link(draft, path())
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    known = read()
    if known is None:
        raise OSError(f"{path()} cannot be read: remove it, and run `manage.py sending resume`.")
    return known


def keep(known: Outside) -> None:
    """Write it down, whole or not at all."""
    try:
        _draft(known).replace(path())
    except OSError:
        if not settings.SENDING_EPOCH:
            raise
        log.warning("%s cannot be written: a restored backup would not be noticed.", path())


def _draft(known: Outside) -> Path:
    path().parent.mkdir(parents=True, exist_ok=True)
    draft = path().with_name(f".sending-{uuid4().hex}.part")
    draft.write_text(json.dumps(asdict(known)))
    return draft
