"""The two strict backends that every list of the API uses.

The default backends ignore what they do not know, so a misspelt filter silently returns
everything. Ours answer 400 and name the parameter and those there are.
"""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView

_ALWAYS_KNOWN = {"page", "page_size", "ordering", "format"}


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """django-filter, but an unknown parameter or a bad value is an error."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(_ALWAYS_KNOWN)
        if filterset_class is not None:
            # Ranges and the like read several parameters: the form's fields know all names.
            known |= _parameter_names(filterset_class)
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError(
                {
                    name: [f"There is no filter “{name}”. There are: {', '.join(sorted(known))}."]
                    for name in unknown
                }
            )
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered

    def get_filterset_kwargs(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> dict[str, Any]:
        """Tell the filters what time it is: the view asks the clock, nobody below it."""
        kwargs: dict[str, Any] = super().get_filterset_kwargs(request, queryset, view)
        if hasattr(view, "now"):
            kwargs["now"] = view.now
        return kwargs


def _parameter_names(filterset_class: type[django_filters.FilterSet]) -> set[str]:
    names: set[str] = set()
    for name, declared in filterset_class.base_filters.items():
        suffixes = getattr(declared.field_class.widget, "suffixes", None)
        names |= {f"{name}_{suffix}" for suffix in suffixes} if suffixes else {name}
    return names


class StrictOrderingFilter(OrderingFilter):
    """Ordering by the declared fields only; anything else is an error. Ties break by id.

    ``ordering_columns`` of a view names the columns behind public names, as
    ``{"code": "code_key"}`` for codes in the order people count.
    """

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        asked = request.query_params.get(self.ordering_param, "")
        terms = [term.strip() for term in asked.split(",") if term.strip()]
        valid = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        for term in terms:
            if term.removeprefix("-") not in valid:
                raise ValidationError(
                    {
                        "ordering": [
                            f"Cannot order by “{term}”. Choose from: {', '.join(sorted(valid))}."
                        ]
                    }
                )
        columns = getattr(view, "ordering_columns", {})
        chosen = [
            term[: -len(name)] + columns.get(name, name)
            for term in terms
            for name in [term.removeprefix("-")]
        ]
        ordering = chosen or list(self.get_default_ordering(view) or [])
        if ordering and not {"pk", "-pk", "id", "-id"}.intersection(ordering):
            ordering.append("pk")
        return ordering
