"""The star for the configured repository: asked of GitHub once, with the person's own token."""

from __future__ import annotations

from django.utils import timezone

from elfsite.timeline.log import write
from game.arena.access import TOPIC, plays
from game.arena.models import Pilot
from game.arena.services.honours import honour, refresh_arms
from game.arena.services.pilots import enter
from game.players.models import User


def note_star(user: User, repository: str, starred: bool) -> None:
    """Keep what GitHub said about *user*. What a star has unlocked stays, even without it later;
    for somebody who does not play nothing is written."""
    if not plays(user):
        return
    pilot = Pilot.objects.filter(pk=user.pk, star_repo=repository, star_given=True).first()
    if pilot is not None and starred:
        return
    with write(user) as w:
        state = enter(user)
        columns = {"star_repo": repository, "star_checked_at": timezone.now()}
        Pilot.objects.filter(pk=user.pk).update(**columns)
        if starred:
            Pilot.objects.filter(pk=user.pk).update(star_given=True)
            honour(w, user, ["star_gazer"])
            refresh_arms(w, user, state)
        words = "stars" if starred else "does not star"
        w.event(TOPIC, "checked_star", state, f"{user.username} {words} {repository}")
