"""Form fields with label, help and error tied together, whatever the widget."""

from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.safestring import SafeString

CHECKS = (forms.CheckboxInput,)
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class FieldParts(NamedTuple):
    field: BoundField
    widget: SafeString
    layout: str
    help_id: str
    error_id: str
    size: str


def _shaped_widget(field: BoundField) -> forms.Widget:
    """The field's widget, as the browser's own date picker where Django has a text box."""
    widget: forms.Widget = field.field.widget
    if isinstance(widget, forms.DateInput) and widget.input_type == "text":
        widget = copy(widget)
        widget.input_type = "date"
        # The browser's picker takes and gives ISO only, whatever the reader's language.
        widget.format = "%Y-%m-%d"
    return widget


def _css(widget: forms.Widget) -> str:
    if isinstance(widget, (*CHECKS, *GROUPS)):
        return "form-check-input"
    if isinstance(widget, forms.Select) and not widget.attrs.get("size"):
        return "form-select"
    return "form-control"


def field_parts(field: BoundField, *, size: str = "", **attrs: Any) -> FieldParts:
    """Everything the template needs to lay one field out, with its ids tied by ARIA."""
    widget = _shaped_widget(field)
    base = field.auto_id or f"id_{field.html_name}"
    help_id, error_id = f"{base}_help", f"{base}_error"
    told = [error_id] if field.errors else []
    told += [help_id] if field.help_text else []
    own = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None}
    own["class"] = f"{_css(widget)} {widget.attrs.get('class', '')}".strip()
    if told:
        own["aria-describedby"] = " ".join(told)
    if field.errors:
        own["aria-invalid"] = "true"
        own["class"] += " is-invalid"
    layout = "input"
    if isinstance(widget, GROUPS):
        layout = "group"
        # The fieldset carries the description: on every option it would be read each time.
        own.pop("aria-describedby", None)
    elif isinstance(widget, CHECKS):
        layout = "check"
    return FieldParts(field, field.as_widget(widget, attrs=own), layout, help_id, error_id, size)


class ErrorLine(NamedTuple):
    label: str
    target: str
    message: str


def error_lines(form: forms.BaseForm) -> list[ErrorLine]:
    """Every error of a form with the id of the field it is about."""
    lines = [ErrorLine("", "", str(message)) for message in form.non_field_errors()]
    for field in form:
        target = field.auto_id or f"id_{field.html_name}"
        if isinstance(field.field.widget, GROUPS):
            target += "_0"
        lines += [ErrorLine(str(field.label), target, str(message)) for message in field.errors]
    return lines


class Chip(NamedTuple):
    label: str
    value: str
    query: str


def chips(form: forms.BaseForm, query: QueryDict) -> list[Chip]:
    """The filters in force, each with the query string that is left when it is taken away."""
    return list(_chips(form, query))


def _chips(form: forms.BaseForm, query: QueryDict) -> Iterator[Chip]:
    for field in form:
        for name in _names(field):
            for raw in query.getlist(name):
                if raw and not isinstance(field.field.widget, forms.HiddenInput):
                    yield Chip(str(field.label), _shown(field, raw), _without(query, name, raw))


def _names(field: BoundField) -> list[str]:
    """The parameters of a field: a range filter has two."""
    suffixes = getattr(field.field.widget, "suffixes", None)
    if not suffixes:
        return [field.html_name]
    return [f"{field.html_name}_{suffix}" if suffix else field.html_name for suffix in suffixes]


def _shown(field: BoundField, raw: str) -> str:
    choices: Any = getattr(field.field, "choices", ())
    for value, label in _flat(choices):
        if str(value) == raw:
            return str(label)
    return raw if not isinstance(field.field, forms.BooleanField) else ""


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def _without(query: QueryDict, name: str, raw: str) -> str:
    left = query.copy()
    left.setlist(name, [value for value in left.getlist(name) if value != raw])
    left.pop("page", None)
    return left.urlencode()
