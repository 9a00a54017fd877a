"""Addresses of the pages of notifications."""

from django.urls import URLPattern, path

from notifications.views import (
    answers,
    calendars,
    duty,
    outbox,
    preferences,
    preview,
    quiet,
    rules,
    steering,
    suppressions,
)
from notifications.views.my_work import MyWork

urlpatterns: list[URLPattern] = [
    path("", MyWork.as_view(), name="my-work"),
    path("do/<str:token>/", answers.ItemLinkPage.as_view(), name="item-link"),
    path("less-mail/<str:token>/", answers.WeeklyPage.as_view(), name="unsubscribe"),
    path("preferences/", preferences.PreferencesPage.as_view(), name="preferences"),
    path("calendars/", calendars.CalendarsPage.as_view(), name="calendars"),
    path("calendars/<int:pk>/revoke/", calendars.RevokeCalendar.as_view(), name="calendar-revoke"),
    path("calendar/<str:token>.ics", calendars.FeedFile.as_view(), name="calendar-feed"),
    path("quiet/<int:pk>/end/", quiet.EndQuiet.as_view(), name="quiet-end"),
    path("quiet/<slug:kind>/<int:pk>/", quiet.QuietPage.as_view(), name="quiet"),
    path("outbox/", outbox.Outbox.as_view(), name="outbox"),
    path("outbox/messages/<int:pk>/", outbox.MessagePage.as_view(), name="outbox-message"),
    path("outbox/messages/<int:pk>/body/", outbox.MessageBody.as_view(), name="outbox-body"),
    path(
        "outbox/addresses/<int:pk>/release/",
        suppressions.ReleasePage.as_view(),
        name="suppression-release",
    ),
    path("mail-again/<int:pk>/", suppressions.MailAgain.as_view(), name="mail-again"),
    path("outbox/retry/", steering.RetryAllPage.as_view(), name="outbox-retry"),
    path(
        "outbox/messages/<int:pk>/<slug:step>/",
        steering.SteerPage.as_view(),
        name="outbox-steer",
    ),
    path("reminders/", rules.RulesHome.as_view(), name="reminder-rules-home"),
    path("reminders/<slug:slug>/", rules.RulesPage.as_view(), name="reminder-rules"),
    path("reminders/<slug:slug>/<slug:kind>/", rules.StepPage.as_view(), name="reminder-step"),
    path(
        "outbox/<slug:kind>/<int:pk>/preview/",
        preview.PreviewPage.as_view(),
        name="ladder-preview",
    ),
    path(
        "reminders/<slug:slug>/<slug:kind>/preview/",
        rules.ChoicePage.as_view(),
        name="ladder-choice",
    ),
    path("outbox/<slug:kind>/<int:pk>/", duty.DutyReminders.as_view(), name="duty-reminders"),
]
