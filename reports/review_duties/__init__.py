"""The duties that a review makes: checking, reviewing, summarising, meeting a condition.

None of them asks whether the network's work is running: a final report is reviewed after the
end of an award, and a network on hold has its conditions to meet before it may go on.
"""

from __future__ import annotations

from networks import duties
from reports.review_duties.committee import ReviewDuties, SummaryDuties
from reports.review_duties.conditions import ConditionCheck, ConditionDuties
from reports.review_duties.staff import ReportCheck

for _source in (ReportCheck, ConditionCheck, ConditionDuties, ReviewDuties, SummaryDuties):
    duties.register(_source())
