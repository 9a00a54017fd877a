"""The demo: every part of the product as real processes, from nothing but Python's wheels."""
