"""The activity log in words: every verb that is recorded anywhere has some."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from milestones.activity import VERBS
from milestones.models import StatusUpdate

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ["networks", "milestones", "reports", "notifications"]
# Who takes a verb, and which argument it is. A verb that comes as a variable comes from
# one of these, or is a StatusUpdate's kind.
TAKERS = {"record_event": 1, "build_event": 1, "insert_rows": 2, "_step": 2, "log_mails": 1}
KINDS = {str(kind) for kind in StatusUpdate.Kind}


def verbs_of(node: ast.expr) -> Iterator[str]:
    """What an argument can be, as far as the source says it."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from verbs_of(node.body)
        yield from verbs_of(node.orelse)
    elif isinstance(node, ast.Attribute):
        yield str(StatusUpdate.Kind[node.attr])
    else:
        assert isinstance(node, ast.Name), ast.dump(node)
        assert node.id in ("verb", "kind"), f"say where the verb “{node.id}” comes from"


def recorded() -> set[str]:
    """Every verb in the sources."""
    found = set(KINDS)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                name = getattr(getattr(node, "func", None), "id", "")
                if isinstance(node, ast.Call) and name in TAKERS:
                    found |= set(verbs_of(node.args[TAKERS[name]]))
    return found


def test_the_search_finds_verbs_of_every_shape():
    assert {"grant_role", "admin_add", "admin_change", "plan_effort", "submit_amendment"} <= (
        recorded()
    )


@pytest.mark.parametrize("verb", sorted(recorded()))
def test_a_verb_has_plain_words(verb):
    assert str(VERBS.get(verb, "")), f"add “{verb}” to milestones.activity.VERBS"
