"""What happened in MYELOOM beside the ordinary: returned claims, slips, a gate, a letter."""

from tracker.demo.data.stories import Amended, Story

# code of the item, then: day | who | door | what was said | text | reason in a sentence
DIARY = """
MS10
-330 | deputy | page | on_track 10 | Screening started at all five imaging sites on the same Monday. |
-262 | deputy | mail | on_track 60 | Thirty-one participants scanned; three scans had to be repeated because of motion. |
-228 | deputy | page | claim | Fifty-two participants have had their baseline scan. Enrolment log attached. |
-219 | officer | page | return | Thank you. The log shows 52 people, but the quality report is there for 44 scans only, and the plan asks for each. Please add the missing eight. |
-176 | deputy | page | claim internal_resources | All 52 quality reports are now in one file. Two scans were graded as unusable and repeated. | The eight missing grades waited for the second reader, who was on leave.
-169 | officer | page | verify | Complete now, and a model of how to document it. |

MS12
-190 | margherita.solari | page | on_track 15 | Both requests for advice are submitted. |
-112 | margherita.solari | page | on_track 50 | First meeting held by video; the questions were about the outcome, not about safety. |
-64 | margherita.solari | mail | at_risk 70 >T-14 external_environment | Second letter is announced for the week after our date. | The second regulator moved its meeting by three weeks.
-29 | margherita.solari | page | claim | Both letters of advice are here, ten days earlier than we feared. Our replies are attached. |
-9 | officer | page | verify | Two regulators, two clear letters. This is what the co-funders hoped to see by now. |

MS13
-155 | lead | page | on_track 25 | Eight compounds are down to four; criteria for the choice agreed with the patient panel. |
-83 | lead | page | at_risk 55 | One of the four may be toxic to liver cells. A repeat decides. |
-34 | lead | mail | on_track 85 | Repeat was clean at the dose we need. The committee paper is with all work package leads. |
-12 | lead | page | claim | ML-14, a medicine against allergies, and ML-31, one against diabetes, are proposed. One partner would have kept ML-22; the minority opinion is on page 9. |

MS14
-268 | wplead | page | on_track 20 | Slices from the first three donors respond as cells did. |
-236 | wplead | page | at_risk 30 >T-3 external_environment | Two shipments of donor tissue were held at customs, so the toxic dose cannot be set before winter. | Tissue for slice culture was held at customs for eleven weeks, twice.
-118 | wplead | mail | on_track 55 | Tissue arrives every second week now. No-effect dose set for ML-14. |
-47 | wplead | page | on_track 75 | No-effect dose set for ML-31 too. |
-15 | wplead | mail | at_risk 85 >T+11 internal_resources | One of two confocal microscopes is out of order. The toxic dose of ML-31 needs one more run. | The microscope waits for a part; we share the one of the institute next door.

MS15
-71 | lead | page | on_track 20 | Outline sent to the nine members of the patient panel, in five languages. |
-30 | lead | mail | on_track 70 | Panel met twice. They ask for fewer lumbar punctures and a longer extension. |
-11 | lead | page | claim | The panel's report is attached; the steering group has discussed each point. |
-4 | officer | page | return | The panel's report is excellent. The point-by-point reply of the steering group is missing, and the panel has asked for it too. Please attach it and claim again. |

MS16
-146 | deputy | page | on_track 40 | Software runs at Shiomigaoka and Eastmere with the same result. |
-62 | deputy | mail | on_track 70 | Four of five sites. The fifth has an older operating system. |
-10 | deputy | mail | on_track 95 | All five sites run. Logs of two sites are still to come. |

MS17
-212 | deputy | page | on_track 35 | Fifty-eight participants; the two new sites opened. |
-141 | deputy | page | at_risk 45 >T+58 external_environment | Sixty-nine participants. One clinic has paused research visits. | A hospital in the cohort stopped all research visits during a staff strike.
-76 | deputy | page | at_risk 55 >T+80 external_environment | Seventy-eight participants. The clinic reopened with half of its slots. | Scanner time is back at half of what was promised.
-13 | deputy | page | off_track 66 >T+102 external_environment | Eighty-four participants. We ask for a new date in Amendment 2 and have opened a reserve site. | Even with the reserve site, enrolment runs at nine people a month instead of fourteen.

MS18
-98 | wplead | page | on_track 15 | Guides for three knock-outs are designed. |
-20 | wplead | api | on_track 55 | Knock-out abolishes the effect in one laboratory; rescue is running. |

D1.4
-68 | lead | page | on_track 40 | The patient partnership group has met four times; minutes are agreed up to the summer. |
-25 | lead | mail | on_track 70 | Chapters are written. The group reads the whole text this week. |
-3 | lead | mail | at_risk 90 >T+3 partnership | All comments are in but those of two members. | Two members of the group were unwell, and we want the report to be theirs too.

D2.4
-52 | member | page | on_track 30 | Sections of nine donors are stained, counts have begun. |
-19 | member | mail | on_track 65 | Figures 1 to 4 are done. The discussion and the comparison by age are still to be written. |

D3.4
-104 | wplead | page | on_track 40 | Six of eight compounds are through the liver panel. |
-39 | wplead | page | at_risk 70 >T-4 partnership | The heart panel is run by an outside laboratory, which has changed hands. | The contract laboratory was sold and all runs were stopped for a month.
-8 | wplead | mail | at_risk 85 >T+8 partnership | Heart panel complete for seven of eight compounds. | The last compound is in the queue of the contract laboratory for next week.

D5.2
-63 | lead | page | on_track 35 | Population and outcome agreed, duration is open. |
-17 | lead | mail | on_track 85 | Duration fixed at 72 weeks after the advice of both regulators. Last chapter is with the statistician. |

D6.3
-77 | etienne.beaulac | page | on_track 40 | Imaging fields are mapped; two sites use other names for the same sequence. |
-21 | etienne.beaulac | api | on_track 80 | 412 of 498 scans are in the catalogue. |
"""

# risk | day | who | period | likelihood severity | applied, materialised | comment
RISKS = """
R3 | -118 | deputy | RP4 | H M | applied materialised | It has happened: one hospital paused its research visits and enrolment fell to nine people a month. Two reserve sites are open; a new date is asked for.
R2 | -96 | wplead | RP4 | L H | applied | Both chosen compounds reach the brain in animals at the dose we need.
"""

AMENDMENTS = (
    Amended(
        kind="dates",
        title="Later dates for dose finding, image software and baseline images",
        justification="Donor tissue was held at customs twice, for eleven weeks in all, and a scanner vendor changed its file format. Three dates move; the end of the award and the budget do not.",
        by="lead",
        drafted=-228,
        submitted=-221,
        decided=-203,
        note="Agreed. The slack before the gate in month 36 is used up with this.",
        changes="MS14 | due_date | T-3\nMS16 | due_date | T+0\nD4.3 | due_date | T+14",
    ),
    Amended(
        kind="dates",
        title="Imaging cohort complete two months later",
        justification="A strike at one hospital has cost 31 participants. A reserve site has opened and enrols nine people a month. We ask to move the milestone, and the supply plan that needs its numbers; no other date depends on them.",
        by="lead",
        drafted=-12,
        submitted=-8,
        changes="MS17 | due_date | T+102\nD5.3 | due_month | 35",
    ),
)

# code | what the lead wrote on handing in | what was answered
CLOSINGS = """
MS2 | All eleven sites have uploaded a test record. The slowest needed forty minutes, the fastest three. | Seen and tried. A good start.
MS3 | Fourteen lines are banked, two more than planned; twelve have passed all quality checks. |
MS4 | Effect size is 1.1, 0.9 and 1.3 in the three laboratories. One donor behaves differently and is described on page 6. | Go. The committee liked that the odd donor was kept in the analysis.
MS5 | Variation is 3.9 % against the 5 % we had set. The travelling volunteers deserve thanks. | Clear report, and well inside the limit.
MS6 | 2,412 compounds are through, 61 of them active in both runs. Raw plates are on the platform. |
MS7 | Twelve scientists from eight countries, and four people with MS as teachers. Best-rated hour: “Ask a patient”. | The evaluation is a pleasure to read.
MS8 | Forty-three compounds are confirmed in the second set of donors. |
MS9 | Eight compounds restart repair in two laboratories. A ninth works in one of them only and is left out. | Go. The committee asks for the safety file before the next gate.
MS11 | The catalogue is searchable. The first ten requests came within nine days, two of them from outside the field. | Tried by a colleague who had never seen it: found what she wanted in two minutes.
"""

STORY = Story(
    diary=DIARY,
    closings=CLOSINGS,
    risks=RISKS,
    amendments=AMENDMENTS,
    unforeseen="R8 | -131 | lead | M M | A hospital strike stops research visits for months. | Reserve sites with ethics approval in hand; visits at home where the protocol allows.",
    leavers="silvia.trevisani | -148",
)
