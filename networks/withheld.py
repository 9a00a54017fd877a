"""Events that are kept from staff who have a part of their own in a network.

Some events carry no network, so that its team does not read them: who reviews its report, and
how far they are. Staff of the programme read those, and an officer may be of that team too.
An app names the models whose events tell of a network without carrying it, in a module named
``access`` (found by ``NetworksConfig.ready``); each has a field ``network``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Model, Q

from networks.access import concerned

if TYPE_CHECKING:
    from networks.models import User

_models: dict[str, type[Model]] = {}


def withhold(*models: type[Model]) -> None:
    """Make the models known whose events tell of a network without carrying it."""
    _models.update({model._meta.label_lower: model for model in models})


def withheld(user: User) -> Q:
    """Condition on Event: it tells of a network in which the person has a part, or said so."""
    found = Q()
    for label, model in _models.items():
        theirs = model._default_manager.filter(network__in=concerned(user))
        found |= Q(target_type=label, target_id__in=theirs.values("pk"))
    return found
