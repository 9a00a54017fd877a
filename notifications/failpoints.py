"""Named points in the sender at which a test lets something fail. Outside tests: nothing.

What happens there is the test's own code, named by the setting FAILPOINTS. No variable of
the environment leads here, so that no operator can switch it on by accident.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

BEFORE_CLAIM = "before-claim"
AFTER_CLAIM = "after-claim"
AFTER_RENDER = "after-render"
AFTER_MARK = "after-mark"
AFTER_ANSWER = "after-answer"
AFTER_COMMIT = "after-commit"
POINTS = (BEFORE_CLAIM, AFTER_CLAIM, AFTER_RENDER, AFTER_MARK, AFTER_ANSWER, AFTER_COMMIT)


def reach(point: str) -> None:
    """Say that the sender has come to a point."""
    if settings.FAILPOINTS:
        import_string(settings.FAILPOINTS)(point)
