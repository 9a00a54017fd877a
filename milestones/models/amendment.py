"""Amendments: the only way a contractual promise moves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from milestones.querysets import AmendmentChangeQuerySet, AmendmentQuerySet
from networks.models import Network


class Amendment(models.Model):
    """A request to change what was agreed: ``draft -> submitted -> approved | refused``.

    A draft may also be ``withdrawn``; it keeps its number.

    Only an approved one moves due dates, drops items, or changes partners.
    """

    class Kind(models.TextChoices):
        DATES = "dates", _("Due dates")
        SCOPE = "scope", _("Scope: items added, changed, dropped")
        PARTNERS = "partners", _("Partners")
        DURATION = "duration", _("Start, end or suspension of the network")
        COORDINATOR = "coordinator", _("Change of coordinator")
        PLAN = "plan", _("New version of the whole plan")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=300)
    justification = models.TextField(_("justification"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="drafted_amendments",
    )
    drafted_at = models.DateTimeField(_("drafted"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_amendments",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.TextField(_("note on the decision"), blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["network", "-number"]
        indexes = [models.Index(fields=["state", "id"], name="amendment_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "number"],
                name="amendment_number_unique",
                violation_error_message=_("Another amendment of this network has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["draft", "submitted", "approved", "refused", "withdrawn"]
                ),
                name="amendment_state_known",
                violation_error_message=_(
                    "An amendment is a draft, submitted, approved, refused or withdrawn."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "refused"])
                | models.Q(decided_at__isnull=False),
                name="amendment_decided_has_date",
                violation_error_message=_("A decided amendment has the date of its decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"AMD-{self.number} {self.title}"


class AmendmentChange(models.Model):
    """One line of an amendment: which field of which thing, from what, to what.

    ``target`` is the code of the thing in its network (``MS3``, ``D1.2``, ``WP4``, a
    partner's short name; empty for the network itself). Values are as JSON holds them:
    dates as ISO 8601 text. For an added thing ``new`` is an object of all its fields.
    """

    class Action(models.TextChoices):
        ADD = "add", _("Add")
        CHANGE = "change", _("Change")
        DROP = "drop", _("Drop")

    class Target(models.TextChoices):
        NETWORK = "network", _("Network")
        PARTNER = "partner", _("Partner")
        WORK_PACKAGE = "work_package", _("Work package")
        MILESTONE = "milestone", _("Milestone")
        DELIVERABLE = "deliverable", _("Deliverable")
        RISK = "risk", _("Risk")
        EFFORT = "effort", _("Effort")
        PLANNED_REVIEW = "planned_review", _("Planned review")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="amendment_changes")
    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="changes")
    action = models.CharField(_("action"), max_length=6, choices=Action)
    target_kind = models.CharField(_("kind of thing"), max_length=16, choices=Target)
    target = models.CharField(_("thing"), max_length=100, blank=True)
    field = models.CharField(_("field"), max_length=40, blank=True)
    old = models.JSONField(_("from"), null=True, blank=True)
    new = models.JSONField(_("to"), null=True, blank=True)

    objects = AmendmentChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["amendment", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=["add", "change", "drop"]),
                name="amendment_change_action_known",
                violation_error_message=_("A line of an amendment adds, changes or drops a thing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target} {self.field}"
