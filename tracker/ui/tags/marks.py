"""Tags for the small marks of a list row."""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from networks.browsers import browser_words
from tracker.ui import marks
from tracker.ui.dates import write_day, write_moment
from tracker.ui.icons import icon as draw_icon

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    return draw_icon(str(name), size, css)


register.simple_tag(marks.badge)
register.simple_tag(marks.country)
register.simple_tag(marks.avatar)
register.simple_tag(marks.person)
register.simple_tag(marks.progress)


@register.simple_tag(takes_context=True)
def due(context: Context, day: date | None, **options: Any) -> SafeString:
    """A deadline; `today` is taken from the page's context unless it is given."""
    options["today"] = options.get("today") or context.get("today")
    return marks.due(day, **options)


@register.simple_tag(takes_context=True)
def deadline(context: Context, day: date | None, **options: Any) -> SafeString:
    options["today"] = options.get("today") or context.get("today")
    if options["today"] is None:
        raise template.TemplateSyntaxError("{% deadline %} needs today=… or `today` in context.")
    return marks.deadline(day, **options)


@register.filter
def day(value: date | None) -> SafeString | str:
    return marks.time_tag(value) if value else ""


register.filter("browser", browser_words)


@register.filter
def longday(value: date | None) -> str:
    return write_day(value, long=True) if value else ""


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    if not value:
        return ""
    return format_html(
        '<time class="day" datetime="{}">{}</time>', value.isoformat(), write_moment(value)
    )


@register.simple_tag
def button(
    label: str, *, kind: str = "primary", url: str = "", icon: str = "", **attrs: Any
) -> SafeString:
    """A link that looks like a button when it has an address, else a submit button."""
    tag = "a" if url else "button"
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    given["class"] = f"btn btn-{kind} {given.get('class', '')}".strip()
    if url:
        given["href"] = url
    else:
        given.setdefault("type", "submit")
    return format_html(
        "<{0}{1}>{2}<span>{3}</span></{0}>",
        mark_safe(tag),  # noqa: S308
        flatatt(given),
        draw_icon(icon) if icon else "",
        label,
    )
