"""What people type reaches the service, and a refusal stands at the field it is about."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict

from milestones.forms import (
    AssessRiskForm,
    ClaimForm,
    EvidenceForm,
    RiskForm,
    SubmitForm,
    UpdateForm,
    VerdictForm,
)
from milestones.forms.base import ServiceForm
from milestones.models import Evidence, Milestone, Risk, StatusUpdate
from networks.acts import Act
from networks.clock import Today
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


@pytest.fixture
def item(company: make.Cast) -> Milestone:
    return make.milestone(company.aurora)


def typed(**fields: object) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data[name] = str(value)
    return data


def test_an_update_form_is_filled_with_the_last_statement(item):
    item.confidence, item.percent = "at_risk", 40
    form = UpdateForm(item)
    assert (form["confidence"].value(), form["percent"].value()) == ("at_risk", 40)


def test_an_update_is_posted(company, item):
    form = UpdateForm(item, typed(confidence="on_track", percent=60, version=item.version))
    assert form.carry_out(make.act(company["lead"]))
    assert StatusUpdate.objects.get().percent == 60


def test_no_change_repeats_the_last_statement(company, item):
    first = UpdateForm(item, typed(confidence="at_risk", percent=30, version=1))
    assert first.carry_out(make.act(company["lead"]))
    again = UpdateForm.no_change(item, str(item.version), Today.at(make.NOW))
    assert again.carry_out(make.act(company["lead"]))
    assert list(StatusUpdate.objects.values_list("confidence", "percent")) == [("at_risk", 30)] * 2


def test_a_refusal_stands_at_its_field(company, item):
    form = UpdateForm(
        item, typed(confidence="at_risk", percent=10, forecast_date="2026-09-01", version=1)
    )
    assert not form.carry_out(make.act(company["lead"]))
    assert "reason_code" in form.errors
    assert item.percent == 0


def test_a_forecast_on_the_due_date_is_none(company, item):
    form = UpdateForm(
        item, typed(confidence="on_track", percent=10, forecast_date=item.due_date, version=1)
    )
    assert form.carry_out(make.act(company["lead"]))
    assert item.forecast_date is None


def test_a_conflict_is_told_and_the_form_takes_the_newer_version(company, item):
    Milestone.objects.filter(pk=item.pk).update(version=7)
    form = UpdateForm(item, typed(confidence="on_track", percent=60, version=1, text="Mine"))
    assert not form.carry_out(make.act(company["lead"]))
    assert form.conflict
    assert (form["version"].value(), form["text"].value()) == ("7", "Mine")


def test_a_reader_is_refused_by_the_service(company, item):
    form = UpdateForm(item, typed(confidence="on_track", percent=60, version=1))
    with pytest.raises(PermissionDenied):
        form.carry_out(make.act(company["observer"]))


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://example.org/a", "link"),
        ("10.5281/zenodo.1", "doi"),
        ("https://doi.org/10.5281/zenodo.1", "doi"),
        ("doi:10.5281/zenodo.1", "doi"),
    ],
)
def test_a_link_and_a_doi_are_told_apart(company, item, link, kind):
    form = EvidenceForm(item, typed(link=link))
    assert form.carry_out(make.act(company["lead"]))
    assert Evidence.objects.get().kind == kind


def test_a_bad_link_is_refused_at_its_field(company, item):
    form = EvidenceForm(item, typed(link="example.org"))
    assert not form.carry_out(make.act(company["lead"]))
    assert "link" in form.errors


def test_empty_evidence_is_refused_in_words(company, item):
    form = EvidenceForm(item, typed())
    assert not form.carry_out(make.act(company["lead"]))
    assert "Choose a file" in str(form.errors)


def test_a_refused_form_asks_for_its_file_again(company, item):
    upload = {"file": SimpleUploadedFile("run.exe", b"MZ")}
    form = UpdateForm(item, typed(confidence="on_track", percent=1, version=1), upload)
    assert not form.carry_out(make.act(company["lead"]))
    assert any("Choose the file again" in line for line in form.errors["file"])
    assert not StatusUpdate.objects.exists()


def test_a_claim_needs_evidence(company, item):
    form = ClaimForm(item, typed(done_on="2026-06-10", version=1))
    assert not form.carry_out(make.act(company["lead"]))
    assert "signed protocol" in str(form.errors["link"])


def test_a_claim_in_the_future_is_refused_at_the_day(company, item):
    form = ClaimForm(item, typed(done_on="2026-06-16", link="https://example.org", version=1))
    assert not form.carry_out(make.act(company["lead"]))
    assert "done_on" in form.errors


def test_a_deliverable_is_submitted(company):
    item = make.deliverable(company.aurora)
    form = SubmitForm(item, typed(done_on="2026-06-10", link="https://example.org", version=1))
    assert form.carry_out(make.act(company["deputy"]))
    assert item.state == "submitted"


def test_a_return_needs_its_note(company, item):
    claim = ClaimForm(item, typed(done_on="2026-06-10", link="https://example.org", version=1))
    assert claim.carry_out(make.act(company["lead"]))
    form = VerdictForm(item, typed(verdict="return", version=item.version))
    assert not form.carry_out(make.act(company["officer"]))
    assert "note" in form.errors


def test_a_claim_is_verified(company, item):
    claim = ClaimForm(item, typed(done_on="2026-06-10", link="https://example.org", version=1))
    claim.carry_out(make.act(company["lead"]))
    form = VerdictForm(item, typed(verdict="verify", note="Fine", version=item.version))
    assert form.carry_out(make.act(company["officer"]))
    assert item.state == "verified"


def test_a_second_risk_with_the_same_number_is_refused_in_words(company):
    data = typed(code="R1", description="Staff may leave")
    assert RiskForm(company.aurora, data).carry_out(make.act(company["lead"]))
    again = RiskForm(company.aurora, data)
    assert not again.carry_out(make.act(company["lead"]))
    assert "Another risk of this network" in str(again.errors)


def test_a_risk_is_assessed(company):
    risk = Risk.objects.create(network=company.aurora, code="R1", description="Staff may leave")
    form = AssessRiskForm(risk, typed(period="2026-H1", likelihood="H", materialised="on"))
    assert form.carry_out(make.act(company["wp_lead"]))
    risk.refresh_from_db()
    assert (risk.likelihood, risk.assessments.get().materialised) == ("H", True)


def test_what_the_database_refuses_is_told_as_a_conflict(company: make.Cast) -> None:
    class Racing(ServiceForm):
        """Writes what somebody else has written since its service looked."""

        def run(self, act: Act) -> None:
            with transaction.atomic():
                make.milestone(company.aurora, code="MS7")

    make.milestone(company.aurora, code="MS7")
    form = Racing({})
    assert not form.carry_out(make.act(company["lead"]))
    assert form.conflict
    assert "just written the same" in form.non_field_errors()[0]
