"""Filters of the API and the pages, and the two strict backends every list uses.

The default backends ignore what they do not know, so a misspelt filter silently returns
everything. Ours answer 400 and name the parameter and those there are.
"""

from typing import Any

import django_filters
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q, QuerySet
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


def _parameter_names(filterset_class: type[django_filters.FilterSet]) -> set[str]:
    names: set[str] = set()
    for name, declared in filterset_class.base_filters.items():
        suffixes = getattr(declared.field_class.widget, "suffixes", None)
        names |= {f"{name}_{suffix}" for suffix in suffixes} if suffixes else {name}
    return names


class StrictOrderingFilter(OrderingFilter):
    """Ordering by the declared fields only; anything else is an error. Ties break by id."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        asked = request.query_params.get(self.ordering_param, "")
        terms = [term.strip() for term in asked.split(",") if term.strip()]
        valid = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        for term in terms:
            if term.lstrip("-") not in valid:
                raise ValidationError(
                    {
                        "ordering": [
                            f"Cannot order by “{term}”. Choose from: {', '.join(sorted(valid))}."
                        ]
                    }
                )
        ordering = terms or list(self.get_default_ordering(view) or [])
        if ordering and not {"pk", "-pk", "id", "-id"}.intersection(ordering):
            ordering.append("pk")
        return ordering


MAX_ID = 2**63 - 1
MANY = 200


class _ManyField(forms.Field):
    """Several values of one parameter (``?state=a&state=b``), each checked by ``one``."""

    widget = forms.SelectMultiple
    one: forms.Field = forms.CharField(max_length=300)

    def to_python(self, value: Any) -> list[Any]:
        values = [entry for entry in value or [] if entry != ""]
        if len(values) > MANY:
            raise forms.ValidationError(f"At most {MANY} values are taken at once.")
        return [self.one.clean(entry) for entry in values]


class _IdsField(_ManyField):
    one = forms.IntegerField(min_value=1, max_value=MAX_ID)


class _CodesField(_ManyField):
    one = forms.CharField(max_length=300, validators=[ProhibitNullCharactersValidator()])


class _ManyFilter(django_filters.Filter):  # type: ignore[misc]
    """Any of the given values. One that nobody has finds nothing, which is no oracle."""

    def filter(self, queryset: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        if not value:
            return queryset
        found = queryset.filter(**{f"{self.field_name}__in": value})
        # A join to many rows would show a row once for each of them.
        return found.distinct() if self.distinct else found


class IdFilter(_ManyFilter):
    """A foreign key by id; the parameter may be repeated."""

    field_class = _IdsField


class CodeFilter(_ManyFilter):
    """A foreign key by its code, slug or reference; the parameter may be repeated."""

    field_class = _CodesField


class StateFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """One or several of the words a column may hold; the parameter may be repeated."""

    def __init__(self, choices: type[Any], **kwargs: Any) -> None:
        super().__init__(choices=choices.choices, **kwargs)


class SearchFilter(django_filters.CharFilter):  # type: ignore[misc]
    """``q``: rows in which every word occurs in at least one of the named columns."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        super().__init__(label="Search", max_length=200, **kwargs)
        self.columns = columns

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").split()[:10]:
            hit = Q()
            for column in self.columns:
                hit |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(hit)
        return queryset


class Since(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """Rows from an instant on (ISO 8601), for programs that fetch what is new."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name=field_name, lookup_expr="gte", **kwargs)
