"""A mail as a row, before, while and after it is sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Event, Invitation
from notifications.querysets import MessageQuerySet


class Message(models.Model):
    """One mail to one person: as a rule the digest of one local morning.

    A notice tells of one event instead, at once, and carries no lines of the ledger. An
    invitation goes to an address, which need be nobody's yet: it has no recipient.

    ``due -> claimed -> handing_over -> accepted | deferred | refused | unknown``, then
    ``bounced`` where it came back, and ``superseded`` or ``cancelled`` before it was handed
    over. Only the holder of ``token``
    may move a claimed row, until ``lease_until``. ``unknown`` says honestly that the relay
    may or may not have it.

    Subject and bodies are rendered when the mail is handed over, so that they say what is
    true at that moment; personal links stand in them as placeholders (services.links).
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", _("Morning mail")
        SUMMARY = "summary", _("Summary of the week")
        NOTICE = "notice", _("News at once")
        INVITATION = "invited", _("Invitation")

    class State(models.TextChoices):
        DUE = "due", _("Due")
        CLAIMED = "claimed", _("Taken by a worker")
        HANDING_OVER = "handing_over", _("Being handed over")
        ACCEPTED = "accepted", _("Accepted by the mail server")
        DEFERRED = "deferred", _("Put off, will be tried again")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("Unknown whether it left")
        SUPERSEDED = "superseded", _("Replaced by a newer mail")
        CANCELLED = "cancelled", _("Cancelled, nothing left to say")
        BOUNCED = "bounced", _("Came back undelivered")

    WAITING = (State.DUE, State.DEFERRED)
    # At most one of these a morning; they carry the lines of the ledger.
    MORNINGS = (Kind.DIGEST, Kind.SUMMARY)

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        # The index of a person's newest mails serves for this one too.
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.DIGEST)
    # What a notice tells of; a morning mail has none.
    event = models.ForeignKey(
        Event,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    # What an invitation's mail is about; no other mail has one.
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    local_day = models.DateField(_("morning of"))
    dedupe_key = models.CharField(max_length=100, editable=False)
    message_id = models.CharField(_("Message-ID"), max_length=200, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DUE)
    created_at = models.DateTimeField(_("planned"))
    next_try_at = models.DateTimeField(_("next try"))
    token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(_("attempts"), default=0)
    # Raised before the work, and zero again once a worker has survived it.
    crashes = models.PositiveIntegerField(_("workers lost over it"), default=0)
    # A second copy may have gone out, because the answer to the first one was lost.
    resent = models.BooleanField(_("possible second copy"), default=False)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    note = models.CharField(_("what the mail server said"), max_length=500, blank=True)
    # Staff cancelled it, so staff may take it up again; what had nothing left to say stays so.
    called_off = models.BooleanField(_("cancelled by staff"), default=False)
    address = models.CharField(_("sent to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField("HTML", blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "next_try_at", "id"], name="message_queue"),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(fields=["recipient", "-created_at"], name="message_recipient"),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["claimed", "handing_over"]),
                name="message_leases",
            ),
            # Few mails have one, and each mail that is sent would join the index three times.
            models.Index(
                fields=["event"],
                condition=models.Q(event__isnull=False),
                name="message_event",
            ),
            models.Index(
                fields=["invitation"],
                condition=models.Q(invitation__isnull=False),
                name="message_invitation",
            ),
        ]
        constraints = [
            # Not unique=True, by which PostgreSQL gets a second index, for LIKE.
            models.UniqueConstraint(
                fields=["dedupe_key"],
                name="message_once",
                violation_error_message=_("This mail is on file already."),
            ),
            models.UniqueConstraint(
                fields=["message_id"],
                name="message_id_once",
                violation_error_message=_("Another mail has this Message-ID."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "due",
                        "claimed",
                        "handing_over",
                        "accepted",
                        "deferred",
                        "refused",
                        "unknown",
                        "superseded",
                        "cancelled",
                        "bounced",
                    ]
                ),
                name="message_state_known",
                violation_error_message=_("This is not a state of a message."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="notice", event__isnull=False)
                | (~models.Q(kind="notice") & models.Q(event__isnull=True)),
                name="message_notice_has_event",
                violation_error_message=_("A notice, and only a notice, tells of an event."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="invited", invitation__isnull=False, recipient__isnull=True)
                | (
                    ~models.Q(kind="invited")
                    & models.Q(invitation__isnull=True, recipient__isnull=False)
                ),
                name="message_invitation_or_recipient",
                violation_error_message=_(
                    "An invitation goes to an address, and any other mail to a person."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["claimed", "handing_over"])
                | models.Q(token__isnull=False, lease_until__isnull=False),
                name="message_claimed_has_lease",
                violation_error_message=_("A claimed message has a token and a lease."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee} · {self.local_day} · {self.state}"

    @property
    def addressee(self) -> str:
        """What to call whom it goes to."""
        if self.recipient is not None:
            return self.recipient.get_full_name()
        return self.invitation.addressee if self.invitation is not None else self.address

    @property
    def goes_to(self) -> str:
        """The address as it is now; ``address`` is the one it was sent to."""
        if self.recipient is not None:
            return self.recipient.email
        return self.invitation.email if self.invitation is not None else ""

    @property
    def is_wanted(self) -> bool:
        """Whether whoever it goes to may get mail at all: an account that is not closed."""
        return self.recipient is None or self.recipient.is_active


class Attempt(models.Model):
    """One try to hand a message over, and the answer; never altered (database triggers)."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DEFERRED = "deferred", _("Put off")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("No answer")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("when"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    code = models.PositiveSmallIntegerField(_("reply code"), null=True, blank=True)
    reply = models.CharField(_("reply"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["message", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome} {self.reply}"
