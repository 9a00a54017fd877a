"""TIDELINE: markers in blood and scans that make trials shorter. In its second year."""

from tracker.demo.data.shapes import Plan

SUMMARY = (
    "A trial in progressive MS takes three years or more, because disability grows slowly and is "
    "hard to measure. TIDELINE looks for signs in blood, spinal fluid, the eye and brain scans "
    "that show within months whether nerve cells are being protected. Nine teams follow 600 "
    "people in the same way, share every sample, and test each marker against what people "
    "themselves say about their lives. The aim is a small panel of tests that regulators accept."
)

PARTNERS = """
1 | coordinator | PORTARDEN |
2 | beneficiary | EASTMERE |
3 | beneficiary | HALCYON |
4 | beneficiary | SANRUFFINO |
5 | beneficiary | AOKIDAI |
6 | beneficiary | KAVERI |
7 | beneficiary | WATTLE |
8 | beneficiary | ARAUCÁRIA |
9 | beneficiary | PROTEA |
F1 | funder | BOREAL |
F2 | funder | CREST |
F3 | funder | TSUBAKI |
"""

TEAM = """
 | Catherine Lindqvist-Moore | PORTARDEN | lead | 19.2
 | Samuel Okonjo-Price | EASTMERE | deputy | 14.4
 | Rebecca Stonefield | HALCYON | wp_lead | 12
 | Giulia Marchesan | SANRUFFINO | wp_lead | 14
 | Sayuri Kanemoto | AOKIDAI | wp_lead | 16
 | Arvind Subramaniam | KAVERI | wp_lead | 16
 | Hamish Carrington | WATTLE | wp_lead | 12
 | Helena Prado Nogueira | ARAUCÁRIA | member | 24
 | Sipho Dlamini-Brand | PROTEA | member | 24
 | Marguerite Lavallée | PORTARDEN | member | 36
 | Jonathan Wexley | HALCYON | member | 18
 | Rosalind Achterberg | EASTMERE | member | 30
 | Peter Mackinnon-Ross | PORTARDEN | observer |
"""

PACKAGES = """
WP1 | 1-48 | PORTARDEN | catherine.lindqvist-moore | Coordination and regulatory dialogue | One plan, one voice towards regulators, one table for people with MS.
WP2 | 1-42 | HALCYON | rebecca.stonefield | The TIDELINE cohort | Follow 600 people with progressive MS for three years with one schedule of visits.
WP3 | 4-44 | EASTMERE | samuel.okonjo-price | Fluid markers | Measure twelve proteins in blood and spinal fluid with assays that agree between laboratories.
WP4 | 4-44 | AOKIDAI | sayuri.kanemoto | Imaging markers | Measure brain, spinal cord and retina so that small changes can be trusted.
WP5 | 10-48 | SANRUFFINO | giulia.marchesan | Statistics and the marker panel | Combine markers into a panel, and say how much shorter a trial becomes with it.
WP6 | 1-48 | KAVERI | arvind.subramaniam | Biobank and data | Every tube and every scan findable within a day of the visit.
WP7 | 6-48 | WATTLE | hamish.carrington | What matters to people: outcomes and communication | Tie each marker to what people with MS notice in daily life.
"""

MILESTONES = """
MS1 | M2 | WP1 | governance | | Steering group, patient council and data committee at work | Minutes of the first meeting of each body
MS2 | M4 | WP2 WP6 | trial | | Visit schedule and sample manual signed by nine sites | Signed manual and training certificates
MS3 | M6 | WP2 | recruitment | | First participant enrolled at every site | Enrolment log with the date of the first visit at each site
MS4 | M8 | WP3 | laboratory | | Three laboratories agree on neurofilament in the same 60 samples | Ring-trial report; bias between laboratories below 10 %
MS5 | M9 | WP4 | imaging | | Scan and retina protocols run on the travelling volunteers | Repeatability report for brain, cord and retina
MS6* | M12 | WP2 WP3 WP4 | recruitment | | Go or no-go: 200 participants, with samples and scans complete in nine of ten | Committee paper with enrolment, completeness and the reasons for missing visits
MS7 | T-9 | WP6 | data | | Samples of all sites visible in one biobank catalogue | Catalogue export with stock of each site
MS8 | T-2 | WP5 | data | | Statistical analysis plan for the marker panel locked | Signed plan, registered before the first analysis
MS9 | T+7 | WP2 | recruitment | | 300 participants enrolled | Enrolment log signed by nine site investigators
MS10 | T+14 | WP7 | outreach | | Patient council has ranked the outcomes that matter most | Ranking with the method and the votes of each country
MS11 | M18 | WP3 | laboratory | | Baseline proteins measured in the first 300 participants | Assay report with plate controls
MS12* | M24 | WP3 WP4 WP5 | data | | Go or no-go: five markers worth following for three years | Committee paper with effect sizes and costs per marker
MS13 | M27 | WP2 | recruitment | | 600 participants enrolled; recruitment closed | Enrolment log and screening failures
MS14 | M33 | WP4 | imaging | | One-year change measured in 400 participants | Imaging report with quality grades
MS15* | M40 | WP5 | data | | Go or no-go: the panel predicts worsening in people it has not seen | Validation report by a statistician outside the network
MS16 | M46 | WP1 WP5 | governance | | Qualification advice requested from two regulators | Submitted request and the letters of receipt
"""

DELIVERABLES = """
D1.1 | M3 | R PU | governance | | Rules of the network: bodies, votes, publications
D1.2 | M14 | R SEN | governance | | First meeting with regulators: questions and answers
D1.3 | M30 | R SEN | governance | | Second meeting with regulators: questions and answers
D2.1 | M4 | R SEN | trial | | Cohort protocol, version 1
D2.2 | M6 | ETHICS SEN | governance | | Ethics approvals of nine sites
D2.3 | T+1 | R SEN | recruitment | | Recruitment report of the first year
D2.4 | M26 | DATA SEN | data | | Frozen baseline data of the cohort
D3.1 | M8 | R PU | laboratory | | Manual for handling blood and spinal fluid
D3.2 | M13 | DATA SEN | laboratory | | Ring-trial data of twelve proteins
D3.3 | M22 | R SEN | laboratory | | Which proteins are worth keeping: interim report
D4.1 | M7 | R PU | imaging | | Scan and retina manual
D4.2 | M13 | OTHER PU | imaging | | Software for the spinal cord area, with test images
D4.3 | M23 | DATA SEN | imaging | | Baseline images of 300 participants
D5.1 | T+23 | R PU | data | | Simulation of trial length with and without markers
D5.2 | M28 | OTHER PU | data | | Open code of the marker panel, first version
D5.3 | M44 | R PU | data | | Final report on the marker panel
D6.1 | M5 | DMP PU | data | | Data management plan
D6.2 | M10 | R SEN | data | | Biobank governance and access rules
D6.3 | M20 | DEC PU | data | | Public page of the biobank
D7.1 | M9 | DEC PU | outreach | | Web pages and newsletter of the cohort
D7.2 | M17 | R PU | outreach | | What people with progressive MS want a trial to measure
D7.3 | M36 | R PU | outreach | | Plain-language report to the participants
"""

RISKS = """
R1 | M H | WP2 | Recruitment stays below 25 participants a month. | Two reserve sites with ethics approval in hand; monthly recruitment call.
R2 | M M | WP3 | Assays of different makers do not agree. | Ring trial before the first batch; one reference laboratory for all plates.
R3 | L H | WP6 | Samples thaw in transport. | Loggers in every box; two couriers under contract; half of each sample stays at the site.
R4 | M M | WP5 | Missing visits make the panel look better than it is. | Missing data plan locked before the analysis; sensitivity analysis by an outside statistician.
R5 | L M | WP1 | Regulators disagree with each other on the outcome. | Parallel advice asked for; one clinical outcome kept in common.
R6 | L M | WP4 | A retina scanner goes out of production. | Cross-calibration with a second maker in 40 volunteers.
"""

EFFORT = """
PORTARDEN | 54 36 0 0 12 12 6
EASTMERE | 6 18 72 0 12 6 3
HALCYON | 4 66 12 12 0 6 6
SANRUFFINO | 4 24 0 12 60 0 3
AOKIDAI | 2 12 0 78 6 6 2
KAVERI | 2 24 12 0 6 66 3
WATTLE | 2 24 0 12 0 0 48
ARAUCÁRIA | 1 36 12 6 0 6 6
PROTEA | 1 36 0 12 0 6 6
"""

REVIEWS = """
RV1 | M13 | By video | First annual review, with the recruitment gate
RV2 | M25 | Port Arden | Mid-term review with a site visit
RV3 | M41 | By video | Review before the last tranche
"""

PLAN = Plan(
    reference="CNA-02",
    acronym="TIDELINE",
    title="Fluid, retinal and imaging markers of neuroprotection for shorter trials in progressive MS",
    months_ago=14,
    months=48,
    time_zone="America/Toronto",
    amount=4_150_000,
    predecessor="PLA-02",
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
