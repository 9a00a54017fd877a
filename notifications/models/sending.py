"""Whether mail may leave, and from which installation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sending(models.Model):
    """One row: the installation that may send, a pause of the whole queue, and its pace.

    ``epoch`` and ``mark`` stand outside of the database too (notifications.outside). A copy
    of the database lacks the one, a restored backup is behind the other: both send nothing.
    """

    MAIL = "mail"

    name = models.CharField(_("what"), max_length=20, unique=True, default=MAIL)
    epoch = models.CharField(_("installation"), max_length=64)
    host = models.CharField(_("host of SITE_URL"), max_length=255)
    # Raised with every claim: a database that lags behind the outside is an old one.
    mark = models.PositiveBigIntegerField(_("claims so far"), default=0)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    minute_began = models.DateTimeField(_("minute began"), null=True, blank=True)
    in_minute = models.PositiveIntegerField(_("mails taken in that minute"), default=0)

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sending")

    def __str__(self) -> str:
        return f"{self.name} · {self.epoch}"
