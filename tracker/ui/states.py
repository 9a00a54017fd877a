"""Every state a person can see: its word, its icon and its tone.

A tone is a pair of colours from tokens.css; the word and the shape of the icon say the
same without colour. Codes are those the models store.
"""

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise


class Look(NamedTuple):
    word: StrOrPromise
    icon: str
    tone: str


class UnknownState(ValueError):
    """A template asked for a state this table does not have: a programming error."""


STATES: Final[dict[str, dict[str, Look]]] = {
    "milestone": {
        "planned": Look(_("Planned"), "circle-dashed", "neutral"),
        "in_progress": Look(_("In progress"), "circle-play", "info"),
        "claimed": Look(_("Claimed"), "hand", "wait"),
        "verified": Look(_("Verified"), "badge-check", "good"),
        "dropped": Look(_("Dropped"), "ban", "quiet"),
    },
    "deliverable": {
        "pending": Look(_("Pending"), "circle-dashed", "neutral"),
        "draft": Look(_("Draft"), "pencil", "info"),
        "submitted": Look(_("Submitted"), "send", "wait"),
        "revision_requested": Look(_("Revision requested"), "undo-2", "warn"),
        "accepted": Look(_("Accepted"), "badge-check", "good"),
        "cancelled": Look(_("Cancelled"), "ban", "quiet"),
    },
    "confidence": {
        "on_track": Look(_("On track"), "circle-check", "good"),
        "at_risk": Look(_("At risk"), "triangle-alert", "warn"),
        "off_track": Look(_("Off track"), "octagon-x", "bad"),
        "": Look(_("No update yet"), "circle-question-mark", "neutral"),
    },
    "due": {
        "overdue": Look(_("Overdue"), "clock-alert", "bad"),
        "due_soon": Look(_("Due soon"), "alarm-clock", "warn"),
        "delayed": Look(_("Delayed"), "calendar-clock", "warn"),
        "done": Look(_("Done"), "check", "good"),
    },
    "risk": {
        "L": Look(pgettext_lazy("risk level", "Low"), "signal-low", "good"),
        "M": Look(pgettext_lazy("risk level", "Medium"), "signal-medium", "warn"),
        "H": Look(pgettext_lazy("risk level", "High"), "signal-high", "bad"),
    },
    "network": {
        "planned": Look(_("Planned"), "circle-dashed", "neutral"),
        "active": Look(_("Active"), "circle-play", "good"),
        "suspended": Look(_("Suspended"), "circle-pause", "warn"),
        "closed": Look(_("Closed"), "circle-check-big", "quiet"),
        "terminated": Look(_("Terminated"), "circle-stop", "bad"),
    },
    "amendment": {
        "draft": Look(_("Draft"), "pencil", "info"),
        "submitted": Look(_("Submitted"), "send", "wait"),
        "approved": Look(_("Approved"), "stamp", "good"),
        "refused": Look(_("Refused"), "circle-x", "bad"),
        "withdrawn": Look(_("Withdrawn"), "undo-2", "quiet"),
    },
    "report": {
        "scheduled": Look(_("Scheduled"), "calendar-days", "neutral"),
        "open": Look(pgettext_lazy("report state", "Open"), "book-open", "info"),
        "draft": Look(_("Draft"), "pencil", "info"),
        "submitted": Look(_("Submitted"), "send", "wait"),
        "under_review": Look(_("Under review"), "eye", "wait"),
        "decided": Look(_("Decided"), "gavel", "good"),
        "accepted": Look(_("Accepted"), "badge-check", "good"),
        "accepted_with_conditions": Look(_("Accepted with conditions"), "list-checks", "good"),
        "revision_requested": Look(_("Revision requested"), "undo-2", "warn"),
        "waived": Look(_("Waived"), "ban", "quiet"),
    },
    "review": {
        "assigned": Look(_("Assigned"), "inbox", "neutral"),
        "recused": Look(_("Recused"), "ban", "quiet"),
        "conflict_declared": Look(_("Conflict declared"), "ban", "quiet"),
        "in_progress": Look(_("In progress"), "circle-play", "info"),
        "submitted": Look(_("Submitted"), "circle-check", "good"),
        "withdrawn": Look(_("Withdrawn"), "undo-2", "quiet"),
    },
    "round": {
        "reviewing": Look(_("Reviews under way"), "eye", "info"),
        "summary": Look(_("Rapporteur's summary"), "file-text", "info"),
        "answer": Look(_("The network may answer"), "message-square-text", "wait"),
        "panel": Look(_("Ready for the panel"), "gavel", "warn"),
        "decided": Look(_("Decided"), "gavel", "good"),
        "withdrawn": Look(_("Withdrawn"), "undo-2", "quiet"),
    },
    "decision": {
        "continue": Look(pgettext_lazy("decision", "Continue"), "circle-arrow-right", "good"),
        "continue_with_conditions": Look(_("Continue with conditions"), "list-checks", "warn"),
        "hold": Look(pgettext_lazy("decision", "Hold"), "circle-pause", "warn"),
        "stop": Look(pgettext_lazy("decision", "Stop"), "octagon-x", "bad"),
    },
    "condition": {
        "open": Look(pgettext_lazy("condition state", "Open"), "circle-dashed", "info"),
        "submitted": Look(_("Evidence submitted"), "send", "wait"),
        "met": Look(_("Met"), "badge-check", "good"),
        "waived": Look(_("Waived"), "ban", "quiet"),
    },
    # The hand-over states of a mail, as the outbox shows them.
    "message": {
        "due": Look(_("Waiting"), "hourglass", "neutral"),
        "claimed": Look(_("Being prepared"), "package", "info"),
        "handing_over": Look(_("Being sent"), "send", "info"),
        "accepted": Look(_("Sent"), "circle-check", "good"),
        "deferred": Look(_("Will be tried again"), "rotate-ccw", "warn"),
        "refused": Look(_("Refused by the mail server"), "octagon-x", "bad"),
        "unknown": Look(_("May have been sent"), "circle-question-mark", "warn"),
        "superseded": Look(_("Superseded"), "layers", "quiet"),
        "cancelled": Look(_("Cancelled"), "ban", "quiet"),
        "missed": Look(_("Missed"), "clock-alert", "bad"),
        "held": Look(_("Held back"), "circle-pause", "wait"),
        "bounced": Look(_("Bounced"), "corner-up-left", "bad"),
    },
    "reminder": {
        "planned": Look(_("Planned"), "circle-dashed", "neutral"),
        "sent": Look(_("Sent"), "circle-check", "good"),
        "refused": Look(_("Refused by the mail server"), "octagon-x", "bad"),
        "superseded": Look(_("Replaced by a later one"), "layers", "quiet"),
        "missed": Look(_("Missed"), "clock-alert", "warn"),
        "held": Look(_("Held back"), "circle-pause", "wait"),
        "bounced": Look(_("Bounced"), "corner-up-left", "bad"),
        "cancelled": Look(_("Cancelled"), "ban", "quiet"),
    },
    # What came back about a mail.
    "bounce": {
        "hard": Look(_("Came back for good"), "corner-up-left", "bad"),
        "soft": Look(_("Came back"), "corner-up-left", "warn"),
        "delayed": Look(_("Delayed"), "hourglass", "neutral"),
        "complaint": Look(_("Marked as spam"), "flag", "warn"),
    },
    "invitation": {
        "waiting": Look(_("Waiting for an answer"), "hourglass", "wait"),
        "expired": Look(_("Expired"), "clock-alert", "warn"),
        "accepted": Look(_("Accepted"), "badge-check", "good"),
        "revoked": Look(_("Taken back"), "ban", "quiet"),
    },
    # What a status update did, for histories.
    "act": {
        "plan": Look(_("Planned"), "circle-dashed", "neutral"),
        "update": Look(_("Status update"), "message-square-text", "info"),
        "claim": Look(_("Claimed as achieved"), "hand", "wait"),
        "verify": Look(_("Verified"), "badge-check", "good"),
        "return": Look(_("Returned"), "undo-2", "warn"),
        "submit": Look(_("Submitted"), "send", "wait"),
        "accept": Look(_("Accepted"), "badge-check", "good"),
        "request_revision": Look(_("Revision requested"), "undo-2", "warn"),
        "reschedule": Look(_("Rescheduled by amendment"), "calendar-clock", "info"),
        "drop": Look(_("Dropped by amendment"), "ban", "quiet"),
        "cancel": Look(_("Cancelled by amendment"), "ban", "quiet"),
    },
    "level": {
        "PU": Look(_("Public"), "globe", "neutral"),
        "SEN": Look(_("Sensitive"), "lock", "warn"),
        "R-UE/EU-R": Look(_("EU restricted"), "shield", "bad"),
        "C-UE/EU-C": Look(_("EU confidential"), "shield", "bad"),
        "S-UE/EU-S": Look(_("EU secret"), "shield", "bad"),
    },
}


def look_of(kind: str, state: str) -> Look:
    """The look of a state; an unknown one raises, so that a new state cannot stay unshown."""
    try:
        return STATES[kind][str(state or "")]
    except KeyError:
        known = ", ".join(sorted(STATES.get(kind, STATES)))
        raise UnknownState(f"No look for {kind!r} state {state!r}; known are: {known}.") from None
