"""The planning awards from which the three networks grew: EUR 50,000, a year, closed."""

from tracker.demo.data.shapes import Plan

WEAVERS = Plan(
    reference="PLA-01",
    acronym="MYELOOM-P",
    title="Planning a network on remyelination: which cells, which scans, which partners?",
    months_ago=42,
    months=12,
    time_zone="Europe/Rome",
    amount=50_000,
    state="closed",
    summary="In twelve months a group of four grew to eleven teams, agreed on one cell model to test and wrote the plan of MYELOOM together with people who live with progressive MS.",
    partners="1 | coordinator | VALCHIARA |\n2 | beneficiary | EASTMERE |\nF1 | funder | PONTE |",
    team="lead@demo.example | Ana Ribeiro | VALCHIARA | lead | 2.4\n | Fiona Hartwell | EASTMERE | member | 1.2",
    packages="WP1 | 1-12 | VALCHIARA | lead | Building the network | Find partners, agree on methods, write the plan.",
    milestones="""
MS1 | M5 | WP1 | governance | | Workshop held with thirty researchers and eight people with MS | List of participants and report
MS2 | M9 | WP1 | laboratory | | Cell model tried in two laboratories | Comparison of both laboratories
MS3 | M12 | WP1 | governance | | Full plan of the network submitted | Receipt of the application
""",
    deliverables="""
D1.1 | M6 | R PU | governance | | Report of the workshop
D1.2 | M12 | R SEN | governance | | Plan of the network with letters of commitment
""",
)

SOUNDINGS = Plan(
    reference="PLA-02",
    acronym="TIDELINE-P",
    title="Planning a network on markers of neuroprotection: one cohort instead of nine",
    months_ago=30,
    months=12,
    time_zone="America/Toronto",
    amount=50_000,
    state="closed",
    summary="Nine groups compared their cohorts, found that no two measured the same thing, and agreed on one schedule of visits. Regulators were asked early what they would need to see.",
    partners="1 | coordinator | PORTARDEN |\n2 | beneficiary | AOKIDAI |\nF1 | funder | BOREAL |",
    team=" | Catherine Lindqvist-Moore | PORTARDEN | lead | 2.4\n | Sayuri Kanemoto | AOKIDAI | member | 1.2",
    packages="WP1 | 1-12 | PORTARDEN | catherine.lindqvist-moore | Building the network | Compare cohorts, agree on one schedule, talk to regulators.",
    milestones="""
MS1 | M4 | WP1 | data | | Nine cohorts compared | Table of measures by cohort
MS2 | M8 | WP1 | governance | | First talk with a regulator held | Minutes of the meeting
MS3 | M12 | WP1 | governance | | Full plan of the network submitted | Receipt of the application
""",
    deliverables="""
D1.1 | M5 | R PU | data | | What nine cohorts measure: a comparison
D1.2 | M12 | R SEN | governance | | Plan of the network with letters of commitment
""",
)

FOOTHILLS = Plan(
    reference="PLA-03",
    acronym="LONGSTRIDE-P",
    title="Planning a trial of exercise and fatigue care that people can follow at home",
    months_ago=46,
    months=12,
    time_zone="Australia/Melbourne",
    amount=50_000,
    state="closed",
    summary="Sixty people with progressive MS in three countries said what a programme must and must not ask of them. Their answers became the design of LONGSTRIDE.",
    partners="1 | coordinator | WATTLE |\n2 | beneficiary | HALLOWDALE |\nF1 | funder | SOUTHERN |",
    team=" | Alistair Brennan-Cole | WATTLE | lead | 2.4\n | Imogen Farraday | HALLOWDALE | member | 1.8",
    packages="WP1 | 1-12 | WATTLE | alistair.brennan-cole | Building the network | Listen first, then design the trial.",
    milestones="""
MS1 | M6 | WP1 | outreach | | Sixty people heard in three countries | Interview report
MS2 | M9 | WP1 | device | | Two sensors compared on the walkway | Comparison report
MS3 | M12 | WP1 | governance | | Full plan of the network submitted | Receipt of the application
""",
    deliverables="""
D1.1 | M7 | R PU | outreach | | What people ask of an exercise programme
D1.2 | M12 | R SEN | governance | | Plan of the trial with letters of commitment
""",
)
