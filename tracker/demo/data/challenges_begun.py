"""Challenge awards, one team each: the four that began first."""

from tracker.demo.data.shapes import Plan

RIMLIGHT = Plan(
    reference="CHA-01",
    acronym="RIMLIGHT",
    title="Iron-rimmed lesions as a sign of smouldering inflammation: a two-scanner study",
    months_ago=20,
    months=18,
    time_zone="Europe/Berlin",
    amount=75_000,
    state="closed",
    summary="Some lesions in the brain keep a rim of iron, as embers keep a glow. RIMLIGHT asked whether people with many such rims get worse faster, and whether an ordinary hospital scanner can see them. It can: in 64 people, rims seen on both scanners agreed in nine of ten.",
    partners="1 | coordinator | EBERSFELDE |\nF1 | funder | HARBOUR |",
    team=" | Annika Rothenfels | EBERSFELDE | lead | 3.6\n | Jonas Wittekind | EBERSFELDE | member | 12",
    packages="""
WP1 | 1-12 | EBERSFELDE | annika.rothenfels | Scans on two scanners | Scan 64 people on a research and on a hospital scanner.
WP2 | 8-18 | EBERSFELDE | jonas.wittekind | Rims and the course of the disease | Relate rims to three years of earlier records.
""",
    milestones="""
MS1 | M2 | WP1 | trial | | Ethics approval received | Letter of approval
MS2 | M9 | WP1 | recruitment | | Sixty-four people scanned twice | Enrolment log
MS3 | M15 | WP2 | imaging | | Two readers agree on rims | Agreement report; kappa above 0.75
MS4 | M18 | WP2 | data | | Data set open | Landing page with a DOI
""",
    deliverables="""
D1.1 | M3 | R PU | imaging | | Scan protocol for hospital scanners
D2.1 | M16 | R PU | imaging | | Rims and worsening: report with plain-language summary
D2.2 | M18 | DATA PU | data | | De-identified images and readings
""",
    risks="R1 | L M | WP1 | The hospital scanner is replaced. | Scan all participants within nine months.",
)

LULLABY = Plan(
    reference="CHA-02",
    acronym="LULLABY",
    title="Sleep, temperature and fatigue in primary progressive MS: a home study",
    months_ago=14,
    months=18,
    time_zone="Europe/Paris",
    amount=74_500,
    summary="Many people with progressive MS wake up tired. LULLABY measures sleep and body temperature at home for two weeks, and asks whether cooling the bedroom by three degrees makes the next day easier. Fifty people take part; the devices come by post.",
    partners="1 | coordinator | ROCHEBELLE |\nF1 | funder | BOREAL |\nF2 | funder | PONTE |",
    team=" | Clémence Audouard | ROCHEBELLE | lead | 4\n | Bastien Lemarquis | ROCHEBELLE | member | 15",
    packages="""
WP1 | 1-15 | ROCHEBELLE | clemence.audouard | Home recordings | Two weeks of sleep and temperature in fifty people.
WP2 | 10-18 | ROCHEBELLE | bastien.lemarquis | Analysis and advice | From recordings to advice that fits on one page.
""",
    milestones="""
MS1 | M3 | WP1 | device | | Recording kit tested by five people with MS | Test diary and list of changes
MS2 | M10 | WP1 | recruitment | | Twenty-five people recorded | Recording log
MS3 | T-12 | WP1 | recruitment | | Fifty people recorded | Recording log
MS4 | M18 | WP2 | outreach | | Advice sheet agreed with the patient group | Signed-off sheet in two languages
""",
    deliverables="""
D1.1 | M4 | R PU | device | | Manual of the recording kit
D1.2 | T+9 | DATA SEN | data | | Anonymous recordings of the first forty people
D2.1 | M18 | R PU | outreach | | Cooler nights: results in plain language
""",
    risks="R1 | M M | WP1 | Kits are lost in the post. | Tracked parcels; five spare kits.",
)

TAMARIND = Plan(
    reference="CHA-03",
    acronym="TAMARIND",
    title="Short-chain fatty acids from gut to brain: a feeding study in progressive MS",
    months_ago=11,
    months=18,
    time_zone="Europe/Madrid",
    amount=75_000,
    summary="Bacteria in the gut turn fibre into small fatty acids that calm immune cells. TAMARIND gives thirty people with progressive MS a daily fibre drink and watches these acids travel from gut to blood to spinal fluid. It is a first step: can diet reach the brain at all?",
    partners="1 | coordinator | RIBALTA |\nF1 | funder | IPÊ |\nF2 | funder | CREST |",
    team=" | Inés Valdecasas | RIBALTA | lead | 4.5\n | Gonzalo Peñalver | RIBALTA | member | 14",
    packages="""
WP1 | 1-13 | RIBALTA | ines.valdecasas | Feeding study | Twelve weeks of fibre or placebo in thirty people.
WP2 | 6-18 | RIBALTA | gonzalo.penalver | Measurement | Fatty acids in stool, blood and spinal fluid.
""",
    milestones="""
MS1 | M3 | WP1 | trial | | Fibre drink and placebo ready, ethics approved | Batch certificates and letter of approval
MS2 | M9 | WP1 | recruitment | | Thirty people enrolled | Enrolment log
MS3 | T+1 | WP2 | laboratory | | Half of the spinal fluid samples measured | Plate report with controls
MS4 | M17 | WP1 WP2 | data | | Study unblinded | Signed unblinding record
""",
    deliverables="""
D1.1 | M4 | R PU | trial | | Study protocol
D2.1 | T+2 | R SEN | laboratory | | Laboratory method for fatty acids in spinal fluid
D2.2 | M18 | R PU | laboratory | | From gut to brain: results
""",
    risks="R1 | M L | WP1 | Participants stop the drink because of its taste. | Three flavours; weekly call.",
)

LANTERN = Plan(
    reference="CHA-04",
    acronym="LANTERN",
    title="Lighting up tired mitochondria: can exhausted axons be refuelled?",
    months_ago=9,
    months=15,
    time_zone="Europe/Amsterdam",
    amount=75_000,
    summary="Nerve fibres without myelin need more energy and get less. LANTERN makes the power plants of living nerve fibres visible in slices of donated tissue, and tries two compounds that help other tired cells. If fibres take up fuel again, they may survive until myelin returns.",
    partners="1 | coordinator | WATERHOVEN |\nF1 | funder | HARBOUR |\nF2 | funder | PONTE |",
    team=" | Maartje Hoogendijk | WATERHOVEN | lead | 4\n | Sander Kuiperveld | WATERHOVEN | member | 15",
    packages="""
WP1 | 1-9 | WATERHOVEN | maartje.hoogendijk | Seeing energy in living slices | A reporter for fuel in nerve fibres.
WP2 | 6-15 | WATERHOVEN | sander.kuiperveld | Refuelling | Two compounds, three doses, forty slices.
""",
    milestones="""
MS1 | M3 | WP1 | laboratory | | Slices survive for two weeks | Survival curves from six donors
MS2 | M7 | WP1 | imaging | | Reporter works in human tissue | Film and calibration curve
MS3 | T-26 | WP2 | laboratory | | First compound tested at three doses | Dose report
MS4 | M14 | WP2 | laboratory | | Second compound tested | Dose report
""",
    deliverables="""
D1.1 | M8 | R PU | laboratory | | Method: energy imaging in human slices
D2.1 | M12 | DATA SEN | data | | Raw recordings of forty slices
D2.2 | M15 | R PU | laboratory | | Can axons be refuelled? Final report
""",
    risks="R1 | M M | WP1 | Too little fresh tissue. | Agreement with two tissue banks.",
)
