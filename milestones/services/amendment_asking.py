"""Asking for another date, or for an item to be dropped: what most amendments are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from milestones.models import Amendment, AmendmentChange, Deliverable, Milestone
from milestones.services.amendment_checks import NewChange
from milestones.services.amendments import draft_amendment, submit_amendment
from milestones.services.plan_moving import require_open
from networks.acts import Act
from networks.models import Network
from networks.months import add_months
from networks.refusals import Refusal

Item = Milestone | Deliverable
# An award may be prolonged, and its last report comes after its end; what lies further out
# than this is a slip of the pen.
YEARS_PAST_END = 5


@dataclass(frozen=True)
class Move:
    """One item and the due date that is asked for."""

    item: Item
    due: date


@transaction.atomic
def ask_to_move(
    act: Act,
    network: Network,
    moves: Sequence[Move],
    *,
    title: str,
    justification: str,
    submit: bool = True,
) -> Amendment:
    """Draft one amendment with a new due date per item, and hand it to the programme.

    Raises Refusal for the first date that cannot be asked for; then nothing is drafted.
    """
    today = act.today.in_zone(network.time_zone)
    for move in moves:
        require_movable(move.item, move.due, today)
    changes = [
        NewChange("change", kind_of(move.item), move.item.code, "due_date", move.due.isoformat())
        for move in moves
    ]
    kind = Amendment.Kind.DATES
    return _ask(act, network, kind, title, justification, changes, submit=submit)


@transaction.atomic
def ask_to_end(act: Act, item: Item, *, title: str, justification: str) -> Amendment:
    """Draft an amendment that drops a milestone or cancels a deliverable, and hand it in."""
    changes = [NewChange("drop", kind_of(item), item.code)]
    kind = Amendment.Kind.SCOPE
    return _ask(act, item.network, kind, title, justification, changes, submit=True)


def require_movable(item: Item, due: date, today: date) -> None:
    """Raise Refusal unless one may ask for this due date. ``today`` is the network's."""
    require_open(item)
    if due == item.due_date:
        raise Refusal(_("%(code)s is due on that day already.") % {"code": item.code}, "due_date")
    if due < today:
        raise Refusal(_("That day is over: give a day that is still to come."), "due_date")
    if due > add_months(item.network.ends, 12 * YEARS_PAST_END):
        words = {"code": item.code, "years": YEARS_PAST_END}
        message = _("That is more than %(years)d years after the network ends: check the year.")
        raise Refusal(message % words, "due_date")


def waiting_about(
    network: Network, things: Collection[tuple[str, str]]
) -> dict[tuple[str, str], AmendmentChange]:
    """What waits for a decision about the date or the end of each thing (kind, code)."""
    codes = {code for _kind, code in things}
    lines = AmendmentChange.objects.filter(network=network, target__in=codes).ending_or_moving()
    waiting = lines.waiting().select_related("amendment").order_by("-amendment__number", "-pk")
    found = {(line.target_kind, line.target): line for line in waiting}
    return {thing: found[thing] for thing in things if thing in found}


def waiting_for(item: Item) -> AmendmentChange | None:
    """What waits for a decision about an open item's date or end."""
    thing = kind_of(item), item.code
    return waiting_about(item.network, [thing]).get(thing) if item.is_open else None


def day_asked(line: AmendmentChange) -> date | None:
    """The due date a line asks for, where it names one."""
    named = line.action == AmendmentChange.Action.CHANGE and line.field == "due_date"
    return parse_date(line.new) if named and isinstance(line.new, str) else None


def kind_of(item: Item) -> str:
    """The kind of thing an item is, as lines of amendments name it."""
    return str(item._meta.model_name)


def _ask(
    act: Act,
    network: Network,
    kind: str,
    title: str,
    justification: str,
    changes: Sequence[NewChange],
    *,
    submit: bool,
) -> Amendment:
    amendment = draft_amendment(
        act, network, kind=kind, title=title, justification=justification, changes=changes
    )
    return submit_amendment(act, amendment) if submit else amendment
