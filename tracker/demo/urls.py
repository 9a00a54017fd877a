"""Addresses of the demo's mailbox, included where settings.DEMO_MAIL_DIR is set."""

from django.urls import path

from tracker.demo import mailbox

urlpatterns = [
    path("", mailbox.mailbox, name="demo-mailbox"),
    path("<slug:name>/", mailbox.mail, name="demo-mail"),
    path("<slug:name>/html/", mailbox.mail_html, name="demo-mail-html"),
]
