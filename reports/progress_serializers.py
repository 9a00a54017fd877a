"""Progress reports in the API: what is shown, and what is taken."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from networks.serializers import Label, Labels, NetworkRef, PersonSerializer, StrictInput
from reports.audience import audience_of
from reports.content import for_audience, is_untouched
from reports.models import Answer, ProgressReport, ReportTemplate, ReportVersion
from reports.services.writing import LONGEST

MAX_VERSION = 2**31 - 1


class TemplateRef(Labels):
    """The template a report was begun with."""

    class Meta:
        model = ReportTemplate
        fields = ["id", "form", "name", "version"]


class ProgressReportSerializer(Labels):
    """A progress report. Its texts have addresses of their own."""

    network = NetworkRef()
    kind_label = Label("kind")
    state_label = Label("state")
    template = TemplateRef(allow_null=True)
    last_version = serializers.IntegerField(
        allow_null=True, help_text="The number of its newest submitted version."
    )

    class Meta:
        model = ProgressReport
        fields = [
            "id",
            "network",
            "number",
            "code",
            "kind",
            "kind_label",
            "period_start",
            "period_end",
            "cut_off",
            "due_date",
            "state",
            "state_label",
            "is_returned",
            "handed_in_on",
            "waived_reason",
            "template",
            "last_version",
            "version",
            "last_update_at",
        ]


class SectionSerializer(serializers.Serializer[Any]):
    """One section of a report as it is written now."""

    key = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    guidance = serializers.CharField()
    audience = serializers.CharField()
    word_limit = serializers.IntegerField(allow_null=True)
    is_required = serializers.BooleanField()
    nothing_allowed = serializers.BooleanField()
    text = serializers.CharField()
    nothing = serializers.BooleanField()
    words = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Give it back with a change; 0: nothing yet.")
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = serializers.CharField(allow_null=True)


def section_as_json(row: dict[str, Any]) -> dict[str, Any]:
    """A row of ``section_rows`` in the shape of :class:`SectionSerializer`."""
    section, answer = row["section"], row["answer"]
    names = ("key", "number", "title", "guidance", "audience", "word_limit")
    return {
        **{name: getattr(section, name) for name in names},
        "is_required": section.required,
        "nothing_allowed": section.nothing_allowed,
        "text": row["text"],
        "nothing": bool(answer and answer.nothing_to_report),
        "words": row["words"],
        "version": row["version"],
        "changed_at": answer.changed_at if answer else None,
        "changed_by": _name(answer),
    }


def _name(answer: Answer | None) -> str | None:
    return str(answer.changed_by) if answer and answer.changed_by else None


class SectionInput(StrictInput):
    """One section, over the version of it that was read."""

    section = serializers.SlugField(help_text="Its key.")
    text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST, trim_whitespace=False
    )
    nothing = serializers.BooleanField(required=False, default=False)
    version = serializers.IntegerField(min_value=0, max_value=MAX_VERSION)


class SubmitInput(StrictInput):
    """``version``: that of the report as it was read; 409 if it has moved on since."""

    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=MAX_VERSION
    )


class ReportVersionSerializer(Labels):
    """A submitted version, without its content. Co-funders are not told who handed it in."""

    submitted_by = serializers.SerializerMethodField()
    report_code = serializers.CharField(source="report.code")
    network = NetworkRef(source="report.network")

    class Meta:
        model = ReportVersion
        fields = [
            "id",
            "report",
            "report_code",
            "network",
            "number",
            "submitted_at",
            "submitted_by",
            "cut_off",
            "sha256",
        ]

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_submitted_by(self, version: Any) -> dict[str, Any] | None:
        """Null for those to whom the people of the network are not shown."""
        if version.submitted_by is None or not version.shows_people:
            return None
        return dict(PersonSerializer(version.submitted_by).data)


class ReportVersionDetailSerializer(ReportVersionSerializer):
    """A submitted version with what this person may read of it.

    ``sha256`` is over the whole content, in canonical JSON; ``is_untouched`` tells whether it
    still is so.
    """

    content = serializers.SerializerMethodField()
    is_untouched = serializers.SerializerMethodField()

    class Meta(ReportVersionSerializer.Meta):
        fields = [*ReportVersionSerializer.Meta.fields, "is_untouched", "content"]

    def get_content(self, version: ReportVersion) -> dict[str, Any]:
        """The sections and facts for this person's audience."""
        user = self.context["request"].user
        return for_audience(version.content, audience_of(user, version.report.network))

    def get_is_untouched(self, version: ReportVersion) -> bool:
        """Whether the hash still fits."""
        return is_untouched(version)
