"""Staff choose and change what reports ask."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from networks.refusals import Refusal
from reports.models import ReportTemplate
from reports.services.ready_templates import READY, ensure_ready_templates
from reports.services.templates import (
    choose_form,
    drop_section,
    move_section,
    save_template_section,
)
from tests import factories
from tests.reports import worlds

pytestmark = pytest.mark.django_db


def test_three_ready_templates_for_each_kind_are_there_once() -> None:
    ensure_ready_templates()
    ensure_ready_templates()
    assert ReportTemplate.objects.ready().count() == len(READY) == 6
    charity = ReportTemplate.objects.ready().get(form="charity_annual", kind="interim")
    limits = dict(charity.sections.values_list("key", "word_limit"))
    assert limits["impact"] == limits["lay_summary"] == 500
    assert set(charity.sections.filter(audience="public").values_list("key", flat=True)) == {
        "lay_summary"
    }
    final = ReportTemplate.objects.ready().get(form="charity_annual", kind="final")
    assert final.sections.get(key="impact").word_limit == 1000


def test_rppr_accepts_nothing_to_report_for_all_but_its_substance() -> None:
    ensure_ready_templates()
    rppr = ReportTemplate.objects.ready().get(form="rppr", kind="interim")
    firm = rppr.sections.filter(nothing_allowed=False).values_list("key", flat=True)
    assert set(firm) == {"goals", "accomplishments", "lay_summary"}


def test_a_programme_takes_a_form_and_reports_begun_then_use_it() -> None:
    world = worlds.open_report("charity_annual")
    officer = factories.act(world.cast["officer"])
    chosen = choose_form(officer, world.cast.programme, "interim", "eu_periodic")
    assert (chosen.version, chosen.is_current, chosen.programme) == (1, True, world.cast.programme)
    worlds.begin(factories.act(world.cast["lead"]), world.report)
    assert world.report.template == chosen
    back = choose_form(officer, world.cast.programme, "interim", "charity_annual")
    assert back.form == "charity_annual"
    current = ReportTemplate.objects.filter(programme=world.cast.programme, kind="interim")
    assert current.get(is_current=True) == back


def test_changing_a_template_in_use_makes_the_next_version_and_reports_keep_theirs() -> None:
    world = worlds.begun_report()
    used = world.report.template
    assert used is not None
    officer = factories.act(world.cast["officer"])
    section = used.sections.get(key="impact")
    saved = save_template_section(officer, used, section, title="Impact", word_limit=250)
    assert saved.template.version == 2
    assert saved.template.is_current
    assert (saved.key, saved.word_limit) == ("impact", 250)
    section.refresh_from_db()
    assert (section.title, section.word_limit) == ("Research impact", 500)
    # A second change, also one that starts from the old page, goes into the same new version.
    again = save_template_section(officer, used, section, title="Impact again")
    assert again.template == saved.template
    world.report.refresh_from_db()
    assert world.report.template == used


def test_sections_are_added_moved_and_dropped() -> None:
    cast = factories.cast()
    act = factories.act(cast["manager"])
    template = choose_form(act, cast.programme, "final", "charity_annual")
    keys = lambda: list(template.sections.order_by("position").values_list("key", flat=True))  # noqa: E731
    before = keys()
    added = save_template_section(act, template, None, title="Lay summary", guidance="Again")
    assert keys() == [*before, "lay_summary_2"]
    move_section(act, added, up=True)
    assert keys()[-2] == "lay_summary_2"
    drop_section(act, template.sections.get(key="lay_summary_2"))
    assert keys() == before
    move_section(act, template.sections.get(key=before[0]), up=True)
    assert keys() == before
    with pytest.raises(ValidationError):
        save_template_section(act, template, None, title="")
    with pytest.raises(Refusal):
        save_template_section(
            act, ReportTemplate.objects.ready().first(), None, title="In the ready one"
        )


def test_only_staff_of_the_programme() -> None:
    cast = factories.cast()
    with pytest.raises(PermissionDenied):
        choose_form(factories.act(cast["lead"]), cast.programme, "interim", "rppr")
    with pytest.raises(PermissionDenied):
        choose_form(factories.act(cast["officer"]), cast.boreas.programme, "interim", "rppr")


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_staff_edit_on_pages_and_nobody_else_finds_them() -> None:
    cast = factories.cast()
    officer, lead = client_of(cast["officer"]), client_of(cast["lead"])
    home = reverse("report-templates")
    assert lead.get(home).status_code == 404
    assert officer.get(home).status_code == 200
    choice = {"programme": cast.programme.pk, "kind": "interim", "form": "rppr"}
    page = officer.post(home, choice).headers["Location"]
    template = ReportTemplate.objects.get(programme=cast.programme)
    assert "Major goals" in officer.get(page).content.decode()
    section = template.sections.get(key="goals")
    form = reverse("report-template-section", args=[template.pk, section.pk])
    fields = {"title": "Goals", "word_limit": "300", "audience": "committee", "facts": ""}
    assert officer.get(form).status_code == 200
    assert officer.post(form, fields | {"title": ""}).status_code == 422
    assert officer.post(form, fields).status_code == 302
    section.refresh_from_db()
    assert (section.title, section.word_limit, section.required) == ("Goals", 300, False)
    assert officer.post(page, {"section": section.pk, "step": "down"}).status_code == 302
    assert officer.post(page, {"section": section.pk, "step": "drop"}).status_code == 302
    assert not template.sections.filter(key="goals").exists()
    assert lead.get(page).status_code == 404
    foreign = {"programme": cast.boreas.programme.pk, "kind": "interim", "form": "rppr"}
    assert officer.post(home, foreign).status_code == 302
    assert not ReportTemplate.objects.filter(programme=cast.boreas.programme).exists()


@pytest.mark.parametrize("wrong", [{"kind": "\x00"}, {"form": "\x00"}, {"form": "poem"}])
def test_a_kind_or_form_that_there_is_not_is_a_message(wrong: dict[str, str]) -> None:
    cast = factories.cast()
    choice = {"programme": cast.programme.pk, "kind": "interim", "form": "rppr"} | wrong
    page = client_of(cast["officer"]).post(reverse("report-templates"), choice, follow=True)
    assert "Choose a kind of report and one of the forms." in page.content.decode()
