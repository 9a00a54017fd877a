"""A submitted content in the shape of ``reports.content``, to be changed by tests."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reports.papers.document import Submission

SHA = "3f" * 32
SUBMITTED = Submission(
    at=datetime(2026, 7, 14, 9, 30, tzinfo=UTC), version=1, by="Lea Lead", sha256=SHA
)
LAY = "We found two signs in blood that tell early who will need help."


def item(number: int, **fields: Any) -> dict[str, Any]:
    """A milestone that is forecast twelve days late."""
    due = date(2026, 6, 30) + timedelta(days=7 * number)
    values = {
        "kind": "milestone",
        "id": number,
        "code": f"MS{number}",
        "title": f"Cohort {number} recruited at all sites",
        "state": "in_progress",
        "confidence": "at_risk",
        "percent": 40,
        "contractual": due.isoformat(),
        "revised": None,
        "due": due.isoformat(),
        "forecast": (due + timedelta(days=12)).isoformat(),
        "actual": None,
        "late_days": 12,
        "reason_code": "partnership",
        "reason": "One site joined late",
        "comment": "",
        "work_packages": ["WP1"],
        "lead": "Home",
        "is_gate": False,
        "type": "",
        "level": "",
    }
    return values | fields


def section(key: str, title: str, text: str = "", **fields: Any) -> dict[str, Any]:
    values = {
        "key": key,
        "number": "",
        "title": title,
        "audience": "committee",
        "text": text,
        "nothing": False,
        "facts": "",
        "words": len(text.split()),
        "word_limit": None,
        "required": True,
    }
    return values | fields


def person(name: str, role: str = "member") -> dict[str, Any]:
    return {
        "name": name,
        "orcid": "",
        "role": role,
        "partner": "Home",
        "starts": "2026-02-01",
        "ends": None,
        "effort": "0.50",
    }


def point(on: str, most: int, mean: int) -> dict[str, Any]:
    return {"on": on, "open": 9, "late": 3 if most else 0, "mean_days": mean, "max_days": most}


CONTENT: dict[str, Any] = {
    "form": 1,
    "meta": {
        "network": {
            "reference": "AUR-1",
            "acronym": "AURORA",
            "title": "Early signs of progression",
            "starts": "2025-01-01",
            "ends": "2028-12-31",
            "grant_doi": "",
            "raid": "",
            "award_amount": "4200000.00",
            "award_currency": "EUR",
            "lay_summary": "",
            "lead": {"name": "Lea Lead", "orcid": "", "organisation": "Home", "country": "IT"},
        },
        "programme": {"slug": "network-awards", "name": "Network awards"},
        "code": "PR3",
        "number": 3,
        "kind": "interim",
        "period_start": "2026-01-01",
        "period_end": "2026-06-30",
        "cut_off": "2026-06-30",
        "due_date": "2026-08-29",
        "since": "2025-12-31",
        "template": {"form": "rppr", "name": "RPPR-like", "version": 1, "kind": "interim"},
        "version": 1,
        "submitted_at": "2026-07-14T09:30:00+00:00",
        "submitted_by": "Lea Lead",
    },
    "sections": [
        section("goals", "Goals", "To find early signs.\n\nTo share them.", number="B.1"),
        section(
            "accomplishments",
            "What was accomplished",
            "Cohort 1 is complete.\nCohort 2 has begun.",
            number="B.2",
            facts="items",
        ),
        section("next_period", "Plans", "Recruit cohort 3.", number="B.6", facts="forecast"),
        section("products", "Products", nothing=True, number="C", facts="outputs"),
        section("participants", "Participants", nothing=True, number="D", facts="people"),
        section("changes", "Changes", "None of substance.", number="F.1", facts="changes"),
        section("deviations", "Delays", "Site 4 is late.", number="F.2", facts="risks"),
        section("conditions", "Terms", "All are met.", number="G.1", facts="conditions"),
        section("conduct", "Conduct", "For staff: a grievance.", number="G.2", audience="staff"),
        section("resources", "Budget", nothing=True, number="H", facts="effort"),
        section("lay_summary", "Outcomes in lay language", LAY, number="I", audience="public"),
    ],
    "facts": {
        "items": [
            item(1, state="verified", actual="2026-07-01", is_gate=True, late_days=0),
            item(2),
        ],
        "changes": [
            {
                "about": "milestone",
                "code": "MS2",
                "title": "Cohort 2 recruited at all sites",
                "added": False,
                "on": "2026-06-02",
                "fields": [
                    {"field": "forecast_date", "old": None, "new": "2026-07-26"},
                    {"field": "state", "old": "planned", "new": "in_progress"},
                ],
            },
            {
                "about": "amendment",
                "code": "AMD-1",
                "title": "A new partner",
                "added": True,
                "on": "2026-03-01",
                "fields": [],
            },
        ],
        "forecast": [
            point("2026-01-31", 0, 0),
            point("2026-02-28", 7, 7),
            point("2026-03-31", 21, 14),
            point("2026-04-30", 30, 16),
            point("2026-05-31", 12, 12),
            point("2026-06-30", 12, 12),
        ],
        "risks": [
            {
                "code": "R1",
                "description": "Sites recruit slowly",
                "likelihood": "M",
                "severity": "H",
                "mitigation": "A second site",
                "foreseen": True,
                "closed_on": None,
                "work_packages": ["WP1"],
                "play": {
                    "period": "2026",
                    "on": "2026-06-01",
                    "mitigation_applied": True,
                    "materialised": True,
                    "comment": "Site 4 was opened",
                },
            }
        ],
        "people": {
            "joined": [person("Nils New")],
            "left": [],
            "team": [person("Lea Lead", role="lead"), person("Nils New")],
            "partners": [
                {
                    "number": "1",
                    "short_name": "Home",
                    "name": "Home Institute",
                    "country": "IT",
                    "kind": "coordinator",
                    "starts": "2025-01-01",
                    "ends": None,
                    "change": "",
                }
            ],
        },
        "outputs": [
            {
                "item": "MS1",
                "title": "Protocol",
                "kind": "doi",
                "doi": "10.5555/aurora",
                "url": "",
                "name": "",
                "on": "2026-05-04",
                "new": True,
            }
        ],
        "effort": [
            {
                "work_package": "WP1",
                "partner": "Home",
                "planned": "12.00",
                "actual": "2.50",
                "before": "7.00",
            }
        ],
        "conditions": [
            {
                "code": "C1",
                "text": "Show the ethics vote of site 4",
                "evidence_asked": "The letter",
                "due": "2026-04-01",
                "state": "met",
                "handed_in_on": "2026-03-20",
                "answer": "The vote is in",
                "evidence_url": "",
                "settled_on": "2026-03-25",
                "decided_on": "2026-01-20",
                "decision": "continue_with_conditions",
            }
        ],
    },
}


def content(**facts: Any) -> dict[str, Any]:
    """A copy, with other facts."""
    copy = deepcopy(CONTENT)
    copy["facts"].update(facts)
    return copy


def with_text(words: str, key: str = "accomplishments") -> dict[str, Any]:
    """A copy in which one section says something else."""
    copy = content()
    for each in copy["sections"]:
        if each["key"] == key:
            each["text"] = words
    return copy
