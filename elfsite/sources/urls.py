"""Addresses of sources, and of the page that an empty product opens with."""

from __future__ import annotations

from django.urls import path

from elfsite.sources import views
from elfsite.sources.follow import views as follow

urlpatterns = [
    path("welcome/", views.welcome_ways, name="welcome"),
    path("sources/", views.sources, name="sources"),
    path("sources/connect/", views.source_connect, name="source_connect"),
    path("sources/sample/", views.source_sample, name="source_sample"),
    path("sources/start-empty/", views.source_start_empty, name="source_start_empty"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/import/", views.source_import, name="source_import"),
    path("sources/<int:pk>/forget/", views.source_forget, name="source_forget"),
    path("sources/<int:pk>/progress/", views.source_progress, name="source_progress"),
    path("sources/<int:pk>/follow/", follow.source_follow, name="source_follow"),
    path("sources/<int:pk>/write-back/", follow.source_write_back, name="source_write_back"),
    path("sources/<int:pk>/following/", follow.source_following, name="source_following"),
]
