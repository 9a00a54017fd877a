"""Who gets a programme's board pack, and how often."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks.models import Programme


class BoardPackSchedule(models.Model):
    """A mail with a link to the pack, every so many months, to chosen people.

    ``next_on`` is the day of the next pack and the day its figures are of; ``last_on`` the
    one before, since which the pack tells what has changed.
    """

    programme = models.OneToOneField(
        Programme, on_delete=models.PROTECT, related_name="board_pack_schedule"
    )
    every_months = models.PositiveSmallIntegerField(
        _("every so many months"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    next_on = models.DateField(_("next on"))
    last_on = models.DateField(_("last on"), null=True, blank=True, editable=False)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("people"), related_name="board_packs", blank=True
    )

    class Meta:
        verbose_name = _("schedule of board packs")
        verbose_name_plural = _("schedules of board packs")
        ordering = ["programme"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_months__gte=1, every_months__lte=24),
                name="board_pack_every_months",
                violation_error_message=_("A board pack comes every 1 to 24 months."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.programme)

    def get_absolute_url(self) -> str:
        """Where managers change it."""
        return reverse("board-pack-schedule", args=[self.programme.slug])
