"""The hook by which tests make the sender fail: silent unless a test names its own code."""

from notifications import failpoints

REACHED: list[str] = []


def test_nothing_happens_at_a_point_by_itself(settings):
    assert settings.FAILPOINTS == ""
    failpoints.reach(failpoints.AFTER_MARK)
    assert REACHED == []


def test_a_test_is_told_which_point_was_reached(settings):
    settings.FAILPOINTS = f"{__name__}.note"
    failpoints.reach(failpoints.AFTER_MARK)
    assert REACHED == ["after-mark"]
    REACHED.clear()


def note(point: str) -> None:
    """Remember a point."""
    REACHED.append(point)
