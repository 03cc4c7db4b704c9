"""A sortie from the ticket to the log: the field of the day, who may fly, what is taken."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from typing import Any, NamedTuple

from django.core import signing
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.jobs.services import enqueue
from elfsite.timeline.log import write
from game.arena import field
from game.arena import manifest as made_of
from game.arena.access import TOPIC, only_players
from game.arena.logs import MOST_TEXT, BadLog, decode, too_fast
from game.arena.models import Manifest, Replay, Sortie
from game.arena.services.pilots import armed_with, enter
from game.players.models import User

OPEN_FOR = dt.timedelta(minutes=15)
PER_HOUR = 60  # sorties of one player; a good one lasts three minutes
SCORE_MOST, HASH_MOST = 10_000_000, 2**32 - 1
SALT = "game.arena.sortie"


class Ticket(NamedTuple):
    """What a browser needs to fly."""

    sortie: Sortie
    token: str
    manifest: dict[str, Any]


def field_of(day: dt.date, *, training: bool = False) -> Manifest:
    """The manifest of *day*, frozen now if it was not before; that of training where the team's
    data gives too little. Whoever comes second in the same moment gets what the first one made.
    """
    key = f"{day.isoformat()} training" if training else day.isoformat()
    present = Manifest.objects.filter(key=key).first()
    if present is not None:
        return present
    manifest = made_of.training(day.isoformat()) if training else draft(day)
    if not training and len(manifest["foes"]) < made_of.LEAST_FOES:
        return field_of(day, training=True)
    text = made_of.canonical(manifest)
    new = Manifest(
        key=key,
        day=day,
        training=training,
        text=text,
        digest=made_of.digest_of(text),
        seed=1 + secrets.randbelow(HASH_MOST),
    )
    with write() as w:
        Manifest.objects.bulk_create([new], ignore_conflicts=True)
        row = Manifest.objects.get(key=key)
        if row.seed == new.seed and not training:
            words = f"Today’s field has {len(manifest['foes'])} things to fix"
            w.event(TOPIC, "froze", None, words, day=key)
    return row


def draft(day: dt.date) -> dict[str, Any]:
    """The manifest as the team's data would make it now."""
    now = timezone.now()
    return made_of.made(day.isoformat(), field.foes(now), field.gifts(now))


def issue_sortie(*, player: User, training: bool = False) -> Ticket:
    """A signed ticket over the field of today, to be used once within OPEN_FOR.

    A ticket is no event: what becomes of it is. Raises Refused: 403 game off; 429 after PER_HOUR.
    """
    only_players(player)
    now = timezone.now()
    recent = Sortie.objects.filter(player=player, issued_at__gt=now - dt.timedelta(hours=1))
    if len(recent.order_by("-issued_at").values_list("pk")[:PER_HOUR]) >= PER_HOUR:
        raise Refused("many_sorties", f"{PER_HOUR} sorties an hour are enough.", status=429)
    manifest = field_of(now.date(), training=training)
    with write(player):
        state = enter(player)
        sortie = Sortie.objects.create(
            player=player,
            manifest=manifest,
            seed=manifest.seed,
            weapon=armed_with(state),
            issued_at=now,
            expires_at=now + OPEN_FOR,
        )
    return Ticket(sortie, token_of(sortie, manifest), json.loads(manifest.text))


def token_of(sortie: Sortie, manifest: Manifest) -> str:
    """The signed ticket: its number, whose it is, and the field that it is for."""
    return signing.dumps([sortie.pk, sortie.player_id, manifest.digest], salt=SALT)


def send_log(*, player: User, sortie: int, token: Any, log: Any, score: Any, hash_: Any) -> Replay:
    """Take the inputs of a flown sortie; the referee flies them again in a job.

    *log* is base64url text, *score* and *hash_* what the browser came to. Raises Refused and
    changes nothing: 413 ``too_large``; 400 ``bad_log``, ``bad_claim``; 403 ``bad_token``,
    ``not_yours``; 404 unknown; 409 ``used``; 410 ``late``; 400 ``too_fast``.
    """
    only_players(player)
    text = _log(log)
    claim = _whole("score", score, SCORE_MOST), _whole("hash", hash_, HASH_MOST)
    row = _ticket(player, sortie, token)
    _flyable(text)
    now = timezone.now()
    with write(player) as w:
        mine = Sortie.objects.filter(pk=row.pk, used_at__isnull=True, expires_at__gt=now)
        if mine.update(used_at=now) != 1:
            raise Refused("used", "This sortie has been flown already.", status=409)
        replay = Replay.objects.create(
            sortie=row,
            player=player,
            manifest_id=row.manifest_id,
            day=row.manifest.day,
            training=row.manifest.training,
            weapon=row.weapon,
            log=text,
            claimed_score=claim[0],
            claimed_hash=claim[1],
            sent_at=now,
        )
        enqueue("judge_replay", {"replay": replay.pk}, key=f"replay:{replay.pk}", user=player)
        words = f"{player.username} is back; the referee flies the log again"
        w.event(TOPIC, "landed", replay, words)
    return replay


def _log(log: Any) -> str:
    if not isinstance(log, str) or not log:
        raise Refused("bad_log", "There is no log to read.")
    if len(log) > MOST_TEXT:
        raise Refused("too_large", "A log has at most 64 KB.", status=413)
    return log


def _flyable(log: str) -> None:
    """What is no log, and what no hand can do, is not even kept."""
    try:
        runs = decode(log)
    except BadLog as bad:
        raise Refused("bad_log", str(bad)) from None
    if sentence := too_fast(runs):
        raise Refused("too_fast", sentence)


def _whole(name: str, value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Refused("bad_claim", f"{name} is a whole number from 0 to {most:,}.")
    return value


def _ticket(player: User, pk: int, token: Any) -> Sortie:
    row = Sortie.objects.select_related("manifest").filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"There is no sortie {pk}.", status=404)
    if row.player_id != player.pk:
        raise Refused("not_yours", "This sortie was given to somebody else.", status=403)
    try:
        said = signing.loads(token, salt=SALT) if isinstance(token, str) else None
    except signing.BadSignature:
        said = None
    if said != [row.pk, row.player_id, row.manifest.digest]:
        raise Refused("bad_token", "The ticket is not the one that was given.", status=403)
    if row.used_at is not None:
        raise Refused("used", "This sortie has been flown already.", status=409)
    if row.expires_at <= timezone.now():
        raise Refused("late", "The log came too late: a ticket holds for 15 minutes.", status=410)
    return row
