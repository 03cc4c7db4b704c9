"""Addresses of the doors."""

from __future__ import annotations

from django.urls import path

from elfsite.doors import views
from elfsite.doors.http import build

urlpatterns = [
    path("agent-keys/", views.agent_keys, name="agent_keys"),
    path("agent-keys/<int:pk>/rotate/", views.agent_key_rotate, name="agent_key_rotate"),
    path("agent-keys/<int:pk>/revoke/", views.agent_key_revoke, name="agent_key_revoke"),
    path("agent-keys/<int:pk>/use/", views.agent_key_use, name="agent_key_use"),
    *build.urlpatterns(),
]
