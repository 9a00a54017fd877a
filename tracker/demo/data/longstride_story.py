"""What happened in LONGSTRIDE beside the ordinary: a partner leaves, another joins, a trial slips."""

from tracker.demo.data.stories import Amended, Story

DIARY = """
MS9
-324 | thandeka.nkosi-reed | page | on_track 40 | Board has the tables of the first 90 participants. |
-292 | thandeka.nkosi-reed | page | claim | The board sees no reason to stop or to change. Its open report is attached. |
-279 | chair | page | verify | Go. The committee thanks the board for a report that a layperson can follow. |

MS12
-236 | thandeka.nkosi-reed | page | on_track 45 | 131 participants. |
-171 | thandeka.nkosi-reed | page | at_risk 60 >T-10 external_environment | 158 participants. Two clinics have lost their physiotherapists to the private sector. | Two sites cannot treat new participants until posts are filled.
-102 | thandeka.nkosi-reed | page | at_risk 68 >T+20 external_environment | 179 participants. One post is filled. | The second physiotherapist starts only after the summer.
-49 | alistair.brennan-cole | page | off_track 74 >T+62 external_environment | 193 participants. Home assessments have begun and bring in people who live far from a clinic. | Enrolment is at eleven a month; the plan needs eighteen.
-7 | alistair.brennan-cole | mail | off_track 80 >T+62 | 209 participants, sixteen in the last month: the best since spring. |

MS13
-133 | melissa.overgaard | page | on_track 50 | Turning is detected in 94 of 100 recordings. |
-57 | melissa.overgaard | page | on_track 80 | Freezing is rarer and harder; the test set has been enlarged. |
-8 | melissa.overgaard | page | claim | Released under an open licence, with test data of 40 people and an example that runs in ten minutes. |

MS14
-90 | sunita.deshmukh-rao | page | on_track 45 | First clinic has worked with the guide for six weeks. |
-34 | sunita.deshmukh-rao | mail | on_track 75 | Second clinic started. They ask for fewer machines and more pictures. |
-6 | sunita.deshmukh-rao | mail | on_track 95 | Both test reports are written; the second waits for a signature. |

MS15
-74 | davide.santacroce | page | on_track 30 | 71 of 150 samples analysed. |
-16 | davide.santacroce | page | at_risk 45 >T+52 financial | 88 of 150. The kit has become dearer by a third; a second offer is on its way. | The maker raised the price of the kit, and the purchase has to be tendered again.

D4.4
-82 | melissa.overgaard | page | on_track 45 | 640,000 hours are cleaned and documented. |
-16 | alistair.brennan-cole | page | submit | One million and forty thousand hours from 211 people, with a data dictionary. |
-7 | aisha.rahmani | page | revise | A splendid data set. Dates of birth are still in two of the files: please replace them by age in years, and say in the dictionary how that was done. |

D5.2
-61 | davide.santacroce | page | on_track 40 | All baseline scans are graded. |
-20 | davide.santacroce | mail | on_track 85 | Text is done. Two figures wait for the reader who is on parental leave until Monday. |

D6.2
-55 | sunita.deshmukh-rao | page | on_track 35 | Chapters 1 to 3 are drafted with the two test clinics. |
-22 | sunita.deshmukh-rao | api | on_track 70 | Chapters 4 and 5 drafted; pictures are being drawn. |
"""

RISKS = """
R3 | -500 | alistair.brennan-cole | RP2 | H H | applied materialised | The maker has told us that it stops the product. The open data format lets us change without losing a day of data; a second maker is being qualified.
R3 | -395 | alistair.brennan-cole | RP3 | L M | applied | New maker on board, bridging study done. Level lowered.
R1 | -47 | thandeka.nkosi-reed | RP5 | H H | applied materialised | 193 of 240. Home assessments and a second recruiter at two sites are in place since last month.
"""

AMENDMENTS = (
    Amended(
        kind="partners",
        title="Oakstride Sensors takes over from Lumenstep Wearables",
        justification="Lumenstep stops making its shoe sensor at the end of the year. Oakstride offers one with the same open format at the same price. Two dates move by two months for a bridging study.",
        by="alistair.brennan-cole",
        drafted=-478,
        submitted=-470,
        decided=-452,
        note="Agreed by the committee chair and both co-funders. Data of the first sensor stay in the trial.",
        changes="MS7 | due_month | 18\nD4.2 | due_month | 20",
        leaves="LUMENSTEP",
        joins="OAKSTRIDE",
    ),
    Amended(
        kind="dates",
        title="Recruitment closes four months later",
        justification="At the present pace 360 participants are reached in month 40.",
        by="alistair.brennan-cole",
        drafted=-77,
        submitted=-72,
        decided=-54,
        refused=True,
        note="Not yet. Please show first what home assessments bring in one quarter; then ask again with the numbers.",
        changes="MS16 | due_month | 40",
    ),
)

# code | what the lead wrote on handing in | what was answered
CLOSINGS = """
MS2 | Sixty people in six countries changed eleven of our twenty exercises. The report says which, and why. | The report should be shared with every trial we fund.
MS3 | Error of step length is 2.4 %, on carpet as well. |
MS4 | 41 of 48 people finished the twelve weeks. Those who stopped named the early hour, so calls move to the afternoon. | Go. Four in five was asked for; it is nearly seven in eight.
MS6 | On a rainy morning the first participant was randomised, and asked for the umbrella to be thanked. | Congratulations to all sites.
MS7 | The new sensor agrees with the old one within 2 %; all sites have theirs, with a spare set each. |
MS8 | 122 participants are randomised. |
MS10 | Scans of 91 participants are complete; three were repeated. |
MS11 | Diaries run in all seven countries; 84 of 100 pages are filled in. |
"""

STORY = Story(
    diary=DIARY,
    closings=CLOSINGS,
    risks=RISKS,
    amendments=AMENDMENTS,
    unforeseen="R7 | -168 | thandeka.nkosi-reed | H M | Clinics lose physiotherapists to the private sector. | Central pool of two travelling therapists; home assessments by video.",
    leavers="callum.redfearn | -440",
)
