"""The components say in words what they show, and no page carries inline style or script."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from milestones.models import Amendment, Confidence, Deliverable, Milestone, RiskLevel, StatusUpdate
from networks.models import Network
from notifications.models import Message, Reminder
from tracker.ui.charts import segments, sparkline, state_segments
from tracker.ui.dates import relative_words, write_day
from tracker.ui.evidence import source_of
from tracker.ui.forms import chips
from tracker.ui.gantt import lay_out
from tracker.ui.icons import icon
from tracker.ui.marks import badge, deadline, due, initials
from tracker.ui.states import STATES, UnknownState

TODAY = date(2026, 11, 23)


def render(source: str, query: str = "", **context: object) -> str:
    request = RequestFactory().get(f"/?{query}")
    return Template(source).render(Context({"request": request, "today": TODAY} | context))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- States -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "state"), [(k, s) for k, states in STATES.items() for s in states]
)
def test_every_badge_carries_its_word_and_an_icon(kind, state):
    html = badge(kind, state)
    assert unescape(words(html)) == str(STATES[kind][state].word)
    assert "<svg" in html


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("milestone", Milestone.State),
        ("deliverable", Deliverable.State),
        ("level", Deliverable.Level),
        ("confidence", Confidence),
        ("risk", RiskLevel),
        ("amendment", Amendment.State),
        ("network", Network.State),
        ("act", StatusUpdate.Kind),
        ("message", Message.State),
        ("reminder", Reminder.State),
    ],
)
def test_every_state_a_model_stores_has_a_look(kind, choices):
    assert set(choices.values) <= set(STATES[kind])


def test_states_of_one_kind_differ_without_colour():
    for kind, states in STATES.items():
        said = [str(look.word) for look in states.values()]
        assert len(said) == len(set(said)), kind


def test_an_unknown_state_raises_and_names_the_known_ones():
    with pytest.raises(UnknownState, match="claimed"):
        badge("milestone", "finished")
    with pytest.raises(UnknownState, match="milestone"):
        badge("mile_stone", "planned")


def test_a_badge_escapes_a_word_of_its_own():
    assert "<b>" not in badge("milestone", "planned", word="<b>")


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        ("overdue", 12, "12 days late"),
        ("overdue", 1, "1 day late"),
        ("due_soon", 0, "due today"),
        ("due_soon", 1, "due tomorrow"),
        ("due_soon", 5, "in 5 days"),
        ("delayed", 34, "Delayed by 34 days"),
    ],
)
def test_a_computed_badge_counts_the_days(state, days, said):
    assert words(badge("due", state, days=days)) == said


# --- Dates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 11), "12 days late"),
        (date(2026, 11, 22), "1 day late"),
        (date(2026, 11, 23), "due today"),
        (date(2026, 11, 24), "due tomorrow"),
        (date(2026, 11, 28), "in 5 days"),
    ],
)
def test_relative_words_on_both_sides_of_today(day, said):
    assert relative_words(day, TODAY) == said


def test_a_deadline_shows_date_and_month():
    html = due(date(2026, 12, 31), month=18)
    assert words(html) == "31 Dec 2026 M18"
    assert 'datetime="2026-12-31"' in html


def test_a_moved_deadline_keeps_its_first_date_struck_through():
    html = due(date(2026, 12, 31), original=date(2026, 9, 30))
    assert "<del" in html
    assert words(html) == "Originally due 30 Sep 2026 31 Dec 2026"


def test_an_unmoved_deadline_shows_one_date():
    assert "<del" not in due(date(2026, 12, 31), original=date(2026, 12, 31))


def test_a_late_deadline_says_so_and_a_finished_one_does_not():
    late = date(2026, 11, 11)
    assert "12 days late" in due(late, today=TODAY)
    assert "late" not in words(due(late, today=TODAY, done=True))


def test_a_missing_date_is_said():
    assert words(due(None)) == "No date"


def test_a_deadline_badge_appears_only_when_near_or_past():
    assert words(deadline(date(2026, 11, 22), today=TODAY)) == "1 day late"
    assert words(deadline(date(2026, 12, 7), today=TODAY)) == "in 14 days"
    assert deadline(date(2026, 12, 8), today=TODAY) == ""
    assert deadline(date(2026, 11, 1), today=TODAY, done=True) == ""


def test_a_deadline_badge_without_today_is_an_error():
    with pytest.raises(TemplateSyntaxError, match="today"):
        Template("{% deadline day %}").render(Context({"day": TODAY}))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "31 Dec 2026"),
        ("fr", "31 déc. 2026"),
        ("de", "31. Dez. 2026"),
        ("it", "31 dic 2026"),
        ("es", "31 dic 2026"),
        ("nl", "31 dec 2026"),
    ],
)
def test_dates_speak_the_reader_s_language_and_name_the_month(language, said):
    with translation.override(language):
        assert write_day(date(2026, 12, 31)) == said


def test_a_moment_shows_the_reader_s_zone():
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert "23 Nov 2026, 23:30" in render("{{ at|moment }}", at=moment)


# --- Small marks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Maria Lopes", "AL"), ("Plato", "P"), ("ana.lopes@example.org", "AL"), ("", "?")],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_a_country_has_code_and_name_in_the_reader_s_language():
    with translation.override("fr"):
        assert words(render('{% country "de" %}')) == "DE Allemagne"


def test_an_icon_is_hidden_from_screen_readers_and_has_no_style():
    assert 'aria-hidden="true"' in icon("x")
    assert "style=" not in icon("x")


@pytest.mark.parametrize(("percent", "said"), [(0, "0"), (45, "45"), (140, "100"), (-3, "0")])
def test_progress_is_a_number_between_0_and_100(percent, said):
    assert f'value="{said}"' in render("{% progress p %}", p=percent)


def test_progress_that_nobody_stated_is_said():
    assert words(render("{% progress p %}", p=None)) == "not stated"


@pytest.mark.parametrize(
    ("kind", "target", "href"),
    [
        ("link", "https://example.org/a", "https://example.org/a"),
        ("link", "javascript:alert(1)", ""),
        ("link", "//evil.example/a", ""),
        ("file", "/files/7", "/files/7"),
        ("doi", "10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"),
        ("doi", '10.1/"><script>', "https://doi.org/10.1/%22%3E%3Cscript%3E"),
    ],
)
def test_evidence_links_only_to_safe_places(kind, target, href):
    assert source_of(kind, target).href == href


# --- Charts -------------------------------------------------------------------------------


def test_a_state_bar_fills_its_whole_width_and_says_its_counts():
    counts = {"planned": 1, "verified": 3, "claimed": 0}
    parts = state_segments("milestone", counts)
    assert [(str(part.label), part.width) for part in parts] == [
        ("Planned", "25.000%"),
        ("Verified", "75.000%"),
    ]
    html = render('{% state_bar "milestone" counts label="All" %}', counts=counts)
    assert "Planned 1" in words(html)
    assert "Verified 3" in words(html)


def test_lengths_stay_valid_svg_in_a_language_with_decimal_commas():
    with translation.override("fr"):
        html = render(
            "{% segment_bar parts label='x' %}{% sparkline values label='y' %}",
            parts=[{"label": "a", "count": 1}, {"label": "b", "count": 2}],
            values=[0, 1.5, 3],
        )
    assert not re.search(r'(x|y|width|cx|cy|x1|y1)="[^"]*,', html)


def test_a_bar_of_nothing_is_empty():
    assert segments([{"label": "a", "count": 0}]) == []


def test_a_sparkline_needs_two_values():
    assert sparkline([3]) is None
    assert sparkline([3, 3]) is not None


def test_a_plan_places_its_marks_and_says_them():
    rows = [
        {
            "label": "MS1",
            "state": "in_progress",
            "original": date(2026, 1, 1),
            "due": date(2026, 7, 2),
            "forecast": date(2027, 1, 1),
        }
    ]
    plan = lay_out(rows, today=TODAY, start=date(2026, 1, 1), end=date(2026, 12, 31))
    lane = plan.lanes[0]
    assert [mark.kind for mark in lane.marks] == ["original", "due", "forecast"]
    assert [mark.x for mark in lane.marks] == ["0.000%", "49.863%", "100.000%"]
    assert lane.late
    assert "Due 2 Jul 2026" in lane.words
    assert "144 days late" in lane.words
    assert [tick.label for tick in plan.quarters] == ["Q1", "Q2", "Q3", "Q4"]
    assert [tick.label for tick in plan.years] == ["2026"]


def test_a_plan_without_dates_says_so():
    assert lay_out([{"label": "MS1"}], today=TODAY) is None
    assert "No dates yet" in render('{% gantt rows label="x" %}', rows=[{"label": "MS1"}])


def test_a_plan_repeats_its_data_as_a_table():
    html = render('{% gantt rows label="x" %}', rows=[{"label": "MS1", "due": TODAY}])
    assert "<table" in html
    assert "23 Nov 2026" in html


# --- Ways round -----------------------------------------------------------------------------


def test_a_column_sorts_up_then_down_and_starts_at_page_one():
    assert 'href="?state=open&amp;order=due"' in render(
        '{% th "Due" order="due" %}', "state=open&page=3"
    )
    turned = render('{% th "Due" order="due" %}', "order=due")
    assert 'href="?order=-due"' in turned
    assert 'aria-sort="ascending"' in turned


def test_pagination_keeps_the_filters():
    page = Paginator(range(10), 3).get_page(2)
    html = render("{% pagination page %}", "state=open&page=2", page=page)
    assert "Page 2 of 4" in words(html)
    assert 'href="?state=open&amp;page=3"' in html


def test_one_page_needs_no_pagination():
    page = Paginator(range(3), 3).get_page(1)
    assert words(render("{% pagination page %}", page=page)) == ""


def test_tabs_are_links_and_the_first_is_the_default():
    items = [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]
    html = render('{% tabs items label="x" %}', "tab=b", items=items)
    assert 'href="?"' in html
    assert re.search(r'href="\?tab=b" aria-current="page"', html)


class Filter(forms.Form):
    q = forms.CharField(label="Search", required=False)
    state = forms.ChoiceField(label="State", choices=[("open", "Open")], required=False)


def test_a_filter_in_force_is_a_chip_that_takes_it_away():
    query = QueryDict("q=mri&state=open&page=2")
    assert [(c.label, c.value, c.query) for c in chips(Filter(query), query)] == [
        ("Search", "mri", "state=open"),
        ("State", "Open", "q=mri"),
    ]
