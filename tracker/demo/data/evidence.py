"""What is shown with a claim: a DOI for data, a file for enrolment, a link for all else."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from milestones.models import Deliverable
from milestones.services import NewEvidence
from tracker.demo.data.people import local_part
from tracker.demo.data.planning import Award, Item


def evidence_for(award: Award, code: str) -> NewEvidence:
    """One piece of evidence, named after what the plan asks for."""
    item = award.items[code]
    acronym = award.plan.acronym.lower()
    title = re.split(r"[;,]", getattr(item, "means_of_verification", "") or item.title)[0]
    if isinstance(item, Deliverable) and item.type == Deliverable.Type.DATA:
        # Crossref keeps the prefix 10.5555 for tests: no such DOI can be somebody's.
        return NewEvidence(title=title, doi=f"10.5555/{acronym}.{code.lower()}")
    if "log" in title.lower().split():
        return NewEvidence(title=title, file=_log(award, item))
    name = local_part(title)[:60].replace(".", "-").strip("-")
    page = f"https://files.{acronym}.example/{code.lower()}"
    return NewEvidence(title=title, url=f"{page}/v{item.version}/{name}.pdf")


def _log(award: Award, item: Item) -> SimpleUploadedFile:
    """A small table: when each site was last visited, which names nobody."""
    lines = ["site,checked on,signed by"]
    sites = [name for name, partner in award.partners.items() if partner.kind != "funder"]
    for number, name in enumerate(sites):
        day = item.contractual_date - timedelta(days=21 - number)
        lines.append(f"{name},{day.isoformat()},site investigator")
    content = "\n".join([*lines, ""]).encode()
    name = f"{award.plan.acronym}-{item.code}-log.csv"
    return SimpleUploadedFile(name, content, content_type="text/csv")
