"""The admin of plans, for operators.

What has a history is moved by services alone: its state and dates are shown here, and not
to be changed past the log.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from milestones.models import (
    Amendment,
    AmendmentChange,
    Deliverable,
    Effort,
    Evidence,
    Milestone,
    PlannedReview,
    PromisedPackage,
    Risk,
    RiskAssessment,
    StatusUpdate,
    WorkPackage,
)
from networks.admin import HistoryAdmin, LoggedAdmin

IN_NETWORK = ("network__acronym", "network__reference")
# These repeat the latest status update, or follow from an approved amendment.
BY_SERVICES = (
    "state",
    "confidence",
    "percent",
    "contractual_date",
    "revised_date",
    "due_date",
    "forecast_date",
    "actual_date",
    "handed_in_on",
    "last_update_at",
    "version",
    "deadline_version",
)


class ByService(LoggedAdmin):
    """Rows that begin with a service, which writes their first history row."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(WorkPackage)
class WorkPackageAdmin(LoggedAdmin):
    """Work packages."""

    list_display = ("code", "title", "network", "lead_partner", "start_month", "end_month")
    list_select_related = ("network", "lead_partner")
    search_fields = ("code", "title", *IN_NETWORK)
    autocomplete_fields = ("network", "lead_partner", "lead")


class ItemAdmin(ByService):
    """What milestones and deliverables have in common."""

    readonly_fields = ("network", *BY_SERVICES)
    list_select_related = ("network",)
    search_fields = ("code", "title", *IN_NETWORK)
    date_hierarchy = "contractual_date"


@admin.register(Milestone)
class MilestoneAdmin(ItemAdmin):
    """Milestones."""

    list_display = ("code", "title", "network", "state", "due_date", "confidence", "percent")
    list_filter = ("state", "confidence", "is_gate")
    autocomplete_fields = (
        "lead_partner",
        "responsible",
        "work_packages",
        "contributors",
    )


@admin.register(Deliverable)
class DeliverableAdmin(ItemAdmin):
    """Deliverables."""

    list_display = ("code", "title", "network", "state", "type", "dissemination_level", "due_date")
    list_filter = ("state", "type", "dissemination_level", "confidence")
    autocomplete_fields = ("lead_partner", "responsible", "work_package")


@admin.register(StatusUpdate)
class StatusUpdateAdmin(HistoryAdmin):
    """The history of items."""

    list_display = ("at", "kind", "target", "network", "state", "author", "channel")
    list_filter = ("kind", "channel", "confidence")
    list_select_related = ("network", "milestone", "deliverable", "author")
    search_fields = ("milestone__code", "deliverable__code", "author__email", *IN_NETWORK)
    date_hierarchy = "at"


@admin.register(Evidence)
class EvidenceAdmin(HistoryAdmin):
    """What was shown for items."""

    list_display = ("title", "kind", "network", "milestone", "deliverable", "added_by", "at")
    list_filter = ("kind",)
    list_select_related = ("network", "milestone", "deliverable", "added_by")
    search_fields = ("title", "original_name", "doi", *IN_NETWORK)
    date_hierarchy = "at"


@admin.register(Risk)
class RiskAdmin(ByService):
    """Risks; their levels follow from assessments."""

    list_display = ("code", "description", "network", "likelihood", "severity", "closed_on")
    list_filter = ("likelihood", "severity", "foreseen")
    list_select_related = ("network",)
    search_fields = ("code", "description", *IN_NETWORK)
    autocomplete_fields = ("work_packages",)
    readonly_fields = ("network", "likelihood", "severity")


@admin.register(RiskAssessment)
class RiskAssessmentAdmin(HistoryAdmin):
    """State of play of risks, by period."""

    list_display = ("risk", "period", "network", "at", "author", "materialised")
    list_filter = ("materialised", "mitigation_applied")
    list_select_related = ("risk", "network", "author")
    search_fields = ("risk__code", "period", *IN_NETWORK)
    date_hierarchy = "at"


class AmendmentChangeInline(admin.TabularInline[AmendmentChange, Amendment]):
    """The lines of an amendment."""

    model = AmendmentChange
    extra = 0
    can_delete = False
    fields = readonly_fields = ("action", "target_kind", "target", "field", "old", "new")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Amendment)
class AmendmentAdmin(HistoryAdmin):
    """Requests to change what was agreed; decided on their own pages."""

    list_display = ("number", "title", "network", "kind", "state", "drafted_at", "decided_at")
    list_filter = ("state", "kind")
    list_select_related = ("network",)
    search_fields = ("title", *IN_NETWORK)
    date_hierarchy = "drafted_at"
    inlines = (AmendmentChangeInline,)


@admin.register(AmendmentChange)
class AmendmentChangeAdmin(HistoryAdmin):
    """All lines of all amendments."""

    list_display = ("amendment", "action", "target_kind", "target", "field", "network")
    list_filter = ("action", "target_kind")
    list_select_related = ("amendment", "network")
    search_fields = ("target", *IN_NETWORK)


@admin.register(Effort)
class EffortAdmin(LoggedAdmin):
    """Person-months by partner and work package."""

    list_display = ("work_package", "partner", "person_months", "network")
    list_select_related = ("work_package", "partner", "network")
    search_fields = ("work_package__code", "partner__short_name", *IN_NETWORK)
    autocomplete_fields = ("network", "work_package", "partner")


@admin.register(PlannedReview)
class PlannedReviewAdmin(LoggedAdmin):
    """Reviews foreseen in the plan."""

    list_display = ("code", "network", "due_date", "due_month", "venue")
    list_select_related = ("network",)
    search_fields = ("code", "venue", *IN_NETWORK)
    autocomplete_fields = ("network",)
    date_hierarchy = "due_date"


@admin.register(PromisedPackage)
class PromisedPackageAdmin(HistoryAdmin):
    """Work packages that invited people shall lead."""

    list_display = ("work_package", "invitation")
    list_select_related = ("work_package", "invitation__network", "invitation__programme")
    search_fields = ("work_package__code", "invitation__email")
