"""Stating the effort of a period: one table for all work packages and partners."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from milestones.models import Effort
from networks.pages import act_on_page
from networks.refusals import Refusal
from reports.models import EffortSpent
from reports.services.effort import EffortOvertaken, StatedEffort, save_effort
from reports.views.writing import WriteFrame

Row = dict[str, Any]


class StateEffort(WriteFrame):
    """Person-months of the period, by work package and partner."""

    template_name = "reports/effort_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = self.rows()
        heading = _("Effort in the period of %(code)s") % {"code": self.report.code}
        return {
            "rows": rows,
            "version": _seen_as_text(rows),
            "heading": heading,
            "back": self.home("section-effort"),
        } | context

    def rows(self) -> list[Row]:
        """What is planned, each with what is stated for the period."""
        planned = Effort.objects.filter(network=self.network)
        planned = planned.select_related("work_package", "partner")
        spent = {
            (row.work_package_id, row.partner_id): row.person_months
            for row in EffortSpent.objects.filter(report=self.report)
        }
        return [
            {"effort": row, "spent": spent.get((row.work_package_id, row.partner_id))}
            for row in planned.order_by("work_package__code_key", "partner__number_key", "pk")
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        rows, version = context["rows"], request.POST.get("version", "")
        seen: dict[int, Decimal] = {}
        for row in rows:
            row["typed"] = request.POST.get(f"effort-{row['effort'].pk}", "").strip()
        try:
            seen = _seen(version)
            stated = [each for row in rows if (each := _stated(row, seen)) is not None]
            save_effort(act_on_page(request), self.report, stated)
        except EffortOvertaken as error:
            _show_theirs(rows, seen, error)
            return self.render_to_response(context | {"overtaken": True}, status=409)
        except Refusal as error:
            refused = {"refusal": str(error), "version": version}
            return self.render_to_response(context | refused, status=422)
        messages.success(request, _("The effort is saved."))
        return HttpResponseRedirect(context["back"])


def _stated(row: Row, seen: dict[int, Decimal]) -> StatedEffort | None:
    """What the person changed in a row; None where they left what they saw."""
    effort, was = row["effort"], seen.get(row["effort"].pk)
    amount = _amount(row["typed"])
    if amount == was:
        return None
    return StatedEffort(
        work_package=effort.work_package, partner=effort.partner, person_months=amount, seen=was
    )


def _show_theirs(rows: list[Row], seen: dict[int, Decimal], error: EffortOvertaken) -> None:
    """Both figures where both were changed; theirs where the person typed nothing."""
    for row in rows:
        key = row["effort"].work_package_id, row["effort"].partner_id
        if key in error.theirs:
            row["theirs"] = "\N{EN DASH}" if row["spent"] is None else f"{row['spent']:.2f}"
        elif _amount(row["typed"]) == seen.get(row["effort"].pk):
            row["typed"] = None


def _seen_as_text(rows: list[Row]) -> str:
    """The figures on the page, to be told from what others save meanwhile: 12:3.50 15:1.00."""
    return " ".join(
        f"{row['effort'].pk}:{row['spent']:.2f}" for row in rows if row["spent"] is not None
    )


def _seen(text: str) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for pair in text.split():
        number, _colon, amount = pair.partition(":")
        if number.isdecimal() and len(number) < 19:
            found[int(number)] = _amount(amount) or Decimal(0)
    return found


def _amount(typed: str) -> Decimal | None:
    if not typed:
        return None
    try:
        amount = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        amount = Decimal(-1)
    # Compared one by one: what is no number at all (NaN) raises when it is compared.
    if not amount.is_finite() or not 0 <= amount < 100_000:
        raise Refusal(
            _("“%(typed)s” is no number of person-months.") % {"typed": typed[:20]}, "effort"
        )
    return amount.quantize(Decimal("0.01"))
