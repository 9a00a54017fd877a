"""All awards of the demo in the order in which they began, and the stories told of them."""

from tracker.demo.data import (
    challenges_begun,
    challenges_story,
    challenges_young,
    longstride,
    longstride_story,
    myeloom,
    myeloom_story,
    planning_awards,
    tideline,
    tideline_story,
)
from tracker.demo.data.alliance import CHALLENGE, NETWORKS
from tracker.demo.data.shapes import Plan
from tracker.demo.data.stories import Story

# programme -> its awards; a network stands after the planning award it grew from.
AWARDS: dict[str, tuple[Plan, ...]] = {
    NETWORKS: (
        planning_awards.FOOTHILLS,
        planning_awards.WEAVERS,
        planning_awards.SOUNDINGS,
        longstride.PLAN,
        myeloom.PLAN,
        tideline.PLAN,
    ),
    CHALLENGE: (
        challenges_begun.RIMLIGHT,
        challenges_begun.LULLABY,
        challenges_begun.TAMARIND,
        challenges_begun.LANTERN,
        challenges_young.DAYBREAK,
        challenges_young.HEARSAY,
        challenges_young.EVENTIDE,
        challenges_young.SERENO,
    ),
}
STORIES: dict[str, Story] = {
    "MYELOOM": myeloom_story.STORY,
    "TIDELINE": tideline_story.STORY,
    "LONGSTRIDE": longstride_story.STORY,
    **challenges_story.STORIES,
}
