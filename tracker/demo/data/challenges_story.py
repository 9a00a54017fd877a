"""What happened in the challenge awards beside the ordinary."""

from tracker.demo.data.stories import Story

LANTERN = Story(
    diary="""
MS3
-95 | sander.kuiperveld | page | on_track 30 | Lowest dose is through in twelve slices. |
-48 | sander.kuiperveld | page | at_risk 55 >T-8 research | Tissue from two donors could not be used. | Two of six donations came too late after death for living slices.
-19 | maartje.hoogendijk | page | at_risk 70 >T+15 research | Middle dose done. For the highest we wait for one more donor. | One more donation is needed for the highest dose.
""",
)
TAMARIND = Story(
    diary="""
MS3
-46 | gonzalo.penalver | page | on_track 40 | Method is stable; nine of thirty samples measured. |
-11 | gonzalo.penalver | mail | on_track 80 | Twelve of fifteen samples measured, the rest is in the queue. |

D2.1
-96 | gonzalo.penalver | page | on_track 35 | Method works in blood; spinal fluid needs a cleaner column. |
-33 | gonzalo.penalver | page | on_track 75 | New column in place, the limit of detection is halved. |
-4 | ines.valdecasas | page | submit | The method with its limits, tested by a neighbouring laboratory that followed the text alone. |
""",
)
HEARSAY = Story(
    diary="""
MS3
-24 | felix.montreuil | page | on_track 25 | First fifty recordings are heard by both listeners. |
""",
)
EVENTIDE = Story(
    diary="""
MS1
-40 | philippa.drummoyne | page | on_track 60 | The brain bank has agreed in principle; lawyers check the text. |
-4 | philippa.drummoyne | page | claim partnership | Signed on both sides. | The lawyers of both institutes asked for one more round.
""",
)
STORIES = {"LANTERN": LANTERN, "TAMARIND": TAMARIND, "HEARSAY": HEARSAY, "EVENTIDE": EVENTIDE}
