"""How the sample's rules came to carry what they carry, by the engine's own numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from elfsite.sources.sample.book import Book, stamp
from elfsite.sources.sample.rules import RULES, Rule
from learning.heuristics import confidence as engine
from learning.heuristics.lifecycle import IDLE_DAYS, RESTS_BELOW

REASONS = {
    engine.SUCCESS: ("applied, held", "held in review", "the tests agree", "applied in task"),
    engine.FAILURE: ("applied, did not help", "the task failed all the same", "not followed"),
    engine.CONTRADICTION: ("the opposite worked", "the tests say otherwise"),
}


@dataclass(frozen=True)
class Life:
    """Days ago at which a rule was born and last used, outcomes a day, and how they went.

    ``turn`` days ago the share that held became ``after``.
    """

    born: float
    a_day: float
    held: float
    contradicted: float = 0.0
    until: float = 0.0
    turn: float = 0.0
    after: float = 0.0
    status: str = "active"


LIVES = {
    "golden": Life(100, 2.6, 0.965),
    "candidate": Life(100, 2.6, 0.975),
    "validated": Life(58, 1.3, 0.89),
    "learning": Life(24, 0.8, 0.76),
    "warmup": Life(1.4, 2.0, 1.0),
    "atrisk": Life(42, 0.9, 0.55, contradicted=0.36),
    "failing": Life(80, 2.4, 0.95, turn=17, after=0.08),
    "dormant": Life(250, 0.5, 0.3, until=188, status="dormant"),
    "deprecated": Life(66, 0.8, 0.42, contradicted=0.42, until=9, status="deprecated"),
    "archived": Life(52, 0.7, 0.86, until=18, status="archived"),
    "gamed": Life(6, 0.0, 1.0),
    "quarantined": Life(33, 0.0, 1.0, until=30, status="quarantined"),
}
HOURLY = {"gamed": (2.9, 44), "quarantined": (32.0, 30)}  # first update days ago, how many

BORN = engine.State(engine.START, engine.START, engine.WARMUP)


@dataclass
class Track:
    """A rule on its way: what it carries, what it was counted, the ledger of its changes."""

    rule: Rule
    state: engine.State = BORN
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(engine.OUTCOMES, 0))
    ledger: list[dict[str, Any]] = field(default_factory=list)
    last: engine.Step | None = None
    last_at: dt.datetime | None = None

    def move(self, kind: str, at: dt.datetime, agent: str, session: str, reason: str) -> None:
        """One change, by the formulas of the engine."""
        step = engine.step(self.state, kind)
        if kind in self.counts:
            self.counts[kind] += 1
        self.ledger.append(
            {
                "old_confidence": step.old,
                "new_confidence": step.new,
                "delta": step.delta,
                "update_type": kind,
                "reason": reason,
                "session_id": session or None,
                "agent_id": agent or None,
                "rate_limited": 0,
                "created_at": stamp(at),
                "raw_target_confidence": step.raw,
                "smoothed_delta": step.delta,
                "alpha_used": step.alpha,
            }
        )
        self.state = engine.State(step.new, step.new, step.warmup, sum(self.counts.values()))
        self.last, self.last_at = step, at


def live_all(book: Book) -> dict[str, int]:
    """Write every rule and the ledger; returns the ids of rules by their text."""
    ids: dict[str, int] = {}
    ledger: list[dict[str, Any]] = []
    tracks = [(rule, LIVES[rule.life], _born(book, LIVES[rule.life])) for rule in RULES]
    for rule, life, born in sorted(tracks, key=lambda track: track[2]):
        track = Track(rule)
        _live(book, track, life, born)
        ids[rule.rule] = book.add("heuristics", **_row(book, track, life, born))
        ledger += [row | {"heuristic_id": ids[rule.rule]} for row in track.ledger]
    book.add_in_order("confidence_updates", ledger, "created_at")
    return ids


def _born(book: Book, life: Life) -> dt.datetime:
    return book.at_work(life.born * book.luck.uniform(0.8, 1.1))


def _live(book: Book, track: Track, life: Life, born: dt.datetime) -> None:
    if track.rule.life in HOURLY:
        _live_by_the_hour(book, track)
    # a rule is met by who works where it matters: two agents, one of them on any day
    circle = (book.agent(), book.agent())
    for at in _moments(book, life, born):
        kind = _outcome(book, life, at)
        agent = circle[at.toordinal() % 3 == 0]
        reason = book.luck.choice(REASONS[kind])
        track.move(kind, at, agent, book.session(at, agent), reason)
    if life.status == "dormant":
        _fade(book, track)


def _moments(book: Book, life: Life, born: dt.datetime) -> list[dt.datetime]:
    """When the rule was applied: an hour apart at least, five times a day at most."""
    span = (book.now - born).total_seconds() / 86_400 - life.until
    wanted = sorted(
        book.at_work(life.until + book.luck.random() * span)
        for _ in range(round(span * life.a_day))
    )
    kept: list[dt.datetime] = []
    for at in wanted:
        pace = engine.Pace(
            count=sum(other.date() == at.date() for other in kept[-engine.UPDATES_A_DAY :]),
            counted_on=at.date(),
            last=kept[-1] if kept else None,
        )
        if at > born and not pace.refusal(at):
            kept.append(at)
    return kept


def _outcome(book: Book, life: Life, at: dt.datetime) -> str:
    held = life.after if life.turn and at > book.ago(life.turn) else life.held
    luck = book.luck.random()
    if luck < held:
        return engine.SUCCESS
    return engine.CONTRADICTION if luck < held + life.contradicted else engine.FAILURE


def _live_by_the_hour(book: Book, track: Track) -> None:
    """One agent reports success as soon as the hour of rest is over, night and day."""
    first, count = HOURLY[track.rule.life]
    at = book.ago(first)
    for _ in range(count):
        track.move(engine.SUCCESS, at, "fixer", book.session(at, "fixer"), "applied, held")
        at += dt.timedelta(minutes=60 + book.luck.random() * 3)


def _fade(book: Book, track: Track) -> None:
    """A step of decay for each fortnight without use, until the rule rests."""
    at = track.last_at or book.ago(80)
    while track.state.confidence >= RESTS_BELOW and at < book.ago(IDLE_DAYS):
        at += dt.timedelta(days=IDLE_DAYS)
        track.move(engine.DECAY, at, "", "", "idle for a fortnight")


def _row(book: Book, track: Track, life: Life, born: dt.datetime) -> dict[str, Any]:
    rule, counts, last = track.rule, track.counts, track.last_at
    used = [row for row in track.ledger if row["update_type"] != engine.DECAY]
    return {
        "domain": rule.domain,
        "rule": rule.rule,
        "explanation": rule.why,
        "source_type": rule.source_type,
        "confidence": track.state.confidence,
        "times_validated": counts[engine.SUCCESS],
        "times_violated": counts[engine.FAILURE],
        "times_contradicted": counts[engine.CONTRADICTION],
        "is_golden": int(rule.life == "golden"),
        "status": life.status,
        "dormant_since": stamp(last) if life.status == "dormant" else None,
        "last_confidence_update": stamp(last),
        "update_count_today": _today(book, track),
        "update_count_reset_date": last.date().isoformat() if last else None,
        "last_used_at": used[-1]["created_at"] if used else None,
        "confidence_ema": track.state.confidence,
        "ema_alpha": track.last.alpha if track.last else None,
        "ema_warmup_remaining": track.state.warmup,
        "last_ema_update": stamp(last),
        "fraud_flags": int(rule.life in HOURLY),
        "is_quarantined": int(life.status == "quarantined"),
        "last_fraud_check": stamp(last) if counts[engine.SUCCESS] >= 10 else None,
        "project_path": rule.project,
        "created_at": stamp(born),
        "updated_at": stamp(last),
    }


def _today(book: Book, track: Track) -> int:
    if track.last_at is None:
        return 0
    day = track.last_at.date().isoformat()
    return sum(str(row["created_at"]).startswith(day) for row in track.ledger)
