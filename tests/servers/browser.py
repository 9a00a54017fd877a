"""Finds a Chromium for the browser tests: CHROMIUM, else the usual names on PATH."""

import os
import shutil

from tests.servers import Missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_INSTALL = (
    "No Chromium was found. Install one (Debian: apt install chromium), or set CHROMIUM to "
    "the path of a Chromium or Chrome."
)


def chromium() -> str:
    """Return the path of the program."""
    given = os.environ.get("CHROMIUM")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        raise Missing(HOW_TO_INSTALL)
    return found
