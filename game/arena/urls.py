"""Addresses of the game. Names stand in the plain name space."""

from __future__ import annotations

from django.urls import include, path

from game.arena.views import flying

urlpatterns = [
    path("", include("game.arena.play_urls")),
    path("arena/sorties/", flying.new_sortie, name="new_sortie"),
    path("arena/sorties/<int:pk>/", flying.sortie, name="sortie"),
    path("arena/sorties/<int:pk>/log", flying.deliver, name="deliver_log"),
    path("arena/replays/<int:pk>.json", flying.film, name="replay_film"),
    path("arena/leader.json", flying.leader, name="leader_film"),
]
