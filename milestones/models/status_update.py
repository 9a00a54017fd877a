"""The history of items, and the evidence for it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from milestones.models.deliverable import Deliverable
from milestones.models.item import Confidence, ReasonCode
from milestones.models.milestone import Milestone
from milestones.querysets import EvidenceQuerySet, StatusUpdateQuerySet
from networks.identifiers import DOI_PATTERN, validate_doi
from networks.models import Event, Network

_ONE_TARGET = models.Q(milestone__isnull=False, deliverable__isnull=True) | models.Q(
    milestone__isnull=True, deliverable__isnull=False
)


class StatusUpdate(models.Model):
    """One statement about one item; never altered (triggers refuse UPDATE and DELETE).

    Each row holds the item's whole state *after* it (state, due date, forecast,
    confidence, percent), so that any figure can be shown as of any past instant from the
    latest row before it. The first row of an item is its plan.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", _("Planned")
        UPDATE = "update", _("Status update")
        CLAIM = "claim", _("Claimed as achieved")
        VERIFY = "verify", _("Verified")
        RETURN = "return", _("Returned")
        SUBMIT = "submit", _("Submitted")
        ACCEPT = "accept", _("Accepted")
        REQUEST_REVISION = "request_revision", _("Revision requested")
        RESCHEDULE = "reschedule", _("Rescheduled by amendment")
        DROP = "drop", _("Dropped by amendment")
        CANCEL = "cancel", _("Cancelled by amendment")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="status_updates")
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="status_updates"
    )
    deliverable = models.ForeignKey(
        Deliverable, on_delete=models.PROTECT, null=True, blank=True, related_name="status_updates"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.UPDATE)
    at = models.DateTimeField(_("when"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="status_updates",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="status_updates_on_behalf",
    )
    channel = models.CharField(_("through"), max_length=8, choices=Event.Channel)
    state = models.CharField(_("state"), max_length=20)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    due_date = models.DateField(_("due date"))
    forecast_date = models.DateField(_("forecast"), null=True, blank=True)
    actual_date = models.DateField(_("actual date"), null=True, blank=True)
    reason_code = models.CharField(_("reason"), max_length=24, choices=ReasonCode, blank=True)
    reason = models.TextField(_("reason in a sentence"), blank=True)
    text = models.TextField(_("text"), blank=True)

    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("status update")
        verbose_name_plural = _("status updates")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["milestone", "-at", "-id"], name="update_milestone_at"),
            models.Index(fields=["deliverable", "-at", "-id"], name="update_deliverable_at"),
            models.Index(fields=["network", "-at", "-id"], name="update_network_at"),
            models.Index(fields=["-at", "-id"], name="update_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_ONE_TARGET,
                name="status_update_one_target",
                violation_error_message=_(
                    "A status update is about one milestone or one deliverable."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(percent__lte=100),
                name="status_update_percent",
                violation_error_message=_("Percent done lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["", "on_track", "at_risk", "off_track"]),
                name="status_update_confidence_known",
                violation_error_message=_("Confidence is on track, at risk or off track."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    channel__in=["page", "api", "mail", "import", "admin", "system"]
                ),
                name="status_update_channel_known",
                violation_error_message=_(
                    "A change comes through a page, the API, a mail link, an import, the admin or the system."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(reason_code="") | ~models.Q(reason=""),
                name="status_update_reason_has_sentence",
                violation_error_message=_("Give the reason in a sentence beside its code."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.code} {self.at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def target(self) -> Milestone | Deliverable:
        """The item it is about."""
        item = self.milestone or self.deliverable
        assert item is not None  # noqa: S101 - the constraint status_update_one_target
        return item


def evidence_path(instance: "Evidence", filename: str) -> str:
    """Where an uploaded file lies: under its network, by a random name."""
    return f"evidence/{instance.network_id}/{instance.storage_name}"


class Evidence(models.Model):
    """What shows that an item is done: a file, a link, or a DOI."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")
        DOI = "doi", _("DOI")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="evidence")
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    deliverable = models.ForeignKey(
        Deliverable, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    status_update = models.ForeignKey(
        StatusUpdate, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True, max_length=300)
    storage_name = models.CharField(max_length=80, blank=True, editable=False)
    original_name = models.CharField(_("name of the file"), max_length=255, blank=True)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    doi = models.CharField(_("DOI"), max_length=200, blank=True, validators=[validate_doi])
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="evidence"
    )
    at = models.DateTimeField(_("when"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=_ONE_TARGET,
                name="evidence_one_target",
                violation_error_message=_("Evidence belongs to one milestone or one deliverable."),
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="file", url="", doi="") & ~models.Q(file=""))
                | (models.Q(kind="link", file="", doi="") & ~models.Q(url=""))
                | models.Q(kind="doi", file="", url="", doi__regex=DOI_PATTERN),
                name="evidence_one_thing",
                violation_error_message=_("Evidence is one file, one link or one DOI."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where the evidence can be looked at; a file only through our own door."""
        if self.kind == self.Kind.FILE:
            return reverse("evidence-file", args=[self.pk])
        return self.url if self.kind == self.Kind.LINK else f"https://doi.org/{self.doi}"
