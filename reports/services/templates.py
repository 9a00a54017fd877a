"""What a programme asks for: staff take a ready template and change it.

A report keeps the version it was begun with, so changing a template that is in use makes the
next version of it, and the changes go there.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import Programme
from networks.refusals import Refusal
from networks.services import changed, record_event
from networks.services.permits import require_programme_staff
from reports.models import ReportTemplate, TemplateSection
from reports.services.ready_templates import ensure_ready_templates

FIELDS = (
    "number",
    "title",
    "guidance",
    "word_limit",
    "required",
    "nothing_allowed",
    "audience",
    "facts",
)
# While sections change places, they stand out of the way of the rule that no two share one.
_ASIDE = 10_000
MOST_SECTIONS = 60


@transaction.atomic
def choose_form(act: Act, programme: Programme, kind: str, form: str) -> ReportTemplate:
    """Reports of this kind that are begun from now on take this form.

    The programme's own version of it, or else a copy of the ready one.
    """
    require_programme_staff(act.by, programme)
    ensure_ready_templates()
    same = {"kind": kind, "form": form}
    own = ReportTemplate.objects.filter(programme=programme, **same).order_by("-version").first()
    ready = ReportTemplate.objects.ready().filter(**same).order_by("-version").first()
    if own is None and ready is None:
        raise Refusal(_("There is no such template."), "form")
    chosen = own or _copy(act, ready, programme, version=1)  # type: ignore[arg-type]
    _make_current(act, chosen)
    return chosen


@transaction.atomic
def save_template_section(
    act: Act, template: ReportTemplate, section: TemplateSection | None, **fields: Any
) -> TemplateSection:
    """Add a section at the end, or change one. Raises ValidationError by field."""
    template, section = _editable(act, template, section)
    if section is None:
        last = template.sections.aggregate(last=Max("position"))["last"] or 0
        if template.sections.count() >= MOST_SECTIONS:
            raise Refusal(_("A template has at most %(n)d sections.") % {"n": MOST_SECTIONS})
        section = TemplateSection(
            template=template, position=last + 1, key=_key(template, fields["title"])
        )
    before = {name: getattr(section, name) for name in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(section, name, fields[name])
    section.full_clean()
    section.save()
    after = {name: getattr(section, name) for name in FIELDS}
    _record(act, template, "change_template", changed(before, after))
    return section


@transaction.atomic
def move_section(act: Act, section: TemplateSection, *, up: bool) -> TemplateSection:
    """Let a section change places with its neighbour."""
    template, moved = _editable(act, section.template, section)
    assert moved is not None  # noqa: S101 - a section was given
    near = template.sections.filter(position__lt=moved.position).order_by("-position")
    if not up:
        near = template.sections.filter(position__gt=moved.position).order_by("position")
    neighbour = near.first()
    if neighbour is None:
        return moved
    here, there = moved.position, neighbour.position
    rows = TemplateSection.objects.filter(template=template)
    rows.filter(pk=moved.pk).update(position=_ASIDE)
    rows.filter(pk=neighbour.pk).update(position=here)
    rows.filter(pk=moved.pk).update(position=there)
    moved.position = there
    _record(act, template, "change_template", {moved.key: [here, there]})
    return moved


@transaction.atomic
def drop_section(act: Act, section: TemplateSection) -> ReportTemplate:
    """Do not ask this any more; reports that were begun with it keep it."""
    template, dropped = _editable(act, section.template, section)
    assert dropped is not None  # noqa: S101 - a section was given
    if template.sections.count() == 1:
        raise Refusal(_("A template asks for something: keep one section."))
    _record(act, template, "change_template", {dropped.key: [dropped.title, None]})
    dropped.delete()
    return template


def _editable(
    act: Act, template: ReportTemplate, section: TemplateSection | None
) -> tuple[ReportTemplate, TemplateSection | None]:
    """The template to be changed, and the section in it: the next version, if this is in use."""
    programme = template.programme
    if programme is None:
        raise Refusal(_("Take the ready template for your programme first, then change it."))
    require_programme_staff(act.by, programme)
    # Two people at once: the second waits, and then finds the version the first one made.
    Programme.objects.select_for_update().get(pk=programme.pk)
    newest = (
        ReportTemplate.objects.filter(programme=programme, kind=template.kind, form=template.form)
        .order_by("-version")
        .first()
    )
    if newest is not None and newest.pk != template.pk:
        template = newest
    if template.reports.exists():
        was_current = template.is_current
        template = _copy(act, template, programme, version=template.version + 1)
        if was_current:
            _make_current(act, template)
    if section is None or section.template_id == template.pk:
        return template, section
    found = template.sections.filter(key=section.key).first()
    if found is None:
        raise Refusal(_("Somebody has taken this section away in the meantime."))
    return template, found


def _copy(
    act: Act, template: ReportTemplate, programme: Programme, *, version: int
) -> ReportTemplate:
    copy = ReportTemplate(
        programme=programme,
        kind=template.kind,
        form=template.form,
        name=template.name,
        version=version,
        changed_at=act.at,
    )
    copy.save(force_insert=True)
    sections = list(template.sections.order_by("position"))
    for section in sections:
        section.pk, section.template = None, copy
    TemplateSection.objects.bulk_create(sections)
    return copy


def _make_current(act: Act, template: ReportTemplate) -> None:
    others = ReportTemplate.objects.filter(programme=template.programme, kind=template.kind)
    others.exclude(pk=template.pk).update(is_current=False)
    template.is_current = True
    template.save(update_fields=["is_current"])
    _record(act, template, "choose_template", {"version": [None, template.version]})


def _record(act: Act, template: ReportTemplate, verb: str, changes: dict[str, list[Any]]) -> None:
    template.changed_at = act.at
    template.save(update_fields=["changed_at"])
    record_event(act, verb, template, programme=template.programme, changes=changes)


def _key(template: ReportTemplate, title: str) -> str:
    """What the section's answers are called in every form: from its title, and unique."""
    base = slugify(title)[:32].replace("-", "_").strip("_") or "section"
    taken = set(template.sections.values_list("key", flat=True))
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key
