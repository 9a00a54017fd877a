#!/usr/bin/env python
"""Django's command-line door: ``python manage.py <command>``."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # To load all apps makes many objects and hardly any cycle: Python looks for those less often.
    gc.set_threshold(50_000, 20, 20)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    execute_from_command_line(sys.argv)
