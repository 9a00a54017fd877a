"""The demo's data: an invented alliance, its awards, its people, and two years of history.

Texts stand in tables of plain text (one row a line, columns parted by bars), so that they
can be read and edited as such; :mod:`tracker.demo.data.tables` reads them. No person, no
institute and no project here is real, and every address ends in ``.example``.
"""
