"""Signs: a shape, a word and a hue for everything that has a state (look §3).

Shape comes first, then the word, then the hue: each sign survives colour blindness and forced
colours. A word that no table knows gets a plain ink mark and is shown as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import hue_or_ink

_SOURCE = (Path(__file__).parent / "sprite.svg").read_text(encoding="utf-8")
GLYPHS = frozenset(re.findall(r'<symbol id="g-([\w-]+)"', _SOURCE))
PATTERNS = frozenset(re.findall(r'<pattern id="p-([\w-]+)"', _SOURCE))
PLAIN = "plain"


class Sign(NamedTuple):
    """What stands for a word: a glyph of the sprite, a hue, and the word where it is said anew."""

    glyph: str
    hue: str
    word: str = ""


Table = Mapping[str, Sign]

# worst first, up to discovery; then what was merely done or left undone
SCENTS: Table = {
    "blocker": Sign("blocker", "blocker"),
    "warning": Sign("warning", "warning"),
    "hot": Sign("hot", "hot"),
    "discovery": Sign("discovery", "discovery"),
    "write": Sign("write", "write"),
    "read": Sign("read", "read"),
    "cold": Sign("cold", "cold"),
}

_DONE, _BROKEN = Sign("completed", "leaf"), Sign("failed", "blocker")
_WAITS, _OFF = Sign("pending", "ink"), Sign("cancelled", "ink")
_RUNS, _STANDS = Sign("running", "accent"), Sign("active", "accent")
_DOUBT = Sign("challenged", "warning")

# every status of the seeds' tables and of our own, but alerts, stages, severities and fraud
STATES: Table = {
    # runs and nodes, jobs, sources
    "pending": _WAITS,
    "queued": _WAITS,
    "running": _RUNS,
    "reading": _RUNS,
    "forgetting": _RUNS,
    "completed": _DONE,
    "done": _DONE,
    "ready": _DONE,
    "waiting": _WAITS,
    "failed": _BROKEN,
    "skipped": Sign("skipped", "ink"),
    "cancelled": _OFF,
    # what people and agents hold to be true
    "active": _STANDS,
    "proposed": _WAITS,
    "accepted": _DONE,
    "superseded": Sign("yielded", "ink"),
    "deprecated": _OFF,
    "verified": _DONE,
    "challenged": _DOUBT,
    "invalidated": Sign("cancelled", "hot"),
    "violated": _BROKEN,
    "abandoned": _OFF,
    "dormant": Sign("stage-dormant", "cold"),
    "archived": Sign("stage-archived", "ink"),
    "quarantined": Sign("stage-quarantined", "blocker"),
    # verdicts
    "approved": _DONE,
    "rejected": _OFF,
    "refused": _BROKEN,
    "decided": _DONE,
    "deferred": Sign("yielded", "ink"),
    "dismissed": _OFF,
    "true positive": Sign("stage-quarantined", "blocker"),
    "false positive": Sign("completed", "leaf"),
    # calls and health
    "success": _DONE,
    "error": _BROKEN,
    "timeout": Sign("timeout", "warning"),
    "healthy": _DONE,
    "pass": _DONE,
    "warn": _DOUBT,
    "fail": _BROKEN,
    "degraded": _DOUBT,
    "unhealthy": _BROKEN,
    "critical": _BROKEN,
    # domains
    "normal": _DONE,
    "overflow": _DOUBT,
    "new": _WAITS,
}

ALERTS: Table = {
    "new": Sign("alert-new", "warning"),
    "active": Sign("alert-active", "blocker"),
    "ack": Sign("alert-ack", "accent", "acknowledged"),
    "acknowledged": Sign("alert-ack", "accent"),
    "resolved": Sign("alert-resolved", "ink"),
}

STAGES: Table = {
    "warm-up": Sign("stage-warmup", "ink"),
    "learning": Sign("stage-learning", "leaf"),
    "at risk": Sign("stage-risk", "hot"),
    "validated": Sign("stage-validated", "leaf"),
    "golden candidate": Sign("stage-candidate", "gold"),
    "golden": Sign("stage-golden", "gold"),
    "dormant": Sign("stage-dormant", "cold"),
    "quarantined": Sign("stage-quarantined", "blocker"),
    "archived": Sign("stage-archived", "ink"),
    "deprecated": Sign("cancelled", "ink"),
    "active": Sign("stage-validated", "leaf"),
}

TRUST: Table = {
    word: Sign(f"trust-{word}", "ink") for word in ("human", "ci", "tool", "agent", "self")
}

# the seeds count from 1 to 5, or say it in one of two vocabularies
SEVERITIES: Table = {
    "1": Sign("severity-1", "ink", "1 of 5"),
    "2": Sign("severity-2", "ink", "2 of 5"),
    "3": Sign("severity-3", "warning", "3 of 5"),
    "4": Sign("severity-4", "hot", "4 of 5"),
    "5": Sign("severity-5", "blocker", "5 of 5"),
    "info": Sign("severity-1", "ink"),
    "low": Sign("severity-2", "ink"),
    "normal": Sign("severity-2", "ink"),
    "medium": Sign("severity-3", "warning"),
    "warning": Sign("severity-3", "warning"),
    "high": Sign("severity-4", "hot"),
    "error": Sign("severity-4", "hot"),
    "critical": Sign("severity-5", "blocker"),
}

FRAUD: Table = {
    "clean": Sign("fraud-0", "leaf"),
    "low confidence": Sign("fraud-1", "ink"),
    "suspicious": Sign("fraud-2", "warning"),
    "fraud likely": Sign("fraud-3", "hot"),
    "fraud confirmed": Sign("fraud-4", "blocker"),
}

# what happened to a confidence: the words of the evidence chart (look §4)
OUTCOMES: Table = {
    "success": Sign("completed", "leaf", "held"),
    "validation": Sign("completed", "leaf", "held"),
    "failure": Sign("fell", "hot", "failed"),
    "violation": Sign("fell", "hot", "failed"),
    "contradiction": Sign("square", "blocker", "contradicted"),
    "decay": Sign("cold", "cold", "faded"),
    "revival": Sign("stage-learning", "leaf", "revived"),
    "manual": Sign("write", "write"),
    "reset": Sign("undo", "ink"),
    "merge": Sign("merge", "ink", "merged"),
    "limited": Sign("skipped", "ink", "held back"),
}

# what a row is: learnings, error types, domain events, responses to fraud, decisions
KINDS: Table = {
    "failure": Sign("failed", "hot"),
    "success": Sign("completed", "leaf"),
    "observation": Sign("read", "read"),
    "heuristic": Sign("stage-validated", "leaf"),
    "experiment": Sign("flask", "write"),
    "blocker": Sign("blocker", "blocker"),
    "timeout": Sign("timeout", "warning"),
    "crash": Sign("failed", "blocker"),
    "exception": Sign("failed", "hot"),
    "expansion": Sign("grown", "leaf"),
    "contraction": Sign("shrunk", "warning"),
    "merge": Sign("merge", "ink"),
    "alert": Sign("alert-active", "warning"),
    "ceo escalation": Sign("tray", "accent"),
    "confidence freeze": Sign("lock", "cold"),
    "confidence reset": Sign("undo", "ink"),
    "rate limit tighten": Sign("timeout", "warning"),
    "status quarantine": Sign("stage-quarantined", "blocker"),
    "auto deprecate": Sign("cancelled", "ink"),
    # what the conductor decided
    "start run": Sign("running", "accent"),
    "fire node": Sign("completed", "leaf"),
    "skip node": Sign("skipped", "ink"),
    "node failed": Sign("failed", "blocker"),
    "retry": Sign("undo", "warning"),
    "reset node": Sign("undo", "ink"),
    "route": Sign("yielded", "ink"),
    "replay": Sign("running", "ink"),
    "clone": Sign("copy", "ink"),
    "abort": Sign("cancelled", "blocker"),
    "phase change": Sign("yielded", "accent"),
}

FAMILIES: Mapping[str, Table] = {
    "scent": SCENTS,
    "state": STATES,
    "alert": ALERTS,
    "stage": STAGES,
    "trust": TRUST,
    "severity": SEVERITIES,
    "fraud": FRAUD,
    "outcome": OUTCOMES,
    "kind": KINDS,
}


def sign(table: Table, value: object) -> Sign:
    """The sign of a recorded value, its word always filled; plain ink for an unknown one."""
    written = str(value).strip()
    word = written.replace("_", " ")
    known = table.get(word.lower())
    if known is None:
        return Sign(PLAIN, "ink", word)
    return known if known.word else known._replace(word=word.lower())


@cache
def sprite() -> SafeString:
    """Every glyph and pattern, once per page and before the first drawing that uses them."""
    return SafeString(re.sub(r"<!--.*?-->|\n", "", _SOURCE))


@cache
def _use(name: str) -> SafeString:
    return SafeString(
        f'<svg class="glyph" aria-hidden="true" viewBox="0 0 16 16"><use href="#g-{name}"/></svg>'
    )


def use(name: str) -> SafeString:
    """One glyph, hidden from screen readers: a word always stands beside it."""
    return _use(name if name in GLYPHS else PLAIN)


def mark(word: str, glyph: str, hue: str, *, boxed: bool = False) -> SafeString:
    """Shape, word and hue. *boxed* is for the title of a page, once."""
    kind = "mark boxed" if boxed else "mark"
    return SafeString(
        f'<span class="{kind}" data-hue="{hue_or_ink(hue)}">{use(glyph)}{escape(word)}</span>'
    )


def mark_of(family: str, value: object, *, boxed: bool = False) -> SafeString:
    """The mark of a recorded *value* in a family of ``FAMILIES``; empty for None and "".

    Raises KeyError for a family that is none: that is a mistake of ours, not of the data.
    """
    if value is None or value == "":
        return SafeString("")
    known = sign(FAMILIES[family], value)
    return mark(known.word, known.glyph, known.hue, boxed=boxed)
