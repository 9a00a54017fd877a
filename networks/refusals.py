"""Why a service says no, in words for the person who asked."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


class Refusal(Exception):
    """The rules do not allow it. Names the field and the mend; nothing was saved."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class IllegalTransition(Refusal):
    """From this state that step does not exist; says which do."""

    def __init__(self, thing: str, state: str, wanted: str, possible: Iterable[str]) -> None:
        ways = ", ".join(possible)
        said = (
            _("%(thing)s is %(state)s and cannot become %(wanted)s; it can go to: %(ways)s.")
            if ways
            else _(
                "%(thing)s is %(state)s and cannot become %(wanted)s; nothing follows that state."
            )
        )
        words = {"thing": thing, "state": state, "wanted": wanted, "ways": ways}
        super().__init__(said % words, "state")


class Conflict(Refusal):
    """Somebody else wrote in the meantime; both versions are worth showing."""
