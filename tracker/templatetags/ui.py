"""The components every page is built from. docs/components.md shows each with its call.

A template builtin (settings.TEMPLATES), so that no template has to load it. The tags lie
in :mod:`tracker.ui.tags`, one module per kind; Django wants them in one library.
"""

from django import template

from tracker.ui.tags import blocks, charts, forms, marks, pieces, ways

register = template.Library()
for module in (marks, charts, ways, forms, blocks, pieces):
    register.tags.update(module.register.tags)
    register.filters.update(module.register.filters)
