"""Tags that stand round content of the page."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker.ui.tags.marks import button

register = template.Library()


def _render(context: Context, name: str, **values: Any) -> SafeString:
    source = context.template
    assert source is not None, "A component is rendered inside a template."  # noqa: S101
    part = source.engine.get_template(f"components/{name}.html")
    return part.render(context.new(values))


@register.simple_block_tag(takes_context=True)
def table(
    context: Context,
    content: SafeString,
    *,
    caption: str,
    show_caption: bool = False,
    cards: bool = True,
    dense: bool = False,
) -> SafeString:
    return _render(
        context,
        "table",
        content=content,
        caption=caption,
        show_caption=show_caption,
        cards=cards,
        dense=dense,
    )


@register.simple_block_tag(takes_context=True)
def panel(
    context: Context,
    content: SafeString,
    *,
    title: str = "",
    id: str = "",
    icon: str = "",
    link: str = "",
    link_label: str = "",
    flush: bool = False,
) -> SafeString:
    return _render(
        context,
        "panel",
        content=content,
        title=title,
        id=id,
        icon=icon,
        link=link,
        link_label=link_label,
        flush=flush,
    )


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: SafeString, *, id: str, title: str) -> SafeString:
    return _render(context, "dialog", content=content, id=id, title=title)


@register.simple_block_tag(takes_context=True)
def dialog_part(context: Context, content: SafeString, *, title: str) -> SafeString:
    return _render(context, "dialog_part", content=content, title=title)


@register.simple_tag
def dialog_link(
    url: str, label: str, *, kind: str = "secondary", icon: str = "", **attrs: Any
) -> SafeString:
    """A link to a plain page whose `dialog_part` opens in a dialog where scripts run."""
    return button(label, kind=kind, url=url, icon=icon, data_dialog_url="", **attrs)


@register.simple_block_tag
def deflist(content: SafeString, *, columns: int = 1) -> SafeString:
    return format_html('<dl class="deflist deflist-{}">{}</dl>', columns, content)


@register.simple_block_tag
def defitem(content: SafeString, label: str) -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_block_tag(takes_context=True)
def alert(
    context: Context, content: SafeString, *, tone: str = "info", title: str = ""
) -> SafeString:
    return _render(context, "alert", content=content, tone=tone, title=title)


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context,
    content: SafeString,
    *,
    title: str,
    subtitle: str = "",
    kicker: str = "",
    badge: str = "",
) -> SafeString:
    """The page's one h1. The content is its actions."""
    return _render(
        context,
        "page_header",
        actions=content,
        title=title,
        subtitle=subtitle,
        kicker=kicker,
        badge=badge,
    )
