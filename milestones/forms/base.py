"""The form that calls a service, and the three fields of one piece of evidence."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milestones.models import Deliverable, Milestone, ReasonCode
from milestones.services import NewEvidence
from networks.acts import Act
from networks.identifiers import DOI_PATTERN
from networks.refusals import Conflict, Refusal

Item = Milestone | Deliverable

REASONS = [("", _("Choose a reason")), *ReasonCode.choices]


class ServiceForm(forms.Form):
    """A form whose ``carry_out`` is one service.

    ``conflict`` tells, after a refusal, that somebody else wrote in the meantime: the page
    then answers 409 and shows both texts.
    """

    # A service names its own argument; here is which field of the form shows that error.
    shown_at: ClassVar[dict[str, str]] = {}
    conflict = False

    def carry_out(self, act: Act) -> bool:
        """Run the service with what was typed. False, with errors in the form, if refused."""
        if not self.is_valid():
            return False
        try:
            self.run(act)
        except Conflict as error:
            self.conflict = True
            self.add_error(None, str(error))
        except IntegrityError:
            # The services check first; what still gets here lost a race (as in the API).
            self.conflict = True
            message = _("Somebody else has just written the same. Look again, and send it anew.")
            self.add_error(None, message)
        except Refusal as error:
            self.add_error(self._place(error.field), str(error))
        except ValidationError as error:
            self._add_model_errors(error)
        return not self.errors

    def run(self, act: Act) -> None:
        """Call the service. Raises what the service raises."""
        raise NotImplementedError

    def _place(self, name: str) -> str | None:
        field = self.shown_at.get(name, name)
        return field if field in self.fields else None

    def _add_model_errors(self, error: ValidationError) -> None:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, lines in by_field.items():
            place = None if name == NON_FIELD_ERRORS else self._place(name)
            self.add_error(place, lines)


class ItemForm(ServiceForm):
    """A form about one item, filled over the version of it that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        self.item = item
        known = {"version": item.version, **self.initial_for(item)}
        kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def initial_for(self, item: Item) -> dict[str, Any]:
        """What the system knows already, so that nobody types it again."""
        return {}

    def carry_out(self, act: Act) -> bool:
        """As above; after a refusal the item is as the database has it."""
        done = super().carry_out(act)
        if not done:
            # The service changes the object before the transaction is rolled back.
            self.item.refresh_from_db()
        if self.conflict:
            self._take_newer_version()
        if not done and self.files:
            self.add_error("file", _("Choose the file again: a browser does not keep it."))
        return done

    def _take_newer_version(self) -> None:
        """Saving a second time is then a decision, made with both texts in view."""
        newer = QueryDict(mutable=True)
        newer.update(self.data)
        newer[self.add_prefix("version")] = str(self.item.version)
        self.data = newer


class EvidenceFields(forms.Form):
    """One piece of evidence: a file, or a link or DOI in one field that tells them apart."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Documents, tables, images or zip, up to 25 MB."),
    )
    link = forms.CharField(
        label=_("Link or DOI"),
        required=False,
        max_length=1000,
        help_text=_("Such as https://example.org/protocol or 10.5281/zenodo.123456."),
    )
    evidence_title = forms.CharField(label=_("What it shows"), required=False, max_length=300)

    def added_evidence(self) -> list[NewEvidence]:
        """What the person attached: nothing, or one thing (both at once are two things)."""
        title = self.cleaned_data.get("evidence_title", "")
        added = []
        if file := self.cleaned_data.get("file"):
            added.append(NewEvidence(title=title, file=file))
        if link := self.cleaned_data.get("link", "").strip():
            added.append(_told_apart(link, title if not file else ""))
        return added


def _told_apart(link: str, title: str) -> NewEvidence:
    bare = link.removeprefix("https://doi.org/").removeprefix("doi:").strip()
    if re.match(DOI_PATTERN, bare):
        return NewEvidence(title=title, doi=bare)
    return NewEvidence(title=title, url=link)
