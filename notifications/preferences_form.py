"""What people choose about their mail, and what that comes to in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks.access import is_staff_anywhere
from networks.forms import zone_choices
from networks.models import User
from notifications.models import Preference
from notifications.mornings import habits, zone_or_utc
from notifications.public_holidays import (
    country_choices,
    is_known,
    next_day_off,
    parts,
    place_name,
    region_choices,
)
from notifications.services.preferences import home_country
from notifications.words import in_words

_AS_SAID = ("digest_hour", "rhythm", "notices", "time_zone", "language")
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
_NOT_STAFF = [choice for choice in Preference.Rhythm.choices if choice[0] != "summary"]
DAYS = [(str(number + 1), name) for number, name in WEEKDAYS.items()]


class PreferencesForm(forms.Form):
    """When, how often and in which language a person is written to."""

    digest_hour = forms.TypedChoiceField(
        label=_("Morning mail at"),
        choices=HOURS,
        coerce=int,
        help_text=_("By the clock of your time zone."),
    )
    time_zone = forms.ChoiceField(label=_("Your time zone"), choices=zone_choices)
    weekdays = forms.MultipleChoiceField(
        label=_("On which days"),
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What falls due on another day comes on the next of these."),
        error_messages={"required": _("Choose at least one day.")},
    )
    keep_free = forms.BooleanField(
        label=_("Leave me in peace on public holidays"),
        required=False,
        help_text=_("What falls due on one comes on your next day."),
    )
    country = forms.ChoiceField(label=_("Holidays of"), required=False)
    # Its list follows the country that is chosen so far; of another country, it is let go.
    region = forms.CharField(
        label=_("Region"),
        required=False,
        widget=forms.Select,
        help_text=_("Where your region has holidays of its own."),
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=Preference.Rhythm.choices,
        widget=forms.RadioSelect,
        help_text=_("You can also mute or snooze one item; staff see that you did."),
    )
    notices = forms.BooleanField(
        label=_("Tell me at once when something I wait for comes back or is decided"),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of mails and pages"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, staff: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        if not staff:
            self.fields["rhythm"].choices = _NOT_STAFF  # type: ignore[attr-defined]
        nothing = ("", "-")
        self.fields["country"].choices = [nothing, *country_choices()]  # type: ignore[attr-defined]
        chosen = self["country"].value() or ""
        regions = region_choices(chosen)
        self.fields["region"].widget.choices = [nothing, *regions]
        if not regions:
            del self.fields["region"]

    @classmethod
    def of(cls, person: User, data: Any = None) -> PreferencesForm:
        """The form as the person's habits are now."""
        kept = Preference.objects.filter(user=person).first() or Preference(user=person)
        country, region = parts(kept.holidays_of)
        staff = is_staff_anywhere(person)
        # A summary is of networks one runs; without any, it is a week's mail.
        fallen = kept.rhythm == Preference.Rhythm.SUMMARY and not staff
        rhythm = Preference.Rhythm.WEEKLY if fallen else kept.rhythm
        initial = {
            "digest_hour": kept.digest_hour,
            "weekdays": list(kept.weekdays),
            "keep_free": bool(country),
            "country": country or home_country(person),
            "region": region,
            "rhythm": rhythm,
            "notices": kept.notices,
            "time_zone": person.time_zone,
            "language": person.language,
        }
        return cls(data, staff=staff, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Holidays are those of some country."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("keep_free") and not cleaned.get("country") and "country" not in self.errors:
            self.add_error("country", _("Choose the country whose holidays you keep."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        said = self.cleaned_data
        country, region = said["country"], said.get("region", "")
        place = f"{country}-{region}" if region and is_known(f"{country}-{region}") else country
        return {
            **{name: said[name] for name in _AS_SAID},
            "weekdays": "".join(sorted(said["weekdays"])),
            "holidays_of": place if said["keep_free"] else "",
        }


def _next_mail(person: User) -> str:
    kept = Preference.objects.filter(user=person, rhythm=Preference.Rhythm.SUMMARY)
    if is_staff_anywhere(person) and kept.exists():
        return gettext("Next summary: %(day)s at %(time)s.")
    return gettext("Next mail: %(day)s at %(time)s, if something needs you.")


def next_mail_in_words(person: User, now: datetime) -> list[str]:
    """What a person's habits come to: the next mail, and the next day without one."""
    habit = habits([person.pk])[person.pk]
    at = habit.next_after(now)
    if at is None:
        return []
    local = at.astimezone(zone_or_utc(habit.zone))
    words = {"day": in_words(local.date()), "time": f"{local:%H:%M}"}
    said = [_next_mail(person) % words]
    free = next_day_off(habit.holidays_of, local.date())
    if free is not None:
        about = {"day": in_words(free), "place": place_name(habit.holidays_of)}
        said.append(gettext("No mail on the next public holiday of %(place)s: %(day)s.") % about)
    return said
