"""How a person wishes to be written to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.public_holidays import validate_place


class Preference(models.Model):
    """A person's habits; without a row, mornings at eight on weekdays.

    Deadline mail can be bundled (once a week), never silenced: the ladder counts on it.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Each morning on which something falls due")
        WEEKLY = "weekly", _("Once a week, on the first of these mornings")
        # For programme staff; whoever is none any more gets their week's mail.
        SUMMARY = "summary", _("Once a week, as a plain summary of all networks you run")

    MONDAY_TO_FRIDAY = "12345"
    EVERY_DAY = "1234567"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="preference"
    )
    digest_hour = models.PositiveSmallIntegerField(_("hour of the morning mail"), default=8)
    # Days of the week by ISO 8601 (Monday is 1), in their order, at least one.
    weekdays = models.CharField(_("days of the week"), max_length=7, default=MONDAY_TO_FRIDAY)
    # ``BE``, or ``DE-BY`` for a region with holidays of its own; empty: mails come on them too.
    holidays_of = models.CharField(
        _("no mail on public holidays of"), max_length=60, blank=True, validators=[validate_place]
    )
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm, default=Rhythm.DAILY)

    notices = models.BooleanField(_("told at once of what they wait for"), default=True)

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
                condition=models.Q(weekdays__regex=r"^1?2?3?4?5?6?7?\Z") & ~models.Q(weekdays=""),
                name="preference_some_weekday",
                violation_error_message=_("Choose at least one day."),
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=["daily", "weekly", "summary"]),
                name="preference_rhythm_known",
                violation_error_message=_("Choose each morning, once a week, or a summary."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_rhythm_display()} · {self.digest_hour}:00"
