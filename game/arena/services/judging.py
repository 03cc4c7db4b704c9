"""What follows from the referee's verdict: the score of the day, achievements, the debrief."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from elfsite.timeline.log import Write, write
from game.arena.access import TOPIC
from game.arena.achievements import Flight, flown
from game.arena.copies import marks, repeats
from game.arena.logs import decode
from game.arena.models import Replay, ScoreEvent
from game.arena.referee import Verdict, judge
from game.arena.services.honours import honour
from game.arena.services.ledger import Entry, award
from game.arena.services.pilots import enter
from game.arena.simulation import Outcome
from game.players.models import User

REFEREE = "referee"
COMPARED = 100  # flights; reading one takes some milliseconds, and this is a job's work


def judge_replay(*, replay: int) -> Replay | None:
    """Fly the inputs of a waiting replay again and settle it; None if it is gone or settled.

    The flight itself (up to three seconds) runs outside of the transaction.
    """
    row = Replay.objects.select_related("manifest", "sortie").filter(pk=replay).first()
    if row is None or row.status != "waiting":
        return None
    manifest = json.loads(row.manifest.text)
    verdict = judge(
        manifest,
        row.sortie.seed,
        {"weapon": row.weapon},
        row.log,
        row.claimed_score,
        row.claimed_hash,
    )
    return _settle(row, manifest, _own(row, verdict))


def _own(row: Replay, verdict: Verdict) -> Verdict:
    """The verdict, or a refusal where the log repeats one of that day: one that came to the same
    score, or in part one of the day's best."""
    if not verdict.ok or verdict.outcome is None or row.training:
        return verdict
    mine = marks(decode(row.log))
    day = Replay.objects.filter(
        day=row.day, status="accepted", training=False, weapon=row.weapon
    ).exclude(log="")
    columns = "player__username", "log"
    same = day.filter(score=verdict.outcome.score).values_list(*columns)[:COMPARED]
    best = day.order_by("-score").values_list(*columns)[:COMPARED]
    for name, log in chain(same, best):
        if repeats(mine, marks(decode(log))):
            sentence = f"This log repeats one that {name} flew."
            return Verdict(False, sentence, verdict.outcome, "copied")
    return verdict


def give_up(*, replay: int, why: str) -> None:
    """Refuse a replay that the referee cannot fly for a reason of its own."""
    row = Replay.objects.filter(pk=replay, status="waiting").first()
    if row is not None:
        _settle(row, {"foes": []}, Verdict(False, why, None))


def _settle(row: Replay, manifest: dict[str, Any], verdict: Verdict) -> Replay | None:
    """waiting → accepted or refused, with everything that follows, once."""
    outcome = verdict.outcome if verdict.ok else None
    columns: dict[str, Any] = {
        "status": "accepted" if outcome else "refused",
        "reason": verdict.reason,
        "judged_at": timezone.now(),
    }
    if outcome:
        columns |= {
            "score": outcome.score,
            "final_hash": outcome.final_hash,
            "ticks": outcome.ticks,
            "met": list(outcome.met),
            "downed": list(outcome.downed),
        }
    with write(REFEREE) as w:
        if not Replay.objects.filter(pk=row.pk).exists():
            return None  # the player has deleted it meanwhile
        player = User.objects.get(pk=row.player_id)
        enter(player)  # locks the player: two verdicts about one person come one after the other
        if Replay.objects.filter(pk=row.pk, status="waiting").update(**columns) != 1:
            return None
        for name, value in columns.items():
            setattr(row, name, value)
        if outcome:
            _count(w, player, row, manifest, outcome)
        else:
            words = f"A log of {player.username} was refused. {verdict.reason}"
            w.event(TOPIC, "refused", row, words, status="refused")
    return row


def _count(w: Write, player: User, row: Replay, manifest: dict[str, Any], outcome: Outcome) -> None:
    """The best sortie of a day counts: what is better adds the difference. Training adds none."""
    best = 0
    if not row.training:
        best = best_of_day(player, row)
        if outcome.score > best:
            entry = Entry(
                "sortie",
                "sortie",
                outcome.score - best,
                f"Best sortie of {row.day.isoformat()}: {outcome.score:,}",
                f"sortie:{row.pk}",
                row.day,
                Replay._meta.db_table,
                str(row.pk),
            )
            award(w, player, entry, actor=REFEREE)
    honour(w, player, flown(_flight(row, manifest, outcome)))
    what = "in training" if row.training else "today’s best of theirs"
    best_words = what if row.training or outcome.score > best else f"their best is {best:,}"
    words = f"{player.username} flew {outcome.score:,} points, {best_words}"
    w.event(TOPIC, "accepted", row, words, status="accepted", score=outcome.score)


def best_of_day(player: User, row: Replay) -> int:
    """What the ledger holds for the sorties of that day: the best score so far."""
    held = ScoreEvent.objects.filter(player=player, day=row.day, kind="sortie")
    return int(held.aggregate(total=Sum("points"))["total"] or 0)


def _flight(row: Replay, manifest: dict[str, Any], outcome: Outcome) -> Flight:
    foes = [foe["kind"] for foe in manifest["foes"]]
    down = [foes[at] for at in outcome.downed]
    return Flight(
        training=row.training,
        weapon=row.weapon,
        ticks=outcome.ticks,
        there={kind: foes.count(kind) for kind in set(foes)},
        down={kind: down.count(kind) for kind in set(down)},
    )
