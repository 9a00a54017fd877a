"""The kinds of report, in words that reminders use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    """RPPR's types of report: each period has an interim one, the end of the award a final one."""

    INTERIM = "interim", _("Interim report")
    FINAL = "final", _("Final report")
