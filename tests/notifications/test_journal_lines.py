"""The journal's file itself: what stands in it, who may read it, and what is read out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from notifications import journal
from notifications.conversing import Answer, Outcome
from notifications.journal import Evidence, Journal, abandoned, evidence, forget

REFUSED = Answer(Outcome.REFUSED, 550, "no such person")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A folder that is not there yet, nor is the one around it."""
    settings.JOURNAL_DIR = tmp_path / "data" / "journal"
    return tmp_path / "data" / "journal"


def test_each_line_is_one_fact_and_the_first_says_whose_and_until_when() -> None:
    log = Journal(uuid4(), 12.5)
    log.begin((7, 2))
    log.answer((7, 2), REFUSED)
    lines = [json.loads(line) for line in log.path.read_bytes().split(b"\n")[:-1]]
    assert lines == [
        {"boot": journal._boot(), "until": 12.5},
        {"begun": [7, 2]},
        {"answer": [7, 2, "refused", 550, "no such person"]},
    ]
    log.close(done=True)


def test_it_lies_by_its_token_in_the_folder_and_is_its_owners_alone(folder: Path) -> None:
    log = Journal(token := uuid4())
    assert [path.name for path in folder.iterdir()] == [f"{token}.log"]
    assert log.path.stat().st_mode & 0o777 == 0o600
    log.close(done=True)
    assert list(folder.iterdir()) == []


def test_a_second_one_needs_no_new_folder_and_one_that_is_gone_is_no_fault() -> None:
    first, second = Journal(uuid4()), Journal(uuid4())
    forget(first.token)
    assert not first.path.exists()
    forget(first.token)
    first.close(done=True)
    second.close(done=False)
    assert second.path.exists()


def test_a_token_is_taken_once() -> None:
    log = Journal(uuid4())
    # As left by a worker that was killed before its journal had its name.
    log.path.with_suffix(".part").write_bytes(b"")
    with pytest.raises(FileExistsError):
        Journal(log.token)
    log.close(done=True)


def test_until_when_a_worker_may_offer_is_read_and_without_a_word_it_is_over() -> None:
    log = Journal(uuid4(), 12.5)
    log.close(done=False)
    found = evidence(log.token)
    assert found is not None
    assert found.until == 12.5
    log.path.write_text(json.dumps({"boot": journal._boot()}) + "\n")
    older = evidence(log.token)
    assert older is not None
    assert older.until == 0.0
    silent = Journal(uuid4())
    unset = evidence(silent.token)
    assert unset is not None
    assert unset.until == 0.0
    silent.close(done=True)


def test_answers_are_read_as_they_were_given() -> None:
    log = Journal(uuid4())
    silent = Answer(Outcome.UNKNOWN, None, "nothing")
    for flight, answer in {(7, 1): REFUSED, (8, 3): silent}.items():
        log.begin(flight)
        log.answer(flight, answer)
    log.close(done=False)
    assert evidence(log.token) == Evidence({(7, 1), (8, 3)}, {(7, 1): REFUSED, (8, 3): silent})


def test_a_full_disk_is_named_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Journal(uuid4())
    monkeypatch.setattr(journal.os, "write", lambda file, text: len(text) - 1)
    with pytest.raises(OSError, match="disk is full") as full:
        log.begin((1, 1))
    assert str(full.value) == f"{log.path} cannot be written: the disk is full."
    log.close(done=True)


def test_where_restarts_can_be_told_no_line_waits_for_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(journal.os, "fsync", synced.append)
    monkeypatch.setattr(journal, "_boot", lambda: "this one")
    log = Journal(uuid4())
    assert synced == []
    monkeypatch.setattr(journal, "_boot", lambda: "")
    log.begin((1, 1))
    assert synced == [log.file]
    log.close(done=True)


def test_of_several_dead_workers_all_are_found_and_kept_until_the_end(folder: Path) -> None:
    logs = [Journal(uuid4()) for _ in range(3)]
    for log in logs[:2]:
        log.close(done=False)
    (folder / "notes.txt").write_text("no journal")
    (folder / f"{uuid4()}.part").write_text("no journal yet")
    with abandoned() as dead:
        assert set(dead) == {log.token for log in logs[:2]}
        with abandoned() as again:
            assert again == []
    with abandoned() as dead:
        assert len(dead) == 2
    logs[2].close(done=True)


def test_files_that_prove_nothing_are_let_go_of(folder: Path) -> None:
    log = Journal(uuid4())
    log.close(done=False)
    log.path.write_text(json.dumps({"boot": "another"}) + "\n")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with abandoned() as dead:
        assert dead == []
        assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b'{"boot": null}\n', b"no json\n", b'{"boot": "another"}\n']
)
def test_a_file_that_does_not_begin_as_one_of_this_machine_proves_nothing(content: bytes) -> None:
    log = Journal(uuid4())
    log.close(done=False)
    log.path.write_bytes(content)
    assert evidence(log.token) is None


def test_of_a_token_without_a_file_nothing_is_known() -> None:
    assert evidence(UUID(int=1)) is None
