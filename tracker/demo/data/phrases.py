"""What leads write in an ordinary quarter, by kind of work and by how far the work is.

Read by :func:`read_phrases`: a line without a bar names the kind of work, the others hold
the stage and a sentence.
"""

from collections import defaultdict

PHRASES = """
governance
early | First draft is with the work package leads; comments are due in two weeks.
early | Agenda agreed with the patient representatives; a date is being found across many time zones.
early | Roles are settled, the writing group has met once.
mid | Draft discussed in the steering group; two open points remain, both about publications.
mid | Most partners have answered, the others have been called.
mid | The patient representatives asked for plainer words in the second chapter; being rewritten.
late | Final text is with the partners for signature.
late | Last comments are in; layout and a plain-language page are all that is left.
late | Agreed in the steering group, minutes are being checked.
done | Agreed by all partners; the signed copy is attached.
done | Adopted without objection at the last meeting. The text and the minutes are attached.
done | Done, with the patient representatives at the table from the first draft on.

data
early | Field list is agreed; test records are in.
early | Access rights are set up, the first export ran through on the second try.
early | The data dictionary has reached version 0.4; two units still differ.
mid | Uploads run every week; two signatures of data protection officers are still to come.
mid | Quality checks run each night. About 3 % of the records come back for correction.
mid | Duplicates were found and merged, with a note in the log.
late | Export frozen last Friday; a second person is repeating the counts.
late | Documentation is being written, the numbers themselves no longer move.
late | Completeness is at 97 %. The rest is missing for good and is marked so.
done | Done and documented. A second person repeated the counts and agrees.
done | In place, and open under the access rules; the page is linked.
done | Complete; what is missing, and why, is listed on the last page.

laboratory
early | Reagents have arrived and the first batch is in culture.
early | The protocol runs at two benches with the same result.
early | Pilot plate looks clean, background is lower than we feared.
mid | Half of the plates are read. Replicates agree within 8 %.
mid | One batch was lost to a broken incubator; it has been repeated and costs us nine days of slack.
mid | Second donor set shows the same direction of effect, a little weaker.
mid | A blinded re-count is under way by somebody who has not seen the first.
late | All plates are read, the statistics are being repeated by an outside hand.
late | Only two runs are left to repeat.
late | Results hold in the repeat; the report is being written.
done | Complete, and repeated by a second hand. Raw data are on the platform.
done | All runs done; the quality certificates are in the annex of the report.
done | Finished as planned. One outlier is kept and discussed in the report.

imaging
early | Settings are agreed, the first ten images are taken.
early | The protocol is being tried on volunteers from the team.
early | First test images look good; motion is an issue in one of ten.
mid | The device that was out of line has new parts and is inside the limits again.
mid | Readers agree well on most images; a reading guide is being written for the rest.
mid | 62 % of the planned images are in, quality grades are better than in the pilot.
late | Last images were taken this week; grading will need ten days.
late | The numbers are stable since the recalibration.
late | Report is written, one figure is being redone for colour-blind readers.
done | Done, within the limits we had set. The numbers are in the table on page 3.
done | Complete; images and grades are on the platform, the report is attached.
done | Finished; a second reading agrees with the first.

recruitment
early | Screening has begun, leaflets are out in all languages.
early | Invitations go out through the patient organisations first.
early | Slow first month, as expected over the holidays; calls have doubled since.
mid | We are two weeks ahead of the curve, thanks to the patient organisations.
mid | Enrolment follows the plan; one in four who are asked say yes.
mid | Some weeks are behind, some ahead; overall we are where we should be.
mid | Travel costs are now paid in advance, which helps people who live far away.
late | Fourteen people are missing, eleven are booked.
late | Last visits are scheduled; nobody has withdrawn this quarter.
late | Nearly there. Fewer invitations go out from now on.
done | Target reached, with good balance between women and men. The log is attached.
done | Signed log attached. Nobody has withdrawn since the last report.
done | Complete. Every third participant came through the patient organisations.

trial
early | Outline is with the statistician and two patient advisers.
early | First talks are held; nobody sees an obstacle.
early | Training material is translated, dates are fixed.
mid | Questions of the ethics committee are answered; they asked about insurance and about data.
mid | Most signatures are in; two people have asked small questions.
mid | Outside advisers have read the tables and have no objection.
late | The last letter is promised for next week.
late | Text is final, signatures are being collected.
late | A second reader checks the tables.
done | Done; the signed version is attached.
done | Letters and minutes are attached, with our reply to each point.
done | Signed and filed. The version is fixed from today.

outreach
early | Three people with MS have joined the group that plans it.
early | Plan and dates are agreed with two of the societies.
early | First outline is with the patient group; they want less science and more people.
mid | Texts are in translation: two languages are done, two to go.
mid | Answers came from more people than we had hoped for.
mid | Test readers found two paragraphs hard; both are rewritten.
late | Proofs are with the patient group; it is a matter of days.
late | Everything is booked; the last details go out on Monday.
late | The last language is being checked by a native speaker.
done | Done. What people said about it is in the annex.
done | Well received; three of the societies have passed it on to their members.
done | Finished with the patient group, who had the last word on the text.

device
early | Second version is out after the first round of tests.
early | First tests with ten people are done; the list of wishes is long, without surprises.
early | The interface is settled; the first hundred recordings are in.
mid | Error is down to 3.4 %; the limit we set is 3 %.
mid | People use it 5.8 days a week on average. Reminders by text message help.
mid | Two of the devices drift when cold. The maker has confirmed it and replaces them.
late | Review is done, the test data are being documented.
late | The last tests run this week.
late | Only the licence text is open; two lawyers are reading it.
done | Done; the report and the test data are attached.
done | Works as planned. Known limits are listed on the last page.
done | Finished, and tried by somebody outside the team.

report
done | Final version attached, with a page in plain language at the front.
done | Attached. It takes up all but one of the comments; the reason is given on page 2.
done | Final text, read by two people outside the work package.
done | Attached as agreed with the co-authors; the annex holds the tables.
done | Here it is. The summary has been read by three people with MS.
"""

# What staff write when they confirm.
CONFIRMED = (
    "Complete and clear. Thank you.",
    "The evidence shows what the plan asked for.",
    "Read and checked against the plan.",
    "Good work; shared with the co-funders.",
    "Fine. Please keep the underlying records for the review.",
    "",
)

# What a lead says when something takes longer, by kind of work: code | sentence
LATENESS = """
governance | partnership | Two partners needed the approval of their legal departments, which took longer than agreed.
data | internal_resources | The data manager's post was vacant for six weeks.
laboratory | research | A first result could not be repeated; we added a third laboratory before saying so.
imaging | external_environment | The imaging unit was needed for clinical work for three weeks.
recruitment | external_environment | The clinic paused all research visits for a month because of staff shortage.
trial | external_environment | An outside committee sits once a month and postponed us once.
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
