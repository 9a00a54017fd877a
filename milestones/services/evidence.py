"""Attaching evidence: files, links, DOIs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from milestones.access import require
from milestones.models import Deliverable, Evidence, Milestone, StatusUpdate
from milestones.services.writing import target_name
from networks.acts import Act
from networks.identifiers import validate_doi
from networks.refusals import Refusal
from networks.services import record_event

MAX_FILE_BYTES = 25 * 1024 * 1024
# Served as attachments only; the list keeps out what a browser or a desktop would run.
SUFFIXES = frozenset(
    [
        ".pdf",
        ".docx",
        ".xlsx",
        ".pptx",
        ".odt",
        ".ods",
        ".odp",
        ".csv",
        ".tsv",
        ".txt",
        ".md",
        ".json",
        ".xml",
        ".zip",
        ".png",
        ".jpg",
        ".jpeg",
        ".tif",
    ]
)


@dataclass(frozen=True)
class NewEvidence:
    """One thing to attach: exactly one of ``file``, ``url`` and ``doi``."""

    title: str = ""
    url: str = ""
    doi: str = ""
    file: UploadedFile[Any] | None = None


@transaction.atomic
def add_evidence(act: Act, item: Milestone | Deliverable, new: NewEvidence) -> Evidence:
    """Attach one piece of evidence to an item, outside of a status update."""
    require(act.by, "add_evidence", item)
    (evidence,) = attach(act, item, None, [new])
    record_event(act, "add_evidence", item, network=item.network)
    return evidence


def attach(
    act: Act,
    item: Milestone | Deliverable,
    update: StatusUpdate | None,
    added: Sequence[NewEvidence],
) -> list[Evidence]:
    """Check and store evidence for an item. Call it in the transaction of the update."""
    stored = []
    for new in added:
        evidence = _build(act, item, update, new)
        evidence.save(force_insert=True)
        stored.append(evidence)
    return stored


def _build(
    act: Act, item: Milestone | Deliverable, update: StatusUpdate | None, new: NewEvidence
) -> Evidence:
    if sum((bool(new.file), bool(new.url), bool(new.doi))) != 1:
        raise Refusal(_("Evidence is one file, one link or one DOI."), "evidence")
    evidence = Evidence(
        network_id=item.network_id,
        **{target_name(item): item},
        status_update=update,
        added_by=act.by,
        at=act.at,
        title=new.title.strip(),
    )
    if new.file is not None:
        _take_file(evidence, new.file)
    elif new.url:
        _take_link(evidence, new.url)
    else:
        _take_doi(evidence, new.doi)
    evidence.title = (evidence.title or evidence.original_name or new.url or new.doi)[:300]
    return evidence


def _take_file(evidence: Evidence, file: UploadedFile[Any]) -> None:
    name = PurePath(file.name or "").name
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Refusal(
            _("Files of the kind “%(kind)s” are not taken. Send one of: %(kinds)s.")
            % {"kind": suffix or name, "kinds": " ".join(sorted(SUFFIXES))},
            "file",
        )
    if (file.size or 0) > MAX_FILE_BYTES:
        raise Refusal(_("The file is larger than 25 MB. Link to it instead."), "file")
    evidence.kind = Evidence.Kind.FILE
    evidence.original_name = name[:255]
    # A random name: what people call their files never becomes a path on our disk.
    evidence.storage_name = f"{uuid4().hex}{suffix}"
    evidence.file = file


def _take_link(evidence: Evidence, url: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise Refusal(_("Give the whole address, with https:// in front."), "url") from error
    evidence.kind, evidence.url = Evidence.Kind.LINK, url


def _take_doi(evidence: Evidence, doi: str) -> None:
    bare = doi.strip().removeprefix("https://doi.org/").removeprefix("doi:")
    try:
        validate_doi(bare)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), "doi") from error
    evidence.kind, evidence.doi = Evidence.Kind.DOI, bare
