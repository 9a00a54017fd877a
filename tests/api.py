"""Asking the API as one of the cast."""

from typing import Any

from rest_framework.test import APIClient

from networks.models import User
from tracker import api

BASE = "/api/v1/"
# endpoint -> the things of tests.worlds that it lists
THINGS: dict[str, tuple[str, ...]] = {
    "programmes": ("programme",),
    "organisations": (),
    "networks": ("network",),
    "partners": ("partner",),
    "members": ("member",),
    "work-packages": ("work_package",),
    "milestones": ("milestone", "verified_milestone"),
    "deliverables": (
        "public_deliverable",
        "sensitive_deliverable",
        "classified_deliverable",
        "accepted_public",
        "accepted_sensitive",
        "accepted_classified",
    ),
    "status-updates": ("status_update", "classified_update"),
    "risks": ("risk",),
    "amendments": ("amendment",),
    "conflicts": ("conflict",),
    "progress-reports": ("draft_report", "submitted_report"),
    "report-versions": ("report_version",),
    "events": ("event",),
    "review-rounds": ("review_round",),
    "reviews": ("review",),
    "decisions": ("decision",),
    "conditions": ("condition",),
    "meetings": ("meeting",),
    "status-report": (),
    "status-rows": (),
}


def client(person: User | None = None) -> APIClient:
    """A client that is signed in as a person, or as nobody."""
    asker = APIClient()
    if person is not None:
        asker.force_authenticate(person)
    return asker


def endpoints() -> dict[str, Any]:
    """Every registered list with its viewset."""
    return {prefix: viewset for prefix, viewset, _ in api.router.registry}


def actions() -> list[tuple[str, str]]:
    """Every extra action of a row, as (endpoint, path)."""
    return [
        (prefix, action.url_path)
        for prefix, viewset in endpoints().items()
        for action in viewset.get_extra_actions()
        # Parts of a row that have an address of their own have tests of their own.
        if "post" in action.mapping
    ]


def creators() -> list[str]:
    """Every endpoint that takes new rows."""
    return [prefix for prefix, viewset in endpoints().items() if hasattr(viewset, "create")]
