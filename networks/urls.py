"""Addresses of the pages about people and how they come in."""

from django.urls import URLPattern, path

from networks.door.addresses import ChangeAddress
from networks.door.starting import StartElsewhere
from networks.views import account, joining, own_data
from networks.views.sign_in_rules import SignInRules

urlpatterns: list[URLPattern] = [
    path("join/<str:token>/", joining.Join.as_view(), name="join"),
    path("invitations/<int:pk>/", joining.OwnInvitation.as_view(), name="own-invitation"),
    path("account/own-data/", own_data.OwnData.as_view(), name="own-data"),
    path("accounts/with/<str:provider>/", StartElsewhere.as_view(), name="start-elsewhere"),
    # Before allauth's own, which has the same address and name.
    path("accounts/email/", ChangeAddress.as_view(), name="account_email"),
    path("accounts/profile/", account.ProfilePage.as_view(), name="profile"),
    path("accounts/tokens/", account.TokensPage.as_view(), name="tokens"),
    path("accounts/tokens/<str:pk>/revoke/", account.RevokeToken.as_view(), name="token-revoke"),
    path("accounts/sessions/<int:pk>/end/", account.EndSession.as_view(), name="session-end"),
    path("programmes/<slug:slug>/sign-in/", SignInRules.as_view(), name="sign-in-rules"),
]
