"""Addresses that are keys by themselves are masked in the log.

Django logs the path of every answer from 400 on. A path that opens an item, an invitation or
a calendar without a log-in would let whoever reads the log do the same.
"""

from __future__ import annotations

import logging
import re

_KEY = re.compile(r"/(do|join|less-mail|calendar)/[^/\s\"']+")


class MaskKeys(logging.Filter):
    """Lets every line through, without the keys in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the line anew where it holds a key."""
        said = record.getMessage()
        masked = _KEY.sub(r"/\1/…", said)
        if masked != said:
            record.msg, record.args = masked, ()
        return True
