"""Addresses of the game. Names stand in the plain name space."""

from __future__ import annotations

from django.urls import include, path

from game.arena.views import flying, own, pages

urlpatterns = [
    path("", include("game.arena.play_urls")),
    path("arena/sorties/", flying.new_sortie, name="new_sortie"),
    path("arena/sorties/<int:pk>/", flying.sortie, name="sortie"),
    path("arena/sorties/<int:pk>/log", flying.deliver, name="deliver_log"),
    path("arena/replays/<int:pk>.json", flying.film, name="replay_film"),
    path("leaderboard/", pages.leaderboard, name="leaderboard"),
    path("armory/", pages.armory, name="armory"),
    path("armory/equip/", pages.take, name="equip"),
    path("armory/star/", own.check_star, name="check_star"),
    path("players/me/", pages.me_as_player, name="me_as_player"),
    path("players/me/data.json", own.export, name="own_game_data"),
    path("players/me/delete/", own.delete, name="delete_own_game"),
    path("players/<int:pk>/", pages.player_page, name="player"),
    path("arena/leader.json", flying.leader, name="leader_film"),
]
