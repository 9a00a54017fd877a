"""The rooms and their doors: layers, names and sizes. See CONTRIBUTING.md.

Each rule is a function over a tree of files, so that a test can plant a breach in a copy
and see it found.
"""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From the bottom to the top. A room may use those before it, never those after it.
ROOMS = ["networks", "milestones", "reports", "notifications", "tracker"]
BANNED_NAMES = {"utils", "helpers", "common", "core", "misc", "lib"}
LONGEST_FILE = 500
LONGEST_FUNCTION = 70


def sources(root: Path) -> Iterator[Path]:
    """Every Python file of the five rooms, migrations too."""
    for room in ROOMS:
        yield from sorted((root / room).rglob("*.py"))


def own_sources(root: Path) -> Iterator[Path]:
    """The files people write: without migrations."""
    return (path for path in sources(root) if "migrations" not in path.parts)


def used_modules(path: Path) -> Iterator[str]:
    """Every module a file imports, also inside functions and `if TYPE_CHECKING`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def migration_needs(path: Path) -> Iterator[str]:
    """The applications a migration depends on or runs before."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in (
            "dependencies",
            "run_before",
        ):
            for pair in ast.walk(node.value):
                if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                    yield str(pair.elts[0].value)


def upward(root: Path) -> list[str]:
    """Every arrow that points up, as 'file -> room'."""
    found = []
    for path in sources(root):
        room = path.relative_to(root).parts[0]
        above = ROOMS[ROOMS.index(room) + 1 :]
        used = {name.split(".")[0] for name in used_modules(path)}
        if path.parent.name == "migrations":
            used |= set(migration_needs(path))
        found += [f"{path.relative_to(root)} -> {other}" for other in above if other in used]
    return found


def banned_names(root: Path) -> list[Path]:
    """Files and folders whose name says nothing about what is in them."""
    return [
        path.relative_to(root)
        for path in own_sources(root)
        if BANNED_NAMES & {path.stem, *path.relative_to(root).parts[:-1]}
    ]


def long_files(root: Path) -> list[str]:
    """Files that want to be split by noun."""
    lengths = {path: len(path.read_text().splitlines()) for path in own_sources(root)}
    return [f"{path.relative_to(root)}: {n}" for path, n in lengths.items() if n > LONGEST_FILE]


def long_functions(root: Path) -> list[str]:
    """Functions that do more than one thing."""
    found = []
    for path in own_sources(root):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{path.relative_to(root)}:{node.name}: {length}")
    return found


def test_imports_and_migrations_point_down_only():
    assert upward(ROOT) == []


def test_no_file_has_a_catch_all_name():
    assert banned_names(ROOT) == []


def test_no_file_is_longer_than_500_lines():
    assert long_files(ROOT) == []


def test_no_function_is_longer_than_70_lines():
    assert long_functions(ROOT) == []


@pytest.fixture
def copy(tmp_path):
    """A copy of the rooms in which a breach can be planted."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "import reports.models",
        "from notifications import services",
        "def later():\n    from tracker.settings import DEBUG",
        "if TYPE_CHECKING:\n    from tracker import settings",
    ],
)
def test_a_planted_import_is_found(copy, line):
    (copy / "networks" / "planted.py").write_text(f"TYPE_CHECKING = False\n{line}\n")
    assert [arrow.split(" -> ")[0] for arrow in upward(copy)] == ["networks/planted.py"]


def test_a_planted_migration_dependency_is_found(copy):
    (copy / "milestones" / "migrations" / "9999_planted.py").write_text(
        "class Migration:\n    dependencies = [('networks', '0001'), ('reports', '0001_initial')]\n"
    )
    assert upward(copy) == ["milestones/migrations/9999_planted.py -> reports"]


def test_a_planted_name_and_length_are_found(copy):
    (copy / "reports" / "utils.py").write_text("x = 1\n" * 501)
    assert banned_names(copy) == [Path("reports/utils.py")]
    assert long_files(copy) == ["reports/utils.py: 501"]


def test_import_linter_finds_the_planted_import_too(copy):
    """`make check` runs it; it also sees chains of imports that this file does not follow."""
    (copy / "networks" / "planted.py").write_text("import reports.apps\n")
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    ended = subprocess.run(
        command, cwd=copy, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode != 0
    assert re.search(r"networks\.planted -> reports\.apps", ended.stdout)
