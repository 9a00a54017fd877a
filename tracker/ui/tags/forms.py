"""Tags for forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

from tracker.ui.forms import error_lines, field_parts

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, size: str = "", **attrs: Any) -> dict[str, Any]:
    return {"part": field_parts(bound, size=size, **attrs)}


@register.inclusion_tag("components/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    return {"form": form, "parts": [field_parts(bound) for bound in form.visible_fields()]}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    return {"lines": error_lines(form) if form.is_bound else []}


@register.inclusion_tag("components/conflict.html")
def conflict(
    lines: Sequence[Mapping[str, Any]], *, who: str, when: datetime | None = None
) -> dict[str, Any]:
    return {"lines": lines, "who": who, "when": when}
