"""A small invented plan as files, and a short way to import it."""

from datetime import date
from typing import Any

from milestones.importing.plan_import import Setup, import_plan
from milestones.importing.report import ImportReport
from milestones.importing.tables import Source
from networks.models import Event, User
from tests import factories

PARTNERS = """No,Name,Short name,Country
1,University of the North,UNorth,Norway
2,Institute of the South,ISouth,IT
"""
PACKAGES = """WP number,WP title,Lead beneficiary,Person-months,Start month,End month
WP1,Management,1 - UNorth,10,1,36
WP2,Research,2 - ISouth,26.5,1,36
"""
DELIVERABLES = """Deliverable number,Deliverable title,WP number,Lead beneficiary,Type,Dissemination level,Due date (in months)
D1.1,Handbook,WP1,UNorth,R,PU,6
D1.10,Second handbook,1,2 - ISouth,Report,Confidential,18
"""
MILESTONES = """Milestone number,Milestone title,WP number,Lead beneficiary,Due date (in months),Means of verification
MS1,Started,"WP1, WP2",UNorth,12,Minutes
"""
PLAN = {
    "partners.csv": PARTNERS,
    "work_packages.csv": PACKAGES,
    "deliverables.csv": DELIVERABLES,
    "milestones.csv": MILESTONES,
}


def take(files: dict[str, str | bytes], *, by: User | None = None, **fields: Any) -> ImportReport:
    """Import files into the network NORTH of the programme ``awards``."""
    dry_run = fields.pop("dry_run", False)
    values = {"programme": "awards", "reference": "N-1", "acronym": "NORTH", "create": True}
    values["starts"] = date(2015, 9, 1)
    sources = [
        Source(name, text.encode() if isinstance(text, str) else text)
        for name, text in files.items()
    ]
    act = factories.act(by, channel=Event.Channel.IMPORT)
    return import_plan(act, Setup(**(values | fields)), sources, dry_run=dry_run)


def with_changed(old: str, new: str, files: dict[str, str] = PLAN) -> dict[str, str]:
    """The plan with one text changed, which must be there."""
    assert any(old in text for text in files.values())
    return {name: text.replace(old, new) for name, text in files.items()}


def complaints(report: ImportReport) -> list[str]:
    """What is refused, in one line each."""
    return [f"{p.file}:{p.row}:{p.column}:{p.value}: {p.wrong} {p.mend}" for p in report.problems]


def notes(report: ImportReport) -> list[str]:
    """What is worth a look, in one line each."""
    return [f"{w.file}:{w.rows}:{w.column}:{w.value}: {w.text}" for w in report.warnings]
