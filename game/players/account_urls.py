"""The pages of the sign-in library that make sense here; its mail and sign-up pages do not.

The names are the library's own: it looks its pages up by them.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.urls import path

from game.players.entry_views import github_callback, github_link, github_login

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("github/login/", github_login, name="github_login"),
    path("github/link/", github_link, name="github_link"),
    path("github/login/callback/", github_callback, name="github_callback"),
    path("github/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
]
