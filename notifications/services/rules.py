"""Changing the ladders of a programme, or of one network of it. Managers only; all logged."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.duties import Step
from networks.models import Network, Programme
from networks.policy import require
from networks.refusals import Refusal
from networks.services import record_event
from notifications.ladder import Ladders
from notifications.models import ReminderRule


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose ladder: a programme's, or that of one network of it."""

    programme: Programme
    network: Network | None = None

    @property
    def network_id(self) -> int | None:
        """The network's id, where the scope is one network."""
        return self.network.pk if self.network else None

    def steps(self, kind: str) -> tuple[Step, ...]:
        """The steps that are on now."""
        return Ladders().steps(self.programme.pk, self.network_id, kind)


@transaction.atomic
def switch_step(act: Act, scope: Scope, kind: str, step: Step, *, on: bool) -> None:
    """Switch one step on or off. What is so already changes nothing and writes nothing."""
    before = _begin(act, scope, kind)
    _set(scope, kind, step, on)
    _log(act, scope, kind, before)


@transaction.atomic
def add_step(act: Act, scope: Scope, kind: str, step: Step) -> None:
    """One step more. Raises Refusal where the ladder has it already."""
    before = _begin(act, scope, kind)
    _refuse_twice(step, before)
    _set(scope, kind, step, True)
    _log(act, scope, kind, before)


@transaction.atomic
def change_step(act: Act, scope: Scope, kind: str, old: Step, new: Step) -> None:
    """Put one step in the place of another: one change, one line in the log."""
    before = _begin(act, scope, kind)
    if old == new:
        return
    _refuse_twice(new, before)
    _set(scope, kind, old, False)
    _set(scope, kind, new, True)
    _log(act, scope, kind, before)


@transaction.atomic
def reset_ladder(act: Act, scope: Scope, kind: str) -> None:
    """Back to what the scope inherits: a network's from its programme, that from the default."""
    before = _begin(act, scope, kind)
    _rows(scope, kind).delete()
    _log(act, scope, kind, before)


def _begin(act: Act, scope: Scope, kind: str) -> tuple[Step, ...]:
    require(act.by, "set_reminders", scope.programme)
    # One writer at a time, so that the log's old and new are the true ones.
    Programme.objects.select_for_update().get(pk=scope.programme.pk)
    return scope.steps(kind)


def _rows(scope: Scope, kind: str) -> QuerySet[ReminderRule]:
    return ReminderRule.objects.filter(
        programme=scope.programme, network=scope.network, duty_kind=kind
    )


def _set(scope: Scope, kind: str, step: Step, on: bool) -> None:
    """Keep a row only where the scope differs from what it inherits."""
    row = ReminderRule(
        programme=scope.programme,
        network=scope.network,
        duty_kind=kind,
        offset_days=step.offset,
        audience=step.audience,
        enabled=on,
    )
    _rows(scope, kind).filter(offset_days=step.offset, audience=step.audience).delete()
    if (step in scope.steps(kind)) != on:
        row.full_clean()
        row.save(force_insert=True)


def _refuse_twice(step: Step, steps: tuple[Step, ...]) -> None:
    if step in steps:
        raise Refusal(_("The ladder has this step already."), "days")


def _log(act: Act, scope: Scope, kind: str, before: tuple[Step, ...]) -> None:
    after = scope.steps(kind)
    if after == before:
        return
    record_event(
        act,
        "set_ladder",
        scope.network or scope.programme,
        network=scope.network,
        programme=scope.programme,
        changes={kind: [in_short(before), in_short(after)]},
    )


def in_short(steps: tuple[Step, ...]) -> str:
    """A ladder on one line, for the log: ``-7 responsible, +14 officers``."""
    return ", ".join(f"{step.offset:+d} {step.audience}" for step in steps)
