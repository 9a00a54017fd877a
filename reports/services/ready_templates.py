"""The three templates that we ship, each for interim and final reports.

Texts follow domain.md: RPPR (US federal), the Horizon Europe periodic report (part B), and
the annual report of a charity. Equal keys mean the same answer in every form. A change here
raises ``VERSION``: reports keep the version they were begun with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction

from reports.models import ReportKind, ReportTemplate, TemplateSection

VERSION = 1

_PUBLIC = TemplateSection.Audience.PUBLIC
_COMMITTEE = TemplateSection.Audience.COMMITTEE
_STAFF = TemplateSection.Audience.STAFF
_Facts = TemplateSection.Facts


class Question(NamedTuple):
    """One section as it is shipped."""

    key: str
    number: str
    title: str
    guidance: str
    facts: str = _Facts.NONE
    audience: str = _COMMITTEE
    words: int | None = None
    required: bool = True
    nothing: bool = True


_LAY = (
    "Write for people who live with the disease and for the public: what you set out to do, "
    "what you found, and why it matters. No abbreviations. This text may be published."
)

RPPR = (
    Question(
        "goals",
        "B.1",
        "Major goals of the project",
        "List the goals as agreed. Say whether any of them has changed since the award or the "
        "last report, and why.",
        nothing=False,
    ),
    Question(
        "accomplishments",
        "B.2",
        "What was accomplished under these goals?",
        "Major activities, specific objectives, significant results and key outcomes of the "
        "period. The table beside it shows every milestone and deliverable; write what it "
        "cannot show.",
        _Facts.ITEMS,
        words=2000,
        nothing=False,
    ),
    Question(
        "training",
        "B.4",
        "Opportunities for training and professional development",
        "Who was trained, in what, with whom.",
    ),
    Question(
        "dissemination",
        "B.5",
        "How have the results been disseminated to communities of interest?",
        "Talks, outreach, work with people affected; publications go below.",
    ),
    Question(
        "plan_next",
        "B.6",
        "What do you plan to do in the next period to accomplish the goals?",
        "In a final report say what remains to be done, and by whom.",
        words=1000,
    ),
    Question(
        "publications",
        "C.1",
        "Publications, papers and presentations",
        "What was published or accepted in the period. Outputs with a DOI are listed beside it.",
        _Facts.OUTPUTS,
    ),
    Question(
        "other_products",
        "C.5",
        "Other products, resource sharing and data management",
        "Data sets, software, protocols, instruments, and where others can get them.",
    ),
    Question(
        "participants",
        "D.1",
        "Who has worked on the project?",
        "The table lists team and partners. Say what each group contributed.",
        _Facts.PEOPLE,
    ),
    Question(
        "effort",
        "D.2",
        "Changes in effort and other support",
        "Explain any drop in effort of 25 % or more of a person named in the award, and new "
        "support of theirs.",
        _Facts.EFFORT,
        audience=_STAFF,
    ),
    Question(
        "impact",
        "E.1",
        "Impact on the field and on human resources",
        "What has changed, or will, because of this work.",
    ),
    Question(
        "infrastructure",
        "E.2",
        "Impact on physical, institutional and information resources",
        "Facilities, collections and registers that others can use.",
    ),
    Question(
        "transfer",
        "E.3",
        "Impact on technology transfer",
        "Inventions, licences, use in the clinic or in industry.",
    ),
    Question(
        "spending_abroad",
        "E.4",
        "Money spent in other countries",
        "Name the country and the amount for each first-tier award abroad.",
        audience=_STAFF,
    ),
    Question(
        "approach_changes",
        "F.1",
        "Changes in approach and reasons for change",
        "The list beside it shows what has moved since the last report.",
        _Facts.CHANGES,
    ),
    Question(
        "delays",
        "F.2",
        "Actual or anticipated challenges or delays, and plans to resolve them",
        "The chart shows how forecasts moved against due dates. Say what is done about it.",
        _Facts.FORECAST,
    ),
    Question(
        "subjects",
        "F.3",
        "Significant changes to human subjects, animals, biohazards or select agents",
        "Include approvals that are pending or have lapsed.",
    ),
    Question(
        "risks",
        "F.4",
        "Risks and their state of play",
        "Was the mitigation applied, has the risk come true, what is new?",
        _Facts.RISKS,
    ),
    Question(
        "conditions",
        "G.1",
        "Special award terms and conditions",
        "How each condition of earlier decisions was met.",
        _Facts.CONDITIONS,
    ),
    Question(
        "lay_summary", "I", "Outcomes, in lay language", _LAY, audience=_PUBLIC, words=500,
        nothing=False,
    ),
)  # fmt: skip

EU_PERIODIC = (
    Question(
        "lay_summary",
        "0",
        "Summary for publication",
        _LAY,
        audience=_PUBLIC,
        words=1000,
        nothing=False,
    ),
    Question(
        "goals",
        "1.1",
        "Objectives",
        "List the specific objectives of the project, and say how far each has been reached.",
        nothing=False,
    ),
    Question(
        "accomplishments",
        "1.2",
        "Explanation of the work carried out per work package",
        "For each work package: the work done by each participant, measured against the plan. "
        "The table shows milestones and deliverables with all four dates.",
        _Facts.ITEMS,
        nothing=False,
    ),
    Question(
        "impact",
        "1.3",
        "Impact",
        "Does what was planned as impact still hold? Update it if needed.",
    ),
    Question(
        "dissemination",
        "2",
        "Update of the plan for exploitation and dissemination of results",
        "What was published or put to use. Outputs with a DOI are listed beside it.",
        _Facts.OUTPUTS,
    ),
    Question(
        "data_management",
        "3",
        "Update of the data management plan",
        "Where data lie, under what licence, and what has changed.",
    ),
    Question(
        "conditions",
        "4",
        "Follow-up of recommendations and comments from previous reviews",
        "Answer each condition of earlier decisions.",
        _Facts.CONDITIONS,
    ),
    Question(
        "approach_changes",
        "5",
        "Deviations from the plan",
        "Explain the reasons for each deviation, its consequences, and the corrective action.",
        _Facts.CHANGES,
    ),
    Question(
        "delays",
        "5.1",
        "Tasks not fully implemented or behind schedule",
        "Also the impact on other tasks, on resources and on the plan.",
        _Facts.FORECAST,
    ),
    Question(
        "effort",
        "5.2",
        "Use of resources",
        "Explain deviations between planned and actual person-months per work package.",
        _Facts.EFFORT,
        audience=_STAFF,
    ),
    Question(
        "risks",
        "6",
        "Critical risks: state of play",
        "For each risk: was the mitigation applied, has it materialised? Name unforeseen ones.",
        _Facts.RISKS,
    ),
    Question(
        "participants",
        "7",
        "Consortium and team",
        "Explain who joined and who left, and how their work is continued.",
        _Facts.PEOPLE,
    ),
)


def _charity(impact_words: int) -> tuple[Question, ...]:
    return (
        Question(
            "impact",
            "1",
            "Research impact",
            "What the research has changed for science, for care, or for people with the "
            "disease in this period.",
            words=impact_words,
            nothing=False,
        ),
        Question(
            "lay_summary",
            "2",
            "Lay summary",
            _LAY,
            audience=_PUBLIC,
            words=500,
            nothing=False,
        ),
        Question(
            "accomplishments",
            "3",
            "Progress against milestones",
            "Comment on what the table cannot say, above all where something is late.",
            _Facts.ITEMS,
        ),
        Question(
            "delays",
            "4",
            "Delays, and what is done about them",
            "The chart shows how forecasts moved against due dates.",
            _Facts.FORECAST,
            required=False,
        ),
        Question(
            "publications",
            "5",
            "Publications and other outputs",
            "What is new. Outputs with a DOI are listed beside it.",
            _Facts.OUTPUTS,
        ),
        Question(
            "participants",
            "6",
            "Changes in the team",
            "Trainees included.",
            _Facts.PEOPLE,
        ),
        Question(
            "conditions",
            "7",
            "Conditions of earlier decisions",
            "How each was met.",
            _Facts.CONDITIONS,
            required=False,
        ),
    )


READY: dict[tuple[str, str], tuple[str, tuple[Question, ...]]] = {
    ("rppr", "interim"): ("RPPR-like, interim", RPPR),
    ("rppr", "final"): ("RPPR-like, final", RPPR),
    ("eu_periodic", "interim"): ("EU periodic-like, interim", EU_PERIODIC),
    ("eu_periodic", "final"): ("EU periodic-like, final", EU_PERIODIC),
    ("charity_annual", "interim"): ("Charity annual, interim", _charity(500)),
    ("charity_annual", "final"): ("Charity annual, final", _charity(1000)),
}


@transaction.atomic
def ensure_ready_templates() -> None:
    """Write the templates we ship that are not on file yet. One query when all are."""
    rows = ReportTemplate.objects.ready().filter(version=VERSION)
    known = set(rows.values_list("form", "kind"))
    for (form, kind), (name, questions) in READY.items():
        if (form, kind) not in known:
            # Two workers may come here at once: the second finds the first one's row.
            template, is_new = ReportTemplate.objects.get_or_create(
                programme=None,
                form=form,
                kind=ReportKind(kind),
                version=VERSION,
                defaults={"name": name},
            )
            if is_new:
                TemplateSection.objects.bulk_create(_sections(template, questions))


def _sections(
    template: ReportTemplate, questions: tuple[Question, ...]
) -> Iterator[TemplateSection]:
    for position, asked in enumerate(questions, start=1):
        yield TemplateSection(
            template=template,
            position=position,
            key=asked.key,
            number=asked.number,
            title=asked.title,
            guidance=asked.guidance,
            word_limit=asked.words,
            required=asked.required,
            nothing_allowed=asked.nothing,
            audience=asked.audience,
            facts=asked.facts,
        )
