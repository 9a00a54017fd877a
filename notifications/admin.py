"""The admin of notifications, for operators. Rules and habits change here; history does not."""

from __future__ import annotations

from django.contrib import admin

from networks.admin import HistoryAdmin, LoggedAdmin
from notifications.models import (
    Attempt,
    Bounce,
    CalendarFeed,
    Heartbeat,
    ItemLink,
    LadderStop,
    Message,
    Preference,
    Reminder,
    ReminderRule,
    Sending,
    Silence,
    Suppression,
)


@admin.register(ReminderRule)
class ReminderRuleAdmin(LoggedAdmin):
    """What a programme, or a network, changes about the default ladder."""

    list_display = ("programme", "network", "duty_kind", "offset_days", "audience", "enabled")
    list_filter = ("programme", "duty_kind", "enabled")
    list_select_related = ("programme", "network")
    autocomplete_fields = ("network",)


@admin.register(Preference)
class PreferenceAdmin(LoggedAdmin):
    """How people wish to be written to."""

    list_display = ("user", "digest_hour", "weekdays", "holidays_of", "rhythm")
    list_filter = ("rhythm",)
    list_select_related = ("user",)
    autocomplete_fields = ("user",)


@admin.register(Message)
class MessageAdmin(HistoryAdmin):
    """Mails. What they say is read in the outbox, where a programme's staff see their own."""

    list_display = ("addressee", "kind", "local_day", "state", "tries", "created_at", "settled_at")
    list_filter = ("state",)
    list_select_related = ("recipient", "invitation")
    exclude = ("subject", "text", "html")


@admin.register(Attempt)
class AttemptAdmin(HistoryAdmin):
    """Each try to hand a mail over."""

    list_display = ("message_id", "number", "at", "outcome", "code", "reply")
    list_filter = ("outcome",)


@admin.register(Bounce)
class BounceAdmin(HistoryAdmin):
    """What came back."""

    list_display = ("address", "kind", "status", "at", "door", "said")
    list_filter = ("kind", "door")


@admin.register(Suppression)
class SuppressionAdmin(HistoryAdmin):
    """Addresses that get no mail; they are released in the outbox."""

    list_display = ("address", "since", "reason", "released_at", "release_reason")
    search_fields = ("address",)


@admin.register(Reminder)
class ReminderAdmin(HistoryAdmin):
    """The ledger."""

    list_display = ("recipient", "network", "duty_kind", "duty_id", "offset_days", "state")
    list_filter = ("state", "duty_kind")
    list_select_related = ("recipient", "network")


@admin.register(LadderStop)
class LadderStopAdmin(HistoryAdmin):
    """Ladders that staff have stopped."""

    list_display = ("network", "duty_kind", "duty_id", "reason", "stopped_at", "started_at")
    list_select_related = ("network",)


@admin.register(Silence)
class SilenceAdmin(HistoryAdmin):
    """What people have muted or snoozed."""

    list_display = ("user", "network", "duty_kind", "duty_id", "until", "begun_at", "ended_at")
    list_select_related = ("user", "network")


@admin.register(ItemLink)
class ItemLinkAdmin(HistoryAdmin):
    """Links in mails; only a hash of each is on file."""

    list_display = ("user", "duty_kind", "duty_id", "expires_at", "revoked_at", "used_at")
    list_select_related = ("user",)
    exclude = ("token_hash",)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(HistoryAdmin):
    """Who subscribes to what; only a hash of each address is on file."""

    list_display = ("user", "kind", "network", "programme", "created_at", "revoked_at", "read_on")
    list_filter = ("kind",)
    list_select_related = ("user", "network", "programme")
    exclude = ("token_hash",)


@admin.register(Heartbeat)
class HeartbeatAdmin(HistoryAdmin):
    """When each job was last seen alive."""

    list_display = ("name", "at", "facts")


@admin.register(Sending)
class SendingAdmin(HistoryAdmin):
    """Which installation may send; ``manage.py sending`` changes it."""

    list_display = ("name", "host", "epoch", "mark", "paused_until", "reason")
