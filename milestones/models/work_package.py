"""Work packages, and who puts how much effort into them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from milestones.querysets import WorkPackageQuerySet
from networks.fields import NaturalKeyField
from networks.models import Invitation, Member, Network, Partner
from networks.querysets import NetworkOwnedQuerySet


class WorkPackage(models.Model):
    """A work package (Horizon Europe table 3.1.a): number, title, lead, start and end month."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="work_packages")
    code = models.CharField(_("number"), max_length=20)
    code_key = NaturalKeyField(source="code")
    title = models.CharField(_("title"), max_length=400)
    objectives = models.TextField(_("objectives"), blank=True)
    description = models.TextField(_("description"), blank=True)
    lead_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="led_work_packages"
    )
    lead = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_work_packages",
        help_text=_("The person who may update this work package's items."),
    )
    start_month = models.PositiveSmallIntegerField(_("start month"), null=True, blank=True)
    end_month = models.PositiveSmallIntegerField(_("end month"), null=True, blank=True)
    person_months = models.DecimalField(
        _("person-months"), max_digits=9, decimal_places=2, null=True, blank=True
    )

    objects = WorkPackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("work package")
        verbose_name_plural = _("work packages")
        ordering = ["network", "code_key", "pk"]
        indexes = [models.Index(fields=["network", "code_key"], name="work_package_net_code")]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"],
                name="work_package_code_unique",
                violation_error_message=_("Another work package of this network has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(end_month__gte=models.F("start_month"))
                | models.Q(end_month__isnull=True)
                | models.Q(start_month__isnull=True),
                name="work_package_ends_after_start",
                violation_error_message=_("A work package cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(start_month__gte=1) | models.Q(start_month__isnull=True),
                name="work_package_months_from_one",
                violation_error_message=_("Project months count from 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Effort(models.Model):
    """A partner's part in a work package, in person-months (table 3.1.f, WT6).

    ``person_months`` is empty where a plan names a participant without a figure.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="efforts")
    work_package = models.ForeignKey(WorkPackage, on_delete=models.PROTECT, related_name="efforts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="efforts")
    person_months = models.DecimalField(
        _("person-months"), max_digits=9, decimal_places=2, null=True, blank=True
    )

    objects = NetworkOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("effort")
        verbose_name_plural = _("effort")
        ordering = ["work_package", "partner"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_package", "partner"],
                name="effort_unique",
                violation_error_message=_(
                    "The effort of this partner in this work package is given already."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(person_months__gte=0) | models.Q(person_months__isnull=True),
                name="effort_not_negative",
                violation_error_message=_("Effort cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} in {self.work_package}: {self.person_months}"


class PlannedReview(models.Model):
    """A project review foreseen in the plan (WT7): when, where, why."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="planned_reviews")
    code = models.CharField(_("number"), max_length=20)
    code_key = NaturalKeyField(source="code")
    due_month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    due_date = models.DateField(_("date"))
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    objects = NetworkOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned review")
        verbose_name_plural = _("planned reviews")
        ordering = ["network", "due_date", "code_key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_month__gte=1) | models.Q(due_month__isnull=True),
                name="planned_review_months_from_one",
                violation_error_message=_("Project months count from 1."),
            ),
            models.UniqueConstraint(
                fields=["network", "code"],
                name="planned_review_code_unique",
                violation_error_message=_("Another review of this network has this number."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PromisedPackage(models.Model):
    """A work package that whoever accepts an invitation shall lead."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="promised_packages"
    )
    work_package = models.ForeignKey(WorkPackage, on_delete=models.CASCADE, related_name="promises")

    class Meta:
        verbose_name = _("promised work package")
        verbose_name_plural = _("promised work packages")
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "work_package"],
                name="promised_package_once",
                violation_error_message=_("This work package is promised to them already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_package} → {self.invitation}"
