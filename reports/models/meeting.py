"""Meetings of the committee and what is on their agenda."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Programme
from reports.models.review import ReviewRound
from reports.querysets import MeetingQuerySet


class Meeting(models.Model):
    """A meeting at which a programme's committee decides, in order of its agenda."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=200)
    place = models.CharField(_("place or address of the call"), max_length=300, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    quorum = models.PositiveSmallIntegerField(
        _("quorum"), default=3, help_text=_("So many members must be present to decide.")
    )
    attendees = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="attended_meetings"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["programme", "-held_on"], name="meeting_programme")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quorum__gte=1),
                name="meeting_quorum_positive",
                violation_error_message=_("A quorum is at least one person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.held_on}"


class AgendaItem(models.Model):
    """One report on the agenda, and the minutes of its discussion."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField(_("position"))
    minutes = models.TextField(_("minutes"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "round"],
                name="agenda_item_unique",
                violation_error_message=_("This report is on the agenda already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.round}"
