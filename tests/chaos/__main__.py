"""Runs one function of this package in a process with the product's settings.

``python -m tests.chaos storm.run '{"seed": 1, …}'`` prints what it returns as JSON.
"""

import gc
import json
import sys

import django
from django.utils.module_loading import import_string

if __name__ == "__main__":
    # There are dozens of these processes: a sixth of their start is a look for cycles.
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()
    function = import_string(f"tests.chaos.{sys.argv[1]}")
    json.dump(function(**json.loads(sys.argv[2])), sys.stdout)
