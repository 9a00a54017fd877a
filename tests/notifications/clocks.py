"""A clock that a test moves."""


class Clock:
    """It stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time
