"""Forms and their errors, every template there is, and the page of signing in."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings as project
from django.http import Http404
from django.template import Context, Template
from django.utils import translation

from tests.tracker.test_components import TODAY, render, words
from tracker.ui.forms import error_lines
from tracker.views import styleguide

ROOT = Path(project.BASE_DIR)
TEMPLATES = sorted(
    path
    for path in ROOT.glob("*/templates/**/*.*")
    if path.suffix in {".html", ".txt"} and "staticfiles" not in path.parts
)
COMPONENTS = sorted((ROOT / "tracker/templates/components").glob("*.html"))
# A mail has no policy to meet, and mail programs read no style sheet but the mail's own.
WITH_OWN_STYLE = {"mail/base.html"}


class Update(forms.Form):
    percent = forms.IntegerField(label="Done", help_text="In percent.", max_value=100)
    on = forms.DateField(label="Forecast", required=False)
    state = forms.ChoiceField(label="State", widget=forms.RadioSelect, choices=[("a", "A")])


def test_a_field_ties_help_and_error_to_its_input():
    html = render("{% field form.percent %}", form=Update({"percent": "140"}))
    assert 'aria-describedby="id_percent_error id_percent_help"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_percent_error"' in html
    assert 'id="id_percent_help"' in html


def test_a_date_is_asked_by_the_browser_in_iso_whatever_the_language():
    with translation.override("de"):
        html = render("{% field form.on %}", form=Update(initial={"on": TODAY}))
    assert 'type="date"' in html
    assert 'value="2026-11-23"' in html


def test_radio_choices_stand_in_a_fieldset_with_their_question():
    html = render("{% field form.state %}", form=Update())
    assert "<legend>State</legend>" in html
    assert 'type="radio"' in html


def test_the_summary_leads_to_each_wrong_field():
    lines = error_lines(Update({"percent": "140"}))
    assert [(line.label, line.target) for line in lines] == [
        ("Done", "id_percent"),
        ("State", "id_state_0"),
    ]


def test_a_form_not_yet_sent_has_no_errors():
    assert words(render("{% form_errors form %}", form=Update())) == ""


def test_a_button_with_an_address_is_a_link():
    assert render('{% button "Go" url="/x" %}').startswith('<a class="btn btn-primary" href="/x">')
    assert 'type="submit"' in render('{% button "Go" %}')
    assert 'data-dialog="d"' in render('{% button "Go" type="button" data_dialog="d" %}')


def test_components_escape_what_they_are_given():
    evil = "<script>x</script>"
    html = render(
        "{% button e %}{% person e role=e %}{% tile e e note=e %}{% empty e e %}{% crumbs e '/' e %}"
        "{% page_header title=e subtitle=e %}{% endpage_header %}{% panel title=e %}{{ e }}{% endpanel %}"
        "{% defitem e %}{{ e }}{% enddefitem %}{% history h label=e %}{% evidence 'link' e %}{% th e %}",
        e=evil,
        h=[{"when": TODAY, "title": evil, "text": evil, "who": evil}],
    )
    assert "<script" not in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_carries_inline_style_or_script(path):
    source = path.read_text()
    if any(str(path).endswith(name) for name in WITH_OWN_STYLE):
        return
    assert not re.search(r"\sstyle\s*=", source), "style-src forbids style attributes"
    assert "<style" not in source, "style-src forbids style blocks"
    # A block of data is no script: browsers never run it.
    ours = r"<script(?![^>]*\b(?:src=|type=\"application/json\"))"
    assert not re.search(ours, source), "script-src forbids inline scripts"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "script-src forbids event attributes"
    assert not re.search(r"(src|href)=[\"'](https?:)?//(?!doi\.org)", source), "no third-party host"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_every_component_says_what_it_is(path):
    assert re.match(r"\{% comment %\}.{20,}?\{% endcomment %\}", path.read_text())


def test_every_tag_is_in_the_guide():
    guide = (ROOT / "docs/components.md").read_text()
    names = set(Template("").engine.template_builtins[-1].tags)
    assert {name for name in names if name not in guide} <= {"theme"}


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_error_pages_need_no_context(name):
    html = Template(f"{{% include '{name}.html' %}}").render(Context())
    assert "<h1>" in html


@pytest.mark.django_db
def test_sign_in_asks_for_address_and_password_and_offers_no_sign_up(client):
    html = client.get("/accounts/login/").content.decode()
    assert 'type="email"' in html
    assert 'type="password"' in html
    assert 'autocomplete="current-password"' in html
    assert "signup" not in html


@pytest.mark.django_db
def test_a_wrong_password_is_said_on_top_and_keeps_the_address(client):
    page = client.post("/accounts/login/", {"login": "a@example.org", "password": "wrong"})
    html = page.content.decode()
    assert "data-error-summary" in html
    assert 'value="a@example.org"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "scheme"), [("dark", "dark"), ("light", "light"), ("", "auto"), ('"><x', "auto")]
)
def test_the_colour_scheme_comes_from_the_reader_s_cookie(client, cookie, scheme):
    client.cookies["theme"] = cookie
    assert f'data-theme="{scheme}"' in client.get("/accounts/login/").content.decode()


def test_the_style_guide_is_not_there_in_production(rf, settings):
    settings.DEBUG = False
    with pytest.raises(Http404):
        styleguide(rf.get("/styleguide/"))
