"""New due dates for several items in one amendment."""

from datetime import date

import pytest
from django.urls import reverse

from milestones.models import Amendment, AmendmentChange, Milestone
from tests import factories as make
from tests.milestones.asking import ask, draft, errors_of, field_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


@pytest.fixture
def item(company) -> Milestone:
    return make.milestone(company.aurora, code="MS3")


def test_several_items_go_into_one_amendment(company, item):
    other = make.deliverable(company.aurora, code="D1.1")
    make.milestone(company.aurora, code="MS9")
    dates = {field_of(item): "2026-08-31", field_of(other): "2026-09-30"}
    page = draft(company, follow=True, **dates).content.decode()
    assert "“AMD-1 All later” is submitted, with 2 new dates. Manager decides." in page
    lines = AmendmentChange.objects.order_by("target").values_list("target", "new")
    assert list(lines) == [("D1.1", "2026-09-30"), ("MS3", "2026-08-31")]


def test_a_draft_is_kept_and_submitted_later(company, item):
    page = draft(company, step="draft", follow=True, **{field_of(item): "2026-08-31"})
    assert "“AMD-1 All later” is saved as a draft, with 1 new date." in page.content.decode()
    assert Amendment.objects.get().state == "draft"
    signed_in(company, "deputy").post(reverse("amendment-submit", args=["AUR-1", 1]))
    assert Amendment.objects.get().state == "submitted"


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("title", ""),
        ("title", "x" * 301),
        ("justification", " "),
        ("step", ""),
        ("step", "approve"),
    ],
)
def test_bad_words_are_refused_at_their_field(company, item, field, bad):
    answer = draft(company, **({field_of(item): "2026-08-31"} | {field: bad}))
    assert field in errors_of(answer)
    assert not Amendment.objects.exists()


def test_each_bad_date_is_told_at_its_own_row(company, item):
    other, good = make.milestone(company.aurora), make.milestone(company.aurora)
    dates = {field_of(item): "2026-06-14", field_of(other): "x", field_of(good): "2026-09-01"}
    answer = draft(company, **dates)
    assert set(errors_of(answer)) == {field_of(item), field_of(other)}
    assert 'value="2026-09-01"' in answer.content.decode()
    assert not Amendment.objects.exists()


def test_an_amendment_without_a_date_is_refused(company, item):
    assert "Give at least one item" in str(errors_of(draft(company)))


def test_a_row_about_which_one_waits_has_no_field_and_takes_no_date(company, item):
    ask(company, item)
    lead = signed_in(company, "lead")
    page = lead.get(reverse("amendment-new", args=["AUR-1"])).content.decode()
    assert field_of(item) not in page
    assert "AMD-1 waits for a decision" in page
    answer = draft(company, **{field_of(item): "2026-10-01"})
    assert "already asks to change MS3" in str(errors_of(answer)[field_of(item)])


def test_an_item_handed_in_meanwhile_is_told_at_its_row(company, item):
    Milestone.objects.update(state="claimed", actual_date=date(2026, 6, 1))
    answer = draft(company, **{field_of(item): "2026-10-01"})
    assert "only while it is open" in str(errors_of(answer)[field_of(item)])


@pytest.mark.parametrize("key", ["due_milestone_999999999999999999", "due_deliverable_0"])
def test_an_item_that_is_not_there_is_told(company, item, key):
    assert "no longer in this plan" in str(errors_of(draft(company, **{key: "2026-10-01"})))


def test_an_item_of_another_network_is_not_there(company, item):
    foreign = make.milestone(company.boreas)
    answer = draft(company, **{field_of(foreign): "2026-10-01"})
    assert "no longer in this plan" in str(errors_of(answer))


def test_a_plan_without_open_items_says_so(company):
    page = signed_in(company, "lead").get(reverse("amendment-new", args=["AUR-1"]))
    assert "Nothing is open" in page.content.decode()
