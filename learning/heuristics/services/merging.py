"""Several rules that say the same become one, with its lineage; and that taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.origins.seedjson import dump, read_list
from elfsite.timeline.log import Write, name_of, write
from learning.heuristics import hooks
from learning.heuristics.confidence import MERGE, Step
from learning.heuristics.evidence import tally_of
from learning.heuristics.merging import (
    STRATEGIES,
    Part,
    keeper_of,
    least_similarity,
    merged_confidence,
    merged_explanation,
    merged_tally,
)
from learning.heuristics.models import Heuristic, HeuristicMerge
from learning.heuristics.services.life import in_state, not_golden
from learning.heuristics.services.rules import Said, change, enter, moment, note, now_or
from learning.reviews.access import only_stewards
from learning.reviews.access import said as reason_of

MOST = 50  # rules in one merge


@dataclass(frozen=True)
class Merged:
    """The rule that others became, and the row of ``heuristic_merges``."""

    target: Heuristic
    merge: HeuristicMerge
    space_saved: int


@dataclass(frozen=True)
class Plan:
    """What a merge would make; nothing is written."""

    keeper: Part
    parts: list[Part]
    confidence: float
    similarity: float


def plan_merge(
    rules: Sequence[Heuristic], strategy: str = "weighted_average", keep: int | None = None
) -> Plan:
    """What merging *rules* would make. Raises Refused as ``merge_heuristics``."""
    if strategy not in STRATEGIES:
        raise Refused("bad_strategy", f"A strategy is one of {', '.join(STRATEGIES)}.")
    _mergeable(rules)
    parts = [
        Part(rule.pk, rule.rule, rule.confidence, tally_of(rule), (rule.explanation or "").strip())
        for rule in rules
    ]
    keeper = next((part for part in parts if part.pk == keep), keeper_of(parts))
    return Plan(keeper, parts, merged_confidence(parts, strategy, keeper), least_similarity(parts))


def merge_heuristics(
    *,
    actor: Any,
    heuristics: Sequence[Heuristic | int],
    reason: str = "manual",
    strategy: str = "weighted_average",
    keep: int | None = None,
    at: datetime | None = None,
) -> Merged:
    """Make one active rule of several of one domain; they are archived and keep their ledgers.

    *reason* is overflow_contraction, manual, similarity_detected or words of one's own; *keep*
    the id whose text is kept (the most confident where None). Raises Refused: 403 for a person
    who does not govern; 400 fewer than two or too many; 409 not all found and active, different
    domains, golden or frozen ones.
    """
    only_stewards(actor, "merge rules")
    why = reason_of(reason)
    pks = _ids(heuristics)
    now = now_or(at)
    with write(actor) as w:
        rules = list(Heuristic.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
        if len(rules) != len(pks):
            raise Refused("not_active", "Some heuristics not found or not active", status=409)
        plan = plan_merge(rules, strategy, keep)
        target = _make_target(rules, plan, now)
        enter(target, _step(plan), Said(_lineage(pks, why), grader=name_of(actor)), now)
        merge = HeuristicMerge.objects.create(
            source_ids=dump(pks),
            target=target,
            merge_reason=why,
            merge_strategy=strategy,
            similarity_score=plan.similarity,
            merged_at=now,
        )
        _lay_aside(w, rules, target, now)
        for hook in hooks.after_merge:
            hook(target, pks, why, now)
        note(w, "merged", target, f"made of {_names(pks)}", merge=merge.pk, sources=pks)
    return Merged(target, merge, len(pks) - 1)


def _ids(heuristics: Sequence[Heuristic | int]) -> list[int]:
    pks = sorted({rule.pk if isinstance(rule, Heuristic) else rule for rule in heuristics})
    if len(pks) < 2:
        raise Refused("too_few", "Need at least 2 heuristics to merge")
    if len(pks) > MOST:
        raise Refused("too_many", f"At most {MOST} heuristics are merged at once.")
    return pks


def _lay_aside(w: Write, rules: Sequence[Heuristic], target: Heuristic, now: datetime) -> None:
    for rule in rules:
        change(rule, now, status="archived")
        note(w, "archived", rule, f"became part of h-{target.pk}", target=target.pk)


def _mergeable(rules: Sequence[Heuristic]) -> None:
    if len(rules) < 2:
        raise Refused("too_few", "Need at least 2 heuristics to merge")
    if any(rule.status != "active" or rule.is_quarantined for rule in rules):
        raise Refused("not_active", "Some heuristics not found or not active", status=409)
    if len({rule.domain for rule in rules}) > 1:
        raise Refused("two_domains", "Cannot merge heuristics from different domains", status=409)
    for rule in rules:
        not_golden(rule)
        if rule.frozen_at is not None:
            raise Refused("frozen", f"Heuristic h-{rule.pk} is frozen", status=409)


def _make_target(rules: Sequence[Heuristic], plan: Plan, now: datetime) -> Heuristic:
    first = next(rule for rule in rules if rule.pk == plan.keeper.pk)
    tally = merged_tally(plan.parts)
    used = [at for rule in rules if (at := moment(rule.last_used_at))]
    places = {rule.project_path for rule in rules}
    return Heuristic.objects.create(
        domain=first.domain,
        rule=first.rule,
        explanation=merged_explanation(plan.parts),
        source_type=first.source_type,
        author=first.author,
        project_path=first.project_path if len(places) == 1 else None,
        confidence=plan.confidence,
        confidence_ema=plan.confidence,
        times_validated=tally.held,
        times_violated=tally.failed,
        times_contradicted=tally.contradicted,
        evidence_held=sum(rule.evidence_held for rule in rules),
        evidence_against=sum(rule.evidence_against for rule in rules),
        min_applications=max(rule.min_applications for rule in rules),
        last_used_at=max(used, default=None),
        idle_since=now,
        created_at=now,
    )


def _step(plan: Plan) -> Step:
    return Step(MERGE, plan.keeper.confidence, plan.confidence, plan.confidence, 1.0, 0)


def _names(pks: Sequence[int]) -> str:
    return ", ".join(f"h-{pk}" for pk in pks)


def _lineage(pks: Sequence[int], why: str) -> str:
    return f"Merged {_names(pks)}: {why}"


def unmerge(
    *, actor: Any, merge: HeuristicMerge | int, reason: str = "", at: datetime | None = None
) -> list[Heuristic]:
    """Take a merge back: its sources are active as before, the merged rule is archived.

    Outcomes that were recorded of the merged rule stay in its own ledger. Raises Refused: 404
    unknown; 403 for a person who does not govern; 409 taken back already, made in another
    database, or a rule that has moved on since.
    """
    only_stewards(actor, "take a merge back")
    why = reason_of(reason)
    now = now_or(at)
    with write(actor) as w:
        row = _merge_row(merge)
        pks = [int(pk) for pk in read_list(row.source_ids) if str(pk).isdigit()]
        rules = list(
            Heuristic.objects.select_for_update()
            .filter(pk__in=[*pks, row.target_id])
            .order_by("pk")
        )
        target = next((rule for rule in rules if rule.pk == row.target_id), None)
        sources = [rule for rule in rules if rule.pk != row.target_id]
        if target is None or not pks or len(sources) != len(set(pks)):
            raise Refused("gone", "A rule of this merge is no longer there.", status=409)
        in_state(target, "active", "dormant")
        not_golden(target)
        for rule in sources:
            in_state(rule, "archived")
            change(rule, now, status="active", idle_since=now, decay_steps=0)
            note(w, "restored", rule, f"active again, h-{target.pk} was taken apart")
        change(target, now, status="archived")
        HeuristicMerge.objects.filter(pk=row.pk).update(undone_at=now)
        note(w, "unmerged", target, f"taken apart into {_names(pks)}. {why}", merge=row.pk)
    return sources


def _merge_row(merge: HeuristicMerge | int) -> HeuristicMerge:
    pk = merge.pk if isinstance(merge, HeuristicMerge) else merge
    row = HeuristicMerge.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"No merge has the id {pk}.", status=404)
    if row.undone_at is not None:
        raise Refused("undone", "This merge was taken back already.", status=409)
    if row.origin_id is not None:
        raise Refused("elsewhere", "This merge was made in another database.", status=409)
    return row
