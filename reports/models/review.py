"""The committee's review of one submitted version."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from reports.models.progress_report import ProgressReport, ReportVersion
from reports.querysets import ReviewQuerySet, ReviewRoundQuerySet


class Recommendation(models.TextChoices):
    """What a reviewer recommends and a panel decides (NINDS go/no-go, PCORI)."""

    CONTINUE = "continue", _("Continue")
    CONDITIONS = "continue_with_conditions", _("Continue with conditions")
    HOLD = "hold", _("Hold")
    STOP = "stop", _("Stop")


# The network's work goes on, and a gate opens.
GOES_ON = (Recommendation.CONTINUE, Recommendation.CONDITIONS)


class ReviewRound(models.Model):
    """The review of one version, from the staff's check to the panel's decision.

    Individual reports, the rapporteur's summary, then the network may answer factual errors
    until ``answer_until`` (the order of a Horizon Europe project review).
    """

    class State(models.TextChoices):
        REVIEWING = "reviewing", _("Reviews under way")
        SUMMARY = "summary", _("Rapporteur's summary")
        ANSWER = "answer", _("The network may answer")
        PANEL = "panel", _("Ready for the panel")
        DECIDED = "decided", _("Decided")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="review_rounds")
    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="rounds")
    version = models.OneToOneField(ReportVersion, on_delete=models.PROTECT, related_name="round")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REVIEWING)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="opened_rounds"
    )
    reviews_due = models.DateField(_("reviews due"))
    summary_due = models.DateField(_("summary due"), null=True, blank=True)
    # For the network; what only the committee reads stands apart.
    summary = models.TextField(_("summary"), blank=True)
    summary_for_committee = models.TextField(_("summary for the committee only"), blank=True)
    summarised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="summarised_rounds",
    )
    summarised_at = models.DateTimeField(_("summarised"), null=True, blank=True)
    answer_until = models.DateField(_("the network may answer until"), null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "reviews_due"], name="round_state_due"),
            models.Index(fields=["network", "state"], name="round_net_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["reviewing", "summary", "answer", "panel", "decided", "withdrawn"]
                ),
                name="round_state_known",
                violation_error_message=_("This is no state of a review."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} v{self.version.number}"

    def is_answerable(self, day: date) -> bool:
        """Whether the network may still answer on a day of its own time zone."""
        until = self.answer_until
        return self.state == self.State.ANSWER and (until is None or day <= until)


class Review(models.Model):
    """One person's review: ``assigned -> recused`` or ``in_progress -> submitted``.

    A reviewer first declares a conflict or none, and sees nothing of the report before.
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Assigned")
        IN_PROGRESS = "in_progress", _("In progress")
        SUBMITTED = "submitted", _("Submitted")
        RECUSED = "recused", _("Recused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN_STATES = ("assigned", "in_progress")

    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="reviews")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    is_rapporteur = models.BooleanField(_("rapporteur"), default=False)
    due_date = models.DateField(_("due date"))
    deadline_version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.ASSIGNED)
    assigned_at = models.DateTimeField(_("assigned"))
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="assigned_reviews",
    )
    declared_at = models.DateTimeField(_("declared"), null=True, blank=True)
    conflict_reason = models.TextField(_("conflict of interest"), blank=True)
    recommendation = models.CharField(
        _("recommendation"), max_length=24, choices=Recommendation, blank=True
    )
    remark = models.TextField(_("remarks for the network"), blank=True)
    remark_for_committee = models.TextField(_("remarks for the committee only"), blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    # Rises with every save.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["round", "pk"]
        indexes = [
            models.Index(fields=["reviewer", "state", "due_date"], name="review_mine"),
            models.Index(fields=["state", "due_date", "id"], name="review_state_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "reviewer"],
                name="review_unique",
                violation_error_message=_("This person reviews this version already."),
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=models.Q(
                    is_rapporteur=True, state__in=["assigned", "in_progress", "submitted"]
                ),
                name="review_one_rapporteur",
                violation_error_message=_("A review has one rapporteur."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["assigned", "in_progress", "submitted", "recused", "withdrawn"]
                ),
                name="review_state_known",
                violation_error_message=_("This is no state of a review."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["assigned", "withdrawn"])
                | models.Q(declared_at__isnull=False),
                name="review_declared_first",
                violation_error_message=_("Say first whether you have a conflict of interest."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="submitted")
                | (models.Q(submitted_at__isnull=False) & ~models.Q(recommendation="")),
                name="review_submitted_recommends",
                violation_error_message=_("Give your recommendation."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    recommendation__in=["", "continue", "continue_with_conditions", "hold", "stop"]
                ),
                name="review_recommendation_known",
                violation_error_message=_(
                    "Recommend to continue, to continue with conditions, to hold or to stop."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.reviewer}"


class Rating(models.Model):
    """A reviewer's mark and remark on one section or milestone of the version.

    ``about`` names it as the version's content does: ``section:<key>``,
    ``milestone:<code>``, ``deliverable:<code>``. Marks run from 1 (poor) to 5 (excellent).
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="ratings")
    about = models.CharField(_("about"), max_length=80)
    score = models.PositiveSmallIntegerField(
        _("rating"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    remark = models.TextField(_("remark for the network"), blank=True)
    remark_for_committee = models.TextField(_("remark for the committee only"), blank=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["review", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "about"],
                name="rating_unique",
                violation_error_message=_("This has its rating already."),
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=1, score__lte=5) | models.Q(score__isnull=True),
                name="rating_score_range",
                violation_error_message=_("Ratings run from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.score}"


class FactualAnswer(models.Model):
    """What the network answers to factual errors in a summary; one per round."""

    round = models.OneToOneField(ReviewRound, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField(_("answer"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="factual_answers",
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("answer of the network")
        verbose_name_plural = _("answers of the network")

    def __str__(self) -> str:
        return f"{self.round}: {self.text[:60]}"
