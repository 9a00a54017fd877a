"""Challenge awards, one team each: the three youngest that run, and one about to begin."""

from tracker.demo.data.shapes import Plan

DAYBREAK = Plan(
    reference="CHA-05",
    acronym="DAYBREAK",
    title="The retina as a window: layer thinning and visual speed in secondary progressive MS",
    months_ago=7,
    months=12,
    time_zone="Europe/London",
    amount=72_000,
    summary="The back of the eye is the only place where nerve cells can be seen from outside. DAYBREAK measures how its layers thin over nine months and whether that shows in how fast people read a changing screen. Sixty people take part at one clinic; each visit takes half an hour.",
    partners="1 | coordinator | EASTMERE |\nF1 | funder | HARBOUR |\nF2 | funder | SOUTHERN |",
    team=" | Nathaniel Corbridge | EASTMERE | lead | 3\n | Wren Adeyinka-Holt | EASTMERE | member | 10",
    packages="""
WP1 | 1-10 | EASTMERE | nathaniel.corbridge | Visits | Sixty people, three visits each.
WP2 | 6-12 | EASTMERE | wren.adeyinka-holt | Analysis | Layers, visual speed and walking.
""",
    milestones="""
MS1 | M2 | WP1 | trial | | Ethics approved and first visit held | Letter of approval and visit log
MS2 | M5 | WP1 | recruitment | | Sixty people enrolled | Enrolment log
MS3 | T+14 | WP1 | imaging | | Second visit complete in fifty people | Visit log and image grades
MS4 | M12 | WP2 | data | | Analysis locked | Signed analysis plan
""",
    deliverables="""
D1.1 | M3 | R PU | imaging | | Protocol of the eye visit
D2.1 | M12 | R PU | imaging | | The retina as a window: report
""",
    risks="R1 | M L | WP1 | People miss the third visit. | Transport paid; evening clinic.",
)

HEARSAY = Plan(
    reference="CHA-06",
    acronym="HEARSAY",
    title="Pauses in everyday speech as an early sign of slowing thought in progressive MS",
    months_ago=5,
    months=12,
    time_zone="America/Toronto",
    amount=75_000,
    summary="People notice it before tests do: words come more slowly. HEARSAY records five minutes of free speech a month by phone, in English and French, and counts pauses. A hundred people take part from home. The recordings stay on a server that only the team can open.",
    partners="1 | coordinator | PORTARDEN |\nF1 | funder | BOREAL |",
    team=" | Adele Kirkbright | PORTARDEN | lead | 3.5\n | Félix Montreuil | PORTARDEN | member | 11",
    packages="""
WP1 | 1-10 | PORTARDEN | adele.kirkbright | Recordings | A hundred people, one call a month.
WP2 | 4-12 | PORTARDEN | felix.montreuil | Pauses and cognition | From sound to a number that a clinic can use.
""",
    milestones="""
MS1 | M3 | WP1 | device | | Phone line records in two languages | Test protocol with ten callers
MS2 | M5 | WP1 | recruitment | | Hundred people enrolled | Enrolment log
MS3 | T+30 | WP2 | data | | Pause counter agrees with two listeners | Agreement report on 200 recordings
MS4 | M12 | WP2 | data | | Link with cognitive tests analysed | Signed analysis report
""",
    deliverables="""
D1.1 | M4 | DMP SEN | data | | Data management plan for voice recordings
D2.1 | M9 | OTHER PU | device | | Open software: pause counter
D2.2 | M12 | R PU | outreach | | What pauses tell: report for clinics and families
""",
    risks="R1 | M M | WP2 | Accents confuse the counter. | Training set from six regions.",
)

EVENTIDE = Plan(
    reference="CHA-07",
    acronym="EVENTIDE",
    title="Ageing cells in chronic lesions: are they worth removing?",
    months_ago=2,
    months=12,
    time_zone="Australia/Melbourne",
    amount=75_000,
    summary="Some cells in old lesions stop working and yet do not die; they irritate their neighbours. EVENTIDE counts such cells in donated brain tissue and tests whether two known medicines remove them without harm. If so, a trial could follow quickly, as both are in use for other diseases.",
    partners="1 | coordinator | YARRALINGA |\nF1 | funder | SOUTHERN |\nF2 | funder | TSUBAKI |",
    team=" | Philippa Drummoyne | YARRALINGA | lead | 4\n | Lachlan Birchgrove | YARRALINGA | member | 12",
    packages="""
WP1 | 1-7 | YARRALINGA | philippa.drummoyne | Counting | Ageing cells in forty lesions from twenty donors.
WP2 | 5-12 | YARRALINGA | lachlan.birchgrove | Removing | Two medicines in slices and in mixed cultures.
""",
    milestones="""
MS1 | M2 | WP1 | trial | | Tissue agreement signed with the brain bank | Signed agreement
MS2 | M6 | WP1 | laboratory | | Forty lesions counted by two readers | Counting report; agreement above 0.8
MS3 | M11 | WP2 | laboratory | | Both medicines tested in slices | Dose report with survival of healthy cells
""",
    deliverables="""
D1.1 | M7 | DATA PU | data | | Atlas of ageing cells in chronic lesions
D2.1 | M12 | R PU | laboratory | | Worth removing? Final report
""",
    risks="R1 | L M | WP1 | Markers of ageing cells are not specific. | Three markers used together.",
)

SERENO = Plan(
    reference="CHA-08",
    acronym="SERENO",
    title="Cooling vests and walking distance in hot climates: a crossover study",
    months_ago=-2,
    months=12,
    time_zone="America/Sao_Paulo",
    amount=73_500,
    state="planned",
    summary="Heat makes the symptoms of MS worse, and summers grow hotter. SERENO will lend simple cooling vests to forty people with progressive MS and measure how far they walk with and without one. The vests can be made for little money; the pattern will be free.",
    partners="1 | coordinator | ARAUCÁRIA |\nF1 | funder | IPÊ |\nF2 | funder | SOUTHERN |",
    team=" | Mariana Siqueira Torres | ARAUCÁRIA | lead | 4\n | Otávio Brandão Leme | ARAUCÁRIA | member | 12",
    packages="""
WP1 | 1-10 | ARAUCÁRIA | mariana.siqueira.torres | Crossover study | Forty people, with and without a vest.
WP2 | 8-12 | ARAUCÁRIA | otavio.brandao.leme | A vest for everybody | Pattern, costs and a guide for makers.
""",
    milestones="""
MS1 | M2 | WP1 | trial | | Ethics approved and vests delivered | Letter of approval and delivery note
MS2 | M8 | WP1 | recruitment | | Forty people have completed both periods | Enrolment log
MS3 | M12 | WP2 | outreach | | Pattern and guide published | Public page with a licence
""",
    deliverables="""
D1.1 | M3 | R PU | trial | | Study protocol, registered
D2.1 | M12 | DEC PU | outreach | | Free pattern of the vest, with a film
""",
    risks="R1 | M L | WP1 | A cool summer. | Second test period in a climate chamber.",
)
