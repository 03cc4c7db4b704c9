"""What the conductor decided, in plain words: "fire test-suite …" (seed: elf-schema §4.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from elfsite.charts.clock import absolute, at
from elfsite.charts.glyphs import KINDS, sign
from elfsite.listings import cells
from elfsite.origins import seedjson
from workflows.conductor.models import ConductorDecision
from workflows.conductor.progress import node_url

REASON_SHOWN = 200  # characters; the decision's own page has the rest
# reasons of upstream's programs that say what the verb says already
EMPTY_REASONS = ("Started node: ", "Workflow run started")
FAILED = "Node failed: "


@dataclass(frozen=True)
class Said:
    """A decision: its row, sign and hue, and the sentence as safe HTML."""

    row: ConductorDecision
    glyph: str
    hue: str
    when: SafeString
    line: SafeString


@dataclass(frozen=True)
class Known:
    """What references of a decision resolve to: names of nodes, attempts by their recorded key
    (number, primary key), runs by their recorded key (links)."""

    nodes: Mapping[str, str]
    attempts: Mapping[str, tuple[int, int]]
    runs: Mapping[str, SafeString]


def say(decision: ConductorDecision, known: Known) -> Said:
    """*decision* in words. Data that is no JSON object is shown as written, flagged."""
    found = seedjson.read(decision.decision_data, empty={})
    shown = sign(KINDS, decision.decision_type)
    if not found.ok or not isinstance(found.value, dict):
        words = escape(decision.decision_type.replace("_", " "))
        raw = cells.kept_json(decision.decision_data) if not found.ok else cells.text(found.value)
        line = SafeString(f"<b>{words}</b> {_reason(decision)} {raw}")
    else:
        tell = WORDS.get(decision.decision_type, _any)
        line = SafeString(" ".join(filter(None, tell(decision, found.value, known))))
    return Said(decision, shown.glyph, shown.hue, _when(decision.created_at), line)


def _when(moment: Any) -> SafeString:
    """The time of day, the whole time in the tooltip; nonsense as written, flagged."""
    if not isinstance(moment, dt.datetime):
        return at(moment)
    utc = moment.astimezone(dt.UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        utc.isoformat(timespec="seconds"),
        absolute(utc),
        f"{utc:%H:%M:%S}",
    )


Tell = Callable[[ConductorDecision, dict[str, Any], Known], tuple[str, ...]]


def _start(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    name = cells.shortened(data.get("workflow_name") or "", 60)
    return format_html("<b>start {}</b>", name), _phase(data), _reason(decision)


def _fire(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    kind = str(data.get("node_type") or "")
    words = escape(f"({kind})" if kind and kind != "single" else "")
    return _bold("fire", _node(data, known)), words, _attempt(data, known), _reason(decision)


def _failed(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    error = cells.shortened(data.get("error_message") or "", REASON_SHOWN)
    kind = str(data.get("error_type") or "")
    said = escape(f"{kind}: {error}" if kind and error else kind or error)
    reason = "" if error else _reason(decision)
    return _bold("failed", _node(data, known)), said, reason, _attempt(data, known)


def _about_node(verb: str) -> Tell:
    def tell(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
        node = _node(data, known)
        return _bold(verb, node), _reason(decision), _attempt(data, known)

    return tell


def _route(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    ends = [data.get("from_node"), data.get("to_node")]
    links = [_link(str(end), known) for end in ends if end]
    way = SafeString(" → ".join(links)) or _node(data, known)
    condition = data.get("condition")
    code = format_html("<code>{}</code>", cells.shortened(condition, 80)) if condition else ""
    return _bold("route", way), code, _reason(decision)


def _change(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    phase = cells.shortened(data.get("new_phase") or data.get("phase") or "", 60)
    return format_html("<b>phase</b> <i>{}</i>", phase), _reason(decision)


def _again(verb: str) -> Tell:
    def tell(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
        key = data.get("original_run_id", data.get("run_id"))
        run = known.runs.get(str(key), SafeString("")) if key is not None else SafeString("")
        start = data.get("from_node")
        at = format_html("from {}", _link(str(start), known)) if start else ""
        return _bold(verb, run), at, _reason(decision)

    return tell


def _abort(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    """A node, or the whole run."""
    if data.get("node_id"):
        return _about_node("give up")(decision, data, known)
    return SafeString("<b>end the run</b>"), _reason(decision)


def _any(decision: ConductorDecision, data: dict[str, Any], known: Known) -> tuple[str, ...]:
    """A type that the seeds do not name: as it is written, with its reason or its data."""
    verb = decision.decision_type.replace("_", " ")
    rest = _reason(decision) or (str(cells.entries(data)) if data else "")
    return _bold(verb, _node(data, known)), rest, _attempt(data, known)


WORDS: Mapping[str, Tell] = {
    "start_run": _start,
    "fire_node": _fire,
    "node_failed": _failed,
    "skip_node": _about_node("skip"),
    "retry": _about_node("retry"),
    "reset_node": _about_node("reset"),
    "abort": _abort,
    "route": _route,
    "phase_change": _change,
    "replay": _again("replay of"),
    "clone": _again("clone of"),
}


def runs_named(decisions: list[ConductorDecision]) -> list[str]:
    """The recorded keys of the runs that *decisions* speak of."""
    keys = []
    for decision in decisions:
        data = seedjson.read(decision.decision_data, empty={}).value
        key = data.get("original_run_id", data.get("run_id")) if isinstance(data, dict) else None
        if isinstance(key, int) and not isinstance(key, bool):
            keys.append(str(key))
    return list(dict.fromkeys(keys))


def skipped_nodes(decisions: list[ConductorDecision], *, over: bool = True) -> dict[str, str]:
    """Nodes that were skipped, with the reason. While a run is under way (not *over*) a node to
    which another way may still lead is not among them."""
    found = {}
    for decision in decisions:
        if decision.decision_type == "skip_node":
            data = seedjson.read(decision.decision_data, empty={}).value
            if not over and isinstance(data, dict) and data.get("may_run"):
                continue
            if isinstance(data, dict) and data.get("node_id"):
                found[str(data["node_id"])] = cells.shortened(decision.reason or "", REASON_SHOWN)
    return found


def _bold(verb: str, about: str) -> SafeString:
    return format_html("<b>{}{}{}</b>", verb, " " if about else "", about)


def _node(data: dict[str, Any], known: Known) -> SafeString:
    id = data.get("node_id")
    return _link(str(id), known, str(data.get("node_name") or "")) if id else SafeString("")


def _link(id: str, known: Known, name: str = "") -> SafeString:
    words = cells.shortened(known.nodes.get(id) or name or id, 60)
    if id not in known.nodes:
        return SafeString(escape(words))
    return format_html('<a href="{}">{}</a>', node_url(id), words)


def _attempt(data: dict[str, Any], known: Known) -> SafeString:
    """ "attempt 2", where it was not the only one."""
    number, pk = known.attempts.get(str(data.get("execution_id")), (0, 0))
    if number < 2:
        return SafeString("")
    return format_html('<a href="/node-executions/{}/">attempt {}</a>', pk, number)


def _phase(data: dict[str, Any]) -> SafeString:
    phase = cells.shortened(data.get("phase") or "", 40)
    return format_html("in phase <i>{}</i>", phase) if phase else SafeString("")


def _reason(decision: ConductorDecision) -> SafeString:
    reason = cells.shortened((decision.reason or "").removeprefix(FAILED), REASON_SHOWN)
    return SafeString("" if reason.startswith(EMPTY_REASONS) else escape(reason))
