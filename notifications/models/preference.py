"""How a person wishes to be written to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """A person's habits; without a row, mornings at eight on weekdays.

    Deadline mail can be bundled (once a week), never silenced: the ladder counts on it.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Each morning on which something falls due")
        WEEKLY = "weekly", _("Once a week, on Monday morning")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="preference"
    )
    digest_hour = models.PositiveSmallIntegerField(_("hour of the morning mail"), default=8)
    weekdays_only = models.BooleanField(_("only from Monday to Friday"), default=True)
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm, default=Rhythm.DAILY)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23),
                name="preference_hour_of_day",
                violation_error_message=_("Choose an hour from 0 to 23."),
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=["daily", "weekly"]),
                name="preference_rhythm_known",
                violation_error_message=_("Choose each morning or once a week."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_rhythm_display()} · {self.digest_hour}:00"
