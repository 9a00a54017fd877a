"""What the template tags are made of: plain functions from plain data to markup.

Nothing here knows a model, so that pages of every app can use it and tests need no database.
"""
