"""Who was asked to come in, to what, and what became of it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models.network import Member, Network, Partner
from networks.models.organisation import Organisation
from networks.models.programme import Programme, ProgrammeRole
from networks.models.user import User
from networks.querysets import InvitationQuerySet


class Invitation(models.Model):
    """One address asked into one role: of a network, or of a programme where ``network`` is empty.

    The address need have no account, and nothing of the role exists before it is accepted.
    The link in the mail is single-use: ``key`` is changed by each sending, and only the hash
    of the token derived from it is stored (networks.invitation_links).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        EXPIRED = "expired", _("Expired")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Taken back")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="invitations")
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    # In small letters.
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language of the mail"),
        max_length=2,
        default="en",
        choices=User._meta.get_field("language").choices,
    )
    role = models.CharField(
        _("role"), max_length=10, choices=[*ProgrammeRole.Role.choices, *Member.Role.choices]
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    key = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # How often it was sent: each sending has a mail, and a link, of its own.
    round = models.PositiveSmallIntegerField(_("sent how often"), default=1)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    invited_at = models.DateTimeField(_("invited"))
    sent_at = models.DateTimeField(_("last sent"))
    expires_at = models.DateTimeField(_("good until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_invitations",
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        indexes = [
            models.Index(fields=["email"], name="invitation_email"),
            models.Index(fields=["network", "-invited_at"], name="invitation_network"),
            models.Index(fields=["programme", "-invited_at"], name="invitation_programme"),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "email"],
                condition=models.Q(
                    accepted_at__isnull=True, revoked_at__isnull=True, network__isnull=False
                ),
                name="invitation_once_to_network",
                violation_error_message=_("This address is invited to the network already."),
            ),
            models.UniqueConstraint(
                fields=["programme", "email", "role"],
                condition=models.Q(
                    accepted_at__isnull=True, revoked_at__isnull=True, network__isnull=True
                ),
                name="invitation_once_to_role",
                violation_error_message=_("This address is invited to this role already."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    network__isnull=True,
                    partner__isnull=True,
                    role__in=["manager", "officer", "chair", "reviewer", "funder"],
                )
                | models.Q(
                    network__isnull=False,
                    organisation__isnull=True,
                    role__in=["lead", "deputy", "wp_lead", "member", "observer"],
                ),
                name="invitation_role_fits_place",
                violation_error_message=_("This is not a role of that place."),
            ),
            models.CheckConstraint(
                condition=~models.Q(role="funder") | models.Q(organisation__isnull=False),
                name="invited_funder_names_organisation",
                violation_error_message=_("Say which organisation the funder speaks for."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts"))
                | models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True),
                name="invitation_ends_after_start",
                violation_error_message=_("A person cannot leave before they join."),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
                violation_error_message=_("An invitation is accepted or taken back, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()} · {self.place}"

    @property
    def place(self) -> Network | Programme:
        """Where to: the network, or the programme."""
        return self.network or self.programme

    @property
    def addressee(self) -> str:
        """What to call whom it goes to."""
        return self.name or self.email

    def state_at(self, now: datetime) -> State:
        """How it stands at an instant."""
        if self.accepted_at is not None:
            return self.State.ACCEPTED
        if self.revoked_at is not None:
            return self.State.REVOKED
        return self.State.WAITING if now < self.expires_at else self.State.EXPIRED
