"""What leads write in an ordinary quarter, by kind of work and by how far the work is.

Read by :func:`read_phrases`: a line without a bar names the kind of work, the others hold
the stage and a sentence.
"""

from collections import defaultdict

PHRASES = """
governance
early | First draft is with the work package leads; comments are due in two weeks.
early | Agenda agreed with the patient representatives; a date is being found across nine time zones.
early | Roles are settled, the writing group has met once.
mid | Draft discussed in the steering group; two open points remain, both about publications.
mid | Eight of the partners have answered, the others have been called.
mid | The patient representatives asked for plainer words in the second chapter; being rewritten.
late | Final text is with the partners for signature.
late | Last comments are in; layout and a plain-language page are all that is left.
late | Agreed in the steering group, minutes are being checked.
done | Agreed by all partners; the signed copy is attached.
done | Adopted without objection at the last meeting. The text and the minutes are attached.
done | Final version attached. It takes up all but one of the comments; the reason is given on page 2.

data
early | Field list agreed between the sites; test records are in.
early | Access rights are set up, the first export ran through on the second try.
early | The data dictionary has reached version 0.4; units of two laboratories still differ.
mid | Seven sites upload every week; the other two wait for a signature of their data protection officer.
mid | Quality checks run each night. About 3 % of the records come back for correction.
mid | Duplicates between two sites found and merged, with a note in the log.
late | Export frozen last Friday; a second person is repeating the counts.
late | Documentation is being written, the numbers themselves no longer move.
late | Completeness is at 97 %. The rest is missing for good and is marked so.
done | Frozen and documented. Counts were repeated by a second person and agree.
done | Released under the access policy; the landing page is linked.
done | The final export is attached, with the list of what is missing and why.

laboratory
early | Reagents have arrived and the first batch is in culture.
early | Protocol runs at two benches; the third laboratory starts next week.
early | Pilot plate looks clean, background is lower than we feared.
mid | Half of the plates are read. Replicates agree within 8 %.
mid | One batch was lost to a broken incubator; it has been repeated and costs us nine days of slack.
mid | Second donor set shows the same direction of effect, a little weaker.
mid | The blinded re-count is under way in the partner laboratory.
late | All plates are read, the statistics are being repeated by an outside hand.
late | Only the two highest doses are left to repeat.
late | Results hold in both laboratories; the report is being written.
done | Complete in both laboratories, and the effect is replicated. Raw data are on the platform.
done | All runs done; the quality certificates are in the annex of the report.
done | Finished as planned. One outlier is kept and discussed in the report.

imaging
early | Phantoms have been shipped; two scanners done so far.
early | Sequences are loaded at three sites, the physicists meet every other Tuesday.
early | First test images look good; motion is an issue in one of ten.
mid | Four of five scanners are inside the limits. The fifth had its coil replaced.
mid | Readers agree well on the brain, less on the upper cord; a reading guide is being written.
mid | 62 % of the planned scans are in, quality grades are better than in the pilot.
late | Last scans were taken this week; grading will need ten days.
late | The numbers are stable since the outlier scanner was recalibrated.
late | Report is written, one figure is being redone for colour-blind readers.
done | All scanners are inside the limits; the variation is 3.9 % against the 5 % we had set.
done | Complete; images and grades are on the platform, the report is attached.
done | Two readers agreed on 94 of 100 scans; the six others were settled by a third.

recruitment
early | Screening has begun at three sites, leaflets are out in all languages.
early | Contracts with the reserve sites are signed, should we need them.
early | Slow first month, as expected over the holidays; calls have doubled since.
mid | We are two weeks ahead of the curve thanks to the clinic in the north.
mid | Enrolment follows the plan; one in four who are asked say yes.
mid | Two sites are behind, three are ahead; overall we are where we should be.
mid | Travel costs are now paid in advance, which helps people who live far away.
late | Fourteen people are missing, eleven are booked.
late | Last visits are scheduled; nobody has withdrawn this quarter.
late | Target nearly reached. The sites have been told to stop inviting.
done | Target reached, with good balance between women and men and between sites.
done | The last participant was seen on Thursday. The signed log is attached.
done | Complete. Every third participant came through the patient organisations.

trial
early | Outline is with the statistician and two patient advisers.
early | The regulator has confirmed receipt and named a contact.
early | Site visits are planned, the training material is translated.
mid | Questions of the ethics committee answered; they asked about insurance and about data.
mid | Five sites approved, two to go. Both have sat once and asked small questions.
mid | The safety board has read the interim tables and has no comment.
late | The last letter is promised for next week.
late | Text is final, signatures are being collected.
late | A second reader checks the safety tables.
done | Approved without conditions; the letters are attached.
done | All letters are in, with our reply to each point.
done | Signed and registered. The version is fixed from today.

outreach
early | Three people with MS have joined the editorial group.
early | Venue and dates are fixed, the call is out.
early | First storyboard is with the patient group; they want less science and more people.
mid | Texts are in translation: two languages are done, two to go.
mid | Thirty-one applications for twelve places, from all nine countries.
mid | Test readers found two paragraphs hard; both are rewritten.
late | Proofs are with the editors, publication is a matter of days.
late | Everything is booked; the programme goes out on Monday.
late | Subtitles are being checked by native speakers.
done | Held, with more people than we had chairs for. The evaluation is attached.
done | Published in four languages; 1,900 readers in the first week.
done | Out, and taken up by three of the societies on their own pages.

device
early | Firmware update is out, battery now lasts eleven days.
early | Twelve test sets have been posted, nine came back in good order.
early | The interface is settled; the first hundred recordings are in.
mid | Error on the walkway is down to 3.4 %; the limit is 3 %.
mid | Wearing time is 5.8 days a week. Reminders by text message help.
mid | Two sensors drift when cold. The maker has confirmed it and sends new ones.
late | Code review is done, the test data are being documented.
late | Last site has received its sets.
late | Only the licence text is open; lawyers of two partners are reading it.
done | Inside the limits at all sites; the report and the test data are attached.
done | Released with a licence and an example that runs in ten minutes.
done | Delivered to all sites, with a spare set for each.
"""

# What staff write when they confirm.
CONFIRMED = (
    "Complete and clear. Thank you.",
    "The evidence shows what the plan asked for.",
    "Read and checked against the means of verification.",
    "Good work; shared with the co-funders.",
    "Fine. Please keep the raw log for the review.",
    "",
)

# What a lead says when something takes longer, by kind of work: code | sentence
LATENESS = """
governance | partnership | Two partners needed the approval of their legal departments, which took longer than agreed.
data | internal_resources | The data manager's post was vacant for six weeks.
laboratory | research | A first result could not be repeated; we added a third laboratory before saying so.
imaging | external_environment | The scanner was taken over by clinical work for three weeks.
recruitment | external_environment | The clinic paused all research visits for a month because of staff shortage.
trial | external_environment | The ethics committee sits once a month and postponed us once.
outreach | partnership | Translations came late; we did not want to publish in one language only.
device | financial | Prices of components rose, and a second offer had to be asked for.
"""

RISK_NOTES = (
    "Watched; nothing new in this period.",
    "Mitigation in place and working.",
    "Discussed in the steering group; level unchanged.",
    "Two early signs, both followed up. Level unchanged.",
    "No sign of it so far.",
)


def read_phrases() -> dict[tuple[str, str], list[str]]:
    """The sentences by kind of work and stage."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    work = ""
    for line in PHRASES.strip().splitlines():
        stage, bar, sentence = line.partition(" | ")
        if bar:
            found[work, stage].append(sentence)
        elif line:
            work = line
    return dict(found)


def read_lateness() -> dict[str, tuple[str, str]]:
    """The coded reason and its sentence, by kind of work."""
    cells = (line.split(" | ") for line in LATENESS.strip().splitlines())
    return {work: (code, sentence) for work, code, sentence in cells}
