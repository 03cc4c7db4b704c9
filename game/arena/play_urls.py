"""Addresses of the arena itself; the rest of the game stands in ``urls.py``."""

from __future__ import annotations

from django.urls import path

from game.arena import play_views as views

urlpatterns = [
    path("arena/", views.arena, name="arena"),
    path("arena/sorties/<int:pk>/debrief", views.debrief, name="sortie_debrief"),
    path("arena/replays/<int:pk>/", views.watch, name="watch_replay"),
]
