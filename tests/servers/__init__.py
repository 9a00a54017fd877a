"""Real servers for the tests: found on the machine, started privately, stopped by pid.

Each finder raises :class:`Missing` with a sentence that says what to install. Children are
tied to the thread that starts them (Linux), so start them from the test's own thread.
"""


class Missing(Exception):
    """A server's program is not on this machine; the text says how to get it."""
