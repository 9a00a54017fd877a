"""A report in plain lines, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milestones.importing.report import Difference, FileReport, ImportReport, Problem, Warning_

_MANY = 8
# A wrong file may well be wrong in each of its thousands of rows.
MOST = 500


def lines_of(report: ImportReport) -> Iterator[str]:
    """The report from its files to its outcome."""
    for file in report.files:
        yield from _file(file)
    if report.warnings:
        yield f"\nWorth a look ({len(report.warnings)}):"
        yield from (f"  {_warning(warning)}" for warning in report.warnings[:MOST])
        yield from _rest(report.warnings)
    if report.differences:
        yield f"\nWhat changes ({len(report.differences)}):"
        yield from (f"  {_difference(line)}" for line in report.differences)
    if report.missing:
        yield "\nIn the plan, but not in these files (they stay as they are):"
        yield f"  {', '.join(report.missing)}"
    if report.problems:
        yield f"\nRefused ({len(report.problems)}):"
        for problem in report.problems[:MOST]:
            yield from _problem(problem)
        yield from _rest(report.problems)
    yield f"\n{outcome(report)}"


def outcome(report: ImportReport) -> str:
    """The last line: what was saved, or why nothing was."""
    if report.is_refused:
        return "Nothing was saved: mend what is refused, and import again."
    sentence = " ".join(_what_happened(report))
    return f"Dry run, nothing was saved. {sentence}" if report.dry_run else sentence


def _what_happened(report: ImportReport) -> Iterator[str]:
    tried = report.dry_run
    if report.changes_nothing:
        yield f"{report.network} stands as the files say: nothing changes."
    if report.created:
        counts = ", ".join(f"{kind} {number}" for kind, number in report.created.items())
        yield f"{'Would create' if tried else 'Created'} in {report.network}: {counts}."
    if report.waits_already:
        yield f"The changes wait for their decision already, as {report.amendment}."
    elif report.amendment is not None:
        word = "would become" if tried else "have become"
        yield (
            f"The changes {word} amendment {report.amendment.number} of {report.network}; "
            "they take effect once a manager approves it."
        )


def _file(file: FileReport) -> Iterator[str]:
    counts = ", ".join(f"{number} {name}" for name, number in file.counts.items())
    yield f"{file.file}: {file.kind} ({file.read_as}): {file.rows} rows: {counts}"
    for reason, rows in file.reasons:
        yield f"    skipped, {reason}: {rows_in_words(rows)}"


def rows_in_words(rows: list[int]) -> str:
    """``row 3``, ``rows 3, 5 and 17 more``."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    shown = ", ".join(map(str, rows[:_MANY]))
    more = f" and {len(rows) - _MANY} more" if len(rows) > _MANY else ""
    return f"rows {shown}{more}"


def _warning(warning: Warning_) -> str:
    place = [warning.file]
    if warning.rows:
        place.append(rows_in_words(warning.rows))
    if warning.column:
        place.append(f"column “{warning.column}”")
    value = f"“{warning.value}” " if warning.value else ""
    return f"{', '.join(place)}: {value}{warning.text}."


def _difference(line: Difference) -> str:
    if line.action != "change":
        return f"{line.thing}: {line.action}" + (f" ({line.new})" if line.new else "")
    return f"{line.thing}: {line.field}: {line.old or '(empty)'} → {line.new or '(empty)'}"


def _rest(found: Sequence[object]) -> Iterator[str]:
    if len(found) > MOST:
        yield f"  … and {len(found) - MOST:,} more of the kind."


def _problem(problem: Problem) -> Iterator[str]:
    place = [problem.file or "the import itself"]
    if problem.row is not None:
        place.append(f"row {problem.row}")
    if problem.column:
        place.append(f"column “{problem.column}”")
    value = f" “{problem.value}”:" if problem.value else ""
    yield f"  {', '.join(place)}:{value} {problem.wrong}"
    yield f"      → {problem.mend}"
