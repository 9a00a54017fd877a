"""Which table of a Description of Action this is, told by its headings and its file's name.

Headings vary from plan to plan (“Deliverable Number”, “no”; “Due Date (in months)”,
“due_month”). Each is boiled down to plain words and looked up; what is not known is left
alone, since real tables carry columns of noise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from milestones.importing.tables import Table

PARTNERS = "partners"
PACKAGES = "work packages"
DELIVERABLES = "deliverables"
MILESTONES = "milestones"
RISKS = "risks"
EFFORT = "effort"
REVIEWS = "reviews"

_NUMBER = "no|nr|n|number|id|code|ref"
_LEAD = (
    "lead|leader|lead beneficiary|lead partner|lead participant|lead beneficiary short name|"
    "lead participant short name|lead partner short name|lead organisation|responsible partner"
)
_PACKAGE = (
    "wp|wps|wp number|wp numbers|wp number s|wp no|wp nos|work package|work packages|related wp|"
    "related wps|related work package|related work packages|work package number|"
    "work packages involved|work package s involved|wp s|wps involved"
)
_DUE = (
    "due|due date|due month|due date in months|due date month|delivery date|delivery month|"
    "delivery date month|delivery date in months|month|deadline|date|timing|estimated date"
)
_TITLE = "title|name"
# For each kind: the field, and the headings it goes by, boiled down by ``plain_words``.
_HEADINGS: dict[str, dict[str, str]] = {
    PARTNERS: {
        "number": f"{_NUMBER}|participant number|participant no|partner number|partner no|"
        "beneficiary number|beneficiary no|order",
        "name": "name|legal name|organisation|organization|organisation name|partner|partner name|"
        "organization name|participant organisation name|participant legal name|participant name|"
        "participant|beneficiary|beneficiary name|institution|official name",
        "short_name": "short name|shortname|acronym|participant short name|partner short name|"
        "beneficiary short name|organisation short name",
        "country": "country|country code|country name",
        "starts": "project entry date|entry date|date of entry|joined|joining date|start date",
        "ends": "project exit date|exit date|date of exit|left|leaving date|end date|"
        "end of participation",
        "category": "category|participant type|partner type|type of participant|kind|partner role",
        "role": "role|role in the project|project role",
    },
    PACKAGES: {
        "code": f"{_PACKAGE}|{_NUMBER}",
        "title": f"{_TITLE}|wp title|wp name|work package title|work package name",
        "lead": _LEAD + "|wp lead|wp leader",
        "person_months": "person months|pm|pms|effort|person month|total person months|"
        "effort person months",
        "start_month": "start month|start|starts|start month m|from month",
        "end_month": "end month|end|ends|end month m|to month",
        "participants": "participants|partners|partners involved|participants involved",
        "objectives": "objectives|objective",
        "description": "tasks|description|description of work|task description",
    },
    DELIVERABLES: {
        "code": f"{_NUMBER}|deliverable number|deliverable no|deliverable id|deliverable|"
        "del no|del number|d no|deliverable nr",
        "title": f"{_TITLE}|deliverable title|deliverable name",
        "description": "description|short description|deliverable description",
        "package": _PACKAGE,
        "lead": _LEAD,
        "type": "type|deliverable type|nature|type of deliverable",
        "level": "dissemination level|level|dissemination|diss level|dissemination level code",
        "due": _DUE,
    },
    MILESTONES: {
        "code": f"{_NUMBER}|milestone number|milestone no|milestone id|milestone|ms no|ms number|"
        "milestone nr",
        "title": f"{_TITLE}|milestone title|milestone name",
        "description": "description|short description|milestone description",
        "packages": _PACKAGE,
        "lead": _LEAD,
        "due": _DUE,
        "means": "means of verification|verification|verification means|means of verif|"
        "how verified",
        "gate": "gate|is gate|go no go|decision point",
    },
    RISKS: {
        "code": f"{_NUMBER}|risk number|risk no|risk id|risk nr",
        "description": "description|risk|description of risk|risk description|"
        "description of risk indicate level of i likelihood and ii severity low medium high",
        "packages": _PACKAGE,
        "likelihood": "likelihood|probability|likelihood l m h",
        "severity": "severity|impact|severity l m h",
        "mitigation": "mitigation|mitigation measures|mitigation measure|risk mitigation measures|"
        "proposed risk mitigation measures|proposed mitigation measures|proposed mitigation",
    },
    REVIEWS: {
        "code": f"{_NUMBER}|review number|review no|review",
        "due": f"{_DUE}|tentative timing|review date|planned date",
        "venue": "venue|planned venue|planned venue of review|place|location",
        "comment": "comment|comments|comments if any|remarks|purpose",
    },
}
KNOWN = {
    kind: {word: name for name, words in fields.items() for word in words.split("|")}
    for kind, fields in _HEADINGS.items()
}
_REQUIRED = {
    PARTNERS: ("name", "country"),
    PACKAGES: ("code", "title", "start_month"),
    DELIVERABLES: ("code", "title", "due"),
    MILESTONES: ("code", "title", "due"),
    RISKS: ("code", "description"),
    REVIEWS: ("code", "due"),
}
# A column of this kind only, which tells tables apart that share all others.
_TELLING = {
    PARTNERS: ("country", "short_name"),
    PACKAGES: ("end_month", "objectives"),
    DELIVERABLES: ("type", "level"),
    MILESTONES: ("means", "gate"),
    RISKS: ("mitigation", "likelihood"),
    REVIEWS: ("venue",),
}
_FILE_NAMES = {
    PARTNERS: r"partner|participant|beneficiar|consortium",
    PACKAGES: r"wt0?1\b|work.?packages?|^wps?\b|3\.?1\.?a",
    DELIVERABLES: r"wt0?2\b|deliverable|3\.?1\.?c",
    MILESTONES: r"wt0?4\b|milestone|3\.?1\.?d",
    RISKS: r"wt0?5\b|risk|3\.?1\.?e",
    EFFORT: r"wt0?6\b|effort|person.?month|staff|3\.?1\.?f",
    REVIEWS: r"wt0?7\b|review",
}
_OWN_WORDS = {
    PARTNERS: r"beneficiar|participant|partner",
    PACKAGES: r"wp title|work package title",
    DELIVERABLES: r"deliverable",
    MILESTONES: r"milestone|verification",
    RISKS: r"risk",
    REVIEWS: r"review",
}
PACKAGE_HEADING = re.compile(r"^(?:wp|work package) ?0*(\d[\d.]*)\b")
# A table may have lines of text above its headings.
_HEADING_ROWS = 12
# What is longer is no heading of a figure, but a text that begins like one.
_LONGEST = 60


@dataclass
class Layout:
    """Where the headings of a recognised table stand, and which column holds what."""

    kind: str
    heading_row: int
    columns: dict[str, int] = field(default_factory=dict)
    # Further columns that go by the same name as one above: (field, column).
    doubles: list[tuple[str, int]] = field(default_factory=list)
    packages: dict[int, str] = field(default_factory=dict)
    score: int = 0


def plain_words(heading: str) -> str:
    """A heading in small letters, without signs: ``Due Date (in months)`` -> ``due date in months``."""
    return " ".join(re.findall(r"[^\W_]+", heading.lower()))


def recognise(name: str, rows: Sequence[Sequence[str]]) -> Layout | None:
    """The best reading of some rows as a table that is known, or None."""
    best: Layout | None = None
    for index, row in enumerate(rows[:_HEADING_ROWS]):
        words = [plain_words(cell) for cell in row]
        for layout in _readings(words, index):
            layout.score += _hint(layout.kind, name)
            if best is None or layout.score > best.score:
                best = layout
    return best


def layout_of(table: Table) -> Layout | None:
    """What kind of table this is, by its headings first, then its names."""
    return recognise(table.name, table.rows)


def fit(name: str, rows: list[list[str]]) -> int:
    """How well rows look like a known table: chooses between separators."""
    layout = recognise(name, rows)
    return layout.score if layout else 0


def _readings(words: list[str], index: int) -> list[Layout]:
    readings = [_effort(words, index)]
    readings += [_by_headings(kind, words, index) for kind in KNOWN]
    return [reading for reading in readings if reading is not None]


def _by_headings(kind: str, words: list[str], index: int) -> Layout | None:
    layout = Layout(kind, index)
    for column, word in enumerate(words):
        name = KNOWN[kind].get(word)
        if name is None:
            continue
        if name in layout.columns:
            layout.doubles.append((name, column))
        else:
            layout.columns[name] = column
    if any(name not in layout.columns for name in _REQUIRED[kind]):
        return None
    telling = sum(2 for name in _TELLING[kind] if name in layout.columns)
    own = 4 if any(re.search(_OWN_WORDS[kind], word) for word in words) else 0
    layout.score = len(layout.columns) + telling + own
    return layout


def _effort(words: list[str], index: int) -> Layout | None:
    """A matrix: partners down, work packages across, totals at the edges."""
    packages = {
        column: f"WP{found.group(1).rstrip('.')}"
        for column, word in enumerate(words)
        if len(word) <= _LONGEST and (found := PACKAGE_HEADING.match(word))
    }
    if len(packages) < 2:
        return None
    layout = Layout(EFFORT, index, packages=packages)
    totals = [column for column, word in enumerate(words) if word.startswith("total")]
    if totals:
        layout.columns["total"] = totals[-1]
    others = [c for c in range(min(packages)) if c not in totals]
    if not others or len(words[others[-1]]) > _LONGEST:
        return None
    # The partner stands next to the figures; what comes before it is noise or a number.
    layout.columns["partner"] = others[-1]
    layout.score = 4 + 2 * len(packages)
    return layout


def _hint(kind: str, name: str) -> int:
    plain = re.sub(r"[_\s-]+", " ", name.lower())
    return 5 if re.search(_FILE_NAMES[kind], plain) else 0
