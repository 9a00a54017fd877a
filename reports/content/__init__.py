"""What a progress report holds, as plain JSON: the contract for renderings and reviews.

``content_of(report, at=...)`` builds it from a draft as it stands; ``submit`` freezes it in a
``ReportVersion`` with the SHA-256 over its canonical JSON. Dates are ISO 8601 texts, amounts
are decimal texts, counts are whole numbers; there are no floats. States and kinds are the
codes of the models (``Milestone.State``, ``ReasonCode``, ...), to be worded by whoever shows
them. ``null`` means that nothing is known::

    {"form": 1,
     "meta": {"network": {"reference", "acronym", "title", "starts", "ends", "grant_doi",
                          "raid", "award_amount", "award_currency", "lay_summary",
                          "lead": {"name", "orcid", "organisation", "country"} or null},
              "programme": {"slug", "name"},
              "code": "PR1", "number": 1, "kind": "interim" | "final",
              "period_start", "period_end", "cut_off", "due_date",
              "since": the cut-off of the report before, or null,
              "template": {"form", "name", "version", "kind"},
              "version": 1 (null in a draft), "submitted_at", "submitted_by": name or null},
     "sections": [{"key", "number", "title", "audience": "public" | "committee" | "staff",
                   "text", "nothing": bool, "words": n, "word_limit": n or null,
                   "required": bool, "facts": "" | a key of "facts"}],
     "facts": {
       "items": [{"kind": "milestone" | "deliverable", "id", "code", "title",
                  "work_packages": ["WP1"], "lead": short name or "", "is_gate": bool,
                  "type", "level" (of deliverables, else ""), "state", "confidence",
                  "percent", "contractual", "revised", "due", "forecast", "actual",
                  "late_days": n, "reason_code", "reason", "comment"}],
       "changes": [{"about": "milestone" | "deliverable" | "amendment" | "risk", "code",
                    "title", "added": bool, "on": date or null,
                    "fields": [{"field", "old", "new"}]}],
       "forecast": [{"on": date, "open": n, "late": n, "mean_days": n, "max_days": n}],
       "risks": [{"code", "description", "likelihood", "severity", "mitigation", "foreseen",
                  "closed_on", "work_packages",
                  "play": {"period", "on", "mitigation_applied", "materialised", "comment"}
                          or null}],
       "people": {"joined": [person], "left": [person], "team": [person],
                  "partners": [{"number", "short_name", "name", "country", "kind", "starts",
                                "ends", "change": "" | "joined" | "left"}]},
       "outputs": [{"item", "title", "kind": "file" | "link" | "doi", "doi", "url", "name",
                    "on", "new": bool}],
       "effort": [{"work_package", "partner", "planned", "actual", "before"}],
       "conditions": [{"code", "text", "evidence_asked", "due", "state", "handed_in_on",
                       "answer", "evidence_url", "settled_on", "decided_on", "decision"}]}}

    person = {"name", "orcid", "role", "partner", "starts", "ends", "effort"}

* Facts are those of the end of ``cut_off`` in the network's own time zone, read from the
  append-only rows. Reasons and comments explain them, and may be given until submission.
* ``late_days`` counts from ``due`` to the actual day, or else to the forecast, or else (open
  and overdue) to the cut-off; 0 when in time.
* EU-classified deliverables, and what belongs to them, are left out: a report goes to people
  who may not know of them.
* ``forecast`` is the chart: one point for each month's end from the start, and the cut-off.
* A renderer for an audience first takes :func:`for_audience`.
"""

from reports.content.assembling import (
    AUDIENCES,
    content_of,
    for_audience,
    template_for,
    word_count,
)
from reports.content.canonical import altered, canonical, hash_of, is_untouched

__all__ = [
    "AUDIENCES",
    "altered",
    "canonical",
    "content_of",
    "for_audience",
    "hash_of",
    "is_untouched",
    "template_for",
    "word_count",
]
