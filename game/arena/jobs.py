"""The referee's work, the field of the day, points for care, and what is thrown away."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from elfsite.jobs.services import enqueue
from elfsite.timeline.log import follow
from elfsite.timeline.models import TimelineEvent
from game.arena.access import TOPIC
from game.arena.models import Replay
from game.arena.services import judging, keeping, sorties, stewardship

MINUTE, DAY = 60, 24 * 3600
LAST_TRY = 3
OVERDUE = timedelta(minutes=5)  # a replay that waits longer has lost its job


@job("judge_replay", max_seconds=60, max_attempts=LAST_TRY, topic=TOPIC)
def judge_replay(job: JobContext, replay: int) -> dict[str, object]:
    """One log is flown again. What breaks the referee itself is told after the last try."""
    try:
        row = judging.judge_replay(replay=replay)
    except Exception:
        if job.attempt >= LAST_TRY:
            judging.give_up(replay=replay, why="The referee could not fly this log.")
        raise
    return {"status": row.status if row else "gone"}


@job("tend_game", max_seconds=300, topic=TOPIC)
def tend_game(job: JobContext) -> dict[str, int]:
    """Freezes the field of the day, and asks again for replays whose job was lost."""
    if not settings.GAME:
        return {}
    now = timezone.now()
    sorties.field_of(now.date())
    lost = Replay.objects.filter(status="waiting", sent_at__lt=now - OVERDUE).order_by("sent_at")
    found = list(lost.values_list("pk", flat=True)[:100])
    for pk in found:
        enqueue("judge_replay", {"replay": pk}, key=f"replay:{pk}")
    return {"asked_again": len(found)}


@job("tend_care", max_seconds=600, topic=TOPIC)
def tend_care(job: JobContext) -> dict[str, int]:
    """Points for care are given, and taken back where what they were for was overturned."""
    return stewardship.tend(now=timezone.now(), check=job.check)


def look_again(event: TimelineEvent) -> None:
    """Something was decided anew: what it was worth is looked at once, soon."""
    if settings.GAME:
        enqueue("tend_care", key="care")


follow("fraud", "reviewed")(look_again)
follow("reviews", "taken_back")(look_again)
follow("heuristics", "demoted")(look_again)


@job("clean_game", max_seconds=600, topic=TOPIC)
def clean_game(job: JobContext) -> dict[str, int]:
    """Refused logs and tickets that nobody used go after their time."""
    return keeping.throw_away(now=timezone.now(), check=job.check)


if settings.GAME:  # without it the worker drops the schedules
    every("tend the game", seconds=10 * MINUTE, kind="tend_game")
    every("tend care", seconds=10 * MINUTE, kind="tend_care")
    every("clean the game", seconds=DAY, kind="clean_game")
