"""Why a service says no, in words for the person who asked."""

from collections.abc import Iterable


class Refusal(Exception):
    """The rules do not allow it. Names the field and the mend; nothing was saved."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class IllegalTransition(Refusal):
    """From this state that step does not exist; says which do."""

    def __init__(self, thing: str, state: str, wanted: str, possible: Iterable[str]) -> None:
        ways = ", ".join(possible)
        mend = f"it can go to: {ways}" if ways else "nothing follows that state"
        super().__init__(f"{thing} is {state} and cannot become {wanted}; {mend}.", "state")


class Conflict(Refusal):
    """Somebody else wrote in the meantime; both versions are worth showing."""
