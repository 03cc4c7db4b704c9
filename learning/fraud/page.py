"""What the report page shows, gathered from the report, its rule's ledger and the last scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from elfsite.charts.ladder import Step, ladder
from elfsite.charts.leafplate import leaf_plate
from elfsite.origins.seedjson import read
from game.players.models import User
from learning.fraud import figures, ledger, queries
from learning.fraud.clearing import ways
from learning.fraud.fusion import BORDERS, PRIOR, ratio_of
from learning.fraud.history import History, Update
from learning.fraud.known import known_for
from learning.fraud.models import AnomalySignal, FraudReport, FraudResponse
from learning.fraud.services.acts import ACTS, RESET_TO, UNDO
from learning.fraud.services.responses import standing_responses
from learning.fraud.services.reviews import WORDS, version_of
from learning.fraud.shapes import clock
from learning.heuristics.confidence import FAILURE, SUCCESS, State, step
from learning.heuristics.evidence import hue_of, posterior_of, stage_of
from learning.heuristics.models import Heuristic

LADDER_WORDS = 28  # letters that fit right of a bead
EARLIER = 10  # reports of the same rule on the page


class Seen(NamedTuple):
    """One detector on the page."""

    name: str
    words: str
    fired: bool
    score: float
    ratio: float
    severity: str
    reason: str
    evidence: dict[str, Any]
    picture: SafeString

    @property
    def one_in(self) -> int:
        """How rare this is among honest rules; 0 where no population was known."""
        tail = self.evidence.get("honest_tail")
        return round(1 / max(tail, 1e-4)) if isinstance(tail, int | float) else 0


class Offer(NamedTuple):
    """A verdict that can be given; ``refused`` says why not."""

    outcome: str
    word: str
    then: str
    kind: str = ""
    refused: str = ""


def context_of(report: FraudReport, person: User) -> dict[str, Any]:
    """Everything that ``fraud/report.html`` prints."""
    rule = Heuristic.objects.filter(pk=report.heuristic_id).first()
    history = ledger.history_of(report.heuristic_id) if rule else None
    then = _as_of(history, report) if history else None
    seen = _seen(report, then)
    fired = [each for each in seen if each.fired]
    later = _later(report)
    return {
        "report": report,
        "rule": rule,
        "seen": seen,
        "fired": fired,
        "drawn": [each for each in seen if each.picture],
        "ladder": ladder(PRIOR, _steps(seen)) if seen else "",
        "table": _table(fired),
        "odds": _odds(report.fraud_score),
        "borders": BORDERS,
        "version": version_of(report),
        "ways": ways(history, [(each.name, each.score) for each in fired]) if history else [],
        "offers": _offers(report, rule, len(fired)),
        "responses": _responses(report),
        "answers": [(word, word.replace("_", " ")) for word in ACTS],
        "reviews": list(report.reviews.order_by("-pk")[:20]),
        "earlier": _earlier(report),
        "later": later,
        "later_words": _later_words(later),
        "precision": _precision(fired),
        "flat": _flat(report) is not None,
        "mode": settings.FRAUD_MODE,
        "trail": [("Fraud", reverse("fraud")), (f"report {report.pk}", "")],
        **_reviewed(report),
        **_carried(rule),
    }


def _precision(fired: list[Seen]) -> list[queries.Precision]:
    """Of the detectors that fired here."""
    names = {each.name for each in fired}
    return [each for each in queries.precision_by_detector(names) if each.name in names]


def _reviewed(report: FraudReport) -> dict[str, str]:
    outcome = report.review_outcome or ""
    who = report.reviewed_by or "Nobody named"
    return {
        "verdict": f"{WORDS.get(outcome, outcome).capitalize()}." if outcome else "",
        "reviewed": f"{who} judged it. {report.review_notes}".strip(),
    }


def _offers(report: FraudReport, rule: Heuristic | None, fired: int) -> list[Offer]:
    """What each verdict would do, now."""
    standing_now = standing_responses(report.heuristic_id)
    undo = ", ".join(row.response_type.replace("_", " ") for row in standing_now)
    lifts = f"Undoes {undo}" if undo else "Leaves the rule as it is"
    carried = f"{rule.confidence:.3f}" if rule else "–"
    found = [
        Offer(
            "true_positive",
            "Confirm fraud",
            f"Quarantines h-{report.heuristic_id}, confidence to {RESET_TO:.3f}, takes its gold; "
            f"remembers {carried} for an undo.",
            "harm",
        ),
        Offer(
            "false_positive",
            "Clear it",
            f"{lifts}; counts as a false alarm of {fired} detector{'s' if fired != 1 else ''}.",
        ),
        Offer("dismissed", "Dismiss", f"{lifts}; the detectors learn nothing from it."),
    ]
    if report.review_outcome in {"true_positive", "false_positive", "dismissed"}:
        found.append(Offer("pending", "Open again", "It waits in the queue once more."))
    so = "It is so already."
    return [o._replace(refused=so) if o.outcome == report.review_outcome else o for o in found]


def _as_of(history: History, report: FraudReport) -> History:
    """The history as the report saw it."""
    made = report.created_at
    if not isinstance(made, datetime):
        return history
    until = made.timestamp()
    return replace(
        history,
        updates=[update for update in history.updates if update.at <= until],
        _windows={},
        _graded={},
    )


def _seen(report: FraudReport, then: History | None) -> list[Seen]:
    """Signals of the report, then the detectors that were quiet."""
    flat = _flat(report)
    found = [
        _of_signal(signal, flat, then)
        for signal in report.signals.filter(gone_at=None).order_by("pk")[:20]
    ]
    quiet = report.quiet if isinstance(report.quiet, list) else []
    found += [_of_quiet(each, then) for each in quiet if isinstance(each, dict)]
    return found


def _flat(report: FraudReport) -> float | None:
    """The ratio of each signal of a report that another system made; None for ours."""
    if report.origin_id is None or not report.signal_count or not report.likelihood_ratio:
        return None
    return float(max(0.0, report.likelihood_ratio) ** (1 / report.signal_count)) or None


def _of_signal(signal: AnomalySignal, flat: float | None, then: History | None) -> Seen:
    value = read(signal.evidence, empty={}).value
    evidence = value if isinstance(value, dict) else {}
    return Seen(
        signal.detector_name,
        signal.detector_name.replace("_", " "),
        True,
        signal.score,
        ratio_of(signal.score) if flat is None else flat,
        signal.severity,
        signal.reason,
        evidence,
        picture_of(signal.detector_name, evidence, then),
    )


def _of_quiet(each: dict[str, Any], then: History | None) -> Seen:
    name = str(each.get("detector", ""))
    evidence = each.get("evidence") if isinstance(each.get("evidence"), dict) else {}
    score = each.get("score")
    return Seen(
        name,
        name.replace("_", " "),
        False,
        float(score) if isinstance(score, int | float) else 0.0,
        1.0,
        "",
        str(each.get("reason", "")),
        evidence or {},
        picture_of(name, evidence or {}, then),
    )


def picture_of(name: str, evidence: dict[str, Any], then: History | None) -> SafeString:
    """The drawing of a detector's evidence; empty where there is nothing to draw."""
    if name == "success_rate_anomaly":
        return _bell(evidence)
    if then is None or not evidence:  # too little to tell is too little to draw
        return SafeString("")
    if name == "temporal_manipulation" and len(then.graded(30)) > 2:
        beat = clock(then.graded(30))
        draw = figures.nights if beat.night_share > beat.slot_share else figures.clockface
        return draw(then.graded(30))
    if name == "unnatural_confidence_growth" and len(then.recent(60)) > 2:
        rows = then.recent(60)
        return figures.climb([row.new for row in rows], _usual(then, rows), then.domain)
    if name == "coordinated_manipulation":
        named = [update for update in then.graded(30) if update.agent]
        return figures.lanes(named) if len(named) > 2 else SafeString("")
    return SafeString("")


def _bell(evidence: dict[str, Any]) -> SafeString:
    names = ("success_rate", "domain_avg", "domain_std", "z_score")
    numbers = [evidence.get(name) for name in names]
    if not all(isinstance(number, int | float) for number in numbers):
        return SafeString("")
    rate, mean, spread, z = (float(number or 0) for number in numbers)
    peers = evidence.get("sample_count")
    if not 0 < spread <= 1:
        return SafeString("")
    return figures.bell(rate, mean, spread, peers if isinstance(peers, int) else 0, z)


def _usual(then: History, rows: list[Update]) -> list[float]:
    """What a rule of the domain's usual share would carry, update by update."""
    share = known_for(then).profile.success(then.domain)
    if share is None:
        return []
    level, path = rows[0].new, []
    for place in range(len(rows)):
        path.append(level)
        state = State(level, level, max(0, 5 - place), place)
        up, down = step(state, SUCCESS).new, step(state, FAILURE).new
        level = share.mean * up + (1 - share.mean) * down
    return path


def _steps(seen: list[Seen]) -> list[Step]:
    return [
        Step(each.words, each.ratio if each.fired else 1.0, "" if each.fired else _short(each))
        for each in seen
    ]


def _short(each: Seen) -> str:
    if each.score > 0:
        return f"{each.score:.2f}, quiet"
    words = each.reason.split(" (")[0].split(";")[0]
    return words if len(words) <= LADDER_WORDS else f"{words[: LADDER_WORDS - 1]}…"


def _table(fired: list[Seen]) -> list[tuple[str, float, float, float]]:
    """The ladder as a table: detector, score, ratio, probability after it."""
    odds, rows = PRIOR / (1 - PRIOR), []
    for each in fired:
        odds *= each.ratio
        rows.append((each.words, each.score, each.ratio, odds / (1 + odds)))
    return rows


def _odds(score: float) -> float:
    return score / (1 - score) if score < 1 else float("inf")


def _responses(report: FraudReport) -> list[tuple[FraudResponse, str, bool]]:
    """Responses about this rule: the row, what it kept in words, whether it can be undone."""
    about_rule = Q(fraud_report__heuristic_id=report.heuristic_id, origin__isnull=True)
    rows = FraudResponse.objects.filter(
        about_rule | Q(fraud_report=report), gone_at__isnull=True
    ).select_related("fraud_report")
    found = []
    for row in rows.order_by("-pk")[:20]:
        open_ = row.rollback_at is None and row.response_type in UNDO and row.origin_id is None
        found.append((row, kept_words(row), open_))
    return found


def kept_words(row: FraudResponse) -> str:
    """What a response did, in one line."""
    value = read(row.parameters, empty={}).value
    kept = value if isinstance(value, dict) else {}
    words = []
    if isinstance(kept.get("confidence"), int | float):
        words.append(f"at {kept['confidence']:.3f}")
    if isinstance(kept.get("old_confidence"), int | float):
        words.append(f"was {kept['old_confidence']:.3f}")
    if isinstance(kept.get("status"), str):
        words.append(f"was {kept['status']}")
    if "daily_limit" in kept:
        words.append("3 a day, 90 min apart")
    if isinstance(kept.get("review"), int):
        words.append(f"request {kept['review']}")
    return ", ".join(words)


def _earlier(report: FraudReport) -> list[FraudReport]:
    rows = FraudReport.objects.filter(heuristic_id=report.heuristic_id, gone_at__isnull=True)
    return list(
        rows.exclude(pk=report.pk).exclude(signal_count=0).order_by("-created_at")[:EARLIER]
    )


def _later(report: FraudReport) -> FraudReport | None:
    """The last report about the rule, when it is not this one."""
    rows = FraudReport.objects.filter(
        heuristic_id=report.heuristic_id, pk__gt=report.pk, gone_at__isnull=True
    )
    return rows.order_by("-pk").first()


def _later_words(later: FraudReport | None) -> str:
    if later is None:
        return ""
    return f"The last look at this rule says {later.classification.replace('_', ' ')}."


def _carried(rule: Heuristic | None) -> dict[str, Any]:
    if rule is None:
        return {}
    stage = stage_of(rule)
    plate = leaf_plate(rule.confidence, *posterior_of(rule), hue=hue_of(stage))
    return {"stage": stage, "plate": plate}
