"""A filled stencil is, byte by byte, what the template itself gives, whatever people wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from milestones.models import Confidence, Milestone
from networks.clock import Today
from networks.duties import Audience, Duty, sources
from networks.models import User
from notifications.models import Reminder
from notifications.rendering import HTML, SUBJECT, TEXT, Line, digest, render_digest
from notifications.stencils import Part

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
LANGUAGES = [code for code, _ in User._meta.get_field("language").choices or []]
HOSTILE = (
    "{}",
    "{0.__class__}",
    "{title}",
    "{{ cut }}",
    "%(count)d %s %",
    "<script>alert('1')</script>",
    "</td></tr></table><!--",
    '" onclick="x',
    "&amp; &nbsp; &#x27;",
    # The characters that mark slots and cuts while a stencil is made.
    "\ue000\ue001\ue100\ue101\ue200\ue300\ue305",
    "<!--\ue000-->",
    "\u00a0\u2028\u0085\x0b\x0c\x7f\ufeff",
    "\r\n \r \n",
    "\0",
    "👩‍🔬 é 漢字",
    "\u202eעברית العربية",
)
# What UTF-8 can say; a database holds nothing else.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TEXTS = st.one_of(st.sampled_from(HOSTILE), ANY_TEXT)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def a_reminder(pk: int, audience: str) -> Reminder:
    return Reminder(pk=pk, audience=audience, offset_days=0, recipient=User(pk=7, name="Lea"))


@st.composite
def a_line(draw: DrawFn) -> tuple[Line, bool]:
    """One line, and whether its recipient may answer by a link."""
    confidence = draw(st.sampled_from(["", *Confidence]))
    duty = Duty(
        kind=draw(st.sampled_from([each.kind for each in sources()])),
        id=draw(st.integers(1, 10**6)),
        network_id=1,
        programme_id=1,
        acronym=draw(st.sampled_from(["AURORA", "BOREAS"]) | TEXTS),
        zone="Europe/Rome",
        code=draw(TEXTS),
        title=draw(TEXTS),
        due_date=draw(DAYS),
        deadline_version=1,
        state="planned",
        state_label=draw(st.sampled_from([state.label for state in Milestone.State])),
        url_name="milestone",
        confidence_label=Confidence(confidence).label if confidence else "",
        forecast_date=draw(st.none() | DAYS),
        returned=draw(st.booleans()),
    )
    told_as = draw(st.sampled_from(Audience))
    return Line(a_reminder(draw(st.integers(1, 10**9)), told_as), duty), draw(st.booleans())


@st.composite
def a_digest(draw: DrawFn) -> dict[str, Any]:
    """What :func:`render_digest` takes."""
    found = draw(st.lists(a_line(), min_size=1, max_size=6))
    # Now and then more than a mail shows.
    found *= draw(st.sampled_from([1, 1, 1, 10]))
    language = draw(st.sampled_from(LANGUAGES))
    person = User(pk=7, email="lead@example.org", name=draw(TEXTS), language=language)
    links = {line.reminder.pk: uuid4() for line, answers in found if answers}
    return {"person": person, "lines": [line for line, _ in found], "links": links}


@given(
    said=a_digest(), site=st.sampled_from(["https://tracker.example.org", "http://x/?a=1&b=<'\">"])
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_is_what_the_template_gives(settings: Any, said: dict[str, Any], site: str) -> None:
    settings.SITE_URL = site
    with translation.override(said["person"].language):
        mail, sections = digest(**said, today=Today.at(NOW))
        assert TEXT.fill(mail, sections) == TEXT.render(mail, sections)
        assert HTML.fill(mail, sections) == HTML.render(mail, sections)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 5, 1_000_000])
@pytest.mark.parametrize("networks", ["AURORA", *HOSTILE])
def test_a_subject_too(language: str, count: int, networks: str) -> None:
    with translation.override(language):
        said = Part({"networks": networks}, (("count", count),))
        assert SUBJECT.fill(said) == SUBJECT.render(said)


def a_simple(language: str, title: str) -> dict[str, Any]:
    duty = Duty(
        kind="milestone",
        id=1,
        network_id=1,
        programme_id=1,
        acronym="AURORA",
        zone="UTC",
        code="MS1",
        title=title,
        due_date=date(2026, 6, 2),
        deadline_version=1,
        state="planned",
        state_label=Milestone.State.PLANNED.label,
        url_name="milestone",
    )
    person = User(pk=7, email="lead@example.org", name="Lea", language=language)
    line = Line(a_reminder(1, Audience.RESPONSIBLE), duty)
    return {"person": person, "lines": [line], "links": {}}


@pytest.mark.parametrize("title", HOSTILE)
def test_what_people_wrote_stands_in_the_text_as_they_wrote_it(title: str) -> None:
    assert f"* MS1 {title}\n" in render_digest(**a_simple("en", title), now=NOW).text


def test_one_language_does_not_speak_anothers_words() -> None:
    english = render_digest(**a_simple("en", "One"), now=NOW)
    german = render_digest(**a_simple("de", "One"), now=NOW)
    assert "Good morning Lea," in english.text
    assert "Good morning" not in german.text + german.html
    assert '<html lang="de"' in german.html
    assert render_digest(**a_simple("en", "One"), now=NOW) == english
