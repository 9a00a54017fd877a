"""What the pages for people say agrees with the program."""

import re

import pytest

from scripts.variables import declared_variables
from tests.servers.processes import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_operations_names_every_variable_that_the_settings_read_and_no_other():
    assert set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", OPERATIONS)) == declared_variables()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_a_page_names_exists(page):
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?=[ `\n])", code(page.read_text()))) <= targets


def code(text: str) -> str:
    """Only what a page shows as commands."""
    return "\n".join(re.findall(r"(?s)```.*?```|`[^`\n]+`", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_links_to_exists(page):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
