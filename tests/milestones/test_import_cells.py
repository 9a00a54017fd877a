"""What cells of real plans mean: codes, countries, dates, references, encodings."""

from datetime import date

import pytest

from milestones.importing.codes import LEVELS, RISK_LEVELS, TYPES, read_code
from milestones.importing.countries import read_country
from milestones.importing.csv_reader import decode, read_csv
from milestones.importing.dates import (
    Ambiguous,
    Contradictory,
    DateOrder,
    find_order,
    read_date,
    read_month,
)
from milestones.importing.headings import fit, layout_of, plain_words
from milestones.importing.references import Directory, Found, Known, package_code
from milestones.importing.tables import Table, UnreadableFile

DMY, MDY = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Report", "R"),
        ("R", "R"),
        ("Websites, patents filling, etc.", "DEC"),
        ("ORDP: Open Research Data Pilot", "DMP"),
        ("PDE", "DEC"),
        ("ADM", "OTHER"),
        ("Other", "OTHER"),
        ("Documents, reports", "R"),
    ],
)
def test_types_are_known_by_code_and_phrase(text, code):
    assert read_code(text, TYPES) == (code, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Public", "PU"),
        ("CO", "SEN"),
        ("non-public", "SEN"),
        (
            "Confidential, only for members of the consortium (including the Commission Services)",
            "SEN",
        ),
        ("R-UE/EU-R", "R-UE/EU-R"),
    ],
)
def test_levels_are_known_by_code_and_phrase(text, code):
    assert read_code(text, LEVELS) == (code, False)


def test_a_garbled_phrase_is_a_guess():
    assert read_code("Demonstra", TYPES) == ("DEM", True)
    assert read_code("toPrublic", LEVELS) == ("PU", True)


@pytest.mark.parametrize("text", ["unpublic", "in public", "partly public", "EU secre", "secret"])
def test_nothing_is_opened_or_classified_by_a_guess(text):
    assert read_code(text, LEVELS) is None


@pytest.mark.parametrize("text", ["Repo", "X", "Sculpture"])
def test_a_type_too_far_from_any_is_unknown(text):
    assert read_code(text, TYPES) is None


def test_likelihood_comes_in_words_and_letters():
    assert [read_code(text, RISK_LEVELS)[0] for text in ("Low", "m", "HIGH")] == ["L", "M", "H"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("UK", "GB"), ("EL", "GR"), ("de", "DE"), ("DEU", "DE"), ("Norway", "NO"), ("Türkiye", "TR")],
)
def test_countries_by_code_and_name(text, code):
    assert read_country(text) == (code, False)


def test_a_garbled_country_is_a_guess():
    assert read_country("United N Kingdom") == ("GB", True)


@pytest.mark.parametrize("text", ["NA", "Nigera", "Atlantis", "ZZ"])
def test_a_country_that_could_be_two_or_none_is_not_guessed(text):
    assert read_country(text) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [("18", 18), ("M18", 18), ("m 18", 18), ("Month 18", 18), ("18.0", 18), ("0", 0)],
)
def test_months(text, month):
    assert read_month(text) == month


@pytest.mark.parametrize("text", ["18.5", "2017-02-28", "soon", "", "M"])
def test_what_is_no_month(text):
    assert read_month(text) is None


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2017-02-28", None, date(2017, 2, 28)),
        ("28/02/2017", DMY, date(2017, 2, 28)),
        ("02/28/2017", MDY, date(2017, 2, 28)),
        ("03.04.2017", DMY, date(2017, 4, 3)),
        ("03/04/2017", MDY, date(2017, 3, 4)),
        ("28 February 2017", None, date(2017, 2, 28)),
        ("28-Feb-2017", None, date(2017, 2, 28)),
        ("30/02/2017", DMY, None),
        ("28/02/17", DMY, None),
    ],
)
def test_dates(text, order, day):
    assert read_date(text, order) == day


@pytest.mark.parametrize(
    ("values", "given", "order"),
    [
        (["03/04/2017", "28/02/2017"], None, DMY),
        (["03/04/2017", "02/28/2017"], None, MDY),
        (["03/04/2017"], DMY, DMY),
        (["03/04/2017"], MDY, MDY),
        (["05/05/2017"], None, None),
        (["2017-02-28", "12"], None, None),
        (["28/02/2017"], MDY, DMY),
    ],
)
def test_a_table_tells_its_order_or_the_person_does(values, given, order):
    assert find_order(values, given) == order


def test_an_ambiguous_table_is_asked_about():
    with pytest.raises(Ambiguous):
        find_order(["01/01/2016", "01/07/2016"], None)


def test_a_table_that_mixes_both_is_refused_whatever_is_said():
    with pytest.raises(Contradictory):
        find_order(["28/02/2017", "02/28/2017"], DMY)


@pytest.fixture
def known():
    return Directory(
        [
            Known("UOL", "2", "UOL", "University of Oldenburg"),
            Known("SOUTHAMPTO", "9", "SOUTHAMPTO", "UNIVERSITY OF SOUTHAMPTON"),
            Known("GENVAL / CIEF", "15", "GENVAL / CIEF"),
            Known("Monash", "10", "Monash"),
        ],
        ["WP1", "WP2", "WP3", "WP4", "WP6"],
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 - UOL", Found("UOL")),
        ("2 – UOL", Found("UOL")),
        ("2", Found("UOL")),
        ("UoL", Found("UOL")),
        ("University of Oldenburg", Found("UOL")),
        ("9 - SOUTHAMPTON", Found("SOUTHAMPTO", guessed=True)),
        ("9 -SOUTHAMPTON", Found("SOUTHAMPTO", guessed=True)),
        ("Monasch", Found("Monash", guessed=True)),
        ("9 - UOL", None),
        ("77 - UOL", None),
        ("Nobody", None),
        ("77", None),
    ],
)
def test_partners_are_found_by_number_and_name_which_must_agree(known, text, found):
    assert known.partner(text) == found


def test_several_partners_in_a_cell(known):
    names = [(text, found and found.key) for text, found in known.partners_in("UOL; Monash; X")]
    assert names == [("UOL", "UOL"), ("Monash", "Monash"), ("X", None)]
    assert known.partners_in("GENVAL / CIEF") == [("GENVAL / CIEF", Found("GENVAL / CIEF"))]
    assert known.partners_in("–") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("WP1, WP2", ["WP1", "WP2"]),
        ("4; 6", ["WP4", "WP6"]),
        ("1", ["WP1"]),
        ("wp 01 and WP2", ["WP1", "WP2"]),
        ("WP1-WP3", ["WP1", "WP2", "WP3"]),
        ("All", ["WP1", "WP2", "WP3", "WP4", "WP6"]),
        ("-", []),
        ("WP5", [None]),
    ],
)
def test_work_packages_in_a_cell(known, text, codes):
    assert [code for _, code in known.packages_in(text)] == codes


def test_numbers_stay_text():
    assert [package_code(text) for text in ("1", "WP 2", "1.10", "A1")] == [
        "WP1",
        "WP2",
        "WP1.10",
        "A1",
    ]


TEXT = "no;title\nD1;Études à Orléans\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (TEXT.encode("cp1252"), "Windows-1252"),
    ],
)
def test_encodings_are_told_and_read_alike(content, name):
    text, encoding, _ = decode(content)
    assert (text, encoding) == (TEXT, name)


def test_a_guessed_encoding_is_doubted():
    assert "accented letters" in decode(TEXT.encode("cp1252"))[2]
    assert decode(TEXT.encode())[2] == ""


def test_what_no_encoding_fits_is_refused_with_its_place():
    with pytest.raises(UnreadableFile, match=r"byte 0x81 in line 2"):
        decode(b"no,title\nD1,\x81\xe9\n")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found_by_the_headings(separator):
    rows = ["no|title|means of verification|due".replace("|", separator), '"a,b;c\td"']
    table = read_csv("x.csv", "\n".join(rows).encode(), lambda found: fit("x.csv", found))
    assert table.rows == [["no", "title", "means of verification", "due"], ["a,b;c\td"]]


def test_excels_own_separator_line_counts_as_a_row():
    table = read_csv("x.csv", b"sep=;\nno;title;due;means\n", lambda rows: 0)
    assert (table.rows, table.offset) == ([["no", "title", "due", "means"]], 1)


def test_quotes_newlines_and_doubled_quotes():
    table = read_csv("x.csv", b'a,b\r\n1,"ha \n""ha"" \nha"\r\n3,4\r\n', lambda rows: 0)
    assert table.rows == [["a", "b"], ["1", 'ha \n"ha" \nha'], ["3", "4"]]


def test_an_open_quote_is_refused():
    with pytest.raises(UnreadableFile, match="quotes do not match"):
        read_csv("x.csv", b'a,b\n1,"open\n', lambda rows: 0)


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Due Date (in months)", "due date in months"), ("due_month", "due month"), (" ", "")],
)
def test_headings_are_boiled_down(heading, words):
    assert plain_words(heading) == words


@pytest.mark.parametrize(
    ("file", "headings", "kind"),
    [
        (
            "a.csv",
            "no,title,short_description,wp,lead,type,dissemination_level,due_month",
            "deliverables",
        ),
        ("b.csv", "no,title,related_wp,lead,due_month,means_of_verification", "milestones"),
        ("c.csv", "wp,title,start_month,end_month,lead,participants", "work packages"),
        ("d.csv", "id,name,short_name,category,country", "partners"),
        ("e.csv", "pdf_page,,WP1,WP2,Total Person/Months per Participant", "effort"),
        ("f.csv", "Review number,Tentative timing,Planned venue of review", "reviews"),
        ("g.csv", "Risk number,Description of risk,WP Number", "risks"),
        ("wt4.csv", "no,title,due", "milestones"),
        ("wt2.csv", "no,title,due", "deliverables"),
        ("h.csv", "a,b,c", None),
    ],
)
def test_tables_are_known_by_headings_then_by_name(file, headings, kind):
    layout = layout_of(Table(file, [headings.split(",")]))
    assert (layout and layout.kind) == kind


def test_headings_may_stand_below_a_title():
    rows = [["Annex 1"], [], ["no", "title", "due", "means of verification"]]
    assert layout_of(Table("x.csv", rows)).heading_row == 2
