"""What all duties of a review have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from networks import access, duties
from networks.duties import BEFORE, Duty, Name
from networks.models import Event, User

# Nobody is told a month ahead of what takes a week or two.
SHORT = tuple(step for step in BEFORE if step.offset > -30)
PERIOD = {"number": "number", "start": "period_start", "end": "period_end"}


class ReportDuties(duties.DutySource):
    """What the kinds below have in common: rows with their date as ``due``."""

    model: ClassVar[type[Any]]
    url_name: ClassVar[str]
    # How each column of a Duty is read from the row.
    columns: ClassVar[dict[str, str]]

    def rows(self) -> QuerySet[Any]:
        """Open ones, with ``due`` as the duty's date."""
        raise NotImplementedError

    def held(self, user: User, day: date) -> Q:
        """Rows that concern a person at all."""
        raise NotImplementedError

    def due_by(self, last: date) -> Iterator[Duty]:
        return self._read(self.rows().filter(due__lte=last).order_by("due", "pk"))

    def among(self, ids: Iterable[int]) -> list[Duty]:
        rows = self.rows().filter(pk__in=list(ids)).order_by()
        return [self.duty(row) for row in self._values(rows)]

    def near(self, user: User, last: date, day: date) -> list[Duty]:
        wanted = Q(due__lte=last) | Q(**self.always_near())
        return list(self._read(self.rows().filter(self.held(user, day)).filter(wanted)))

    def always_near(self) -> dict[str, Any]:
        """Rows that wait for somebody now, whenever they are due; none by default."""
        return {"pk__in": ()}

    def acted_since(self, ids: Iterable[int], since: datetime) -> set[tuple[int, int]]:
        acts = Event.objects.filter(
            target_type=self.model._meta.label_lower,
            target_id__in=list(ids),
            at__gte=since,
            actor__isnull=False,
        )
        return set(acts.values_list("target_id", "actor_id"))

    def visible_ids(self, user: User, ids: Iterable[int]) -> set[int]:
        seen = self.model.objects.visible_to(user).filter(pk__in=list(ids))
        return set(seen.values_list("pk", flat=True))

    def run_by(self, user: User) -> QuerySet[Any]:
        staff = access.impartial_staff if self.impartial else access.staff
        held: QuerySet[Any] = self.model.objects.within(staff(user))
        return held.values("pk") if access.is_known(user) else held.none()

    def names(self, ids: Iterable[int]) -> dict[int, Name]:
        rows = self.model.objects.filter(pk__in=list(ids)).annotate(**self._about())
        found = {}
        for row in rows.values("pk", "network_id", "state", *self._about(), *self.columns.values()):
            code, title = self.named(row)
            url = reverse(self.url_name, args=[row["pk"]])
            label = self._words[row["state"]]
            found[row["pk"]] = Name(code, title, url, row["network_id"], label)
        return found

    def named(self, row: dict[str, Any]) -> tuple[str, str]:
        """Code and title of a row: of a report its number and period, never its content."""
        start, end = row[self.columns["start"]], row[self.columns["end"]]
        return f"PR{row[self.columns['number']]}", f"{start:%Y-%m} \N{EN DASH} {end:%Y-%m}"

    def duty(self, row: dict[str, Any]) -> Duty:
        """One row of values as a duty."""
        code, title = self.named(row)
        return Duty(
            kind=self.kind,
            id=row["pk"],
            network_id=row["network_id"],
            programme_id=row["about_programme"],
            acronym=row["about_acronym"],
            zone=row["about_zone"],
            code=code,
            title=title,
            due_date=row["due"],
            deadline_version=self.version(row),
            state=row["state"],
            state_label=self._words[row["state"]],
            url_name=self.url_name,
            returned=bool(row.get("is_returned", False)),
            member_id=row.get("responsible_id"),
        )

    def version(self, row: dict[str, Any]) -> int:
        """What names this deadline among those the thing has had."""
        number: int = row["deadline_version"]
        return number

    def more(self) -> tuple[str, ...]:
        """Further columns that :meth:`duty` or :meth:`version` reads."""
        return ("deadline_version",)

    @cached_property
    def _words(self) -> dict[str, Any]:
        return dict(self.model.State.choices)

    def _about(self) -> dict[str, Any]:
        return {
            "about_programme": F("network__programme_id"),
            "about_acronym": F("network__acronym"),
            "about_zone": F("network__time_zone"),
        }

    def _values(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        columns = ("pk", "network_id", "state", "due", *self.columns.values(), *self.more())
        read: QuerySet[Any] = rows.annotate(**self._about()).values(*columns, *self._about())
        return read

    def _read(self, rows: QuerySet[Any]) -> Iterator[Duty]:
        for row in self._values(rows).iterator(chunk_size=2000):
            yield self.duty(row)
