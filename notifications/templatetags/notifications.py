"""Words for the ledger's rows."""

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date
from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from networks.duties import Name
from networks.wording import in_a_sentence as worded
from notifications.models import LadderStop, Reminder, Silence

register = template.Library()


@register.filter
def in_a_sentence(word: object) -> str:
    """A state or confidence within a sentence, as its language writes it."""
    return worded(word)


@register.simple_tag
def duty_of(key: str, names: Mapping[str, Name]) -> Name:
    """The name behind ``kind-id``; an item that is gone still has one."""
    return names.get(key) or Name(key, key, "")


@register.simple_tag
def duty_name(reminder: Reminder | LadderStop | Silence, names: Mapping[str, Name]) -> str:
    """Code and title of what a reminder is about."""
    name = duty_of(f"{reminder.duty_kind}-{reminder.duty_id}", names)
    return f"{name.code} {name.title}"


@register.simple_tag
def step_words(offset: int) -> str:
    """A rung of the ladder in words: “7 days before”, “on the day”, “14 days after”."""
    if offset == 0:
        return _("on the day")
    days = abs(offset)
    if offset < 0:
        return ngettext("%(count)d day before", "%(count)d days before", days) % {"count": days}
    return ngettext("%(count)d day after", "%(count)d days after", days) % {"count": days}


@register.filter
def weekday(day: date) -> str:
    """The name of the day, in the reader's language."""
    return str(format_date(day, "EEEE", locale=(get_language() or "en")[:2]))
