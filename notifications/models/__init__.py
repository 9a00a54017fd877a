"""Who is reminded of what, and what became of each mail."""

from notifications.models.bounce import Bounce, Suppression
from notifications.models.feed import CalendarFeed
from notifications.models.heartbeat import Heartbeat
from notifications.models.link import ItemLink
from notifications.models.message import Attempt, Message
from notifications.models.preference import Preference
from notifications.models.reminder import Reminder
from notifications.models.rule import ReminderRule
from notifications.models.sending import Sending
from notifications.models.silence import Silence
from notifications.models.stop import LadderStop

__all__ = [
    "Attempt",
    "Bounce",
    "CalendarFeed",
    "Heartbeat",
    "ItemLink",
    "LadderStop",
    "Message",
    "Preference",
    "Reminder",
    "ReminderRule",
    "Sending",
    "Silence",
    "Suppression",
]
