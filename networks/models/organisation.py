"""Universities, institutes, societies and companies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.identifiers import (
    COUNTRY_PATTERN,
    ROR_PATTERN,
    country_name,
    validate_country,
    validate_ror,
)
from networks.querysets import OrganisationQuerySet


class Organisation(models.Model):
    """A legal body that takes part in networks or pays for them.

    Identified by its ROR id where it has one (ROR takes over Crossref's Funder Registry);
    a Funder ID may stand beside it as an alias.
    """

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("University or higher education")
        RESEARCH = "research", _("Research organisation")
        HEALTHCARE = "healthcare", _("Hospital or health care")
        FUNDER = "funder", _("Funder or charity")
        COMPANY = "company", _("Company")
        PUBLIC = "public", _("Public body")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=300)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_("Empty only while it is not known: plans name linked parties without one."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    ror = models.CharField(_("ROR id"), max_length=40, blank=True, validators=[validate_ror])
    funder_id = models.CharField(_("Funder ID"), max_length=60, blank=True)
    website = models.URLField(_("website"), blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name", "id"], name="organisation_name"),
            models.Index(fields=["country", "name"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ror"],
                condition=~models.Q(ror=""),
                name="organisation_ror_unique",
                violation_error_message=_("Another organisation has this ROR id already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ror="") | models.Q(ror__regex=ROR_PATTERN),
                name="organisation_ror_form",
                violation_error_message=_("A ROR id has the form https://ror.org/02mhbdp94."),
            ),
            models.CheckConstraint(
                condition=models.Q(country="") | models.Q(country__regex=COUNTRY_PATTERN),
                name="organisation_country_form",
                violation_error_message=_("A country is two capitals of ISO 3166, like DE."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "university",
                        "research",
                        "healthcare",
                        "funder",
                        "company",
                        "public",
                        "other",
                    ]
                ),
                name="organisation_kind_known",
                violation_error_message=_(
                    "An organisation is a university, research organisation, hospital, funder, company, public body or other."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="organisation_has_name",
                violation_error_message=_("An organisation needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def country_name(self) -> str:
        """The country in English words."""
        return country_name(self.country)
