"""From lines to people to be asked: what each cell means, and everything that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.importing.dates import read_date
from milestones.importing.report import Problem
from milestones.inviting.reading import Line
from networks.holdings import Holding, offered
from networks.models import Member, Network, Organisation, Partner, Programme, ProgrammeRole, User
from networks.services.inviting import MOST_AT_ONCE, Asked, objections_to

FIELDS = {
    "email": gettext_lazy("E-mail"),
    "role": gettext_lazy("Role"),
    "partner": gettext_lazy("Partner"),
    "organisation": gettext_lazy("Organisation"),
    "packages": gettext_lazy("Work packages"),
    "starts": gettext_lazy("From"),
    "ends": gettext_lazy("Until"),
    "language": gettext_lazy("Language"),
}


@dataclass(frozen=True)
class Preset:
    """What holds for every line that does not say otherwise."""

    role: str
    partner: Partner | None = None
    organisation: Organisation | None = None
    packages: Sequence[int] = ()
    starts: date | None = None
    ends: date | None = None
    language: str = "en"


@dataclass
class Judged:
    """What would happen, line by line; with problems, nothing does."""

    asked: list[Asked] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Judge:
    """Knows what a place has: partners, work packages, organisations. Fixed statements."""

    def __init__(self, programme: Programme, network: Network | None, preset: Preset) -> None:
        self.programme, self.network, self.preset = programme, network, preset
        kind = Member if network is not None else ProgrammeRole
        self.roles = {
            word.casefold(): code
            for code, label in kind.Role.choices
            for word in (code, code.replace("_", " "), str(label))
        }
        self.partners: dict[str, Partner] = {}
        self.packages: dict[str, Holding] = {}
        if network is not None:
            for row in Partner.objects.filter(network=network).select_related("organisation"):
                for word in (row.short_name, row.number, row.organisation.name):
                    self.partners.setdefault(word.casefold(), row)
            for holding in offered(network):
                self.packages[holding.label.split()[0].casefold()] = holding
        self.judged = Judged()

    def judge(self, lines: Sequence[Line]) -> Judged:
        """Everything about all lines."""
        found = self.judged
        if not lines or len(lines) > MOST_AT_ONCE:
            words = {"most": MOST_AT_ONCE}
            wrong = _("There is no address in it.") if not lines else _("These are too many.")
            mend = _("Name 1 to %(most)d people at once.") % words
            found.problems.append(Problem("", wrong, mend))
            return found
        organisations = self._organisations(lines)
        for line in lines:
            found.rows.append(line.row)
            found.asked.append(self._asked(line, organisations))
        for objection in objections_to(self.programme, self.network, found.asked):
            line = lines[objection.index]
            self._refuse(line, objection.field, objection.wrong, objection.mend)
        found.problems.sort(key=lambda problem: problem.row or 0)
        return found

    def _asked(self, line: Line, organisations: dict[str, Organisation]) -> Asked:
        preset = self.preset
        return Asked(
            email=line["email"].strip().lower(),
            name=line["name"][:200],
            role=self._role(line),
            partner=self._one(line, "partner", self.partners, preset.partner),
            organisation=self._one(line, "organisation", organisations, preset.organisation),
            starts=self._day(line, "starts", preset.starts),
            ends=self._day(line, "ends", preset.ends),
            language=self._language(line),
            promises=self._promises(line),
        )

    def _role(self, line: Line) -> str:
        written = line["role"].casefold()
        if not written:
            return self.preset.role
        # What is unknown goes on as it is, and is objected to by the service.
        return self.roles.get(written, written)

    def _one(self, line: Line, name: str, known: dict[str, Any], preset: Any) -> Any:
        written = line[name].casefold()
        if not written or (name == "partner") != (self.network is not None):
            return preset
        if written not in known:
            self._refuse(line, name, _("Nothing of that name is known here."), _mend(known))
        return known.get(written)

    def _day(self, line: Line, name: str, preset: date | None) -> date | None:
        if not line[name]:
            return preset
        day = read_date(line[name], None)
        numeric = re.fullmatch(r"(\d{1,2})\D(\d{1,2})\D\d{4}", line[name])
        unsure = numeric and numeric[1] != numeric[2] and max(int(numeric[1]), int(numeric[2])) < 13
        if day is None or unsure:
            mend = _("Write it as year-month-day, like 2027-02-28.")
            self._refuse(line, name, _("This is no date that reads one way only."), mend)
            return None
        return day

    def _language(self, line: Line) -> str:
        written = line["language"].casefold()
        choices: dict[str, str] = dict(User._meta.get_field("language").flatchoices)
        if not written:
            return self.preset.language
        known: dict[str, str] = {
            word.casefold(): code for code, label in choices.items() for word in (code, label)
        }
        if written not in known:
            self._refuse(line, "language", _("No mail can be written in it."), _mend(known))
        return known.get(written, "en")

    def _promises(self, line: Line) -> dict[str, list[int]]:
        """Work packages by their numbers, with commas or spaces between."""
        if not line["packages"]:
            chosen = list(self.preset.packages)
            return {"work_package": chosen} if chosen else {}
        found = []
        for word in re.split(r"[\s,;/]+", line["packages"]):
            holding = self.packages.get(word.casefold())
            if holding is None:
                wrong = _("There is no work package “%(code)s” in this network.") % {"code": word}
                self._refuse(line, "packages", wrong, _mend(self.packages))
            elif holding.id not in found:
                found.append(holding.id)
        return {"work_package": found}

    def _organisations(self, lines: Sequence[Line]) -> dict[str, Organisation]:
        """The organisations that the lines name, whatever their capitals: one statement."""
        names = {line["organisation"] for line in lines} - {""}
        if self.network is not None or not names:
            return {}
        rows = Organisation.objects.filter(name__iregex=f"^({'|'.join(map(re.escape, names))})$")
        return {row.name.casefold(): row for row in rows}

    def _refuse(self, line: Line, name: str, wrong: str, mend: str) -> None:
        shown = line[name] or (self.preset.role if name == "role" else "")
        column = str(FIELDS.get(name, name))
        self.judged.problems.append(Problem("", wrong, mend, line.row, column, shown[:120]))


def _mend(known: dict[str, Any]) -> str:
    if not known:
        return _("Leave it empty.")
    some = ", ".join(sorted({str(word) for word in known})[:8])
    return _("Write one that is known, such as: %(some)s.") % {"some": some}
