from __future__ import annotations

from django.urls import path

from elfsite.timeline import views

urlpatterns = [
    path("live/events/", views.events, name="live_events"),
    path("timeline-events/playback/", views.show_playback, name="playback"),
]
