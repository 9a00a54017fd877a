"""Runs one function of this package in a process with the product's settings.

``python -m tests.chaos storm.run '{"seed": 1, …}'`` prints what it returns as JSON.
"""

import json
import sys

import django
from django.utils.module_loading import import_string

if __name__ == "__main__":
    django.setup()
    function = import_string(f"tests.chaos.{sys.argv[1]}")
    json.dump(function(**json.loads(sys.argv[2])), sys.stdout)
