"""MYELOOM: weaving myelin back. The network of the demo's lead; it is in its third year."""

from tracker.demo.data.shapes import Plan

SUMMARY = (
    "In progressive multiple sclerosis the insulation of nerve fibres is lost and too little of "
    "it grows back. MYELOOM brings together eleven teams who ask why, and what would help. They "
    "grow the cells that make myelin from people who live with progressive MS, search known "
    "medicines for those that wake these cells up, and learn to see new myelin in a brain scan. "
    "By the end two medicines should be ready for a first trial, with a scan that can tell "
    "within a year whether they work. People with MS sit in every group that decides."
)

# number | role | short name of the organisation | member from month (empty: from the start)
PARTNERS = """
1 | coordinator | VALCHIARA |
2 | beneficiary | SHIOMI |
3 | beneficiary | NANDIVALI |
4 | beneficiary | PERLE |
5 | beneficiary | REDCREST |
6 | beneficiary | EASTMERE |
7 | beneficiary | AZULADA |
8 | beneficiary | PROTEA |
9 | beneficiary | YARRALINGA |
10 | beneficiary | SANRUFFINO |
11 | associated | FENNMARK |
F1 | funder | PONTE |
F2 | funder | HARBOUR |
F3 | funder | BOREAL |
"""

# e-mail (empty: from the name) | name | partner | role | person-months
TEAM = """
lead@demo.example | Ana Ribeiro | VALCHIARA | lead | 19.2
deputy@demo.example | Kenji Morisawa | SHIOMI | deputy | 16
wplead@demo.example | Priya Nandakumar | NANDIVALI | wp_lead | 18
member@demo.example | Luca Ferrandi | VALCHIARA | member | 30
observer@demo.example | Sophie Tremblay-Roy | PERLE | observer |
 | Fiona Hartwell | EASTMERE | wp_lead | 14.4
 | Étienne Beaulac | PERLE | wp_lead | 12
 | Margherita Solari | SANRUFFINO | wp_lead | 14
 | Naomi Castellane | REDCREST | wp_lead | 9.6
 | Thiago Vasconcelos | AZULADA | member | 24
 | Lerato Mokwena | PROTEA | member | 21
 | Bridget O'Malley-Kerr | YARRALINGA | member | 18
 | Yuto Hasegawa-Ide | SHIOMI | member | 36
 | Deepa Raghunath | NANDIVALI | member | 30
 | Oliver Penhale | FENNMARK | member | 4
 | Silvia Trevisani | VALCHIARA | member | 24
"""

# number | months | partner | person who leads | title | objectives
PACKAGES = """
WP1 | 1-48 | VALCHIARA | lead | Coordination, governance and patient partnership | Keep eleven teams in nine countries to one plan, with people who live with progressive MS in every decision.
WP2 | 1-30 | EASTMERE | fiona.hartwell | Human cell models of failed remyelination | Grow precursor cells from donors with progressive MS and show, in a dish, where repair stops.
WP3 | 4-40 | NANDIVALI | wplead | Compound screening and target validation | Find approved compounds that restart repair in human cells, and learn through which target they act.
WP4 | 6-46 | SHIOMI | deputy | Imaging of myelin repair | Agree on a myelin-sensitive scan that gives the same answer on five scanners, and follow 120 people with it.
WP5 | 18-48 | SANRUFFINO | margherita.solari | Readiness for an early-phase trial | Bring two compounds, one outcome measure and one protocol to the door of a first trial.
WP6 | 1-48 | PERLE | etienne.beaulac | Shared data and tissue platform | One catalogue for cells, scans and results, open to every site from the first year.
WP7 | 3-48 | REDCREST | naomi.castellane | Training, engagement and outreach | Train twelve early-career scientists across sites and tell people with MS what was found.
"""

# number (* = gate) | due | work packages | kind of work | responsible (empty: work package lead) | title | means of verification
MILESTONES = """
MS1 | M3 | WP1 | governance | | Consortium agreement signed and steering group at work | Signed agreement and minutes of the first steering group meeting
MS2 | M4 | WP6 | data | | Shared data platform open to all eleven sites | Log-in report with one test upload from each site
MS3 | M6 | WP2 | laboratory | | Cell lines from twelve donors with progressive MS banked | Bank inventory with a quality certificate for each line
MS4* | M9 | WP2 WP3 | laboratory | | Go or no-go: the cell model reproduces failed remyelination | Committee paper with effect sizes from three independent laboratories; threshold 0.8
MS5 | M10 | WP4 | imaging | | Scan protocol harmonised on five scanners | Phantom and travelling-volunteer report; coefficient of variation below 5 %
MS6 | M12 | WP3 | laboratory | | Primary screen of 2,400 approved compounds complete | Screen report and raw plates on the shared platform
MS7 | M14 | WP7 | outreach | naomi.castellane | First summer school held, with twelve early-career scientists | Programme, list of participants and their evaluation
MS8 | M16 | WP2 WP3 | laboratory | | Forty compounds confirmed in a second set of donors | Confirmation report with dose curves for each compound
MS9* | M18 | WP3 | laboratory | | Go or no-go: eight compounds restart repair in human cells | Committee paper with replicated effect in two laboratories
MS10 | M20 | WP4 | recruitment | | First fifty participants scanned at baseline | Enrolment log and quality report for each scan
MS11 | M22 | WP6 | data | | Tissue and cell catalogue searchable by outside researchers | Public catalogue page and the first ten access requests
MS12 | T-24 | WP5 | trial | | Scientific advice received from two regulators | Letters of advice and the network's reply to each
MS13* | T-10 | WP3 WP5 | trial | lead | Go or no-go: two compounds chosen for trial readiness | Committee paper with the ranking, the safety file and the minority opinion
MS14 | M24 | WP3 | laboratory | wplead | Dose range of the two leading compounds set in slice culture | Dose report with a no-effect and a toxic dose for each compound
MS15 | T+5 | WP1 | governance | lead | Patient panel has reviewed the outline of the trial | Panel report and a point-by-point reply of the steering group
MS16 | M25 | WP4 | imaging | deputy | Automatic myelin maps run at all five imaging sites | Run log of each site on the same ten data sets
MS17 | T+41 | WP4 | recruitment | deputy | One hundred and twenty participants in the imaging cohort | Enrolment log signed by the five site investigators
MS18 | T+30 | WP3 WP6 | data | wplead | Target of the leading compound confirmed by gene editing | Knock-out and rescue data from two laboratories on the shared platform
MS19 | M32 | WP7 | outreach | | Second summer school and a public day for people with MS held | Programme, attendance and a film of the public day
MS20* | M36 | WP4 WP5 | imaging | | Go or no-go: the scan detects change within twelve months | Committee paper with test-retest error and one-year change in 80 participants
MS21 | M42 | WP5 | trial | | Trial protocol accepted by an ethics committee | Letter of approval and the approved protocol
MS22 | M47 | WP1 WP6 | data | | All data sets open under the network's access policy | Public landing page with a DOI for each data set
"""

# number | due | type level | kind of work | responsible | title
DELIVERABLES = """
D1.1 | M3 | R PU | governance | | Handbook of the network: who decides what, and how
D1.2 | M6 | DMP PU | data | | Data management plan
D1.3 | M12 | R SEN | governance | | First report of the patient partnership group
D1.4 | T-6 | R SEN | governance | lead | Second report of the patient partnership group
D1.5 | M36 | R SEN | governance | | Third report of the patient partnership group
D2.1 | M5 | ETHICS SEN | governance | | Ethics approvals for donor tissue at four sites
D2.2 | M10 | R PU | laboratory | | Laboratory protocol for donor-derived precursor cells
D2.3 | M18 | DATA PU | data | | Single-cell atlas of precursor cells in progressive MS
D2.4 | T+14 | R SEN | laboratory | member | Comparison of donor cells with post-mortem tissue
D3.1 | M8 | R SEN | laboratory | | Compound library and screening plan
D3.2 | M13 | DATA SEN | data | | Results of the primary screen
D3.3 | M19 | R SEN | laboratory | | Report on the eight confirmed compounds
D3.4 | T-18 | DATA SEN | data | | Toxicity data of the eight confirmed compounds
D3.5 | M31 | R SEN | laboratory | wplead | Mechanism of action of the two chosen compounds
D4.1 | M9 | R PU | imaging | | Manual for the harmonised scan protocol
D4.2 | M21 | OTHER PU | imaging | | Open software for automatic myelin maps
D4.3 | M24 | DATA SEN | imaging | deputy | Baseline images of the first eighty participants
D4.4 | M34 | R PU | imaging | | Sensitivity of the scan to change over twelve months
D5.1 | M23 | R SEN | trial | | Briefing book for the regulators
D5.2 | T+1 | R SEN | trial | lead | Outline of the trial: population, outcome, duration
D5.3 | M33 | R SEN | trial | | Manufacturing and supply plan for two compounds
D5.4 | M44 | R PU | trial | | Complete trial protocol with patient information
D6.1 | M7 | DEC PU | data | | Public page of the tissue and cell catalogue
D6.2 | M20 | R PU | data | | Policy for access to data and samples
D6.3 | T+7 | DATA PU | data | deputy | Second release of the catalogue, with imaging data
D6.4 | M46 | DATA PU | data | | Final release of all data sets
D7.1 | M6 | DEC PU | outreach | | Web pages of the network in four languages
D7.2 | M15 | R PU | outreach | | Report on the first summer school
D7.3 | M26 | DEC PU | outreach | | Film: six people and their cells
D7.4 | M38 | R PU | outreach | | Plain-language summary of three years
"""

# number | likelihood severity | work packages | description | mitigation
RISKS = """
R1 | L H | WP2 | Donor cell lines differ so much between people that no common defect can be shown. | Twelve donors instead of eight; pooled analysis planned with the statistician before unblinding.
R2 | M H | WP3 | None of the confirmed compounds reaches the brain in a useful dose. | Brain exposure is a filter from the second screen on; two nanoparticle carriers held in reserve.
R3 | M M | WP4 | Recruitment to the imaging cohort is slower than planned. | Two reserve sites; travel costs paid; recruitment reviewed every month.
R4 | L M | WP4 | A scanner upgrade during the study breaks comparability. | Sites announce upgrades six months ahead; travelling volunteers are scanned before and after.
R5 | M M | WP5 | Regulators ask for a clinical rather than an imaging outcome. | Advice sought early from two regulators; walking speed kept as a co-outcome.
R6 | L M | WP6 | Differences in privacy law delay the sharing of scans. | Federated analysis as a fallback; one data protection officer for all sites.
R7 | L L | WP7 | Early-career scientists leave before the end of their training. | Paired supervision at two sites; exit interviews read by the steering group.
"""

# partner | person-months in WP1, WP2, ... WP7
EFFORT = """
VALCHIARA | 48 24 18 0 12 12 6
SHIOMI | 4 0 0 72 12 8 3
NANDIVALI | 4 12 84 0 8 6 3
PERLE | 4 18 0 12 0 60 6
REDCREST | 4 0 24 0 6 0 30
EASTMERE | 4 66 24 0 0 6 3
AZULADA | 2 24 18 18 0 0 4
PROTEA | 2 12 0 30 0 6 4
YARRALINGA | 2 30 12 0 0 0 2
SANRUFFINO | 4 0 0 36 54 6 3
FENNMARK | 1 0 6 0 6 0 0
"""

# number | due | venue | comment
REVIEWS = """
RV1 | M13 | By video | First annual review, before the second tranche
RV2 | M25 | Valchiara | Mid-term review with a site visit; the gate on the two compounds is on the agenda
RV3 | M37 | By video | Third annual review, with the imaging gate
"""

PLAN = Plan(
    reference="CNA-01",
    acronym="MYELOOM",
    title="Weaving myelin back: restoring remyelination in progressive multiple sclerosis",
    months_ago=26,
    months=48,
    time_zone="Europe/Rome",
    amount=4_200_000,
    predecessor="PLA-01",
    summary=SUMMARY,
    partners=PARTNERS,
    team=TEAM,
    packages=PACKAGES,
    milestones=MILESTONES,
    deliverables=DELIVERABLES,
    risks=RISKS,
    effort=EFFORT,
    reviews=REVIEWS,
)
