"""What a story is: diary lines, risk assessments, amendments, people who leave."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amended:
    """An amendment: days count from today; an undecided one has no ``decided``.

    ``changes`` is a table of code, field and new value; ``leaves`` and ``joins`` are
    short names of partners.
    """

    kind: str
    title: str
    justification: str
    by: str
    drafted: int
    changes: str
    submitted: int | None = None
    decided: int | None = None
    refused: bool = False
    note: str = ""
    leaves: str = ""
    joins: str = ""


@dataclass(frozen=True)
class Story:
    """What is told by hand; everything else of a network follows an ordinary course.

    ``diary`` names an item, then its lines: day from today, who, through which door, what
    was said (``at_risk 40 >T+12 research``, ``claim``, ``verify`` ...), text, reason.
    """

    diary: str = ""
    risks: str = ""
    amendments: tuple[Amended, ...] = ()
    unforeseen: str = ""
    leavers: str = ""
    # code | what the lead wrote on handing in | what was answered: where the ordinary
    # course is told by hand only at its end
    closings: str = ""
