"""The secret address of a calendar that others subscribe to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import Network, Programme
from notifications.querysets import CalendarFeedQuerySet

_HOLDS = Q(revoked_at__isnull=True)


class CalendarFeed(models.Model):
    """One calendar of one person: their own duties, a network's plan, or a programme's.

    The address is shown once, when it is made: only its hash is kept, so that neither a
    copy of the database nor staff can read along. What the calendar holds is decided at
    each reading by what its owner may see then.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("Own duties")
        NETWORK = "network", _("A network")
        PROGRAMME = "programme", _("A programme")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    kind = models.CharField(_("calendar of"), max_length=9, choices=Kind)
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="calendar_feeds"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="calendar_feeds"
    )
    with_networks = models.BooleanField(_("with all deadlines of the networks led"), default=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # A day is enough to see whether anybody still reads it, and costs one write a day.
    read_on = models.DateField(_("last read on"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["kind", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="own", network__isnull=True, programme__isnull=True)
                | Q(kind="network", network__isnull=False, programme__isnull=True)
                | Q(kind="programme", network__isnull=True, programme__isnull=False),
                name="calendar_feed_of_one_thing",
                violation_error_message=_("A calendar is one's own, a network's or a programme's."),
            ),
            models.CheckConstraint(
                condition=Q(with_networks=False) | Q(kind="own"),
                name="calendar_feed_networks_in_own",
                violation_error_message=_("Only one's own calendar takes further networks in."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=_HOLDS & Q(kind="own"),
                name="calendar_feed_one_own",
                violation_error_message=_("There is an address for this calendar."),
            ),
            models.UniqueConstraint(
                fields=["user", "network"],
                condition=_HOLDS & Q(kind="network"),
                name="calendar_feed_one_per_network",
                violation_error_message=_("There is an address for this calendar."),
            ),
            models.UniqueConstraint(
                fields=["user", "programme"],
                condition=_HOLDS & Q(kind="programme"),
                name="calendar_feed_one_per_programme",
                violation_error_message=_("There is an address for this calendar."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.user}"
