"""Addresses of the pages of reviews, decisions, conditions and meetings."""

from django.urls import URLPattern, path

from reports.review_views import checking, committee, deciding, meetings, reviews, rounds

_ROUND = "rounds/<int:pk>/"
_MEETING = "committee/meetings/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("committee/", committee.CommitteePage.as_view(), name="committee"),
    path("committee/meetings/new/", meetings.NewMeeting.as_view(), name="meeting-new"),
    path(_MEETING, meetings.MeetingPage.as_view(), name="meeting"),
    path(f"{_MEETING}close/", meetings.AgendaStep.as_view(step="close"), name="meeting-close"),
    path(
        f"{_MEETING}items/<int:item>/minutes/",
        meetings.MinutesPage.as_view(),
        name="agenda-minutes",
    ),
    *(
        path(
            f"{_MEETING}items/<int:item>/{step}/",
            meetings.AgendaStep.as_view(step=step),
            name=f"agenda-{step}",
        )
        for step in ("up", "down", "off")
    ),
    path("reports/<int:pk>/check/", checking.CheckReport.as_view(), name="report-check"),
    path("reports/<int:pk>/review/", checking.ReportReview.as_view(), name="report-review"),
    path(_ROUND, rounds.RoundPage.as_view(), name="review-round"),
    path(f"{_ROUND}assign/", rounds.Assign.as_view(), name="review-assign"),
    path(f"{_ROUND}summary/", rounds.Summarise.as_view(), name="review-summary"),
    path(f"{_ROUND}decide/", deciding.Decide.as_view(), name="review-decide"),
    *(
        path(
            f"{_ROUND}reviews/<int:review>/{step}/",
            rounds.ReviewStep.as_view(step=step),
            name=f"review-{step}",
        )
        for step in ("withdraw", "rapporteur", "move")
    ),
    path("reviews/<int:pk>/", reviews.ReviewPage.as_view(), name="review"),
    path("decisions/<int:pk>/", deciding.DecisionPage.as_view(), name="decision"),
    path("conditions/<int:pk>/", deciding.ConditionPage.as_view(), name="condition"),
]
