"""The activity log in words: who did what, from what to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.history import say_day
from networks.models import Event

# What each verb of the services says; one that is not here is shown as it is stored.
VERBS: dict[str, Any] = {
    "plan": gettext_lazy("Planned"),
    "update": gettext_lazy("Status update"),
    "claim": gettext_lazy("Claimed as achieved"),
    "verify": gettext_lazy("Verified"),
    "return": gettext_lazy("Returned with a note"),
    "submit": gettext_lazy("Submitted"),
    "accept": gettext_lazy("Accepted"),
    "request_revision": gettext_lazy("Revision requested"),
    "reschedule": gettext_lazy("Rescheduled by amendment"),
    "drop": gettext_lazy("Dropped by amendment"),
    "cancel": gettext_lazy("Cancelled by amendment"),
    "add_evidence": gettext_lazy("Evidence added"),
    "add_risk": gettext_lazy("Risk added"),
    "assess_risk": gettext_lazy("Risk assessed"),
    "create_network": gettext_lazy("Network set up"),
    "add_partner": gettext_lazy("Partner joined"),
    "add_member": gettext_lazy("Person joined"),
    "end_membership": gettext_lazy("Person left"),
    "change_member_role": gettext_lazy("Role in the network changed"),
    "invite": gettext_lazy("Person invited"),
    "resend_invitation": gettext_lazy("Invitation sent again"),
    "revoke_invitation": gettext_lazy("Invitation taken back"),
    "open_account": gettext_lazy("Account opened"),
    "join_network": gettext_lazy("Person joined by invitation"),
    "join_programme": gettext_lazy("Role taken by invitation"),
    "erase_person": gettext_lazy("Person erased on request"),
    "hand_over": gettext_lazy("Handed to somebody else"),
    "end_partnership": gettext_lazy("Partner left"),
    "create_work_package": gettext_lazy("Work package planned"),
    "create_risk": gettext_lazy("Risk planned"),
    "create_planned_review": gettext_lazy("Review planned"),
    "plan_effort": gettext_lazy("Effort planned"),
    "amend": gettext_lazy("Changed by amendment"),
    "draft_amendment": gettext_lazy("Amendment drafted"),
    "submit_amendment": gettext_lazy("Amendment submitted"),
    "change_draft": gettext_lazy("Draft amendment changed"),
    "withdraw_amendment": gettext_lazy("Draft amendment withdrawn"),
    "approve_amendment": gettext_lazy("Amendment approved"),
    "refuse_amendment": gettext_lazy("Amendment refused"),
    "change_state": gettext_lazy("State of the network changed"),
    "schedule_report": gettext_lazy("Report scheduled"),
    "unschedule_report": gettext_lazy("Report taken off the schedule"),
    "reschedule_report": gettext_lazy("Report given other dates"),
    "open_report": gettext_lazy("Report opened for writing"),
    "begin_report": gettext_lazy("Report begun"),
    "comment_item": gettext_lazy("Comment for the report written"),
    "state_effort": gettext_lazy("Actual effort stated"),
    "submit_report": gettext_lazy("Report submitted"),
    "waive_report": gettext_lazy("Report waived"),
    "open_review": gettext_lazy("Report found complete, review opened"),
    "return_report": gettext_lazy("Report returned with notes"),
    "ask_revision": gettext_lazy("Revision of the report requested"),
    "assign_review": gettext_lazy("Reviewer asked"),
    "appoint_rapporteur": gettext_lazy("Rapporteur appointed"),
    "withdraw_review": gettext_lazy("Review no longer awaited"),
    "move_review": gettext_lazy("Review given another date"),
    "declare_no_conflict": gettext_lazy("No conflict of interest declared"),
    "recuse": gettext_lazy("Conflict of interest declared"),
    "submit_review": gettext_lazy("Review submitted"),
    "ask_summary": gettext_lazy("Summary asked for"),
    "share_summary": gettext_lazy("Summary shared"),
    "answer_facts": gettext_lazy("Summary answered"),
    "decide_report": gettext_lazy("Decision taken"),
    "impose_condition": gettext_lazy("Condition imposed"),
    "submit_condition": gettext_lazy("Condition answered"),
    "meet_condition": gettext_lazy("Condition met"),
    "return_condition": gettext_lazy("Condition returned with a note"),
    "waive_condition": gettext_lazy("Condition waived"),
    "call_meeting": gettext_lazy("Meeting called"),
    "put_on_agenda": gettext_lazy("Put on the agenda"),
    "take_off_agenda": gettext_lazy("Taken off the agenda"),
    "order_agenda": gettext_lazy("Agenda put in order"),
    "note_attendees": gettext_lazy("Attendance noted"),
    "close_meeting": gettext_lazy("Meeting closed"),
    "import_plan": gettext_lazy("Plan imported"),
    "publish": gettext_lazy("Published"),
    "unpublish": gettext_lazy("Taken back from the public"),
    "create_programme": gettext_lazy("Programme set up"),
    "declare_conflict": gettext_lazy("Interests declared"),
    "withdraw_conflict": gettext_lazy("Declaration of interests withdrawn"),
    "grant_role": gettext_lazy("Role given"),
    "end_role": gettext_lazy("Role ended"),
    "require_factors": gettext_lazy("Second factor for sign-in set"),
    "change_rhythm": gettext_lazy("Rhythm of reports changed"),
    "schedule_board_pack": gettext_lazy("Board pack scheduled"),
    "board_pack": gettext_lazy("Board pack mailed"),
    "change_profile": gettext_lazy("Profile changed"),
    "prove_orcid": gettext_lazy("ORCID confirmed by sign-in"),
    "lose_orcid": gettext_lazy("ORCID no longer confirmed"),
    "make_token": gettext_lazy("Access token made"),
    "revoke_token": gettext_lazy("Access token revoked"),
    "set_preferences": gettext_lazy("Mail preferences changed"),
    "make_calendar_address": gettext_lazy("Calendar address made"),
    "revoke_calendar_address": gettext_lazy("Calendar address revoked"),
    "revoke_links": gettext_lazy("Links in mails revoked"),
    "admin_add": gettext_lazy("Added by an operator"),
    "admin_change": gettext_lazy("Changed by an operator"),
    "admin_delete": gettext_lazy("Deleted by an operator"),
    "admin_revoke_token": gettext_lazy("Access token revoked by an operator"),
    "set_ladder": gettext_lazy("Reminder steps changed"),
    "stop_ladder": gettext_lazy("Reminders stopped"),
    "start_ladder": gettext_lazy("Reminders started again"),
    "retry_mail": gettext_lazy("Mail tried again"),
    "settle_mail": gettext_lazy("Doubtful mail settled"),
    "cancel_mail": gettext_lazy("Mail cancelled"),
    "bounce_mail": gettext_lazy("Mail came back"),
    "suppress_address": gettext_lazy("Address gets no more mail"),
    "release_address": gettext_lazy("Address gets mail again"),
    "quiet": gettext_lazy("Own reminders made quiet"),
    "end_quiet": gettext_lazy("Own reminders taken up again"),
}
# Things with a page of their own.
ROOMS = ("networks", "milestones", "reports")
PAGES = {
    "milestones.milestone": "milestone",
    "milestones.deliverable": "deliverable",
    # Of the room above, by name only: a page that is not there makes no link.
    "reports.decision": "decision",
    "reports.condition": "condition",
}


def verb_choices() -> list[tuple[str, str]]:
    """All verbs with their words, in alphabetical order."""
    return sorted(((verb, str(words)) for verb, words in VERBS.items()), key=lambda pair: pair[1])


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of things that a network's log tells of, by their names."""
    models = (model for room in ROOMS for model in apps.get_app_config(room).get_models())
    named = ((model._meta.label_lower, capfirst(str(model._meta.verbose_name))) for model in models)
    return sorted(named, key=lambda pair: pair[1])


@dataclass(frozen=True)
class Change:
    """One field, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One event, in words."""

    at: datetime
    who: str
    on_behalf_of: str
    what: str
    thing: str
    url: str
    changes: list[Change]
    through: str


def describe(event: Event) -> Line:
    """Say what happened."""
    return Line(
        at=event.at,
        who=str(event.actor) if event.actor else _("The system"),
        on_behalf_of=str(event.on_behalf_of) if event.on_behalf_of else "",
        what=str(VERBS.get(event.verb) or capfirst(event.verb.replace("_", " "))),
        thing=event.target_label,
        url=_page_of(event),
        changes=[
            in_words(event.target_type, name, values) for name, values in event.changes.items()
        ],
        through=event.get_channel_display(),
    )


def _page_of(event: Event) -> str:
    try:
        return reverse(PAGES[event.target_type], args=[event.target_id])
    except (KeyError, NoReverseMatch):
        return ""


def in_words(target_type: str, name: str, values: Any) -> Change:
    field = _field(target_type, name)
    label = str(getattr(field, "verbose_name", "") or name.replace("_", " "))
    old, new = values if isinstance(values, list) and len(values) == 2 else ("", values)
    say = _speller(name, field)
    return Change(capfirst(label), say(old), say(new))


def _field(target_type: str, name: str) -> Field[Any, Any] | None:
    try:
        model: type[Model] = apps.get_model(target_type)
        found = model._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None


def _speller(name: str, field: Field[Any, Any] | None) -> Callable[[Any], str]:
    words = {str(value): str(label) for value, label in (getattr(field, "choices", None) or ())}

    def say(value: Any) -> str:
        if value in (None, ""):
            return ""
        if name.endswith("_month"):
            return f"M{value}"
        return words.get(str(value)) or _as_day(value) or str(value)

    return say


def _as_day(value: Any) -> str:
    """A stored ISO date in words; anything else is not ours to change."""
    try:
        return say_day(date.fromisoformat(value)) if len(str(value)) == 10 else ""
    except (TypeError, ValueError):
        return ""
