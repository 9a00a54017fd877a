"""A draft amendment changes, or is withdrawn, by its author or the network's lead."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from milestones.models import Amendment, AmendmentChange, Milestone
from milestones.services import (
    NewChange,
    approve_amendment,
    change_draft,
    draft_amendment,
    submit_amendment,
    withdraw_amendment,
)
from milestones.services.amendment_drafts import version_of
from networks.models import Event, Member
from networks.refusals import Conflict, IllegalTransition, Refusal
from tests import factories as make
from tests.api import BASE, client
from tests.milestones.asking import WHY, errors_of, field_of, signed_in

pytestmark = pytest.mark.django_db
ROLES = ("manager", "officer", "chair", "reviewer", "funder", "lead", "deputy", "member")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


@pytest.fixture
def item(company) -> Milestone:
    return make.milestone(company.aurora, code="MS3")


@pytest.fixture
def other(company) -> Milestone:
    return make.milestone(company.aurora, code="MS4")


def later(code="MS3", day="2026-08-31") -> NewChange:
    return NewChange("change", "milestone", code, "due_date", day)


def drafted(company, *changes, role="lead", **fields) -> Amendment:
    values = {"kind": "dates", "title": "All later", "justification": WHY} | fields
    act = make.act(company[role])
    return draft_amendment(act, company.aurora, changes=changes, **values)


def lines() -> dict[str, object]:
    return dict(AmendmentChange.objects.values_list("target", "new"))


def change(company, draft, role="lead", **fields) -> Amendment:
    return change_draft(make.act(company[role]), draft, **fields)


def test_words_and_lines_of_a_draft_change_and_the_log_says_what(company, item, other):
    draft = drafted(company, later())
    change(company, draft, title=" Some later ", changes=[later("MS4", "2026-09-30")])
    draft.refresh_from_db()
    assert (draft.title, draft.justification, draft.state) == ("Some later", WHY, "draft")
    assert lines() == {"MS4": "2026-09-30"}
    event = Event.objects.get(verb="change_draft")
    assert event.changes == {
        "title": ["All later", "Some later"],
        "changes": [
            ['change MS3 due_date: "2026-08-31"'],
            ['change MS4 due_date: "2026-09-30"'],
        ],
    }


def test_what_is_not_given_stays(company, item):
    draft = drafted(company, later())
    change(company, draft, justification="Another reason.")
    assert lines() == {"MS3": "2026-08-31"}
    assert Event.objects.get(verb="change_draft").changes.keys() == {"justification"}


def test_a_change_that_changes_nothing_is_not_logged(company, item):
    change(company, drafted(company, later()), changes=[later()])
    assert not Event.objects.filter(verb="change_draft").exists()


def test_a_line_that_could_never_be_applied_is_refused_and_the_old_ones_stay(company, item):
    draft = drafted(company, later())
    with pytest.raises(Refusal):
        change(company, draft, changes=[later("MS99")])
    assert lines() == {"MS3": "2026-08-31"}


@pytest.mark.parametrize("state", ["submitted", "approved", "refused", "withdrawn"])
def test_only_a_draft_changes(company, state):
    draft = drafted(company, kind="other")
    Amendment.objects.update(state=state, decided_at=make.NOW)
    draft.refresh_from_db()
    with pytest.raises(Refusal, match="Only a draft"):
        change(company, draft, title="Else")


def test_one_that_was_submitted_meanwhile_is_a_conflict(company):
    draft = drafted(company, kind="other")
    submit_amendment(make.act(company["lead"]), Amendment.objects.get())
    with pytest.raises(Conflict):
        change(company, draft, title="Else")


def test_another_version_than_the_one_seen_is_a_conflict(company, item):
    draft = drafted(company, later())
    seen = version_of(draft)
    change(company, draft, title="Mine", seen=seen)
    with pytest.raises(Conflict):
        change(company, draft, title="Theirs", seen=seen)
    assert Amendment.objects.get().title == "Mine"


@pytest.mark.parametrize("author", ["lead", "deputy", "officer"])
@pytest.mark.parametrize("role", ROLES)
def test_author_lead_and_deputy_may_and_nobody_else(company, author, role):
    draft = drafted(company, kind="other", role=author)
    if role in {author, "lead", "deputy"}:
        change(company, draft, role, title="Else")
        assert withdraw_amendment(make.act(company[role]), draft).state == "withdrawn"
        return
    for step in (change_draft, withdraw_amendment):
        with pytest.raises(PermissionDenied):
            step(make.act(company[role]), draft)


def test_an_author_who_has_left_may_not(company):
    draft = drafted(company, kind="other", role="deputy")
    Member.objects.filter(user=company["deputy"]).update(ends=date(2026, 6, 1))
    with pytest.raises(PermissionDenied):
        change(company, draft, "deputy", title="Else")


def test_a_draft_of_the_import_belongs_to_the_leads(company):
    draft = drafted(company, kind="other")
    Amendment.objects.update(drafted_by=None)
    draft.refresh_from_db()
    with pytest.raises(PermissionDenied):
        change(company, draft, "officer", title="Else")
    change(company, draft, "lead", title="Else")


def test_a_withdrawn_draft_keeps_its_number_and_says_who_and_why(company):
    draft = drafted(company, kind="other")
    withdraw_amendment(make.act(company["lead"]), draft, note=" No need any more ")
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by, draft.decision_note) == (
        "withdrawn",
        company["lead"],
        "No need any more",
    )
    assert drafted(company, kind="other").number == 2
    assert Event.objects.get(verb="withdraw_amendment").changes == {"state": ["draft", "withdrawn"]}


def test_what_is_withdrawn_goes_no_further(company):
    draft = withdraw_amendment(make.act(company["lead"]), drafted(company, kind="other"))
    for step, role in ((submit_amendment, "lead"), (approve_amendment, "manager")):
        with pytest.raises(IllegalTransition):
            step(make.act(company[role]), draft)


def test_what_is_submitted_is_not_withdrawn(company):
    draft = submit_amendment(make.act(company["lead"]), drafted(company, kind="other"))
    with pytest.raises(IllegalTransition):
        withdraw_amendment(make.act(company["lead"]), draft)


# --- Pages --------------------------------------------------------------------------------


def edit_page() -> str:
    return reverse("amendment-edit", args=["AUR-1", 1])


def edit(company, role="lead", **changes):
    typed = {
        "title": "All later",
        "justification": WHY,
        "step": "draft",
        "seen": version_of(Amendment.objects.get()),
    }
    return signed_in(company, role).post(edit_page(), typed | changes)


def test_the_page_shows_what_the_draft_says_and_saves_what_was_typed(company, item, other):
    drafted(company, later())
    page = signed_in(company, "lead").get(edit_page()).content.decode()
    assert 'value="2026-08-31"' in page
    assert "All later" in page
    answer = edit(company, **{field_of(other): "2026-10-01", "title": "Only MS4"})
    assert answer.status_code == 302
    assert (Amendment.objects.get().title, lines()) == ("Only MS4", {"MS4": "2026-10-01"})


def test_the_page_submits_at_once_if_that_is_pressed(company, item):
    drafted(company, later())
    assert edit(company, step="submit", **{field_of(item): "2026-09-01"}).status_code == 302
    assert Amendment.objects.get().state == "submitted"


def test_other_lines_stay_if_they_are_marked(company, item, other):
    drafted(company, later(), NewChange("drop", "milestone", "MS4"), kind="scope")
    page = signed_in(company, "lead").get(edit_page()).content.decode()
    assert "MS4: Drop" in page
    line = AmendmentChange.objects.get(target="MS4")
    assert edit(company, keep=str(line.pk)).status_code == 302
    assert list(AmendmentChange.objects.all()) == [line]
    assert "Give at least one item" in str(errors_of(edit(company)))


def test_a_line_of_another_amendment_cannot_be_kept(company, item, other):
    drafted(company, NewChange("drop", "milestone", "MS4"), kind="scope")
    foreign = make.milestone(company.boreas, code="MS9")
    theirs = draft_amendment(
        make.act(),
        company.boreas,
        kind="scope",
        title="Theirs",
        changes=[NewChange("drop", "milestone", foreign.code)],
    )
    typed = {"title": "x", "justification": WHY, "step": "draft", "keep": theirs.changes.get().pk}
    answer = signed_in(company, "lead").post(edit_page(), typed)
    assert "keep" in errors_of(answer)


def test_somebody_elses_newer_draft_is_a_409(company, item):
    draft = drafted(company, later())
    seen = version_of(draft)
    change(company, draft, title="Theirs")
    answer = edit(company, seen=seen, title="Mine", **{field_of(item): "2026-09-01"})
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert Amendment.objects.get().title == "Theirs"


def test_a_bad_date_is_told_at_its_row(company, item):
    drafted(company, later())
    assert field_of(item) in errors_of(edit(company, **{field_of(item): "2026-01-01"}))


def test_the_page_withdraws(company):
    drafted(company, kind="other")
    path = reverse("amendment-withdraw", args=["AUR-1", 1])
    assert "asks for nothing any more" in signed_in(company, "lead").get(path).content.decode()
    assert Amendment.objects.get().state == "draft"
    signed_in(company, "lead").post(path, {"note": "No need"})
    assert Amendment.objects.get().state == "withdrawn"
    page = signed_in(company, "lead").get(reverse("network-amendments", args=["AUR-1"]))
    assert "Why it was withdrawn:" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("officer", 403), ("manager", 403), ("member", 403), ("chair", 403), ("stranger", 404)],
)
def test_for_others_the_pages_are_closed(company, role, status):
    drafted(company, kind="other")
    for name in ("amendment-edit", "amendment-withdraw"):
        path = reverse(name, args=["AUR-1", 1])
        assert signed_in(company, role).get(path).status_code == status
        assert signed_in(company, role).post(path, {}).status_code == status
        assert (
            path
            not in signed_in(company, role)
            .get(reverse("network-amendments", args=["AUR-1"]))
            .content.decode()
        )


def test_the_author_among_staff_finds_the_buttons(company):
    drafted(company, kind="other", role="officer")
    page = signed_in(company, "officer").get(reverse("network-amendments", args=["AUR-1"]))
    assert edit_page() in page.content.decode()
    assert signed_in(company, "officer").get(edit_page()).status_code == 200


def test_what_is_no_draft_leads_back_to_the_list(company):
    submit_amendment(make.act(company["lead"]), drafted(company, kind="other"))
    assert signed_in(company, "lead").get(edit_page()).status_code == 302
    page = signed_in(company, "lead").get(reverse("network-amendments", args=["AUR-1"]))
    assert edit_page() not in page.content.decode()


# --- API ------------------------------------------------------------------------------------


def test_the_api_changes_and_withdraws_a_draft(company, item):
    draft = drafted(company, later())
    lead = client(company["lead"])
    body = {"changes": [{"action": "drop", "target_kind": "milestone", "target": "MS3"}]}
    answer = lead.post(f"{BASE}amendments/{draft.pk}/change/", body)
    assert answer.status_code == 200
    assert [line["action"] for line in answer.data["changes"]] == ["drop"]
    assert answer.data["title"] == "All later"
    answer = lead.post(f"{BASE}amendments/{draft.pk}/withdraw/", {"note": "No need"})
    assert (answer.data["state"], answer.data["decision_note"]) == ("withdrawn", "No need")
    assert lead.post(f"{BASE}amendments/{draft.pk}/withdraw/", {}).status_code == 400
    answer = lead.post(f"{BASE}amendments/{draft.pk}/change/", {"title": "Else"})
    assert answer.status_code == 400


def test_the_api_refuses_an_empty_title(company):
    draft = drafted(company, kind="other")
    answer = client(company["lead"]).post(f"{BASE}amendments/{draft.pk}/change/", {"title": " "})
    assert answer.status_code == 400
