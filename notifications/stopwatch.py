"""A clock that nobody sets, and that goes on while the machine sleeps."""

import time

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def ticks() -> float:
    """Seconds since some instant in the past; only differences mean anything."""
    return time.clock_gettime(_CLOCK)
