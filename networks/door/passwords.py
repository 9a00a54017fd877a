"""What is no password here: the words that everybody who knows the place tries first."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from networks.models import Programme, User

# Words of the field. Added are those of the site's name and of the programmes' names.
FIELD = frozenset(
    {
        "award", "challenge", "committee", "coordinator", "deliverable", "deputy", "funder",
        "grant", "lead", "manager", "member", "milestone", "network", "observer", "officer",
        "password", "programme", "program", "progress", "project", "report", "research",
        "review", "reviewer", "science", "status", "tracker", "work", "package",
    }
)  # fmt: skip
LEAST_LEFT = 6


class NotTheWordsOfHere:
    """Refuses a password of which little is left without the words of this place.

    Whoever adds enough of their own to such a word is let be.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        left = password.lower()
        for word in sorted(self._words(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(set(re.sub(r"[\W\d_]", "", left))) < LEAST_LEFT and left != password.lower():
            raise ValidationError(
                _("It is made of words that anybody would try here first. Add some of your own."),
                code="password_of_here",
            )

    def get_help_text(self) -> str:
        """One sentence for the form."""
        return _("Your password cannot be made of the words of this site.")

    def _words(self) -> set[str]:
        names = [settings.SITE_NAME, *Programme.objects.values_list("name", flat=True)[:200]]
        found = {word for name in names for word in re.findall(r"[^\W\d_]{4,}", name.lower())}
        return found | FIELD
