"""Filters of the outbox."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from notifications.models import Message


def networks_run(request: HttpRequest) -> QuerySet[Any]:
    """The networks staff may choose from: those they run."""
    return Network.objects.run_by(request.user)


class OutboxFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By person, state, network and morning."""

    person = django_filters.CharFilter(label=_("Person"), method="by_person")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=Message.State.choices, empty_label=_("Any")
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Network"), queryset=networks_run, method="by_network", empty_label=_("Any")
    )
    morning = django_filters.DateFilter(label=_("Morning of"), field_name="local_day")

    class Meta:
        model = Message
        fields = ("person", "state", "network", "morning")

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Part of a name or of an address."""
        named = (
            Q(recipient__name__icontains=value)
            | Q(recipient__email__icontains=value)
            | Q(invitation__name__icontains=value)
            | Q(invitation__email__icontains=value)
        )
        return rows.filter(named)

    def by_network(self, rows: QuerySet[Any], name: str, value: Network) -> QuerySet[Any]:
        """Mails with a line about a network, and news of it."""
        lines = value.reminders.filter(message__isnull=False)
        return rows.filter(Q(pk__in=lines.values("message_id")) | Q(event__network=value))
