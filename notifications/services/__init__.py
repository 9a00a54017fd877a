"""What the app does: plan, send, and answer for both. Each pass takes its instant."""

from notifications.services.delivering import deliver
from notifications.services.planning import plan
from notifications.services.preferences import set_preferences
from notifications.services.sweeping import Swept, sweep

__all__ = ["Swept", "deliver", "plan", "set_preferences", "sweep"]
