"""What the API takes. The rules are the services'; here stand form and size only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from milestones.models import (
    Amendment,
    AmendmentChange,
    Confidence,
    Deliverable,
    Milestone,
    ReasonCode,
    RiskLevel,
)
from milestones.services import NewChange, NewEvidence
from networks.models import Network
from networks.serializers import StrictInput, VisibleId

TEXT = 20_000
MAX_VERSION = 2**31 - 1


def prose(limit: int = TEXT, **kwargs: Any) -> serializers.CharField:
    """A text that may be left out."""
    return serializers.CharField(
        required=False, allow_blank=True, default="", max_length=limit, **kwargs
    )


def coded_reason() -> serializers.ChoiceField:
    """The coded reason of a late or moved date."""
    return serializers.ChoiceField(ReasonCode.choices, required=False, allow_blank=True, default="")


def level() -> serializers.ChoiceField:
    """Low, medium, high, or not said."""
    return serializers.ChoiceField(RiskLevel.choices, required=False, allow_blank=True, default="")


class VersionedInput(StrictInput):
    """``version``: the one that was read; the answer is 409 if the item has moved on since."""

    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=MAX_VERSION
    )


class EvidenceInput(StrictInput):
    """A link or a DOI (files go through the pages)."""

    title = prose(300)
    url = prose(1000)
    doi = prose(220)

    def to_internal_value(self, data: Any) -> NewEvidence:
        return NewEvidence(**super().to_internal_value(data))


class ReasonedInput(VersionedInput):
    """A statement with text, evidence, and a reason where a date is missed or moved."""

    text = prose()
    reason_code = coded_reason()
    reason = prose()
    evidence = EvidenceInput(many=True, required=False, default=list, max_length=20)  # type: ignore[call-arg]


class StatusUpdateInput(ReasonedInput):
    """How far one milestone or one deliverable is."""

    milestone = VisibleId(queryset=Milestone.objects.all(), required=False, allow_null=True)
    deliverable = VisibleId(queryset=Deliverable.objects.all(), required=False, allow_null=True)
    confidence = serializers.ChoiceField(Confidence.choices)
    percent = serializers.IntegerField(min_value=0, max_value=100)
    forecast_date = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Join the two targets into one ``item``."""
        targets = [attrs.pop("milestone", None), attrs.pop("deliverable", None)]
        named = [target for target in targets if target is not None]
        if len(named) != 1:
            raise serializers.ValidationError(
                {"milestone": ["Name one milestone or one deliverable, by its id."]}
            )
        return attrs | {"item": named[0]}


class ClaimInput(ReasonedInput):
    """A milestone is achieved."""

    achieved_on = serializers.DateField()


class SubmissionInput(ReasonedInput):
    """A deliverable is handed in."""

    delivered_on = serializers.DateField()


class ApprovalInput(VersionedInput):
    """A yes; a word may go with it."""

    text = prose()


class ReturnInput(VersionedInput):
    """A no; the network reads the note."""

    note = serializers.CharField(max_length=TEXT)


class RiskInput(StrictInput):
    """A risk the contract did not foresee."""

    network = VisibleId(queryset=Network.objects.all())
    code = serializers.CharField(max_length=20)
    description = serializers.CharField(max_length=TEXT)
    likelihood = level()
    severity = level()
    mitigation = prose()


class AssessmentInput(StrictInput):
    """State of play of a risk in one period."""

    period = serializers.CharField(max_length=40)
    likelihood = level()
    severity = level()
    mitigation_applied = serializers.BooleanField(required=False, default=False)
    materialised = serializers.BooleanField(required=False, default=False)
    comment = prose()


class ChangeInput(StrictInput):
    """One line of an amendment: which field of which thing becomes what."""

    action = serializers.ChoiceField(AmendmentChange.Action.choices)
    target_kind = serializers.ChoiceField(AmendmentChange.Target.choices)
    target = prose(100)
    field = prose(40)
    new = serializers.JSONField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> NewChange:
        return NewChange(**super().to_internal_value(data))


class AmendmentInput(StrictInput):
    """A request to change what was agreed."""

    network = VisibleId(queryset=Network.objects.all())
    kind = serializers.ChoiceField(Amendment.Kind.choices)
    title = serializers.CharField(max_length=300)
    justification = prose()
    changes = ChangeInput(many=True, required=False, default=list, max_length=2000)  # type: ignore[call-arg]


class DraftInput(StrictInput):
    """What changes in a draft; what is left out stays."""

    title = serializers.CharField(max_length=300, required=False)
    justification = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)
    changes = ChangeInput(many=True, required=False, max_length=2000)  # type: ignore[call-arg]


class EmptyInput(StrictInput):
    """Nothing to say."""


class NoteInput(StrictInput):
    """A note, where one is not asked for."""

    note = prose()


class RefusalInput(StrictInput):
    """A no to an amendment; the network reads the note."""

    note = serializers.CharField(max_length=TEXT)
