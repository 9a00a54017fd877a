"""What a panel decided, and the duties that follow from it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from milestones.models import Amendment, Milestone
from networks.models import Member, Network
from reports.models.meeting import Meeting
from reports.models.review import Recommendation, ReviewRound
from reports.querysets import ConditionQuerySet, DecisionQuerySet


class Decision(models.Model):
    """A panel's decision on one round; never altered (triggers refuse UPDATE and DELETE).

    ``outcome`` is what becomes of the award, ``report_outcome`` what becomes of the report.
    """

    class ReportOutcome(models.TextChoices):
        ACCEPTED = "accepted", _("Report accepted")
        ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions", _("Accepted with conditions")
        REVISION_REQUESTED = "revision_requested", _("Revision requested")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="decisions")
    round = models.OneToOneField(ReviewRound, on_delete=models.PROTECT, related_name="decision")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    outcome = models.CharField(_("decision"), max_length=24, choices=Recommendation)
    report_outcome = models.CharField(_("report"), max_length=24, choices=ReportOutcome)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    present = models.PositiveSmallIntegerField(_("members present"))
    quorum = models.PositiveSmallIntegerField(_("quorum"))
    votes_for = models.PositiveSmallIntegerField(_("votes for"))
    votes_against = models.PositiveSmallIntegerField(_("votes against"), default=0)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), default=0)
    reasons = models.TextField(_("reasons, for the network"), blank=True)
    public_sentence = models.TextField(_("sentence for the public"), blank=True)
    gate = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        help_text=_("The gate that this decision opens or holds."),
    )
    amendment = models.ForeignKey(
        Amendment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        help_text=_("The draft that the decision asked for."),
    )
    at = models.DateTimeField(_("entered"))

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_on", "-pk"]
        indexes = [models.Index(fields=["network", "-decided_on"], name="decision_network")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(present__gte=models.F("quorum")),
                name="decision_has_quorum",
                violation_error_message=_("Fewer members are present than the quorum asks for."),
            ),
            models.CheckConstraint(
                condition=models.Q(votes_for__gt=models.F("votes_against")),
                name="decision_has_majority",
                violation_error_message=_("A decision needs more votes for it than against it."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    present__gte=models.F("votes_for")
                    + models.F("votes_against")
                    + models.F("abstentions")
                ),
                name="decision_votes_of_present",
                violation_error_message=_("There are more votes than members present."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    outcome__in=["continue", "continue_with_conditions", "hold", "stop"]
                ),
                name="decision_outcome_known",
                violation_error_message=_(
                    "A panel decides to continue, continue with conditions, hold or stop."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    report_outcome__in=[
                        "accepted",
                        "accepted_with_conditions",
                        "revision_requested",
                    ]
                ),
                name="decision_report_outcome_known",
                violation_error_message=_(
                    "A report is accepted, accepted with conditions, or to be revised."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_outcome_display()}"


class Condition(models.Model):
    """A dated duty of the network that follows from a decision.

    ``open -> submitted -> met``, or ``open`` again with a note; ``waived`` with a reason.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Evidence submitted")
        MET = "met", _("Met")
        WAIVED = "waived", _("Waived")

    OPEN_STATES = ("open",)

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="conditions")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    # Counts within the network: C1, C2, ...
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("condition"))
    evidence_asked = models.TextField(_("evidence asked for"), blank=True)
    due_date = models.DateField(_("due date"))
    deadline_version = models.PositiveIntegerField(default=1, editable=False)
    responsible = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="responsible_conditions",
        help_text=_("Empty: the network lead."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    is_returned = models.BooleanField(_("returned"), default=False, editable=False)
    handed_in_on = models.DateField(_("handed in on"), null=True, blank=True)
    answer = models.TextField(_("how it was met"), blank=True)
    evidence_url = models.URLField(_("link to the evidence"), max_length=1000, blank=True)
    verdict_note = models.TextField(_("note of staff"), blank=True)
    settled_on = models.DateField(_("met or waived on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["network", "number"]
        indexes = [
            models.Index(fields=["state", "due_date", "id"], name="condition_state_due"),
            models.Index(fields=["network", "state", "due_date"], name="condition_net_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "number"],
                name="condition_number_unique",
                violation_error_message=_("Another condition of this network has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "submitted", "met", "waived"]),
                name="condition_state_known",
                violation_error_message=_("A condition is open, submitted, met or waived."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["submitted", "met"])
                | models.Q(handed_in_on__isnull=False),
                name="condition_handed_in_has_date",
                violation_error_message=_("Say on which day the condition was met."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("condition", args=[self.pk])

    @property
    def code(self) -> str:
        """What it is called within its network: C1, C2, ..."""
        return f"C{self.number}"
