"""What happened in TIDELINE beside the ordinary."""

from tracker.demo.data.stories import Amended, Story

DIARY = """
MS4
-268 | samuel.okonjo-price | page | on_track 25 | Sixty samples are on their way to three laboratories, on dry ice. |
-231 | samuel.okonjo-price | page | at_risk 70 >T-172 research | Two laboratories agree within 4 %. The third reads 19 % higher. | One laboratory used an older calibrator; all its plates are run again.
-196 | samuel.okonjo-price | page | claim research | Bias is below 7 % between all three. The calibrator is now part of the manual. | Plates of one laboratory had to be repeated with the common calibrator.
-188 | aisha.rahmani | page | verify | Convincing, and the lesson about the calibrator is worth a note to the other networks. |

MS7
-121 | arvind.subramaniam | page | on_track 40 | Five of nine sites send their stock every night. |
-58 | arvind.subramaniam | mail | on_track 70 | Seven sites. The freezer software of the other two is older. |
-6 | officer | page for arvind.subramaniam | at_risk 88 >T+12 internal_resources | By phone: eight sites are visible. The ninth needs a small converter, which is being written. | The only person who knows the old freezer software is back from leave next week.

MS8
-88 | giulia.marchesan | page | on_track 50 | Second draft is with the outside statistician. |
-31 | giulia.marchesan | page | on_track 85 | All comments are settled but one, about missing visits. |
-5 | giulia.marchesan | page | claim | Locked and registered before anybody saw a result. Both signatures are on page 2. |

MS9
-132 | rebecca.stonefield | page | on_track 60 | 181 participants; every site has enrolled somebody this month. |
-66 | rebecca.stonefield | page | on_track 80 | 243 participants, eleven ahead of the plan. |
-9 | rebecca.stonefield | mail | on_track 96 | 291 participants. Nine are missing and twelve are booked. |

MS10
-49 | hamish.carrington | page | on_track 35 | The council has chosen a method: each country votes, then all vote on the sum. |
-18 | hamish.carrington | mail | on_track 75 | Eight of nine countries have voted. Walking at night and finding words lead the list. |

MS11
-40 | samuel.okonjo-price | api | on_track 45 | 140 of 300 baseline samples measured. |
-3 | samuel.okonjo-price | api | on_track 60 | 188 of 300 baseline samples measured. |

D2.3
-37 | rebecca.stonefield | page | on_track 55 | Tables are drawn automatically from the log; text is being written. |
-4 | catherine.lindqvist-moore | page | submit | First-year report with all sites, reasons for refusal and costs per participant. |

D5.1
-44 | giulia.marchesan | page | on_track 30 | Simulations run for two of four designs. |
-14 | giulia.marchesan | page | at_risk 60 >T+37 research | With the panel a trial becomes a third shorter, if few visits are missing. That “if” needs another run. | The effect of missing visits is larger than assumed and has to be simulated as well.
"""

RISKS = """
R2 | -210 | samuel.okonjo-price | RP2 | L M | applied materialised | It did happen with one laboratory, and the ring trial caught it before the first batch. Closed for the other proteins by the common calibrator.
R1 | -70 | rebecca.stonefield | RP3 | L H | applied | 27 participants a month on average, above the threshold. Level lowered.
"""

AMENDMENTS = (
    Amended(
        kind="dates",
        title="Interim report on proteins after the full first batch",
        justification="With two more months the report can cover all 300 baseline samples instead of 200, and the gate in month 24 would rest on firmer ground.",
        by="samuel.okonjo-price",
        drafted=-5,
        changes="D3.3 | due_month | 23",
    ),
)

# code | what the lead wrote on handing in | what was answered
CLOSINGS = """
MS1 | All three bodies have met. The patient council has chosen its own chair. |
MS3 | Every site has enrolled somebody; the last one on the very last day. | We held our breath with you.
MS5 | Brain and cord repeat within 1 %, the retina within 2 micrometres. |
MS6 | 214 participants, and 93 of 100 visits complete with samples and scans. Reasons for the missing ones are in table 4. | Go. The committee asks to see the reasons for missing visits again in a year.
D4.2 | Software with forty test images and a guide; it needs six minutes for each scan. |
"""

STORY = Story(
    diary=DIARY,
    closings=CLOSINGS,
    risks=RISKS,
    amendments=AMENDMENTS,
    unforeseen="R7 | -93 | arvind.subramaniam | L M | Old freezer software at two sites cannot export its stock. | A converter is written once and given to both sites.",
)
