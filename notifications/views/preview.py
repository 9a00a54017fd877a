"""Preview the ladder: the mails that would go out for one duty, and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from networks.duties import Audience, Duty, DutySource, Name
from networks.models import Network, User
from networks.pages import signed_in
from notifications.services.previewing import Coming, preview
from notifications.services.stopping import stop_of
from notifications.suppressing import suppressed
from notifications.views.staff import StaffPage, staffed_source


class PreviewPage(StaffPage):
    """For the staff of the duty's programme; writes nothing."""

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        source = staffed_source(request, kind, pk)
        name = source.names([pk]).get(pk) or Name(kind, kind, "")
        network = Network.objects.filter(pk=name.network_id).select_related("programme").first()
        duty = next(iter(source.among([pk])), None)
        context = {
            "kind": kind,
            "pk": pk,
            "kind_label": source.label,
            "name": name,
            "network": network,
            "duty": duty,
            "running": Network.objects.running().filter(pk=name.network_id).exists(),
            "stop": stop_of(duty) if duty else None,
            **self.forecast(duty),
        }
        return render(request, "notifications/preview.html", context)

    def forecast(self, duty: Duty | None) -> dict[str, Any]:
        """The lines to come, with the names of those they go to."""
        if duty is None:
            return {"rows": []}
        coming = preview(duty, timezone.now())
        people = User.objects.in_bulk({line.telling.recipient for line in coming})
        return {
            "rows": [row_of(line, people[line.telling.recipient]) for line in coming],
            "barred": suppressed(person.email for person in people.values()),
        }


def row_of(line: Coming, person: User) -> dict[str, Any]:
    """One line as the page shows it."""
    return {
        "person": person,
        "day": line.day,
        "hour": f"{line.local:%H:%M}",
        "zone": line.habit.zone,
        "audience": Audience(line.telling.step.audience).label,
        "offset": line.telling.step.offset,
        "replaces": [step.offset for step in line.telling.missed],
    }


def choices(
    request: HttpRequest, source: DutySource, programme: int, network: int | None, text: str
) -> list[Duty]:
    """A few open duties of one kind to preview, as far as the person may see them."""
    found = source.pick(programme, network, text, 10)
    seen = source.visible_ids(signed_in(request), [duty.id for duty in found])
    return [duty for duty in found if duty.id in seen]
