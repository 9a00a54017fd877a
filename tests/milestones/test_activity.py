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


def verbs_of(node: ast.expr, named: dict[str, str]) -> Iterator[str]:
    """What an argument can be, as far as the source says it; ``named`` are its constants."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from verbs_of(node.body, named)
        yield from verbs_of(node.orelse, named)
    elif isinstance(node, ast.Attribute):
        yield str(StatusUpdate.Kind[node.attr])
    elif isinstance(node, ast.Name) and node.id in named:
        yield named[node.id]
    else:
        assert isinstance(node, ast.Name), ast.dump(node)
        assert node.id in ("verb", "kind"), f"say where the verb “{node.id}” comes from"


def constants(tree: ast.Module) -> dict[str, str]:
    """The texts that a module names."""
    return {
        target.id: str(each.value.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def recorded() -> set[str]:
    """Every verb in the sources."""
    found = set(KINDS)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text())
            named = constants(tree)
            for node in ast.walk(tree):
                name = getattr(getattr(node, "func", None), "id", "")
                if isinstance(node, ast.Call) and name in TAKERS:
                    found |= set(verbs_of(node.args[TAKERS[name]], named))
    return found


def test_the_search_finds_verbs_of_every_shape():
    assert {"grant_role", "admin_add", "admin_change", "plan_effort", "submit_amendment"} <= (
        recorded()
    )


@pytest.mark.parametrize("verb", sorted(recorded()))
def test_a_verb_has_plain_words(verb):
    assert str(VERBS.get(verb, "")), f"add “{verb}” to milestones.activity.VERBS"
