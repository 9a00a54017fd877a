"""Imported first by every measured process: what comes after it may import models."""

import django

django.setup()
