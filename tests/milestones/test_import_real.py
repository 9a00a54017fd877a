"""Two real plans, as they were published: nothing lost, nothing doubled, nothing moved."""

import csv
from datetime import date
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from milestones.models import (
    Amendment,
    Deliverable,
    Effort,
    Milestone,
    PlannedReview,
    Risk,
    StatusUpdate,
    WorkPackage,
)
from milestones.services import approve_amendment
from networks.models import Network, Partner
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]


@pytest.fixture
def dreamkit(shared_data):
    return shared_data / "plans" / "opendreamkit"


@pytest.fixture
def redileep(shared_data):
    return shared_data / "plans" / "redileep"


def run(path, reference="676541", starts="2015-09-01", **options):
    """Import as a person at the command line would; returns what is printed."""
    out = StringIO()
    values = {"programme": "h2020", "reference": reference, "starts": date.fromisoformat(starts)}
    values = {"create": True, "dates": "dmy"} | values | options
    call_command("import_plan", path, stdout=out, **values)
    return out.getvalue()


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))[1:]


def counts():
    models = (Partner, WorkPackage, Deliverable, Milestone, Risk, PlannedReview)
    return [model.objects.count() for model in models]


def test_the_example_arrives_whole(dreamkit):
    run(dreamkit)
    # 16 beneficiaries and one linked third party.
    assert counts() == [17, 7, 85, 4, 5, 4]


def test_every_row_of_the_example_is_accounted_for(dreamkit):
    said = run(dreamkit)
    for path in dreamkit.glob("*.csv"):
        (line,) = [line for line in said.splitlines() if line.startswith(f"{path.name}:")]
        numbers = [int(word) for word in line.replace(":", " ").split() if word.isdigit()]
        assert numbers[0] == len(rows_of(path)) == sum(numbers[1:])


def test_months_of_the_example_fall_on_their_dates(dreamkit):
    run(dreamkit)
    network = Network.objects.get()
    assert (network.starts, network.ends) == (date(2015, 9, 1), date(2019, 8, 31))
    for row in rows_of(dreamkit / "wt2_deliverables.csv"):
        due = Deliverable.objects.get(code=row[1]).due_date
        month = (due.year - 2015) * 12 + due.month - 8
        assert (month, due.day) == (int(row[7]), due.replace(day=28).day + due.day - 28)
    assert Deliverable.objects.get(code="D1.4").due_date == date(2017, 2, 28)
    assert Deliverable.objects.get(code="D1.1").due_date == date(2015, 9, 30)
    assert Milestone.objects.get(code="MS4").due_date == date(2019, 8, 31)


def test_a_programme_may_choose_working_days(dreamkit):
    factories.programme(slug="h2020", due_rule="last_working_day")
    run(dreamkit)
    # 31 December 2016 is a Saturday.
    assert Deliverable.objects.filter(due_month=16).count() == 0
    assert Deliverable.objects.get(code="D4.2").due_date == date(2016, 5, 31)
    assert Deliverable.objects.get(code="D1.7").due_date == date(2019, 5, 31)
    assert Deliverable.objects.get(code="D2.14").due_date == date(2019, 7, 31)
    assert Deliverable.objects.get(code="D5.1").due_date == date(2015, 11, 30)
    assert Deliverable.objects.get(code="D6.6").due_date == date(2018, 2, 28)


def test_the_effort_of_the_example_equals_its_matrix(dreamkit):
    run(dreamkit)
    found = {
        (effort.partner.number or effort.partner.short_name, effort.work_package.code): float(
            effort.person_months
        )
        for effort in Effort.objects.select_related("partner", "work_package")
    }
    expected = {}
    for row in rows_of(dreamkit / "wt6_effort.csv")[:-1]:
        name = row[1].split(" - ")[0].split(" -")[0].removeprefix("· ")
        for number, cell in enumerate(row[2:9], 1):
            if float(cell):
                expected[name, f"WP{number}"] = float(cell)
    assert found == expected


def test_the_linked_party_of_the_example_stands_under_its_partner(dreamkit):
    run(dreamkit)
    linked = Partner.objects.get(short_name="UB")
    assert (linked.kind, linked.affiliated_to.short_name, linked.number) == (
        "affiliated",
        "CNRS",
        "",
    )


def test_garbled_cells_of_the_example_are_read_and_told(dreamkit):
    said = run(dreamkit)
    assert "row 10, column “Country”: “United N Kingdom” was read as GB" in said
    assert "“Demonstra” was read as DEM" in said
    assert "“toPrublic” was read as PU" in said
    assert Partner.objects.get(number="9").organisation.country == "GB"
    assert set(Deliverable.objects.values_list("dissemination_level", flat=True)) == {"PU", "SEN"}


def test_partners_of_the_example_join_on_their_day(dreamkit):
    run(dreamkit)
    assert Partner.objects.get(short_name="UGent").starts == date(2016, 7, 1)


def test_the_example_asks_what_its_dates_mean(dreamkit):
    with pytest.raises(CommandError, match="Nothing was saved"):
        run(dreamkit, dates=None)
    assert not Network.objects.exists()


def test_a_second_import_of_the_example_changes_nothing(dreamkit):
    run(dreamkit)
    before = (counts(), StatusUpdate.objects.count(), Effort.objects.count())
    assert "nothing changes" in run(dreamkit)
    assert (counts(), StatusUpdate.objects.count(), Effort.objects.count()) == before
    assert not Amendment.objects.exists()


def test_a_changed_month_of_the_example_becomes_an_amendment(dreamkit, tmp_path):
    run(dreamkit)
    path = tmp_path / "wt2_deliverables.csv"
    text = (dreamkit / "wt2_deliverables.csv").read_text(encoding="utf-8")
    path.write_text(text.replace("Public,44", "Public,46").replace("toPrublic,44", "toPrublic,46"))
    said = run(tmp_path)
    assert "Deliverable D2.12: due month: M44 (2019-04-30) → M46 (2019-06-30)" in said
    item = Deliverable.objects.get(code="D2.12")
    assert item.due_date == date(2019, 4, 30)
    approve_amendment(factories.act(), Amendment.objects.get())
    item.refresh_from_db()
    assert (item.contractual_date, item.due_date) == (date(2019, 4, 30), date(2019, 6, 30))
    assert "nothing changes" in run(tmp_path)


def test_a_dry_run_at_the_command_line_saves_nothing(dreamkit):
    assert "Dry run, nothing was saved. Would create in" in run(dreamkit, dry_run=True)
    assert not Network.objects.exists()


def test_the_example_as_one_workbook_is_the_same_plan(dreamkit, tmp_path):
    run(dreamkit)
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        for table in sorted(dreamkit.glob("*.csv")):
            sheet = book.add_worksheet(table.stem[:31])
            with table.open(encoding="utf-8", newline="") as opened:
                for number, row in enumerate(csv.reader(opened)):
                    sheet.write_row(number, 0, row)
    assert "nothing changes" in run(path)


def test_the_doctoral_network_arrives_whole(redileep):
    said = run(redileep, "RD", "2024-01-01", dates=None)
    assert counts() == [20, 6, 26, 17, 0, 0]
    assert "“SoilStream” names a participant that is not in the table of partners" in said
    assert "nothing changes" in run(redileep, "RD", "2024-01-01", dates=None)


def test_the_doctoral_network_keeps_who_leads_and_who_contributes(redileep):
    run(redileep, "RD", "2024-01-01", dates=None)
    milestone = Milestone.objects.get(code="M10")
    assert milestone.lead_partner.short_name == "UOL"
    assert [partner.short_name for partner in milestone.contributors.all()] == ["Monash"]
    assert [package.code for package in milestone.work_packages.all()] == ["WP2", "WP3"]
    assert Partner.objects.get(kind="coordinator").short_name == "LiU"
    assert Partner.objects.filter(kind="associated").count() == 12
    assert set(Deliverable.objects.values_list("type", flat=True)) == {"R", "OTHER", "DEC"}


@pytest.mark.parametrize("folder", ["csv_edge_cases", "portfolio/cordis_dialect"])
def test_tables_of_something_else_are_refused_by_name(shared_data, folder):
    with pytest.raises(CommandError, match="Nothing was saved"):
        run(shared_data / folder)
    assert not Network.objects.exists()
