"""What guards the sample's rules: fraud reports, the limits of domains, merges."""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any

from elfsite.sources.sample.book import Book, as_json, stamp
from elfsite.sources.sample.rules import RULES

SOFT, HARD = 5, 10  # rules of a domain

# what a detector saw: its name, score, severity, the reason in words, the evidence
CLOCK = (
    "temporal_manipulation",
    0.78,
    "high",
    "Updates come 60 to 63 minutes apart, at night too",
    {
        "cooldown_cluster_rate": 1.0,
        "midnight_rate": 0.14,
        "coefficient_of_variation": 0.01,
        "total_updates": 44,
    },
)
RATE = (
    "success_rate_anomaly",
    0.66,
    "medium",
    "Success rate 100 %, the domain has 84 %",
    {"success_rate": 1.0, "domain_avg": 0.84, "domain_std": 0.05, "z_score": 3.3},
)
GROWTH = (
    "unnatural_confidence_growth",
    0.6,
    "medium",
    "Grew at every update, without a step back",
    {"slope": 0.12, "monotonic": True, "smoothness": 0.99, "updates": 30},
)
# (rule that was merged, rule that stands for both)
MERGED = (
    ("Have one place that writes stock", "Let one function own each write to a table"),
    (
        "Explain the reason of a change in its message",
        "Say in the message why, the diff says what",
    ),
)


def guard(book: Book, rules: dict[str, int]) -> None:
    """Write all of it; *rules* are the ids of rules by their text."""
    _judge(book, rules)
    _count_domains(book)
    _merge(book, rules)


def _report(book: Book, rule: int, at: dt.datetime, signals: tuple[Any, ...]) -> int:
    """A fraud report: the posterior of its signals from a prior of five in a hundred."""
    ratio = 1.0
    for _, score, *_ in signals:
        ratio *= 1 + 7 * score
    odds = 0.05 / 0.95 * ratio
    chance = odds / (1 + odds) if signals else 0.0
    bounds = ((0.8, "fraud_confirmed"), (0.5, "fraud_likely"), (0.2, "suspicious"))
    name = next((word for limit, word in bounds if chance > limit), "low_confidence")
    number = book.add(
        "fraud_reports",
        heuristic_id=rule,
        fraud_score=round(chance, 4),
        classification=name if signals else "clean",
        likelihood_ratio=round(ratio, 2),
        signal_count=len(signals),
        created_at=stamp(at),
    )
    for detector, score, severity, reason, evidence in signals:
        book.add(
            "anomaly_signals",
            fraud_report_id=number,
            heuristic_id=rule,
            detector_name=detector,
            score=score,
            severity=severity,
            reason=reason,
            evidence=as_json(evidence),
            created_at=stamp(at),
        )
    return number


def _judge(book: Book, rules: dict[str, int]) -> None:
    """One rule was gamed and waits for a person, one was confirmed, one cleared."""
    by_life = {rule.life: rules[rule.rule] for rule in RULES}
    confirmed = _report(book, by_life["quarantined"], book.ago(31), (CLOCK, RATE, GROWTH))
    cleared = _report(book, by_life["candidate"], book.ago(17), (GROWTH,))
    _review(book, confirmed, 30.2, "true_positive")
    _review(book, cleared, 16.5, "false_positive")
    for rule in list(rules.values())[:6]:
        _report(book, rule, book.at_work(9), ())
    gamed = _report(book, by_life["gamed"], book.ago(0.9), (CLOCK, RATE))
    book.rows["fraud_reports"][gamed - 1]["review_outcome"] = "pending"
    _respond(book, confirmed, "status_quarantine", 30.2, {"outcome": "true_positive"}, "mara")
    _respond(book, cleared, "alert", 17, {"classification": "suspicious"}, "system")
    _respond(book, gamed, "alert", 0.9, {"classification": "fraud_likely", "signals": 2}, "system")


def _review(book: Book, report: int, days: float, outcome: str) -> None:
    book.rows["fraud_reports"][report - 1] |= {
        "reviewed_at": stamp(book.ago(days)),
        "reviewed_by": "mara",
        "review_outcome": outcome,
    }


def _respond(
    book: Book, report: int, kind: str, days: float, parameters: dict[str, Any], by: str
) -> None:
    book.add(
        "fraud_responses",
        fraud_report_id=report,
        response_type=kind,
        parameters=as_json(parameters),
        executed_at=stamp(book.ago(days)),
        executed_by=by,
    )


def _count_domains(book: Book) -> None:
    """What each domain holds, and how its rules usually fare."""
    for domain in dict.fromkeys(rule.domain for rule in RULES):
        active = [
            row
            for row in book.rows["heuristics"]
            if row["domain"] == domain and row["status"] == "active"
        ]
        mean, full = statistics.fmean(row["confidence"] for row in active), len(active) > SOFT
        book.rows.setdefault("domain_metadata", []).append(
            {
                "domain": domain,
                "soft_limit": SOFT,
                "hard_limit": HARD,
                "current_count": len(active),
                "state": "overflow" if full else "normal",
                "overflow_entered_at": stamp(book.ago(8)) if full else None,
                "avg_confidence": mean,
                "health_score": round(0.35 * mean + 0.45 + 0.2 * (not full), 3),
                "last_health_check": stamp(book.ago(0.5)),
                "created_at": stamp(book.ago(100)),
                "updated_at": stamp(book.ago(0.5)),
            }
        )
        _baseline(book, domain, active)


def _baseline(book: Book, domain: str, active: list[dict[str, Any]]) -> None:
    """The mean and spread of success of rules that were applied ten times; three make one."""
    outcomes = [
        (r["times_validated"], r["times_violated"] + r["times_contradicted"]) for r in active
    ]
    rates = [held / (held + not_held) for held, not_held in outcomes if held + not_held >= 10]
    if len(rates) < 3:
        return
    book.rows.setdefault("domain_baselines", []).append(
        {
            "domain": domain,
            "avg_success_rate": statistics.fmean(rates),
            "std_success_rate": statistics.stdev(rates),
            "avg_update_frequency": 1.2,
            "std_update_frequency": 0.7,
            "sample_count": len(rates),
            "last_updated": stamp(book.ago(2)),
        }
    )


def _merge(book: Book, rules: dict[str, int]) -> None:
    """Two rules said what others say; a domain grew past its soft limit."""
    domains = {rule.rule: rule.domain for rule in RULES}
    for old, kept in MERGED:
        at = stamp(book.ago(18))
        book.add(
            "heuristic_merges",
            source_ids=as_json([rules[old]]),
            target_id=rules[kept],
            merge_reason="similarity_detected",
            merge_strategy="weighted_average",
            similarity_score=0.71,
            merged_at=at,
        )
        _event(book, domains[kept], "merge", 7, 6, "Similarity: 71 %", at, rules[kept])
    _event(book, "testing", "expansion", 5, 6, "Quality gate passed", stamp(book.ago(8)))


def _event(
    book: Book,
    domain: str,
    kind: str,
    before: int,
    after: int,
    reason: str,
    at: str | None,
    rule: int | None = None,
) -> None:
    book.add(
        "expansion_events",
        domain=domain,
        heuristic_id=rule,
        event_type=kind,
        count_before=before,
        count_after=after,
        reason=reason,
        created_at=at,
    )
