"""Taking a plan in: all or nothing, every refusal by file, row, column and mend."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from milestones.models import Deliverable, Effort, Milestone, StatusUpdate, WorkPackage
from networks.models import Event, Network, Organisation, Partner, Programme
from tests import factories
from tests.milestones.plans import (
    DELIVERABLES,
    PACKAGES,
    PARTNERS,
    PLAN,
    complaints,
    notes,
    take,
    with_changed,
)

pytestmark = pytest.mark.django_db


def outcomes(report):
    return {file.file: file.counts for file in report.files}


def test_a_first_import_creates_everything():
    report = take(PLAN)
    assert (report.problems, report.warnings) == ([], [])
    assert dict(report.created) == {
        "Partner": 2,
        "Work package": 2,
        "Deliverable": 2,
        "Milestone": 1,
    }
    network = Network.objects.get(reference="N-1")
    assert (network.starts, network.ends) == (date(2015, 9, 1), date(2018, 8, 31))
    assert report.amendment is None


def test_items_get_their_dates_history_and_event():
    take(PLAN)
    second = Deliverable.objects.get(code="D1.10")
    assert second.due_date == date(2017, 2, 28)
    assert (second.type, second.dissemination_level) == ("R", "SEN")
    assert (second.work_package.code, second.lead_partner.short_name) == ("WP1", "ISouth")
    assert StatusUpdate.objects.get(deliverable=second).kind == "plan"
    assert Event.objects.about(second).get().channel == "import"


def test_a_milestone_has_its_work_packages_and_means():
    take(PLAN)
    milestone = Milestone.objects.get()
    assert [package.code for package in milestone.work_packages.all()] == ["WP1", "WP2"]
    assert milestone.means_of_verification == "Minutes"


def test_the_first_partner_coordinates_unless_the_table_says_otherwise():
    take(PLAN)
    assert Partner.objects.get(kind="coordinator").short_name == "UNorth"


def test_a_role_column_names_the_coordinator():
    table = "No,Name,Short name,Country,Role\n1,A,A,IT,partner\n2,B,B,IT,Coordinator; leads WP1\n"
    take({"partners.csv": table, "work_packages.csv": "wp,title,start month,end month\n1,X,1,9\n"})
    assert Partner.objects.get(kind="coordinator").short_name == "B"


def test_a_second_import_of_the_same_plan_changes_nothing():
    take(PLAN)
    before = (Event.objects.count(), StatusUpdate.objects.count())
    report = take(PLAN)
    assert report.changes_nothing
    assert all(counts["unchanged"] == sum(counts.values()) for counts in outcomes(report).values())
    assert (Event.objects.count(), StatusUpdate.objects.count()) == before


def test_a_dry_run_shows_it_all_and_keeps_nothing():
    report = take(PLAN, dry_run=True)
    assert report.created["Deliverable"] == 2
    assert not Network.objects.exists()
    assert not Programme.objects.exists()
    assert not Organisation.objects.exists()


def test_an_organisation_that_is_known_is_used_again():
    home = factories.organisation(name="UNIVERSITY OF THE NORTH", country="NO")
    take(PLAN)
    assert Partner.objects.get(short_name="UNorth").organisation == home


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("D1.1,Handbook", "D1.1,", ["deliverables.csv:2:Deliverable title:", "title is missing"]),
        (
            "D1.10,",
            "D1.1,",
            ["deliverables.csv:3:Deliverable number:D1.1", "Row 2 has this number"],
        ),
        ("Report,Conf", "Sculpture,Conf", ["deliverables.csv:3:Type:Sculpture", "R, DEM, DEC"]),
        ("Confidential,18", "Hidden,18", ["3:Dissemination level:Hidden", "PU, SEN"]),
        ("Confidential,18", "Confidential,0", [":Due date (in months):0", "count from 1"]),
        ("Confidential,18", "Confidential,601", [":601", "600 at most"]),
        ("Confidential,18", "Confidential,soon", [":soon", "month like 18 or M18"]),
        ("Confidential,18", "Confidential,", ["due month or date is missing"]),
        ("book,1,2 -", "book,9,2 -", ["3:WP number:9", "no work package “WP9”", "WP1, WP2"]),
        ("2 - ISouth,Rep", "3 - IEast,Rep", ["3:Lead beneficiary:3 - IEast", "UNorth, ISouth"]),
        ("2 - ISouth,Rep", "1 - ISouth,Rep", ["There is no partner “1 - ISouth”"]),
        ("South,IT", "South,Atlantis", ["partners.csv:3:Country:Atlantis", "two letters"]),
        ("South,IT", "South,NA", ["Write Namibia"]),
        ("2,Institute", "1,Institute", ["partners.csv:3:No:1", "Row 2 has this already"]),
        ("ISouth,IT", "UNORTH,IT", ["3:Short name:UNORTH", "Row 2 has this already"]),
        ("WP2,Research", "1,Research", ["work_packages.csv:3:WP number:1", "Row 2"]),
        ("26.5,1,36", "lots,1,36", ["3:Person-months:lots", "number such as 26.5"]),
        ("26.5,1,36", "-3,1,36", [":-3", "person-months"]),
        ("26.5,1,36", "26.5,36,1", ["3:End month:1", "ends before it starts"]),
        ("D1.1,Handbook", "D1.1," + "x" * 601, ["2:Deliverable title", "at most 600"]),
        ("R,PU,6", "R,PU,6,7", ["deliverables.csv:2::7", "8 cells, but there are 7 headings"]),
    ],
)
def test_a_refusal_names_the_place_and_the_mend(old, new, said):
    report = take(with_changed(old, new))
    text = "\n".join(complaints(report))
    assert [part for part in said if part not in text] == []
    assert not Network.objects.exists()


def test_everything_that_is_wrong_is_told_at_once():
    files = with_changed("Handbook", "", with_changed("South,IT", "South,Atlantis"))
    report = take(with_changed("Report,", "Sculpture,", files))
    assert len(report.problems) == 3
    assert outcomes(report)["deliverables.csv"] == {
        "created": 0,
        "changed": 0,
        "unchanged": 0,
        "refused": 2,
        "skipped": 0,
    }


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table = '"Deliverable\nnumber",Deliverable title,Due date\nD1,"two\nlines",3\n\nD2,,4\n'
    report = take(PLAN | {"deliverables.csv": table})
    assert [(p.row, p.column) for p in report.problems] == [(4, "Deliverable title")]
    (file,) = [file for file in report.files if file.kind == "deliverables"]
    assert (file.rows, file.skipped) == (3, {3: "blank row"})


def test_a_close_spelling_is_read_and_told():
    report = take(with_changed("Report,Conf", "Demonstra,Conf"))
    assert notes(report) == ["deliverables.csv:[3]:Type:Demonstra: was read as DEM"]


def test_what_is_due_after_the_end_is_told_not_refused():
    report = take(with_changed("Confidential,18", "Confidential,37"), ends=date(2018, 8, 31))
    assert "after the end of the project (2018-08-31, month 36)" in notes(report)[0]
    at_the_end = with_changed("Confidential,18", "Confidential,36")
    assert notes(take(at_the_end, reference="N-2", ends=date(2018, 8, 31))) == []


def test_the_network_lasts_as_long_as_its_plan():
    take(with_changed("Confidential,18", "Confidential,40"))
    assert Network.objects.get().ends == date(2018, 12, 31)


def test_several_leads_lead_and_contribute():
    take(with_changed('WP2",UNorth', 'WP2",ISouth; UNorth'))
    milestone = Milestone.objects.get()
    assert milestone.lead_partner.short_name == "ISouth"
    assert [partner.short_name for partner in milestone.contributors.all()] == ["UNorth"]


def test_dates_may_stand_for_months():
    take(with_changed("Confidential,18", "Confidential,2017-03-15"))
    item = Deliverable.objects.get(code="D1.10")
    assert (item.due_date, item.due_month) == (date(2017, 3, 15), None)


def test_a_date_that_could_be_two_is_asked_about():
    files = with_changed("Confidential,18", "Confidential,03/04/2017")
    report = take(files)
    assert "--dates dmy" in complaints(report)[0]
    take(files, date_order="mdy")
    assert Deliverable.objects.get(code="D1.10").due_date == date(2017, 3, 4)


def test_another_date_of_the_column_settles_it():
    files = with_changed("Confidential,18", "Confidential,03/04/2017")
    take(with_changed("R,PU,6", "R,PU,28/02/2016", files))
    assert Deliverable.objects.get(code="D1.10").due_date == date(2017, 4, 3)


def test_text_that_looks_like_a_formula_stays_text():
    take(with_changed("Handbook", "=1+1", {**PLAN}))
    assert Deliverable.objects.get(code="D1.1").title == "=1+1"


def test_equal_double_columns_are_told_and_different_ones_refused():
    double = DELIVERABLES.replace("Type,", "Type,Deliverable type,")
    same = double.replace("R,PU", "R,R,PU").replace("Report,Con", "Report,report,Con")
    assert "is the same as “Type”" in notes(take(PLAN | {"deliverables.csv": same}))[0]
    other = double.replace("R,PU", "R,R,PU").replace("Report,Con", "Report,Other,Con")
    report = take(PLAN | {"deliverables.csv": other}, reference="N-2")
    assert (
        "Two columns say this, and differ: “Deliverable type” has “Other”" in complaints(report)[0]
    )


EFFORT = """,WP1,WP2,Total
1 - UNorth,7,0,7
· Linked Lab,1,0,1
2 - ISouth,2,26.5,28.5
Total,10,26.5,36.5
"""


def test_effort_is_kept_where_there_is_any():
    report = take(PLAN | {"effort.csv": EFFORT})
    cells = {
        (e.work_package.code, e.partner.short_name): e.person_months for e in Effort.objects.all()
    }
    assert {cell: float(months) for cell, months in cells.items()} == {
        ("WP1", "UNorth"): 7,
        ("WP1", "Linked Lab"): 1,
        ("WP1", "ISouth"): 2,
        ("WP2", "ISouth"): 26.5,
    }
    (file,) = [file for file in report.files if file.kind == "effort"]
    assert file.skipped == {5: "total"}


def test_a_linked_party_becomes_an_affiliated_partner():
    report = take(PLAN | {"effort.csv": EFFORT})
    linked = Partner.objects.get(short_name="Linked Lab")
    assert (linked.kind, linked.affiliated_to.short_name) == ("affiliated", "UNorth")
    assert (linked.number, linked.organisation.country) == ("", "")
    assert "affiliated entity of UNorth; its country is not known" in notes(report)[0]
    assert take(PLAN | {"effort.csv": EFFORT}).changes_nothing


def test_sums_that_do_not_add_up_are_told():
    table = EFFORT.replace("0,7\n", "0,8\n").replace("36.5", "99")
    said = "\n".join(notes(take(PLAN | {"effort.csv": table})))
    assert "effort.csv:[2]:Total:8: is not the sum of its row, which is 7" in said
    assert "effort.csv:[5]:Total:99: is not the sum of all figures, which is 36.5" in said
    total = PACKAGES + ",,Total,40,,\n"
    report = take(PLAN | {"work_packages.csv": total}, reference="N-2")
    assert "is not the sum of the rows above, which is 36.5" in notes(report)[0]


def test_participants_without_figures_take_part():
    table = "wp,title,start_month,end_month,lead,participants\n"
    table += "WP1,One,1,36,UNorth,All\nWP2,Two,1,36,UNorth,UNorth; Ghost\nWP3,Three,1,9,UNorth,-\n"
    report = take({"partners.csv": PARTNERS, "work_packages.csv": table})
    assert sorted(str(effort) for effort in Effort.objects.all()) == [
        "ISouth in WP1 One: None",
        "UNorth in WP1 One: None",
        "UNorth in WP2 Two: None",
    ]
    assert "participants:Ghost: names a participant" in notes(report)[0]


def test_one_table_in_two_files_may_not_overlap():
    report = take(PLAN | {"more_deliverables.csv": DELIVERABLES})
    assert "“D1.1” is in deliverables.csv, row 2, already" in "\n".join(complaints(report))


def test_the_order_of_files_does_not_matter():
    take(dict(reversed(PLAN.items())))
    assert WorkPackage.objects.get(code="WP2").lead_partner.short_name == "ISouth"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"create": False}, "no programme “awards”"),
        ({"starts": None}, "on which day the network starts"),
        ({"ends": date(2015, 1, 1)}, "must end after it starts"),
        ({"time_zone": "Mars/Base"}, "not a time zone"),
    ],
)
def test_a_network_that_cannot_be_set_up_is_refused(fields, said):
    report = take(PLAN, **fields)
    assert said in complaints(report)[0]
    assert not Programme.objects.exists()


def test_a_reference_of_another_programme_is_refused():
    take(PLAN)
    factories.programme(slug="other")
    assert "in another programme" in complaints(take(PLAN, programme="other"))[0]


def test_staff_import_and_others_do_not():
    cast = factories.cast()
    fields = {"programme": "network-awards", "reference": "NEW-1"}
    assert take(PLAN, by=cast["officer"], **fields).network.programme == cast.programme
    for role in ("lead", "chair", "funder", "stranger"):
        with pytest.raises(PermissionDenied):
            take(PLAN, by=cast[role], **fields)
        with pytest.raises(PermissionDenied):
            take(PLAN, by=cast[role], programme="network-awards", reference="AUR-1")


def test_a_network_whose_partners_were_set_up_by_hand_gets_its_plan():
    network = factories.network(
        programme=factories.programme(slug="awards"),
        reference="N-1",
        starts=date(2015, 9, 1),
        ends=date(2018, 8, 31),
    )
    home = factories.organisation(name="University of the North", country="SE")
    factories.partner(
        network, number="1", short_name="UNorth", kind="coordinator", organisation=home
    )
    report = take(PLAN)
    assert report.created["Partner"] == 1
    assert [(line.thing, line.field) for line in report.differences] == [
        ("Partner UNorth", "organisation")
    ]


@pytest.mark.parametrize("rows", [10, 300])
def test_the_number_of_statements_does_not_grow_with_the_plan(rows, django_assert_max_num_queries):
    lines = "".join(f"D1.{n},Title {n},WP1,UNorth,R,PU,6\n" for n in range(20, 20 + rows))
    files = PLAN | {"deliverables.csv": DELIVERABLES + lines}
    # SQLite takes about fifty rows in one INSERT, PostgreSQL five hundred.
    with django_assert_max_num_queries(95):
        take(files)
    with django_assert_max_num_queries(20):
        take(files)
    changed = {"deliverables.csv": files["deliverables.csv"].replace("R,PU,6", "R,PU,7")}
    with django_assert_max_num_queries(40):
        take(changed)
