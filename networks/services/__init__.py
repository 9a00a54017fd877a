"""What people do with networks. Each service is one business action, atomic and logged."""

from networks.services.events import build_event, changed, record_event, record_events

__all__ = ["build_event", "changed", "record_event", "record_events"]
