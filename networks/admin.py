"""The admin of networks, for operators. What people do every day has its own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from networks.acts import Act
from networks.models import (
    ApiToken,
    ConflictDeclaration,
    Erasure,
    Event,
    Invitation,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    ProgrammeRole,
    RequiredFactor,
    User,
)
from networks.services import changed, record_event
from networks.services.addresses import vouch_for_address

PAGE = 50


class LoggedAdmin(admin.ModelAdmin[Any]):
    """Writes the activity log beside Django's own, as every other door does."""

    list_per_page = PAGE
    show_full_result_count = False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and say in the same transaction who changed what."""
        relations = {field.name for field in obj._meta.many_to_many}
        touched = set(form.changed_data) - relations if change else set()
        old = {name: form.initial.get(name) for name in touched}
        super().save_model(request, obj, form, change)
        new = {name: _value(obj, name) for name in old}
        record_event(
            _act(request),
            "admin_change" if change else "admin_add",
            obj,
            network=_network_of(obj),
            changes=changed(old, new),
        )

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, where no other row needs it, and say so."""
        network = None if isinstance(obj, Network) else _network_of(obj)
        record_event(_act(request), "admin_delete", obj, network=network)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, so that each is logged."""
        for row in queryset:
            self.delete_model(request, row)


class HistoryAdmin(admin.ModelAdmin[Any]):
    """Rows that are added by services and never changed: to be read only."""

    list_per_page = PAGE
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _act(request: HttpRequest) -> Act:
    return Act(by=request.user, at=timezone.now(), channel=Event.Channel.ADMIN)  # type: ignore[arg-type]


def _network_of(obj: models.Model) -> Network | None:
    found = obj if isinstance(obj, Network) else getattr(obj, "network", None)
    return found if isinstance(found, Network) else None


def _value(obj: models.Model, name: str) -> Any:
    """A new value as the log can hold it: the key of a relation, not the row."""
    return obj._meta.get_field(name).value_from_object(obj)  # type: ignore[union-attr]


class PersonCreationForm(AdminUserCreationForm[User]):
    """A new account: address and name."""

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class PersonAdmin(LoggedAdmin, UserAdmin[User]):
    """People. What they may do follows from their roles, not from permissions here."""

    form = UserChangeForm
    add_form = PersonCreationForm
    list_display = ("name", "email", "country", "language", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser", "language", "country")
    search_fields = ("name", "email", "orcid")
    ordering = ("name", "pk")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (None, {"fields": ("language", "time_zone", "country", "orcid", "affiliation")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser")}),
        (None, {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The operator vouches for the address that they write."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            vouch_for_address(obj)


@admin.register(ApiToken)
class ApiTokenAdmin(LoggedAdmin):
    """Tokens can be looked at and revoked; ``manage.py api_token`` makes them."""

    list_display = ("user", "name", "scope", "created", "expiry", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name", "name")
    list_filter = ("created", "expiry")

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Revoke it. The log names the person: a token's own key is its secret's hash."""
        record_event(_act(request), "admin_revoke_token", obj.user)
        obj.delete()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(LoggedAdmin):
    """Organisations."""

    list_display = ("name", "country", "kind", "ror")
    list_filter = ("kind", "country")
    search_fields = ("name", "ror", "funder_id")


@admin.register(Programme)
class ProgrammeAdmin(LoggedAdmin):
    """Programmes."""

    list_display = ("name", "slug", "kind", "currency", "due_rule")
    list_filter = ("kind", "due_rule")
    search_fields = ("name", "slug")


@admin.register(ProgrammeRole)
class ProgrammeRoleAdmin(LoggedAdmin):
    """Who runs, reviews and pays for a programme."""

    list_display = ("user", "role", "programme", "organisation", "starts", "ends")
    list_filter = ("role", "programme")
    list_select_related = ("user", "programme", "organisation")
    search_fields = ("user__name", "user__email", "programme__name")
    autocomplete_fields = ("user", "programme", "organisation")


@admin.register(RequiredFactor)
class RequiredFactorAdmin(LoggedAdmin):
    """Who needs a second factor; managers have a page for it."""

    list_display = ("programme", "role")
    list_filter = ("role",)
    list_select_related = ("programme",)
    autocomplete_fields = ("programme",)


@admin.register(Network)
class NetworkAdmin(LoggedAdmin):
    """Networks."""

    list_display = ("acronym", "reference", "programme", "state", "starts", "ends", "time_zone")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    search_fields = ("acronym", "reference", "title")
    autocomplete_fields = ("programme", "predecessor")
    date_hierarchy = "starts"


@admin.register(Partner)
class PartnerAdmin(LoggedAdmin):
    """Organisations in networks."""

    list_display = ("short_name", "number", "kind", "network", "organisation", "starts", "ends")
    list_filter = ("kind",)
    list_select_related = ("network", "organisation")
    search_fields = ("short_name", "organisation__name", "network__acronym", "network__reference")
    autocomplete_fields = ("network", "organisation", "affiliated_to")


@admin.register(Member)
class MemberAdmin(LoggedAdmin):
    """People in networks."""

    list_display = ("user", "role", "network", "partner", "starts", "ends")
    list_filter = ("role",)
    list_select_related = ("user", "network", "partner")
    search_fields = ("user__name", "user__email", "network__acronym", "network__reference")
    autocomplete_fields = ("user", "network", "partner")


@admin.register(Event)
class EventAdmin(HistoryAdmin):
    """The activity log."""

    list_display = ("at", "verb", "target_label", "actor", "network", "channel")
    list_filter = ("channel", "verb", "target_type")
    list_select_related = ("actor", "network")
    search_fields = ("target_label", "actor__email", "network__acronym")
    date_hierarchy = "at"


@admin.register(ConflictDeclaration)
class ConflictAdmin(HistoryAdmin):
    """Declarations of interest, to be read only."""

    list_display = ("at", "person", "network", "kind", "withdrawn_at")
    list_select_related = ("person", "network")
    list_filter = ("kind",)
    search_fields = ("person__name", "network__acronym")


@admin.register(Invitation)
class InvitationAdmin(HistoryAdmin):
    """Who was asked in; sent again and taken back on their own pages."""

    list_display = ("email", "role", "programme", "network", "invited_at", "expires_at")
    list_filter = ("role",)
    list_select_related = ("programme", "network")
    search_fields = ("email", "network__acronym", "programme__name")
    date_hierarchy = "invited_at"


@admin.register(Erasure)
class ErasureAdmin(HistoryAdmin):
    """Whose data was erased, when and by whom."""

    list_display = ("pseudonym", "at", "by", "finished_at")
    list_select_related = ("by",)
    search_fields = ("pseudonym",)
