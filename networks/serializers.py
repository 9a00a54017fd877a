"""How the API shows networks: ids, codes and human labels, no links to follow."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from networks.clock import Today
from networks.models import (
    ConflictDeclaration,
    Event,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    User,
)
from networks.months import month_of

MAX_REASON = 2000


class Labels(serializers.ModelSerializer[Any]):
    """A model serializer that only shows: every field is read-only, writes are services'."""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


class Label(serializers.CharField):
    """The human word for a coded column, in the language of the request."""

    def __init__(self, column: str, **kwargs: Any) -> None:
        super().__init__(source=f"get_{column}_display", read_only=True, **kwargs)


class ProgrammeRef(Labels):
    """A programme, in a line."""

    class Meta:
        model = Programme
        fields = ["id", "slug", "name"]


class NetworkRef(Labels):
    """A network, in a line."""

    class Meta:
        model = Network
        fields = ["id", "reference", "acronym"]


class OrganisationRef(Labels):
    """An organisation, in a line."""

    class Meta:
        model = Organisation
        fields = ["id", "name", "country", "ror"]


class PartnerRef(Labels):
    """A partner, in a line."""

    class Meta:
        model = Partner
        fields = ["id", "number", "short_name"]


class PersonRef(Labels):
    """A person, in a line."""

    class Meta:
        model = User
        fields = ["id", "name"]


class MemberRef(Labels):
    """A member of a network, in a line."""

    name = serializers.CharField(source="user.name")

    class Meta:
        model = Member
        fields = ["id", "user_id", "name"]


class PersonSerializer(Labels):
    """A person, for those who may read the people of a network."""

    class Meta:
        model = User
        fields = ["id", "name", "email", "orcid"]


class ProgrammeSerializer(Labels):
    """A programme and its rules."""

    kind_label = Label("kind")
    due_rule_label = Label("due_rule")

    class Meta:
        model = Programme
        fields = [
            "id",
            "slug",
            "name",
            "kind",
            "kind_label",
            "currency",
            "reporting_every_months",
            "report_due_days",
            "final_report_due_days",
            "due_rule",
            "due_rule_label",
            "verification_days",
        ]


class OrganisationSerializer(Labels):
    """An organisation."""

    kind_label = Label("kind")
    country_name = serializers.CharField()

    class Meta:
        model = Organisation
        fields = [
            "id",
            "name",
            "country",
            "country_name",
            "kind",
            "kind_label",
            "ror",
            "funder_id",
            "website",
        ]


class NetworkSerializer(Labels):
    """A network. What a person may not see of it is null."""

    programme = ProgrammeRef()
    predecessor = serializers.SerializerMethodField()
    state_label = Label("state")
    month = serializers.SerializerMethodField(help_text="The project month of today; M1 is 1.")
    award_amount = serializers.SerializerMethodField()

    class Meta:
        model = Network
        fields = [
            "id",
            "reference",
            "acronym",
            "title",
            "programme",
            "predecessor",
            "starts",
            "ends",
            "month",
            "state",
            "state_label",
            "time_zone",
            "award_amount",
            "award_currency",
            "lay_summary",
            "grant_doi",
            "raid",
        ]

    @extend_schema_field(NetworkRef(allow_null=True))
    def get_predecessor(self, network: Any) -> dict[str, Any] | None:
        """The award it grew from, where the person may see that one too."""
        if not network.shows_predecessor:
            return None
        return dict(NetworkRef(network.predecessor).data)

    def get_month(self, network: Network) -> int:
        """By the calendar of the network."""
        today: Today = self.context["today"]
        return month_of(network.starts, today.in_zone(network.time_zone))

    def get_award_amount(self, network: Any) -> str | None:
        """Observers do not read amounts."""
        amount = network.award_amount
        return None if amount is None or not network.shows_money else str(amount)


class PartnerSerializer(Labels):
    """An organisation's part in a network."""

    network = NetworkRef()
    organisation = OrganisationRef()
    kind_label = Label("kind")
    affiliated_to = PartnerRef(allow_null=True)

    class Meta:
        model = Partner
        fields = [
            "id",
            "network",
            "organisation",
            "kind",
            "kind_label",
            "number",
            "short_name",
            "affiliated_to",
            "starts",
            "ends",
        ]


class MemberSerializer(Labels):
    """A person's part in a network."""

    network = NetworkRef()
    person = PersonSerializer(source="user")
    role_label = Label("role")
    partner = PartnerRef(allow_null=True)

    class Meta:
        model = Member
        fields = [
            "id",
            "network",
            "person",
            "role",
            "role_label",
            "partner",
            "starts",
            "ends",
            "effort",
        ]


class EventSerializer(Labels):
    """One line of the activity log."""

    network = NetworkRef(allow_null=True)
    programme = ProgrammeRef(allow_null=True)
    actor = PersonRef(allow_null=True)
    on_behalf_of = PersonRef(allow_null=True)
    channel_label = Label("channel")
    changes = serializers.DictField(child=serializers.ListField(), help_text="{field: [old, new]}")

    class Meta:
        model = Event
        fields = [
            "id",
            "at",
            "network",
            "programme",
            "actor",
            "on_behalf_of",
            "channel",
            "channel_label",
            "verb",
            "target_type",
            "target_id",
            "target_label",
            "changes",
        ]


class ConflictSerializer(Labels):
    """One declaration of interest."""

    network = NetworkRef()
    person = PersonRef()
    kind_label = Label("kind")
    withdrawn_by = PersonRef(allow_null=True)

    class Meta:
        model = ConflictDeclaration
        fields = [
            "id",
            "network",
            "person",
            "kind",
            "kind_label",
            "reason",
            "at",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_reason",
        ]


class StrictInput(serializers.Serializer[Any]):
    """What a person sends. A field that does not exist is an error, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                known = ", ".join(self.fields)
                raise serializers.ValidationError(
                    {
                        str(name)[:100]: [f"There is no such field. There are: {known}."]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class VisibleId(serializers.PrimaryKeyRelatedField[Any]):
    """An id of something the person may see; any other is as unknown as one that is not."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        everything = super().get_queryset()
        if request is None or everything is None:
            return everything
        return everything.visible_to(request.user)  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> Any:
        # True and 1.0 would find row 1.
        if isinstance(data, bool | float):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class DeclarationInput(StrictInput):
    """A person of the committee declares their interests; a conflict needs its reason."""

    network = VisibleId(queryset=Network.objects.all())
    kind = serializers.ChoiceField(ConflictDeclaration.Kind.choices)
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAX_REASON
    )


class WithdrawalInput(StrictInput):
    """Why staff withdraw a declaration."""

    reason = serializers.CharField(max_length=MAX_REASON)
