"""That a person's data was erased, when, and by whom: all that is kept of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """One request for erasure, carried out.

    The row is also the key: only while one stands open (``finished_at`` is empty), which is
    inside of the transaction that erases, do the triggers of history tables let texts be
    altered, and nothing but texts (networks.append_only). So no text of the log can change
    without a row here that says when and by whom.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasures"
    )
    pseudonym = models.CharField(_("called from then on"), max_length=60, unique=True)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # How many rows of which table were altered.
    altered = models.JSONField(_("altered rows"), default=dict, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.pseudonym
