"""Who may be asked to review a report: the committee, without those in conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import QuerySet

from networks import access
from networks.models import ProgrammeRole, User
from reports.models import Meeting, ProgressReport, Review, ReviewRound


def committee_of(programme_id: int) -> list[User]:
    """Chair and reviewers of a programme today, by name."""
    held = ProgrammeRole.objects.filter(
        access.current(access.access_day()), programme=programme_id, role__in=access.COMMITTEE
    )
    people: QuerySet[User] = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    return list(people.order_by("name", "pk"))


def may_attend(meeting: Meeting) -> list[User]:
    """The committee of today, and whoever was noted as present already: they were there."""
    people = {person.pk: person for person in committee_of(meeting.programme_id)}
    people |= {person.pk: person for person in meeting.attendees.all()}
    return sorted(people.values(), key=lambda person: (person.name, person.pk))


def free_to_review(report: ProgressReport) -> list[User]:
    """The committee without who is part of the network, or recused themselves before.

    One statement per member of the committee, which has a dozen of them: the conflict is
    judged by the one door, not by a copy of its rule.
    """
    return free_of(committee_of(report.network.programme_id), report)


def free_of(people: Iterable[User], report: ProgressReport) -> list[User]:
    """Those of some people who have no conflict with a report: declared, or computed."""
    recused = Review.objects.filter(round__report=report, state=Review.State.RECUSED)
    said_no = set(recused.values_list("reviewer_id", flat=True))
    free = [person for person in people if person.pk not in said_no]
    return [person for person in free if not is_conflicted(person, report.network_id)]


def is_conflicted(person: User, network_id: int) -> bool:
    """Whether a person, or an organisation of theirs, is part of a network."""
    return bool(access.conflicted(person).filter(pk=network_id).exists())


def still_on_panel(seats: Collection[tuple[int, int, int]], day: date) -> set[tuple[int, int]]:
    """Of (person, network, programme) the (person, network) who may still review that network."""
    held = ProgrammeRole.objects.filter(
        access.current(day),
        user__in={person for person, _network, _programme in seats},
        user__is_active=True,
        role__in=access.COMMITTEE,
        programme__in={programme for _person, _network, programme in seats},
    )
    taken = set(held.values_list("user_id", "programme_id"))
    wanted = {(person, network) for person, network, where in seats if (person, where) in taken}
    barred: set[tuple[int, int]] = set()
    for person in User.objects.filter(pk__in={owner for owner, _network in wanted}):
        networks = {network for owner, network in wanted if owner == person.pk}
        conflicts = access.conflicted(person).filter(pk__in=networks)
        barred |= {(person.pk, pk) for pk in conflicts.values_list("pk", flat=True)}
    return wanted - barred


def candidates(round_: ReviewRound) -> list[User]:
    """Who can still be asked in a round."""
    asked = set(
        round_.reviews.exclude(state=Review.State.WITHDRAWN).values_list("reviewer_id", flat=True)
    )
    return [person for person in free_to_review(round_.report) if person.pk not in asked]
