"""Kinds of filters: by id, by code, by state, by words, since an instant."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from networks.clock import Today

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


@extend_schema_field({"type": "array", "items": {"type": "integer"}})
class IdFilter(_ManyFilter):
    """A foreign key by id; the parameter may be repeated."""

    field_class = _IdsField


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class CodeFilter(_ManyFilter):
    """A foreign key by its code, slug or reference; the parameter may be repeated."""

    field_class = _CodesField


class StateFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """One or several of the words a column may hold; the parameter may be repeated."""

    def __init__(self, choices: type[Any], **kwargs: Any) -> None:
        super().__init__(choices=choices.choices, **kwargs)


@extend_schema_field(OpenApiTypes.STR)
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


@extend_schema_field(OpenApiTypes.DATETIME)
class Since(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """Rows from an instant on (ISO 8601), for programs that fetch what is new."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name=field_name, lookup_expr="gte", **kwargs)


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """A set of filters that knows who asks and what time it is."""

    def __init__(self, *args: Any, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    @property
    def today(self) -> Today:
        """The calendar dates for "overdue" and the like."""
        if self.now is None:
            raise ValueError("Pass now= to filter by deadlines.")
        return Today.at(self.now)
