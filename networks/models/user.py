"""People who sign in."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from networks.identifiers import (
    COUNTRY_PATTERN,
    ORCID_PATTERN,
    ZONE_PATTERN,
    validate_country,
    validate_orcid,
    validate_time_zone,
)


class UserManager(BaseUserManager["User"]):
    """Creates accounts by e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person; without a password the account can be entered by mailed link only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An operator, who may do everything; each act of theirs is logged."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail, whatever the capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person. What they may do follows from roles in programmes and networks."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        default="en",
        choices=[
            ("en", "English"),
            ("fr", "Français"),
            ("de", "Deutsch"),
            ("it", "Italiano"),
            ("es", "Español"),
            ("nl", "Nederlands"),
        ],
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[validate_country]
    )
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True, validators=[validate_orcid])
    affiliation = models.CharField(
        _("organisation"),
        max_length=300,
        blank=True,
        help_text=_("As you would write it under a paper."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("There is an account with this e-mail address already."),
            ),
            models.UniqueConstraint(
                fields=["orcid"],
                condition=~models.Q(orcid=""),
                name="user_orcid_unique",
                violation_error_message=_("Another person has this ORCID already."),
            ),
            models.CheckConstraint(
                condition=models.Q(orcid="") | models.Q(orcid__regex=ORCID_PATTERN),
                name="user_orcid_form",
                violation_error_message=_("An ORCID has the form 0000-0002-1825-0097."),
            ),
            models.CheckConstraint(
                condition=models.Q(time_zone__regex=ZONE_PATTERN),
                name="user_time_zone_form",
                violation_error_message=_(
                    "A time zone is a name of the IANA list, like Europe/Rome."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(country="") | models.Q(country__regex=COUNTRY_PATTERN),
                name="user_country_form",
                violation_error_message=_("A country is two capitals of ISO 3166, like DE."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as the person writes it."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """The first word of the name, for greetings."""
        return (self.name.strip() or self.email).split()[0]


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """A named key to the API. Only its hash is stored; it expires."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    name = models.CharField(_("name"), max_length=80, blank=True)
    scope = models.CharField(_("may"), max_length=5, choices=Scope, default=Scope.WRITE)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta(AbstractAuthToken.Meta):  # type: ignore[misc]
        swappable = "KNOX_TOKEN_MODEL"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=["read", "write"]),
                name="api_token_scope_known",
                violation_error_message=_("A token may read, or read and write."),
            ),
        ]
