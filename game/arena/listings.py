"""Pages of sorties, replays, the ledger and achievements, for those who have the game on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.listings import cells
from elfsite.listings.declare import PLAYERS, col, drawn, equals, listing, panel
from elfsite.listings.links import title
from elfsite.timeline.listings import subject_cell
from game.arena.achievements import BY_CODE
from game.arena.models import Achievement, Manifest, Replay, ScoreEvent, Sortie


def weapon(value: Any) -> SafeString:
    return SafeString(escape(str(value).replace("_", " ")))


def watch_cell(row: Any) -> SafeString:
    """The replay as a film, where there is one to see."""
    words = f"replay {row.pk}"
    if row.status != "accepted":
        return title(row, words)
    address = reverse("watch_replay", args=[row.pk])
    film = SafeString(f'<a class="soft" href="{address}">watch</a>')
    return title(row, words, film)


def reason_cell(row: Any) -> SafeString:
    return title(row, row.summary)


def achievement_cell(row: Any) -> SafeString:
    honour = BY_CODE.get(row.code)
    return title(row, honour.name if honour else row.code, escape(honour.words) if honour else "")


listing(
    Replay,
    (drawn("replay", watch_cell, needs="status"), "player status score",
     col("weapon", weapon), "day training sent_at"),
    filters=(equals("player", typed=True), "status training"), order="-sent_at",
    orders="", audience=PLAYERS, growing=True, hidden="log claimed_hash final_hash met downed",
    panels=(panel("Replay", "player status reason score ticks weapon day training"),
            panel("What the browser said", "claimed_score sent_at judged_at")),
    about="What was flown, and what the referee made of it.",
    empty="A sortie that is flown and sent leaves one row; the referee says what it counts.",
)  # fmt: skip

listing(
    ScoreEvent,
    (drawn("reason", reason_cell, needs="summary", label="For"), "player points kind",
     drawn("subject", subject_cell, needs="subject_type subject_id", label="About"), "day at"),
    filters=(equals("player", typed=True), "kind reason"), order="-at", orders="",
    audience=PLAYERS, growing=True, hidden="key",
    panels=(panel("Points", "player points kind reason summary day at"),
            panel("About", "subject_type subject_id reverses")),
    title="Ledger of points", noun="ledger line", named_by="reason",
    about="Where every point comes from, and what was taken back.",
    empty="An accepted sortie adds to it, and care that others or later facts confirmed.",
)  # fmt: skip

listing(
    Sortie,
    (col("seed", cells.code), "player", col("weapon", weapon), "issued_at expires_at used_at"),
    filters=(equals("player", typed=True),), order="-issued_at", audience=PLAYERS, growing=True,
    hidden="seed", named_by="weapon",
    about="Tickets to fly: who took off, with what, and whether they came back in time.",
    empty="Each take-off in the arena draws one ticket.",
)  # fmt: skip

listing(
    Achievement,
    (drawn("code", achievement_cell, needs="code", label="What"), "player at"),
    filters=("code", equals("player", typed=True)), order="-at", audience=PLAYERS,
    about="What players did once. Nothing is for days in a row, nothing for volume.",
    empty="The first accepted sortie brings the first one.",
)  # fmt: skip

listing(
    Manifest, "key day training frozen_at", order="-id", audience=PLAYERS, title="Fields",
    noun="field", hidden="text seed", named_by="key",
    panels=(panel("Field", "key day training digest frozen_at"),),
    about="What everybody met on a day, frozen once.",
    empty="The first sortie of a day freezes its field; the worker does it if nobody flies.",
)  # fmt: skip
