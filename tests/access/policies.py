"""The one table: which address is for whom.

A new address without a line in ``POLICIES`` fails the build. A line names a policy from
:mod:`tests.access.rules`, which says what it means; most pages need ``page`` (nothing in
the address), ``of_network`` (a network in the address) or ``row`` (a row of one).
"""

from __future__ import annotations

from tests.access.rules import (
    COMMITTEE,
    EVERYBODY,
    INSIDERS,
    LEADS,
    MANAGER,
    NOBODY,
    READERS,
    SIGNED_IN,
    STAFF,
    TEAM,
    WATCHED,
    Policy,
    api_action,
    api_list,
    api_row,
    by_token,
    of_network,
    of_programme,
    open_to_all,
    operators,
    own_account,
    own_row,
    page,
    published,
    row,
    told_in,
)

KEEPERS = LEADS | STAFF
RISKS = KEEPERS | {"wp_lead"}
# Who runs the committee's work, and who sees a round: its one reviewer was asked.
CLERKS = STAFF | {"chair"}
ASKED = CLERKS | {"reviewer"}
REVIEWER = frozenset({"reviewer"})


def _item(
    kind: str, row_name: str, sees: frozenset[str], updaters: frozenset[str]
) -> dict[str, Policy]:
    """The page of a milestone or deliverable, and of each thing people do to it."""
    return {
        kind: row(row_name, get=sees),
        f"{kind}-update": row(row_name, get=updaters, post=updaters, sees=sees),
        f"{kind}-no-change": row(row_name, get=sees, post=updaters, sees=sees),
        f"{kind}-hand-in": row(row_name, get=KEEPERS, post=KEEPERS, sees=sees),
        f"{kind}-verdict": row(row_name, get=STAFF, post=STAFF, sees=sees),
        f"{kind}-evidence": row(row_name, get=KEEPERS, post=KEEPERS, sees=sees),
        f"{kind}-ask": row(row_name, get=KEEPERS, post=KEEPERS, sees=sees),
    }


_WRITING = "tests/reports/test_writing_pages.py"
_REVIEWING = "tests/reports/test_review_pages.py"
_TEMPLATES = "tests/reports/test_templates.py"
_INVITING = "tests/milestones/test_views_inviting.py"
_REPORT, _ROUND, _REVIEW = "report.pk", "review_round.pk", "review.pk"
_NONE = "=987654321"
_AMENDMENT = {"number": "amendment.number"}
_ON_AGENDA = {"pk": "meeting.pk", "item": "agenda_item.pk"}
_IN_ROUND = {"pk": "review_round.pk", "review": "review.pk"}
_ON_MILESTONE = {"kind": "=milestone", "pk": "milestone.pk"}

POLICIES: dict[str, Policy] = {
    # --- Plans ------------------------------------------------------------------------
    **_item("milestone", "milestone", WATCHED, KEEPERS),
    **_item("deliverable", "sensitive_deliverable", READERS, KEEPERS | TEAM),
    "import-plan": page(get=STAFF, post=STAFF),
    "import-plan-apply": page(get=None, post=STAFF),
    "evidence-file": row("evidence_file", get=READERS, gone=True),
    "network": of_network(get=EVERYBODY),
    "network-milestones": of_network(get=EVERYBODY),
    "network-deliverables": of_network(get=EVERYBODY),
    "network-team": of_network(get=EVERYBODY),
    "network-risks": of_network(get=READERS),
    "network-amendments": of_network(get=READERS),
    "network-activity": of_network(get=INSIDERS),
    "risk-add": of_network(get=RISKS, post=RISKS, sees=READERS),
    "risk-assess": of_network({"pk": "risk.pk"}, get=RISKS, post=RISKS, sees=READERS),
    "amendment-new": of_network(get=KEEPERS, post=KEEPERS, sees=READERS),
    "amendment-decide": of_network(_AMENDMENT, get=MANAGER, post=MANAGER, sees=READERS),
    "amendment-submit": of_network(_AMENDMENT, get=None, post=KEEPERS, sees=READERS),
    # Its author is the lead.
    "amendment-edit": of_network(_AMENDMENT, get=LEADS, post=LEADS, sees=READERS),
    "amendment-withdraw": of_network(_AMENDMENT, get=LEADS, post=LEADS, sees=READERS),
    "network-activity-csv": of_network(get=INSIDERS),
    "network-activity-json": of_network(get=INSIDERS),
    # --- For anybody: AURORA is published, the others are not --------------------------
    "public-home": open_to_all(),
    "public-programme": published(),
    "public-programme-data": published(),
    "public-network": published({"reference": "network.reference"}),
    "public-network-data": published({"reference": "network.reference"}),
    "publishing-home": page(get=STAFF),
    "publishing": of_programme(get=STAFF, post=MANAGER, sees=STAFF),
    # --- Conflicts of interest ---------------------------------------------------------
    "conflicts": page(get=COMMITTEE | STAFF, post=COMMITTEE),
    "conflict-withdraw": row("conflict", get=STAFF, post=STAFF),
    "api:conflict-list": api_list(post=SIGNED_IN),
    "api:conflict-detail": api_row("conflict", get=STAFF),
    "api:conflict-withdraw": api_action("conflict", post=STAFF),
    # --- Reports ----------------------------------------------------------------------
    "network-list": page(get=SIGNED_IN),
    "progress-report": row("reviewed_report", get=READERS),
    "progress-report-write": told_in(_WRITING, pk=_REPORT),
    "report-paper": row(
        {"pk": "reviewed_report.pk", "number": "=1", "ending": "=html"}, get=READERS
    ),
    "report-draft-paper": row({"pk": "report.pk", "ending": "=html"}, get=INSIDERS),
    "decision-letter": row("decision", get=READERS),
    # What of it a person may not read stands there as a line without a name.
    "meeting-pack": row("meeting", get=COMMITTEE | STAFF),
    # --- Reviews ----------------------------------------------------------------------
    "committee": page(get=COMMITTEE | STAFF),
    "meeting-new": page(get=CLERKS, post=CLERKS),
    "meeting": row("meeting", get=COMMITTEE | STAFF, post=CLERKS),
    "meeting-close": row("meeting", get=None, post=CLERKS, sees=COMMITTEE | STAFF),
    "agenda-minutes": row(_ON_AGENDA, get=ASKED, post=CLERKS),
    "agenda-up": row(_ON_AGENDA, get=None, post=CLERKS, sees=COMMITTEE | STAFF),
    "agenda-down": row(_ON_AGENDA, get=None, post=CLERKS, sees=COMMITTEE | STAFF),
    "agenda-off": row(_ON_AGENDA, get=None, post=CLERKS, sees=COMMITTEE | STAFF),
    "report-check": row("reviewed_report", get=STAFF, post=STAFF, sees=READERS),
    "report-review": row("reviewed_report", get=INSIDERS, post=LEADS),
    "review-round": row("review_round", get=ASKED),
    "review-assign": row("review_round", get=CLERKS, post=CLERKS, sees=ASKED),
    # Its reviews are still under way: nobody reads their spread yet.
    "review-summary": row("review_round", get=CLERKS, post=CLERKS, sees=ASKED, gone=True),
    "review-decide": row("review_round", get=CLERKS, post=CLERKS, sees=ASKED),
    "review-withdraw": row(_IN_ROUND, get=None, post=CLERKS, sees=ASKED),
    "review-rapporteur": row(_IN_ROUND, get=None, post=CLERKS, sees=ASKED),
    "review-move": row(_IN_ROUND, get=None, post=CLERKS, sees=ASKED),
    "review": row("review", get=ASKED, post=REVIEWER),
    "decision": row("decision", get=READERS | {"funder"}),
    "condition": row("condition", get=READERS, post=KEEPERS),
    "api:reviewround-list": api_list(),
    "api:reviewround-detail": api_row("review_round", get=ASKED),
    "api:reviewround-assign": api_action("review_round", post=CLERKS, sees=ASKED),
    "api:reviewround-summarise": api_action("review_round", post=CLERKS, sees=ASKED),
    "api:reviewround-decide": api_action("review_round", post=CLERKS, sees=ASKED),
    "api:review-list": api_list(),
    "api:review-detail": api_row("review", get=ASKED),
    "api:review-declare": api_action("review", post=REVIEWER, sees=ASKED),
    "api:review-submit": api_action("review", post=REVIEWER, sees=ASKED),
    "api:decision-list": api_list(),
    "api:decision-detail": api_row("decision", get=READERS | {"funder"}),
    "api:condition-list": api_list(),
    "api:condition-detail": api_row("condition", get=READERS),
    "api:condition-submit": api_action("condition", post=KEEPERS, sees=READERS),
    "api:condition-meet": api_action("condition", post=STAFF, sees=READERS),
    "api:condition-return": api_action("condition", post=STAFF, sees=READERS),
    "api:condition-waive": api_action("condition", post=STAFF, sees=READERS),
    "api:meeting-list": api_list(),
    "api:meeting-detail": api_row("meeting", get=COMMITTEE | STAFF),
    "status-report": page(get=SIGNED_IN),
    "status-rows": page(get=SIGNED_IN),
    "network-reports": told_in(_WRITING, reference="network.reference"),
    "progress-report-section": told_in(_WRITING, pk=_REPORT, key="=b2"),
    "progress-report-comment": told_in(
        _WRITING, pk=_REPORT, kind="=milestone", item="milestone.pk"
    ),
    "progress-report-effort": told_in(_WRITING, pk=_REPORT),
    "progress-report-submit": told_in(_WRITING, pk=_REPORT),
    "progress-report-waive": told_in(_WRITING, pk=_REPORT),
    "progress-report-dates": told_in(_WRITING, pk=_REPORT),
    "progress-report-compare": told_in(_WRITING, pk="reviewed_report.pk"),
    "report-templates": told_in(_TEMPLATES),
    "report-template": told_in(_TEMPLATES, pk=_NONE),
    "report-rhythm": of_programme(
        get=MANAGER, post=MANAGER, sees=MANAGER, body={"every_months": "6", "due_days": "60"}
    ),
    "report-template-section-new": told_in(_TEMPLATES, pk=_NONE),
    "report-template-section": told_in(_TEMPLATES, pk=_NONE, section=_NONE),
    # --- People coming in and leaving ---------------------------------------------------
    "join": by_token(),
    "own-invitation": told_in(_INVITING, pk=_NONE),
    "own-data": told_in("tests/networks/test_own_data.py"),
    "person-erase": told_in("tests/milestones/test_views_erasing.py", pk=_NONE),
    "programme-list": told_in(_INVITING),
    "programme-people": told_in(_INVITING, slug="programme.slug"),
    "programme-activity": of_programme(get=STAFF),
    "programme-activity-csv": of_programme(get=STAFF),
    "programme-activity-json": of_programme(get=STAFF),
    "programme-invite": told_in(_INVITING, slug="programme.slug"),
    "programme-role-leave": told_in(
        "tests/milestones/test_leaving.py", slug="programme.slug", pk=_NONE
    ),
    "invitation-send-again": told_in(_INVITING, pk=_NONE),
    "invitation-take-back": told_in(_INVITING, pk=_NONE),
    "network-invite": told_in(_INVITING, reference="network.reference"),
    "network-member-role": told_in(
        "tests/milestones/test_changing_roles.py", reference="network.reference", pk="member.pk"
    ),
    "network-member-leave": told_in(
        "tests/milestones/test_leaving.py", reference="network.reference", pk="member.pk"
    ),
    # --- One's own account; the library's pages are a family below --------------------
    "profile": page(get=SIGNED_IN, post=SIGNED_IN),
    "sign-in-rules": of_programme(get=MANAGER, post=MANAGER, sees=MANAGER),
    "board-pack": of_programme(get=STAFF | COMMITTEE | {"funder"}),
    "board-pack-schedule": of_programme(
        get=STAFF, post=MANAGER, sees=STAFF, body={"every_months": "3", "next_on": "2999-01-01"}
    ),
    # --- Reminders --------------------------------------------------------------------
    "my-work": page(get=SIGNED_IN),
    "item-link": by_token(),
    "unsubscribe": by_token(),
    "calendar-feed": by_token(post=None),
    "preferences": page(get=SIGNED_IN, post=SIGNED_IN),
    "calendars": page(get=SIGNED_IN, post=SIGNED_IN),
    # Rows of the lead of each network.
    "calendar-revoke": own_row("calendar_feed", post=frozenset({"lead"})),
    "quiet-end": own_row("silence", post=frozenset({"lead"})),
    "mail-again": own_row("suppression", post=frozenset({"lead"})),
    "quiet": row(_ON_MILESTONE, get=WATCHED, post=WATCHED),
    "outbox": page(get=STAFF),
    "outbox-message": row("message", get=STAFF),
    "outbox-body": row("message", get=STAFF),
    "outbox-retry": page(get=STAFF, post=STAFF, query="?morning=2026-06-15&state=refused"),
    "outbox-steer": row({"pk": "message.pk", "step": "=retry"}, get=STAFF, post=STAFF),
    "suppression-release": row("suppression", get=STAFF, post=STAFF),
    "ladder-preview": row(_ON_MILESTONE, get=STAFF),
    "duty-reminders": row(_ON_MILESTONE, get=STAFF, post=STAFF),
    "reminder-rules-home": page(get=STAFF),
    "reminder-rules": of_programme(
        get=STAFF, post=MANAGER, sees=STAFF, body={"kind": "milestone", "reset": "1"}
    ),
    "reminder-step": of_programme({"kind": "=milestone"}, get=MANAGER, post=MANAGER, sees=STAFF),
    "ladder-choice": of_programme({"kind": "=milestone"}, get=STAFF),
    # --- API --------------------------------------------------------------------------
    "api:schema": open_to_all(),
    "api:docs": open_to_all(),
    "api:api-root": api_list(),
    # Whatever else begins with /api/v1/.
    "api:api/v1/": api_list(get=NOBODY),
    "api:programme-list": api_list(),
    "api:programme-detail": api_row("programme", get=EVERYBODY | {"conflicted"}),
    "api:organisation-list": api_list(),
    "api:organisation-detail": api_row("organisation", get=SIGNED_IN, shared=True),
    "api:network-list": api_list(),
    "api:network-detail": api_row("network", get=EVERYBODY),
    "api:partner-list": api_list(),
    "api:partner-detail": api_row("partner", get=EVERYBODY),
    "api:member-list": api_list(),
    "api:member-detail": api_row("member", get=READERS),
    "api:workpackage-list": api_list(),
    "api:workpackage-detail": api_row("work_package", get=EVERYBODY),
    "api:milestone-list": api_list(),
    "api:milestone-detail": api_row("milestone", get=WATCHED),
    "api:milestone-claim": api_action("milestone", post=KEEPERS, sees=WATCHED),
    "api:milestone-return": api_action("milestone", post=STAFF, sees=WATCHED),
    "api:milestone-verify": api_action("milestone", post=STAFF, sees=WATCHED),
    "api:deliverable-list": api_list(),
    "api:deliverable-detail": api_row("classified_deliverable", get=INSIDERS),
    "api:deliverable-accept": api_action("public_deliverable", post=STAFF, sees=WATCHED),
    "api:deliverable-request-revision": api_action("public_deliverable", post=STAFF, sees=WATCHED),
    "api:deliverable-submit": api_action("public_deliverable", post=KEEPERS, sees=WATCHED),
    # Who may not is told so when the body names a target: tests/access/test_foreign.py.
    "api:statusupdate-list": api_list(post=SIGNED_IN),
    "api:statusupdate-detail": api_row("status_update", get=READERS),
    "api:risk-list": api_list(post=SIGNED_IN),
    "api:risk-detail": api_row("risk", get=READERS),
    "api:risk-assess": api_action("risk", post=RISKS, sees=READERS),
    "api:amendment-list": api_list(post=SIGNED_IN),
    "api:amendment-detail": api_row("amendment", get=READERS),
    "api:amendment-approve": api_action("amendment", post=MANAGER, sees=READERS),
    "api:amendment-refuse": api_action("amendment", post=MANAGER, sees=READERS),
    "api:amendment-submit": api_action("amendment", post=KEEPERS, sees=READERS),
    "api:amendment-change": api_action("amendment", post=LEADS, sees=READERS),
    "api:amendment-withdraw": api_action("amendment", post=LEADS, sees=READERS),
    "api:event-list": api_list(),
    "api:event-detail": api_row("event", get=INSIDERS),
    "api:status-report-list": api_list(),
    "api:status-rows-list": api_list(),
    "api:progressreport-list": api_list(),
    "api:progressreport-detail": told_in(_WRITING, pk="reviewed_report.pk"),
    "api:progressreport-sections": told_in(_WRITING, pk=_REPORT),
    "api:progressreport-submit": told_in(_WRITING, pk=_REPORT),
    "api:reportversion-list": api_list(),
    "api:reportversion-detail": told_in(_WRITING, pk="report_version.pk"),
    # --- Machines ---------------------------------------------------------------------
    "livez": open_to_all(),
    "readyz": open_to_all(),
    "healthz-reminders": open_to_all(),
    "metrics": open_to_all(),
}
# Whole families of a library's own addresses, by how their names begin.
FAMILIES: dict[str, Policy] = {
    "usersessions_": own_account(),
    "session-end": own_account(),
    "token": own_account(),
    "start-elsewhere": own_account(),
    "accounts/social/": own_account(),
    "admin:": operators(),
    "account_": own_account(),
    "mfa_": own_account(),
    "socialaccount_": own_account(),
    "openid_connect_": own_account(),
    "orcid_": own_account(),
}


def policy_of(name: str) -> Policy | None:
    """The line for an address; of the families, the longest beginning."""
    if name in POLICIES:
        return POLICIES[name]
    families = [start for start in FAMILIES if name.startswith(start)]
    return FAMILIES[max(families, key=len)] if families else None
