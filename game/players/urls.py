"""Addresses of people. Names stand in the plain name space."""

from __future__ import annotations

from django.urls import path

from game.players import entry_views, views

urlpatterns = [
    path("welcome/<str:token>/", entry_views.welcome, name="welcome"),
    path("invitation/<str:token>/", entry_views.invitation, name="invitation"),
    path("new-password/<str:token>/", entry_views.new_password, name="new_password"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path(
        "people/invitations/<int:pk>/withdraw/",
        views.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/role/", views.person_role, name="person_role"),
    path("people/<int:pk>/active/", views.person_active, name="person_active"),
    path("people/<int:pk>/password/", views.person_password_link, name="person_password_link"),
    path("me/", views.person_settings, name="person_settings"),
    path("me/github/unlink/", views.unlink_github, name="unlink_github"),
]
