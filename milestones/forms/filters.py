"""The filters above the lists of a network page. The address holds what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milestones import filters
from milestones.models import Confidence, Deliverable, Milestone, RiskLevel
from milestones.querysets import SOON_DAYS, ItemQuerySet, RiskQuerySet
from networks.clock import Today
from networks.models import Event, Network

WEEK_DAYS = 7
Choices = Sequence[tuple[str, Any]]
DUE: Choices = [
    ("", _("Any date")),
    ("overdue", _("Overdue")),
    ("due_week", _("Due within 7 days")),
    ("due_soon", _("Due within 30 days")),
    ("delayed", _("Forecast after the due date")),
    ("returned", _("Returned, to be handed in again")),
]


class ItemFilter(forms.Form):
    """By words, state, work package, confidence and deadline."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    work_package = forms.ChoiceField(label=_("Work package"), required=False)
    confidence = forms.ChoiceField(label=_("Confidence"), required=False)
    due = forms.ChoiceField(label=_("Deadline"), choices=DUE, required=False)

    model: type[Milestone] | type[Deliverable]
    # What the choices mean is said once, for pages and API alike.
    rows: type[filters.ItemFilter]

    def __init__(self, network: Network, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packages = network.work_packages.order_by("code_key").values_list("code", "title")
        self._offer("state", _("Any state"), self.model.State.choices)
        self._offer("confidence", _("Any confidence"), Confidence.choices)
        named = [(code, f"{code} {title}"[:60]) for code, title in packages]
        self._offer("work_package", _("All work packages"), named)

    def _offer(self, name: str, nothing: Any, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - all three are
        field.choices = [("", nothing), *choices]

    def apply(self, items: ItemQuerySet, today: Today) -> QuerySet[Any]:
        """The items that meet all that is chosen; none where the choice makes no sense."""
        if not self.is_valid():
            return items.none()
        asked = {
            name: [value] if isinstance(self.fields[name], forms.ChoiceField) else value
            for name, value in self.cleaned_data.items()
            if value and name != "due"
        } | _AS_QUESTION.get(self.cleaned_data["due"], {})
        found: QuerySet[Any] = self.rows(data=asked, queryset=items, now=today.instant).qs
        return found


# One choice on the page is one question of the API.
_AS_QUESTION: dict[str, dict[str, Any]] = {
    "overdue": {"overdue": "true"},
    "due_week": {"due_within": WEEK_DAYS},
    "due_soon": {"due_within": SOON_DAYS},
    "delayed": {"delayed": "true"},
    "returned": {"returned": "true"},
}


class MilestoneFilter(ItemFilter):
    """Milestones, which may belong to several work packages."""

    model = Milestone
    rows = filters.MilestoneFilter


class DeliverableFilter(ItemFilter):
    """Deliverables, by type and dissemination level too."""

    model = Deliverable
    rows = filters.DeliverableFilter

    type = forms.ChoiceField(
        label=_("Type"), choices=[("", _("Any type")), *Deliverable.Type.choices], required=False
    )
    dissemination_level = forms.ChoiceField(
        label=_("Dissemination"),
        choices=[("", _("Any level")), *Deliverable.Level.choices],
        required=False,
    )


class RiskFilter(forms.Form):
    """By words, likelihood, severity, and whether it is still watched."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    likelihood = forms.ChoiceField(
        label=_("Likelihood"), choices=[("", _("Any")), *RiskLevel.choices], required=False
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=[("", _("Any")), *RiskLevel.choices], required=False
    )
    watched = forms.ChoiceField(
        label=_("Watched"),
        choices=[("", _("All")), ("open", _("Still watched")), ("closed", _("Closed"))],
        required=False,
    )

    def apply(self, risks: RiskQuerySet) -> RiskQuerySet:
        """The risks that meet all that is chosen."""
        if not self.is_valid():
            return risks.none()
        chosen = self.cleaned_data
        for name in ("likelihood", "severity"):
            if chosen[name]:
                risks = risks.filter(**{name: chosen[name]})
        if chosen["q"]:
            words = Q(description__icontains=chosen["q"]) | Q(mitigation__icontains=chosen["q"])
            risks = risks.filter(words | Q(code__icontains=chosen["q"]))
        if chosen["watched"]:
            risks = risks.filter(closed_on__isnull=chosen["watched"] == "open")
        return risks


class ActivityFilter(forms.Form):
    """By words in the thing's name, what happened to which kind of thing, who, how and when."""

    q = forms.CharField(label=_("Thing"), required=False, max_length=100)
    who = forms.CharField(
        label=_("Who"),
        required=False,
        max_length=100,
        help_text=_("Finds also for whom it was recorded."),
    )
    verb = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Kind of thing"), required=False)
    channel = forms.ChoiceField(
        label=_("Through"), choices=[("", _("Any way")), *Event.Channel.choices], required=False
    )
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    # One thing's own log: the item's page links here.
    thing = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, verbs: Choices, kinds: Choices) -> None:
        super().__init__(data)
        for name, any_of, choices in (
            ("verb", _("Anything"), verbs),
            ("kind", _("Any kind"), kinds),
        ):
            field: Any = self.fields[name]
            field.choices = [("", any_of), *choices]

    def apply(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events that meet all that is chosen."""
        if not self.is_valid():
            return events.none()
        chosen = self.cleaned_data
        lookups = {
            "q": "target_label__icontains",
            "verb": "verb",
            "kind": "target_type",
            "thing": "target_id",
            "channel": "channel",
            "since": "at__date__gte",
            "until": "at__date__lte",
        }
        events = events.filter(
            **{path: chosen[name] for name, path in lookups.items() if chosen[name]}
        )
        if chosen["who"]:
            named = Q(actor__name__icontains=chosen["who"])
            events = events.filter(named | Q(on_behalf_of__name__icontains=chosen["who"]))
        return events
