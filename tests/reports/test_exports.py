"""The status report as CSV, XLSX and PDF, from the page's and the API's own addresses."""

import csv
import io
import subprocess
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from networks.models import Network
from reports.status import GROUPINGS
from tests import factories
from tests.api import BASE, client
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://x","y")'


@pytest.fixture
def company(time_machine: Any) -> Cast:
    time_machine.move_to(NOW, tick=False)
    company = factories.cast()
    Network.objects.filter(pk=company.aurora.pk).update(acronym=HOSTILE)
    factories.milestone(company.aurora, contractual_date=NOW.date() - timedelta(days=3))
    return company


def ask(company: Cast, query: str) -> Any:
    return client(company["manager"]).get(f"{BASE}status-report/?{query}")


def test_csv_has_a_line_for_each_and_the_totals(company: Cast) -> None:
    answer = ask(company, "format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="status-report-2026-06-15.csv"' in answer["Content-Disposition"]
    day, head, line, total = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert day[1] == "2026-06-15"
    assert dict(zip(head, line, strict=True))["Overdue"] == "1"
    assert line[0] == f"'{HOSTILE}"
    assert total[head.index("Overdue")] == "1"


def test_in_xlsx_texts_stay_texts_and_dates_are_dates(company: Cast) -> None:
    answer = ask(company, "format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    head = [cell.value for cell in sheet[2]]
    line = dict(zip(head, sheet[3], strict=True))
    assert (line["Network"].value, line["Network"].data_type) == (HOSTILE, "s")
    assert isinstance(line["Start"].value, datetime)
    assert line["Overdue"].value == 1


def test_pdf_is_tagged_readable_and_the_same_twice(company: Cast) -> None:
    one, two = (ask(company, "format=pdf").content for _ in range(2))
    assert one == two
    facts, words = (
        subprocess.run(command, input=one, capture_output=True, check=True).stdout.decode()
        for command in (["pdfinfo", "-"], ["pdftotext", "-layout", "-", "-"])
    )
    assert "Tagged:          yes" in facts
    assert "As of 2026-06-15" in words
    assert HOSTILE.split("(")[0] in words


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_every_grouping_in_every_format(company: Cast, by: str, kind: str) -> None:
    assert ask(company, f"format={kind}&group_by={by}&as_of=2026-06-14").status_code == 200


def test_an_export_holds_all_pages_and_only_what_one_sees(company: Cast) -> None:
    for _ in range(3):
        factories.network(programme=company.programme)
    table = list(csv.reader(io.StringIO(ask(company, "format=csv&page_size=1").content.decode())))
    assert len(table) == 2 + 4 + 1
    alone = client(company["stranger"]).get(f"{BASE}status-report/?format=csv").content.decode()
    assert "BOREAS" in alone
    assert HOSTILE not in alone


def test_the_page_gives_the_same_files(company: Cast) -> None:
    officer = Client()
    officer.force_login(company["officer"])
    for kind in ("csv", "xlsx", "pdf"):
        answer = officer.get(f"{reverse('status-report')}?format={kind}&q=hyper")
        assert answer.content == ask(company, f"format={kind}&q=hyper").content


@pytest.mark.parametrize("query", ["format=doc", "format=csv&as_of=2999-01-01", "format=csv&x=1"])
def test_what_there_is_not_is_refused(company: Cast, query: str) -> None:
    assert ask(company, query).status_code in (400, 404)
