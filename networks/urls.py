"""Addresses of the pages about people and how they come in."""

from django.urls import URLPattern, path

from networks.views import joining, own_data

urlpatterns: list[URLPattern] = [
    path("join/<str:token>/", joining.Join.as_view(), name="join"),
    path("invitations/<int:pk>/", joining.OwnInvitation.as_view(), name="own-invitation"),
    path("account/own-data/", own_data.OwnData.as_view(), name="own-data"),
]
