"""Files made to harm, or sent by mistake: a clear sentence, in seconds, in little memory."""

import io
import subprocess
import sys
import time
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from milestones.importing.limits import CHILD_MEMORY_BYTES, MAX_COLUMNS, MAX_ROWS
from milestones.importing.opening import read_tables
from milestones.importing.tables import Source, UnreadableFile
from milestones.importing.wording import lines_of
from tests.milestones.plans import take

SECONDS = 10
MEGABYTES = 150


def workbook(fill=lambda book, sheet: sheet.write(0, 0, "x"), **options):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        fill(book, book.add_worksheet("Plan"))
    return content.getvalue()


def repacked(content, change=None, extra=None):
    """A workbook with its parts changed: {name: bytes}, and others added."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, (change or {}).get(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return packed.getvalue()


def refusal(name, content):
    """What is said about a file, and that it is said soon and cheaply."""
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        read_tables(Source(name, content))
    took, peak = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.mend
    assert took < SECONDS
    assert peak < MEGABYTES * 1024**2
    return caught.value.wrong


def strings(entities):
    head = '<?xml version="1.0"?>' + entities
    return (
        f'{head}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'count="1" uniqueCount="1"><si><t>&lol9;</t></si></sst>'
    ).encode()


def laughs():
    lines = ['<!ENTITY lol0 "lol">']
    lines += [f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)]
    return strings(f"<!DOCTYPE sst [{''.join(lines)}]>")


def test_a_zip_bomb_is_seen_in_the_archives_directory():
    bomb = repacked(workbook(), extra={"xl/media/zeros.bin": bytes(40 * 1024**2)})
    assert "times smaller than it is" in refusal("plan.xlsx", bomb)


def test_too_much_content_is_seen_in_the_archives_directory():
    parts = {f"xl/media/{n}.bin": bytes(1024**2) for n in range(70)}
    assert "far too large" in refusal("plan.xlsx", repacked(workbook(), extra=parts))


def test_too_many_parts_are_refused():
    parts = {f"xl/media/{n}": b"" for n in range(500)}
    assert "far more than a plan needs" in refusal("plan.xlsx", repacked(workbook(), extra=parts))


def test_a_bomb_whose_directory_lies_harms_the_child_only():
    bomb = bytearray(repacked(workbook(), {"xl/sharedStrings.xml": b"<a>" + b"x" * 200 * 1024**2}))
    # The size that the directory states is made small; what is packed stays large.
    large = (200 * 1024**2 + 3).to_bytes(4, "little")
    while (place := bomb.find(large)) >= 0:
        bomb[place : place + 4] = (100).to_bytes(4, "little")
    refusal("plan.xlsx", bytes(bomb))


def test_a_billion_laughs_are_refused():
    bomb = repacked(workbook(), {"xl/sharedStrings.xml": laughs()})
    assert "XML entities" in refusal("plan.xlsx", bomb)


def test_a_nested_archive_is_refused():
    nested = repacked(workbook(), extra={"inner.zip": workbook()})
    assert "holds another archive" in refusal("plan.xlsx", nested)


def test_a_cell_at_the_end_of_the_world_takes_no_memory_of_ours():
    def far(book, sheet):
        sheet.write(0, 0, "no")
        sheet.write(1048575, 16383, "far")

    refusal("plan.xlsx", workbook(far))


def test_a_million_blank_rows_in_a_workbook_are_refused_or_not_there():
    def blanks(book, sheet):
        bold = book.add_format({"bold": True})
        for row in range(200_000):
            sheet.write_blank(row, 0, None, bold)
        sheet.write(200_000, 0, "end")

    assert f"more than {MAX_ROWS:,} rows" in refusal(
        "plan.xlsx", workbook(blanks, constant_memory=True)
    )


def test_a_million_blank_rows_in_a_csv_are_refused():
    content = b"no,title,due,means\n" + b",,,\n" * 1_000_000
    assert f"more than {MAX_ROWS:,} rows" in refusal("plan.csv", content)


@pytest.mark.parametrize(("rows", "refused"), [(MAX_ROWS, False), (MAX_ROWS + 1, True)])
def test_the_bound_of_rows_is_exact(rows, refused):
    source = Source("plan.csv", b"a,b\n" * rows)
    if refused:
        with pytest.raises(UnreadableFile):
            read_tables(source)
    else:
        assert len(read_tables(source)[0].rows) == rows


def test_a_million_columns_are_refused():
    assert f"{MAX_COLUMNS} columns" in refusal("plan.csv", b"a" + b"," * 1_000_000)
    assert f"{MAX_COLUMNS} are read at most" in refusal("plan.csv", b"a" + b"," * 100_000)


def test_a_cell_without_end_is_refused():
    said = refusal("plan.csv", b'a,b\n1,"' + (b"x" * 999 + b"\n") * 4000)
    assert "quotes do not match" in said or "more than" in said


def test_a_large_file_is_not_even_read():
    assert "5 MB are read at most" in refusal("plan.csv", b"x" * (5 * 1024**2 + 1))


def test_the_worst_text_that_is_read_takes_little_memory():
    content = (("😀," * 390 + "\n") * 3_300).encode()[: 5 * 1024**2 - 4] + b',"\n'
    assert "more than 250,000 cells" in refusal("plan.csv", content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.csv", b"%PDF-1.7 ...", "It is a PDF"),
        ("plan.xlsx", b"%PDF-1.7 ...", "It is a PDF"),
        ("plan.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "locked with a password"),
        ("plan.xlsx", b"no,title\n", "no Excel workbook"),
        ("plan.xlsx", b"PK\x03\x04 and then nothing", "damaged, or no workbook"),
        ("plan.csv", b"PK\x03\x04 and then nothing", "it is an archive"),
        ("plan.csv", b"\x89PNG\r\n", "It is a picture"),
        ("plan.csv", b"", "It is empty"),
        ("plan.csv", b" \r\n ", "It is empty"),
        ("plan.csv", b"a,b\n\x00\x01\x02\x00zz\n", "not a text file"),
        ("plan.csv", b"a,b\n1,\x07\n", "control character"),
        ("plan.csv", b"a,b\n1,\x81\xff\n", "cannot be read as UTF-8"),
        ("plan.csv", b"\xff\xfea", "cannot be read as UTF-16"),
        ("plan.csv", b"\xef\xbb\xbf\xff\xfe", "cannot be read as UTF-8"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(name, content, said):
    assert said in refusal(name, content)


def test_an_archive_that_is_no_workbook_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "hello")
    assert "no Excel workbook" in refusal("plan.xlsx", packed.getvalue())


def test_a_formula_is_never_worked_out():
    def formulas(book, sheet):
        sheet.write_formula(0, 0, "=1+1", value="two")
        sheet.write_string(0, 1, "=1+1")

    (table,) = read_tables(Source("plan.xlsx", workbook(formulas)))
    assert table.rows == [["two", "=1+1"]]


def test_numbers_and_dates_of_a_workbook_are_plain_text():
    def values(book, sheet):
        sheet.write_row(0, 0, [18, 26.5, True, "D1.10"])
        sheet.write_datetime(
            1,
            0,
            date(2017, 2, 28),
            book.add_format({"num_format": "dd/mm/yyyy"}),
        )

    (table,) = read_tables(Source("plan.xlsx", workbook(values)))
    assert table.rows == [["18", "26.5", "TRUE", "D1.10"], ["2017-02-28", "", "", ""]]


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    (table,) = read_tables(Source("p.xlsx", workbook(lambda book, sheet: sheet.write(3, 2, "x"))))
    assert [any(row) for row in table.rows] == [False, False, False, True]


@pytest.mark.django_db
def test_a_table_in_which_every_row_is_wrong_is_told_in_seconds():
    partners = "No,Name,Short name,Country\n"
    partners += "".join(f"{n},Institute number {n},Partner{n},Land{n}ia\n" for n in range(500))
    items = "no,title,wp,lead,type,dissemination level,due\n"
    items += "".join(f"D{n},,WP{n},Partnre{n},Sort {n}port,Publ{n}ic,x\n" for n in range(4900))
    began = time.monotonic()
    report = take({"partners.csv": partners, "deliverables.csv": items})
    assert len(report.problems) > 20_000
    assert sum(1 for _ in lines_of(report)) < 2_000
    assert time.monotonic() - began < 3 * SECONDS


def test_the_child_that_opens_workbooks_stays_small():
    """Its own peak, measured from outside, with a workbook as large as is allowed."""

    def full(book, sheet):
        for row in range(MAX_ROWS):
            sheet.write_row(row, 0, [f"cell {row} {column}" for column in range(8)])

    root = Path(__file__).resolve().parent.parent.parent
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'milestones.importing.xlsx_child'],"
        " stdin=sys.stdin.buffer, stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=workbook(full, constant_memory=True),
        capture_output=True,
        cwd=root,
        check=True,
        timeout=60,
    )
    assert int(done.stdout) * 1024 < CHILD_MEMORY_BYTES < MEGABYTES * 1024**2
