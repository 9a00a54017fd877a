"""Research networks (awards), the institutions in them and the people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.fields import NaturalKeyField
from networks.identifiers import (
    CURRENCY_PATTERN,
    DOI_PATTERN,
    ZONE_PATTERN,
    validate_currency,
    validate_doi,
    validate_time_zone,
)
from networks.models.organisation import Organisation
from networks.models.programme import Programme
from networks.models.roles import MemberRole
from networks.querysets import MemberQuerySet, NetworkQuerySet, PartnerQuerySet


class Network(models.Model):
    """A funded research network, or a single team with an award.

    ``predecessor`` is the award it grew from (a planning award precedes a network award).
    A deadline of the network is over when its day is over in ``time_zone``.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")
        TERMINATED = "terminated", _("Terminated")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="networks")
    reference = models.CharField(_("reference"), max_length=60, unique=True)
    acronym = models.CharField(_("acronym"), max_length=60)
    title = models.CharField(_("title"), max_length=400)
    predecessor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors"
    )
    starts = models.DateField(_("start"))
    ends = models.DateField(_("end"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    award_amount = models.DecimalField(
        _("award amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    award_currency = models.CharField(
        _("award currency"), max_length=3, default="EUR", validators=[validate_currency]
    )
    lay_summary = models.TextField(_("lay summary"), blank=True)
    grant_doi = models.CharField(
        _("grant DOI"), max_length=200, blank=True, validators=[validate_doi]
    )
    raid = models.CharField(
        _("RAiD"),
        max_length=200,
        blank=True,
        validators=[validate_doi],
        help_text=_("The handle without its address, like 10.25.10.1234/a1b2c."),
    )

    is_published = models.BooleanField(
        _("published"),
        default=False,
        help_text=_("Lay summary, partners and verified milestones are open to anybody."),
    )

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["acronym", "pk"]
        indexes = [
            models.Index(fields=["acronym", "id"], name="network_acronym"),
            models.Index(fields=["programme", "acronym"]),
            models.Index(fields=["state", "ends"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="network_ends_after_start",
                violation_error_message=_("A network must end after it starts."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reference="") & ~models.Q(acronym=""),
                name="network_is_named",
                violation_error_message=_("A network needs a reference and an acronym."),
            ),
            models.CheckConstraint(
                condition=models.Q(award_amount__gte=0) | models.Q(award_amount__isnull=True),
                name="network_award_not_negative",
                violation_error_message=_("An award amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(award_currency__regex=CURRENCY_PATTERN),
                name="network_currency_form",
                violation_error_message=_("A currency is three capitals of ISO 4217, like EUR."),
            ),
            models.CheckConstraint(
                condition=models.Q(predecessor__isnull=True)
                | ~models.Q(predecessor=models.F("id")),
                name="network_not_own_predecessor",
                violation_error_message=_("A network cannot be its own predecessor."),
            ),
            models.CheckConstraint(
                condition=models.Q(grant_doi="") | models.Q(grant_doi__regex=DOI_PATTERN),
                name="network_grant_doi_form",
                violation_error_message=_("Give a DOI without its address, like 10.1000/182."),
            ),
            models.CheckConstraint(
                condition=models.Q(raid="") | models.Q(raid__regex=DOI_PATTERN),
                name="network_raid_form",
                violation_error_message=_(
                    "Give a RAiD without its address, like 10.25.10.1234/a1b2c."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(time_zone__regex=ZONE_PATTERN),
                name="network_time_zone_form",
                violation_error_message=_(
                    "A time zone is a name of the IANA list, like Europe/Rome."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["planned", "active", "suspended", "closed", "terminated"]
                ),
                name="network_state_known",
                violation_error_message=_(
                    "A network is planned, active, suspended, closed or terminated."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.acronym


class Partner(models.Model):
    """An organisation's part in a network, from one day to another.

    Two coordinators do occur in real consortia, so the role is not unique; the number and
    the short name are. A linked third party (``affiliated``) may have no number.
    """

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        BENEFICIARY = "beneficiary", _("Beneficiary")
        AFFILIATED = "affiliated", _("Affiliated entity")
        ASSOCIATED = "associated", _("Associated partner")
        FUNDER = "funder", _("Funder")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partnerships"
    )
    kind = models.CharField(_("role"), max_length=12, choices=Kind, default=Kind.BENEFICIARY)
    number = models.CharField(_("number"), max_length=8, blank=True)
    number_key = NaturalKeyField(source="number")
    short_name = models.CharField(_("short name"), max_length=60)
    affiliated_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="affiliates"
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["network", "number_key", "pk"]
        indexes = [
            models.Index(fields=["organisation", "kind"]),
            models.Index(fields=["network", "number_key", "id"], name="partner_net_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "number"],
                condition=~models.Q(number=""),
                name="partner_number_unique",
                violation_error_message=_("Another partner of this network has this number."),
            ),
            models.UniqueConstraint(
                fields=["network", "short_name"],
                name="partner_short_name_unique",
                violation_error_message=_("Another partner of this network has this short name."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts"))
                | models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True),
                name="partner_ends_after_start",
                violation_error_message=_("A partner cannot leave before it joins."),
            ),
            models.CheckConstraint(
                condition=models.Q(affiliated_to__isnull=True)
                | ~models.Q(affiliated_to=models.F("id")),
                name="partner_not_own_affiliate",
                violation_error_message=_("A partner cannot be affiliated to itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["coordinator", "beneficiary", "affiliated", "associated", "funder"]
                ),
                name="partner_kind_known",
                violation_error_message=_(
                    "A partner is a coordinator, beneficiary, affiliated entity, associated partner or funder."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name


class Member(models.Model):
    """A person in a network: one role, at one partner, from one day to another.

    ``effort`` is in person-months over the whole membership. Positions follow RAiD: one
    role at a time, with a start and an end; history stays.
    """

    Role = MemberRole

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    effort = models.DecimalField(
        _("effort in person-months"), max_digits=7, decimal_places=2, null=True, blank=True
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["network", "pk"]
        indexes = [
            models.Index(fields=["user", "role"]),
            models.Index(fields=["network", "role"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "user"],
                condition=models.Q(ends__isnull=True),
                name="member_one_open_role",
                violation_error_message=_(
                    "This person has an open role in the network already: end it first."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts"))
                | models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True),
                name="member_ends_after_start",
                violation_error_message=_("A person cannot leave before they join."),
            ),
            models.CheckConstraint(
                condition=models.Q(effort__gte=0) | models.Q(effort__isnull=True),
                name="member_effort_not_negative",
                violation_error_message=_("Effort cannot be negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["lead", "deputy", "wp_lead", "member", "observer"]),
                name="member_role_known",
                violation_error_message=_(
                    "A member is a lead, deputy, work package lead, member or observer."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
