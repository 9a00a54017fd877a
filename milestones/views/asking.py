"""Drafting an amendment: from the page of one item, or for several items at once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milestones.access import deciders_in
from milestones.forms import AskForm, NewAmendmentForm
from milestones.forms.asking import posted
from milestones.models import Amendment, Deliverable, Milestone
from milestones.querysets import ItemQuerySet
from milestones.services.amendment_asking import kind_of, waiting_for
from milestones.services.amendments import already_asked
from milestones.views.acts import ItemAct
from milestones.views.risks import NetworkAct
from networks.models import Network
from networks.wording import in_a_sentence

# A table longer than this is no form any more; the page of each item asks for that item.
ITEMS_SHOWN = 200
NAMED = 3


def who_decides(network: Network) -> str:
    """One sentence that names who decides, or the office where they are many or none."""
    names = [person.get_full_name() for person in deciders_in(network)[: NAMED + 1]]
    if not 1 <= len(names) <= NAMED:
        programme = {"programme": network.programme.name}
        return _("The managers of %(programme)s decide.") % programme
    return _("%(names)s decides.") % {"names": get_text_list(names, _("or"))}


class Ask(ItemAct):
    """Ask the programme for another due date of one item, or to let it go."""

    action = "ask"

    def needed(self) -> tuple[str, ...]:
        return ("draft_amendment",)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check()
        waiting = waiting_for(self.item)
        if self.item.is_open and waiting is None:
            return self.show(request, self.form(request))
        told = str(already_asked(self.item.code, waiting.amendment)) if waiting else self.closed()
        messages.info(request, told)
        return HttpResponseRedirect(self.item.get_absolute_url())

    def form(self, request: HttpRequest) -> AskForm:
        return self.asked

    @cached_property
    def asked(self) -> AskForm:
        """The one form of this request: the message names the amendment it made."""
        return AskForm(self.item, self.request.POST or None)

    def closed(self) -> str:
        words = {"code": self.item.code, "state": in_a_sentence(self.item.get_state_display())}
        return _("%(code)s is %(state)s: its due date moves only while it is open.") % words

    def heading(self) -> str:
        if self.model is Milestone:
            return _("Ask to move or drop %(code)s") % {"code": self.item.code}
        return _("Ask to move or cancel %(code)s") % {"code": self.item.code}

    def done(self) -> str:
        words = {"amendment": self.asked.amendment, "who": who_decides(self.item.network)}
        return _("“%(amendment)s” is submitted. %(who)s") % words


class NewAmendment(NetworkAct):
    """New due dates for several items in one amendment."""

    tab = "network-amendments"
    action = "draft_amendment"
    template_name = "milestones/amendment_new.html"

    def form(self, request: HttpRequest) -> NewAmendmentForm:
        return self.asked

    @cached_property
    def asked(self) -> NewAmendmentForm:
        """The one form of this request: the message names the amendment it made."""
        typed = self.request.POST or None
        return NewAmendmentForm(self.network, self.items, self.today, typed)

    @cached_property
    def items(self) -> list[Milestone | Deliverable]:
        """What is open, due first on top, and whatever else came with a date."""
        open_items: list[Milestone | Deliverable] = []
        for model in (Milestone, Deliverable):
            open_items += self.rows(model).open().order_by("due_date", "pk")[: ITEMS_SHOWN + 1]
        shown = sorted(open_items, key=lambda item: (item.due_date, item.code_key))[:ITEMS_SHOWN]
        known = {(kind_of(item), item.pk) for item in shown}
        typed = set(posted(self.request.POST).values()) - known
        for model in (Milestone, Deliverable):
            if keys := [pk for kind, pk in typed if kind == model._meta.model_name]:
                shown += self.rows(model).filter(pk__in=keys)
        return shown

    def rows(self, model: type[Milestone | Deliverable]) -> ItemQuerySet:
        """The network's items of one kind that the person sees."""
        rows: ItemQuerySet = model.objects.visible_to(self.person).filter(network=self.network)
        return rows.select_related("network")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("New amendment of %(network)s") % {"network": self.network.acronym},
            keep=f"amendment-new-{self.network.pk}",
            shown=ITEMS_SHOWN,
            **kwargs,
        )

    def done(self) -> str:
        made = self.asked.amendment
        count = len(self.asked.moves())
        dates = ngettext("%(n)d new date", "%(n)d new dates", count) % {"n": count}
        words = {"amendment": made, "dates": dates, "who": who_decides(self.network)}
        if made.state == Amendment.State.DRAFT:
            return _("“%(amendment)s” is saved as a draft, with %(dates)s.") % words
        return _("“%(amendment)s” is submitted, with %(dates)s. %(who)s") % words
