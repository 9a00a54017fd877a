"""Addresses of the pages of milestones."""

from django.urls import URLPattern, path

from milestones.models import Deliverable, Milestone
from milestones.views import (
    activity,
    acts,
    amendments,
    asking,
    changing,
    conflicts,
    drafts,
    erasing,
    evidence,
    import_plan,
    inviting,
    items,
    leaving,
    lists,
    overview,
    programme,
    public,
    publishing,
    risks,
    team,
)


def _item_paths(model: type[Milestone | Deliverable]) -> list[URLPattern]:
    """The page of one kind of item, and of each thing people do to it."""
    name = str(model._meta.model_name)
    base = f"{name}s/<int:pk>/"
    return [
        path(base, items.ItemPage.as_view(model=model), name=name),
        path(f"{base}update/", acts.Update.as_view(model=model), name=f"{name}-update"),
        path(f"{base}no-change/", acts.NoChange.as_view(model=model), name=f"{name}-no-change"),
        path(f"{base}hand-in/", acts.HandIn.as_view(model=model), name=f"{name}-hand-in"),
        path(f"{base}verdict/", acts.Verdict.as_view(model=model), name=f"{name}-verdict"),
        path(f"{base}evidence/", acts.AddEvidence.as_view(model=model), name=f"{name}-evidence"),
        path(f"{base}ask/", asking.Ask.as_view(model=model), name=f"{name}-ask"),
    ]


# References of awards hold slashes (EP/S023445/1), hence <path:…>, and the overview last.
_NETWORK = "networks/<path:reference>/"

urlpatterns: list[URLPattern] = [
    *_item_paths(Milestone),
    *_item_paths(Deliverable),
    path("public/", public.PublicHome.as_view(), name="public-home"),
    path("public/<slug:slug>/", public.PublicProgramme.as_view(), name="public-programme"),
    path(
        "public/<slug:slug>.json",
        public.PublicProgrammeData.as_view(),
        name="public-programme-data",
    ),
    path(
        "public/<slug:slug>/networks/<path:reference>/data.json",
        public.PublicNetworkData.as_view(),
        name="public-network-data",
    ),
    path(
        "public/<slug:slug>/networks/<path:reference>/",
        public.PublicNetwork.as_view(),
        name="public-network",
    ),
    path("publishing/", publishing.PublishingHome.as_view(), name="publishing-home"),
    path("publishing/<slug:slug>/", publishing.Publishing.as_view(), name="publishing"),
    path("conflicts/", conflicts.Conflicts.as_view(), name="conflicts"),
    path(
        "conflicts/<int:pk>/withdraw/",
        conflicts.WithdrawConflict.as_view(),
        name="conflict-withdraw",
    ),
    path("import/", import_plan.ImportPlan.as_view(), name="import-plan"),
    path("import/apply/", import_plan.ApplyImport.as_view(), name="import-plan-apply"),
    path("people/<int:pk>/erase/", erasing.ErasePerson.as_view(), name="person-erase"),
    path("programmes/", programme.Programmes.as_view(), name="programme-list"),
    path(
        "programmes/<slug:slug>/people/",
        programme.ProgrammePeople.as_view(),
        name="programme-people",
    ),
    path(
        "programmes/<slug:slug>/activity/",
        activity.ProgrammeActivity.as_view(),
        name="programme-activity",
    ),
    path(
        "programmes/<slug:slug>/activity.csv",
        activity.ProgrammeActivityExport.as_view(),
        name="programme-activity-csv",
    ),
    path(
        "programmes/<slug:slug>/activity.json",
        activity.ProgrammeActivityExport.as_view(as_json=True),
        name="programme-activity-json",
    ),
    path(
        "programmes/<slug:slug>/people/invite/",
        inviting.InviteToRun.as_view(),
        name="programme-invite",
    ),
    path(
        "programmes/<slug:slug>/people/<int:pk>/leave/",
        leaving.LeaveProgramme.as_view(),
        name="programme-role-leave",
    ),
    path(
        "invitations/<int:pk>/send-again/",
        programme.AnswerInvitation.as_view(again=True),
        name="invitation-send-again",
    ),
    path(
        "invitations/<int:pk>/take-back/",
        programme.AnswerInvitation.as_view(),
        name="invitation-take-back",
    ),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path(f"{_NETWORK}milestones/", lists.MilestoneList.as_view(), name="network-milestones"),
    path(f"{_NETWORK}deliverables/", lists.DeliverableList.as_view(), name="network-deliverables"),
    path(f"{_NETWORK}team/", team.Team.as_view(), name="network-team"),
    path(f"{_NETWORK}team/invite/", inviting.InviteToTeam.as_view(), name="network-invite"),
    path(
        f"{_NETWORK}team/<int:pk>/role/",
        changing.ChangeRole.as_view(),
        name="network-member-role",
    ),
    path(
        f"{_NETWORK}team/<int:pk>/leave/", leaving.LeaveTeam.as_view(), name="network-member-leave"
    ),
    path(f"{_NETWORK}risks/", lists.RiskList.as_view(), name="network-risks"),
    path(f"{_NETWORK}risks/new/", risks.AddRisk.as_view(), name="risk-add"),
    path(f"{_NETWORK}risks/<int:pk>/assess/", risks.AssessRisk.as_view(), name="risk-assess"),
    path(f"{_NETWORK}amendments/", amendments.AmendmentList.as_view(), name="network-amendments"),
    path(f"{_NETWORK}amendments/new/", asking.NewAmendment.as_view(), name="amendment-new"),
    path(
        f"{_NETWORK}amendments/<int:number>/decide/",
        amendments.DecideAmendment.as_view(),
        name="amendment-decide",
    ),
    path(
        f"{_NETWORK}amendments/<int:number>/submit/",
        amendments.SubmitAmendment.as_view(),
        name="amendment-submit",
    ),
    path(
        f"{_NETWORK}amendments/<int:number>/edit/",
        drafts.EditAmendment.as_view(),
        name="amendment-edit",
    ),
    path(
        f"{_NETWORK}amendments/<int:number>/withdraw/",
        drafts.WithdrawAmendment.as_view(),
        name="amendment-withdraw",
    ),
    path(f"{_NETWORK}activity.csv", activity.ActivityExport.as_view(), name="network-activity-csv"),
    path(
        f"{_NETWORK}activity.json",
        activity.ActivityExport.as_view(as_json=True),
        name="network-activity-json",
    ),
    path(f"{_NETWORK}activity/", activity.Activity.as_view(), name="network-activity"),
    path(_NETWORK, overview.Overview.as_view(), name="network"),
]
