"""Made-up data for the style guide: no real person, no real project."""

from datetime import UTC, date, datetime
from typing import Any

TODAY = date(2026, 11, 23)

MILESTONES: list[dict[str, Any]] = [
    {
        "label": "MS1", "name": "Data sharing agreement signed by all partners",
        "state": "verified", "confidence": "on_track", "percent": 100, "lead": "Ines Duarte",
        "country": "PT", "month": 6, "due": date(2025, 9, 30), "actual": date(2025, 9, 24),
    },
    {
        "label": "MS2", "name": "Harmonised MRI protocol in use at nine sites",
        "state": "claimed", "confidence": "on_track", "percent": 100, "lead": "Tomasz Zielinski",
        "country": "PL", "month": 12, "due": date(2026, 10, 31), "original": date(2026, 3, 31),
    },
    {
        "label": "MS3", "name": "First 200 participants of the cohort enrolled",
        "state": "in_progress", "confidence": "off_track", "percent": 45, "lead": "Aoife Brennan",
        "country": "IE", "month": 19, "due": date(2026, 11, 11), "original": date(2026, 6, 30),
        "forecast": date(2027, 2, 26),
    },
    {
        "label": "MS4", "name": "Go/no-go: biomarker panel chosen",
        "state": "in_progress", "confidence": "at_risk", "percent": 60, "lead": "Ruben Achterberg",
        "country": "NL", "month": 20, "due": date(2026, 11, 28), "forecast": date(2027, 1, 15),
    },
    {
        "label": "MS5", "name": "Trial simulator released to the consortium",
        "state": "planned", "confidence": "", "percent": None, "lead": "Chiara Morandi",
        "country": "IT", "month": 30, "due": date(2027, 9, 30),
    },
    {
        "label": "MS6", "name": "Second imaging site in Oslo",
        "state": "dropped", "confidence": "", "percent": None, "lead": "Sindre Aasland",
        "country": "NO", "month": 24, "due": date(2027, 3, 31),
    },
]  # fmt: skip

PLAN = [
    {
        "label": "WP1",
        "name": "Cohort and data",
        "start": date(2025, 4, 1),
        "end": date(2027, 12, 31),
    },
    *[
        m | {"kind": "milestone", "url": "#", "done": m["state"] == "dropped"}
        for m in MILESTONES[:3]
    ],
    {"label": "WP2", "name": "Biomarkers", "start": date(2025, 10, 1), "end": date(2028, 9, 30)},
    *[
        m | {"kind": "milestone", "url": "#", "done": m["state"] == "dropped"}
        for m in MILESTONES[3:]
    ],
]

HISTORY = [
    {"when": datetime(2026, 11, 20, 14, 5, tzinfo=UTC), "who": "Aoife Brennan", "kind": "confidence",
     "state": "off_track", "title": "Status: off track, 45 %, forecast 26 Feb 2027",
     "text": "Two hospitals still wait for their ethics approval. Dublin and Leiden recruit as planned.",
     "via": "mail link"},
    {"when": datetime(2026, 11, 12, 8, 0, tzinfo=UTC), "who": "Network Tracker", "icon": "mail",
     "title": "Reminder sent: 1 day late"},
    {"when": datetime(2026, 7, 2, 9, 41, tzinfo=UTC), "who": "Marta Lindqvist", "kind": "amendment",
     "state": "approved", "title": "Amendment 2 moved the due date from 30 Jun 2026 to 11 Nov 2026", "url": "#"},
    {"when": datetime(2025, 4, 1, 9, 0, tzinfo=UTC), "who": "Import", "kind": "milestone",
     "state": "planned", "title": "Milestone planned for M15"},
]  # fmt: skip

CONFLICT = [
    {"label": "What happened since last time?",
     "theirs": "Ethics approval came through in Leiden. We recruit from Monday.",
     "yours": "Still waiting for the ethics approval in Leiden; Dublin is at 90 participants."},
]  # fmt: skip


def sample() -> dict[str, Any]:
    return {
        "countries": [
            {"country": "IT", "name": "Italy", "partners": 5},
            {"country": "CA", "name": "Canada", "partners": 3},
        ],
        "today": TODAY,
        "nav": [
            {"label": "My work", "url": "#", "icon": "list-checks", "active": True, "badge": 4},
            {"label": "Networks", "url": "#networks", "icon": "waypoints", "active": False},
            {"label": "Status report", "url": "#report", "icon": "chart-column", "active": False},
            {"label": "Outbox", "url": "#outbox", "icon": "send", "active": False},
            {"label": "Import", "url": "#import", "icon": "upload", "active": False},
        ],
        "user_menu": [{"label": "Profile and reminders", "url": "#", "icon": "settings"}],
        "milestones": MILESTONES,
        "plan": PLAN,
        "history": HISTORY,
        "conflict_lines": CONFLICT,
        "counts": {"planned": 9, "in_progress": 14, "claimed": 3, "verified": 21, "dropped": 1},
        "confidence": {"on_track": 7, "at_risk": 3, "off_track": 1},
        "slip": [0, 0, 14, 14, 61, 107],
        "tabs": [
            {"key": "overview", "label": "Overview"},
            {"key": "milestones", "label": "Milestones", "count": 48},
            {"key": "deliverables", "label": "Deliverables", "count": 36},
            {"key": "team", "label": "Team"},
            {"key": "risks", "label": "Risks", "count": 7},
        ],
    }
