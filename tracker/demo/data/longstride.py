"""LONGSTRIDE: a trial of exercise and fatigue care, followed by sensors. In its third year."""

from tracker.demo.data.shapes import Plan

SUMMARY = (
    "Tiredness and trouble with walking are what people with progressive MS name first when asked "
    "what should change. LONGSTRIDE tests a programme of strength training and fatigue management "
    "that can be followed at home, in a trial with 360 people on six continents. A small sensor "
    "on the shoe counts how people really walk, week after week, so that even small gains are "
    "seen. The network also works out what the programme costs and what a clinic needs to offer it."
)

PARTNERS = """
1 | coordinator | WATTLE |
2 | beneficiary | HALLOWDALE |
3 | beneficiary | TAFELKLIP |
4 | beneficiary | SANRUFFINO |
5 | beneficiary | REDCREST |
6 | beneficiary | AZULADA |
7 | beneficiary | NANDIVALI |
8 | associated | LUMENSTEP |
9 | beneficiary | AOKIDAI |
10 | beneficiary | PERLE |
11 | associated | OAKSTRIDE | M18
F1 | funder | SOUTHERN |
F2 | funder | HARBOUR |
F3 | funder | IPÊ |
"""

TEAM = """
 | Alistair Brennan-Cole | WATTLE | lead | 21
 | Thandeka Nkosi-Reed | TAFELKLIP | deputy | 16
 | Imogen Farraday | HALLOWDALE | wp_lead | 14
 | Davide Santacroce | SANRUFFINO | wp_lead | 12
 | Melissa Overgaard | REDCREST | wp_lead | 12
 | Sunita Deshmukh-Rao | NANDIVALI | wp_lead | 14
 | Renata Albuquerque | AZULADA | member | 24
 | Callum Redfearn | LUMENSTEP | member | 8
 | Zoë Van der Byl | OAKSTRIDE | member | 6
 | Takumi Ishibashi-Ono | AOKIDAI | member | 18
 | Jean-François Desrosiers | PERLE | member | 18
 | Georgina Whitlow | WATTLE | member | 36
 | Matteo Rinaldeschi | SANRUFFINO | member | 20
observer@demo.example | Sophie Tremblay-Roy | PERLE | observer |
"""

PACKAGES = """
WP1 | 1-48 | WATTLE | alistair.brennan-cole | Coordination and public involvement | Run the trial as one, with people with MS as co-chairs of each group.
WP2 | 1-14 | HALLOWDALE | imogen.farraday | Design of the programme | Build the exercise and fatigue programme with those who will use it.
WP3 | 8-42 | TAFELKLIP | thandeka.nkosi-reed | The trial | Enrol 360 people, treat them alike at seven sites, and follow each for a year.
WP4 | 1-40 | REDCREST | melissa.overgaard | Digital gait monitoring | A shoe sensor and open algorithms that measure walking in daily life.
WP5 | 10-46 | SANRUFFINO | davide.santacroce | Imaging and biology of fatigue | Find out in whom, and why, the programme helps.
WP6 | 12-48 | NANDIVALI | sunita.deshmukh-rao | Health economics and roll-out | What it costs, what it saves, and what a clinic with few means can offer.
"""

MILESTONES = """
MS1 | M3 | WP1 | governance | | Trial steering committee and safety board appointed | Letters of appointment and charters
MS2 | M6 | WP2 | trial | | Programme agreed with sixty people with MS in six countries | Report of the six workshops
MS3 | M8 | WP4 | device | | Shoe sensor validated against the walkway | Validation report; error of step length below 3 %
MS4* | M10 | WP2 WP3 | trial | | Go or no-go: pilot shows that four in five finish the programme | Committee paper with the pilot data of 48 people
MS5 | M12 | WP3 | trial | | Ethics approval at seven sites | Seven letters of approval
MS6 | M14 | WP3 | recruitment | | First participant randomised | Randomisation log
MS7 | M16 | WP4 | device | | New sensor supplier qualified and delivered to all sites | Delivery notes and a bridging study with 20 people
MS8 | M20 | WP3 | recruitment | | 120 participants randomised | Randomisation log signed by the trial office
MS9* | M22 | WP3 | trial | | Go or no-go: safety board sees no reason to stop | Open report of the safety board
MS10 | M24 | WP5 | imaging | | Imaging sub-study complete at baseline | Scan log and quality report for 90 participants
MS11 | M26 | WP6 | data | | Cost diaries running in all seven countries | First export with completeness by site
MS12 | T-41 | WP3 | recruitment | | 240 participants randomised | Randomisation log signed by the trial office
MS13 | T-5 | WP4 | device | | Open algorithm for turning and freezing released | Public repository with test data and a licence
MS14 | T+0 | WP6 | outreach | | Clinic guide tested in two clinics with few means | Test report from both clinics
MS15 | T+24 | WP5 | laboratory | | Blood samples of the first 150 participants analysed | Laboratory report with plate controls
MS16 | M36 | WP3 | recruitment | | 360 participants randomised; recruitment closed | Randomisation log and flow chart
MS17* | M40 | WP3 WP5 | trial | | Go or no-go: data good enough to unblind | Committee paper with completeness and protocol deviations
MS18 | M47 | WP1 WP6 | outreach | | Results given to participants before anybody else | Mailing list, date and the letter in seven languages
"""

DELIVERABLES = """
D1.1 | M4 | R PU | governance | | Charter of public involvement
D1.2 | M6 | DMP PU | data | | Data management plan
D1.3 | M24 | R PU | governance | | What involvement has changed: two-year report
D2.1 | M8 | R PU | trial | | Manual of the exercise and fatigue programme
D2.2 | M11 | DEC PU | outreach | | Films of the exercises in five languages
D2.3 | M14 | R SEN | trial | | Report of the pilot
D3.1 | M10 | R PU | trial | | Trial protocol, registered
D3.2 | M12 | ETHICS SEN | governance | | Ethics approvals of seven sites
D3.3 | M22 | R SEN | trial | | First open report of the safety board
D3.4 | M29 | R SEN | recruitment | | Recruitment and retention report
D3.5 | M45 | DATA SEN | data | | Clean trial data
D4.1 | M9 | R PU | device | | Validation of the shoe sensor
D4.2 | M18 | DEM SEN | device | | Dashboard for sites: who wears the sensor, who does not
D4.3 | M26 | OTHER PU | device | | Open algorithms for steps and walking speed
D4.4 | T+7 | DATA SEN | device | | One million hours of walking: first data release
D5.1 | M16 | R SEN | imaging | | Scan protocol of the sub-study
D5.2 | T-1 | R SEN | imaging | | Interim report on brain scans and fatigue
D5.3 | M44 | R PU | laboratory | | Who benefits, and why
D6.1 | M18 | R PU | data | | Plan of the economic analysis
D6.2 | T+14 | R PU | outreach | | Guide for clinics with few means, draft for comment
D6.3 | M46 | R PU | data | | Costs and savings in seven health systems
"""

RISKS = """
R1 | M H | WP3 | Recruitment is too slow for 360 participants. | Home assessments; two reserve sites; screening lists reviewed weekly.
R2 | M M | WP3 | More than one in five stop the exercises. | Weekly calls; a buddy for each participant; reasons logged.
R3 | L H | WP4 | The maker of the sensor stops production. | Open data format; a second maker watched from the first year.
R4 | M M | WP5 | Scanner time is lost to clinical work. | Slots booked a quarter ahead; night sessions at two sites.
R5 | L M | WP6 | Cost data cannot be compared between countries. | One diary for all; an economist at each site.
R6 | L M | WP3 | Falls during home training. | Home check before the first session; safety board informed within a day.
"""

EFFORT = """
WATTLE | 60 18 48 12 0 12
HALLOWDALE | 6 48 36 0 12 6
TAFELKLIP | 6 18 78 6 0 12
SANRUFFINO | 4 6 30 0 60 0
REDCREST | 4 0 24 72 6 0
AZULADA | 2 6 36 0 0 12
NANDIVALI | 2 6 36 0 0 60
LUMENSTEP | 1 0 0 18 0 0
AOKIDAI | 2 0 12 18 24 0
PERLE | 2 6 30 0 12 6
OAKSTRIDE | 1 0 0 24 0 0
"""

REVIEWS = """
RV1 | M13 | By video | First annual review, after the pilot gate
RV2 | M25 | Wattle Point | Mid-term review with a site visit
RV3 | M38 | By video | Review before unblinding
"""

PLAN = Plan(
    reference="CNA-03",
    acronym="LONGSTRIDE",
    title="Exercise, fatigue care and digital gait monitoring: a trial in progressive MS on six continents",
    months_ago=30,
    months=48,
    time_zone="Australia/Melbourne",
    amount=4_200_000,
    predecessor="PLA-03",
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
