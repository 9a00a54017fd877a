"""What the public reads of decisions: the sentence that the panel wrote for it, and the day."""

from __future__ import annotations

from typing import Any

from milestones.public import publish_with
from networks.models import Network
from reports.models import Decision


def sentences(network: Network) -> list[dict[str, Any]]:
    """The panels' sentences for the public, the newest first; nothing else of a decision."""
    rows = Decision.objects.filter(network=network).exclude(public_sentence="")
    said = rows.order_by("-decided_on", "-pk").values_list("decided_on", "public_sentence")
    return [{"decided_on": day, "sentence": sentence} for day, sentence in said]


publish_with("decisions", sentences)
