"""Which environment variables the settings read: taken from the settings themselves."""

import re
from pathlib import Path

SETTINGS = Path(__file__).resolve().parent.parent / "tracker" / "settings.py"
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]*)["']""")


def declared_variables() -> set[str]:
    """Return the name of every variable that tracker/settings.py asks for."""
    return set(READ.findall(SETTINGS.read_text()))
