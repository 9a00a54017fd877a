"""Inviting people: a form, a dry run that says what is wrong, and one press that sends."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from milestones.forms.inviting import InviteForm, InviteToNetwork, InviteToProgramme
from milestones.inviting.judging import Judge, Judged, Preset
from milestones.inviting.reading import Line
from milestones.views.frame import NetworkPage
from milestones.views.programme import ProgrammePage
from networks.access import LEADS, STAFF
from networks.holdings import offered
from networks.models import Network, Organisation, Partner, Programme, User
from networks.pages import act_on_page
from networks.policy import refuse
from networks.services.inviting import CannotInvite, invite

_SALT = "milestones.inviting"
_GOOD_FOR = 3600


class Inviting:
    """The two steps, whatever the place is."""

    template_name = "milestones/invite.html"
    person: User

    def place(self) -> tuple[Programme, Network | None]:
        """Into what."""
        raise NotImplementedError

    def form(self, *args: Any, **kwargs: Any) -> InviteForm:
        """The form, empty or filled."""
        raise NotImplementedError

    def frame(self) -> dict[str, Any]:
        """The page round it, after 404 for a stranger and 403 for a reader."""
        raise NotImplementedError

    def home(self) -> str:
        """The page with the list of invitations."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = self.frame()
        form = self.form(initial={"language": (get_language() or "en")[:2]})
        return render(request, "milestones/invite.html", frame | {"form": form})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = self.frame()
        if "token" in request.POST:
            return self.send(request, frame)
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return render(request, "milestones/invite.html", frame | {"form": form}, status=422)
        lines, preset = form.cleaned_data["lines"], form.preset()
        judged = Judge(*self.place(), preset).judge(lines)
        return self.show(request, frame, judged, self.token(lines, preset), form=form)

    def send(self, request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
        """Invite exactly those who were shown; where one cannot be by now, nobody is."""
        kept = self.kept(request.POST["token"])
        if kept is None:
            messages.error(request, _("That preview is too old. Fill the form in again."))
            return HttpResponseRedirect(request.path)
        lines, preset = kept
        programme, network = self.place()
        judged = Judge(programme, network, preset).judge(lines)
        if not judged.problems:
            try:
                sent = invite(act_on_page(request), programme, network, judged.asked)
            except CannotInvite:
                # Somebody else was faster, between the look and the press.
                judged = Judge(programme, network, preset).judge(lines)
            else:
                said = ngettext(
                    "%(count)d invitation is on its way.",
                    "%(count)d invitations are on their way.",
                    len(sent),
                )
                messages.success(request, said % {"count": len(sent)})
                return HttpResponseRedirect(self.home())
        return self.show(request, frame, judged, self.token(lines, preset), status=409)

    def show(
        self,
        request: HttpRequest,
        frame: dict[str, Any],
        judged: Judged,
        token: str,
        *,
        form: InviteForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The dry run: who would be asked to what, and what stands in the way."""
        wrong = {problem.row for problem in judged.problems}
        labels = {h.id: h.label for h in self.packages()}
        rows = [
            {
                "row": row,
                "asked": asked,
                "role": self.role_words().get(asked.role, asked.role),
                "packages": [labels.get(pk, "") for pk in asked.promises.get("work_package", ())],
                "wrong": row in wrong,
            }
            for row, asked in zip(judged.rows, judged.asked, strict=True)
        ]
        context = frame | {
            "rows": rows,
            "problems": judged.problems,
            "token": "" if judged.problems else token,
            "form": form,
        }
        refused = 422 if judged.problems else 200
        page = "milestones/invite_preview.html"
        return render(request, page, context, status=status if status != 200 else refused)

    def packages(self) -> list[Any]:
        """What can be promised here."""
        return []

    def role_words(self) -> dict[str, Any]:
        """The roles in words."""
        return dict(self.form().fields["role"].choices)  # type: ignore[attr-defined]

    def token(self, lines: list[Line], preset: Preset) -> str:
        """What was shown, signed: good for this person, this place and one hour."""
        facts = {
            "user": self.person.pk,
            "place": self._place_key(),
            "lines": [asdict(line) for line in lines],
            "preset": {
                "role": preset.role,
                "partner": preset.partner.pk if preset.partner else None,
                "organisation": preset.organisation.pk if preset.organisation else None,
                "packages": list(preset.packages),
                "starts": preset.starts.isoformat() if preset.starts else None,
                "ends": preset.ends.isoformat() if preset.ends else None,
                "language": preset.language,
            },
        }
        return signing.dumps(facts, salt=_SALT, compress=True)

    def kept(self, token: str) -> tuple[list[Line], Preset] | None:
        """What a token holds; None unless it is this person's, for this place, and fresh."""
        try:
            facts = signing.loads(token, salt=_SALT, max_age=_GOOD_FOR)
        except signing.BadSignature:
            return None
        if facts["user"] != self.person.pk or facts["place"] != self._place_key():
            return None
        given = facts["preset"]
        for name in ("starts", "ends"):
            given[name] = date.fromisoformat(given[name]) if given[name] else None
        given["partner"] = Partner.objects.filter(pk=given["partner"]).first()
        given["organisation"] = Organisation.objects.filter(pk=given["organisation"]).first()
        return [Line(**line) for line in facts["lines"]], Preset(**given)

    def _place_key(self) -> list[int]:
        programme, network = self.place()
        return [programme.pk, network.pk if network else 0]


class InviteToTeam(Inviting, NetworkPage):
    """Lead and deputy invite their team; staff its lead too."""

    tab = "network-team"
    template_name = "milestones/invite.html"

    def place(self) -> tuple[Programme, Network | None]:
        return self.network.programme, self.network

    def form(self, *args: Any, **kwargs: Any) -> InviteForm:
        return InviteToNetwork(self.network, self.roles, *args, **kwargs)

    def packages(self) -> list[Any]:
        return offered(self.network)

    def frame(self) -> dict[str, Any]:
        frame = self.get_context_data(**self.kwargs)
        if not self.roles.intersection((*LEADS, *STAFF)):
            refuse()
        heading = _("Invite people to %(place)s") % {"place": self.network.acronym}
        return frame | {
            "heading": heading,
            "programme_days": self.place()[0].invitation_days,
            "page_title": heading,
            "back": self.home(),
            "base": "milestones/network_base.html",
        }

    def home(self) -> str:
        return self.address(self.tab)


class InviteToRun(Inviting, ProgrammePage):
    """The manager invites officers, committee and funders."""

    template_name = "milestones/invite.html"

    def place(self) -> tuple[Programme, Network | None]:
        return self.programme, None

    def form(self, *args: Any, **kwargs: Any) -> InviteForm:
        return InviteToProgramme(self.programme, *args, **kwargs)

    def frame(self) -> dict[str, Any]:
        frame = self.get_context_data(**self.kwargs)
        if not self.manages:
            refuse()
        heading = _("Invite people to %(place)s") % {"place": self.programme.name}
        return frame | {
            "heading": heading,
            "programme_days": self.place()[0].invitation_days,
            "back": self.home(),
            "base": "milestones/programme_base.html",
        }

    def home(self) -> str:
        return reverse("programme-people", args=[self.programme.slug])
