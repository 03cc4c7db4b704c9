"""Golden rules out to a file that agents read, and in from one that another team wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import write
from learning.heuristics.golden import FROM_FILE
from learning.heuristics.golden_file import Entry, dumped, loaded
from learning.heuristics.models import Heuristic
from learning.heuristics.services.golden import propose_from_file
from learning.heuristics.services.proposals import normal_domain, propose_heuristic
from learning.reviews.access import only_stewards

SIZE_LIMIT = 1024 * 1024  # characters of a file
RULES_LIMIT = 500  # rules of a file, in and out


@dataclass
class Imported:
    """What became of the rules of a file; ``refused`` names those that could not be taken."""

    added: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)


def export_golden_rules() -> str:
    """``golden-rules.md`` of the rules that are golden now, oldest gold first. Reads only."""
    rules = Heuristic.objects.filter(
        is_golden=True, status="active", is_quarantined=False, gone_at__isnull=True
    ).order_by("golden_at", "pk")
    return dumped(_entry(rule) for rule in rules[:RULES_LIMIT])


def _entry(rule: Heuristic) -> Entry:
    since = rule.golden_at or rule.created_at
    day = f"{since:%Y-%m-%d}" if isinstance(since, datetime) else "unknown"
    return Entry(
        rule=rule.rule.strip(),
        category=rule.domain,
        why=(rule.explanation or "").strip(),
        promoted=f"{day} (h-{rule.pk})",
        validations=str(max(0, rule.times_validated)),
    )


def import_golden_rules(*, actor: Any, text: str, name: str = FROM_FILE) -> Imported:
    """Take the rules of a ``golden-rules.md``. None becomes golden by it: each unknown one is
    proposed with confidence 0.5 and the stewards are asked; its numbers there are only quoted.

    Raises Refused: 403 for a person who does not govern; 400 for a file without rules, too long,
    or with too many of them.
    """
    only_stewards(actor, "import golden rules")
    if len(text) > SIZE_LIMIT:
        raise Refused("too_long", f"A file has at most {SIZE_LIMIT:,} characters.")
    entries = loaded(text)
    if not entries:
        raise Refused(
            "no_rules", "No rule stands in this file: a rule is a line that begins with >."
        )
    if len(entries) > RULES_LIMIT:
        raise Refused("too_many", f"A file has at most {RULES_LIMIT} rules, not {len(entries)}.")
    result = Imported()
    for entry in entries:
        _take(actor, entry, name, result)
    return result


def _take(actor: Any, entry: Entry, name: str, result: Imported) -> None:
    """One rule in one transaction: a file that ends in the middle leaves whole rules."""
    try:
        with write(actor):
            if _is_known(entry):
                result.known += 1
                return
            rule = propose_heuristic(
                actor=actor,
                domain=entry.category,
                rule=entry.rule,
                explanation=entry.why,
                source_type=FROM_FILE,
                author=name,
            )
            propose_from_file(actor=actor, heuristic=rule, context=_claims(entry, name))
    except Refused as refused:
        result.refused.append(f"{entry.rule[:60]}: {refused.sentence}")
    else:
        result.added += 1


def _is_known(entry: Entry) -> bool:
    """Whether the same is said in the same domain already, whatever became of it."""
    domain = {normal_domain(entry.category), entry.category}
    return Heuristic.objects.filter(
        domain__in=domain, rule__iexact=entry.rule, gone_at__isnull=True
    ).exists()


def _claims(entry: Entry, name: str) -> str:
    said = [f"Golden in {name}"]
    if entry.promoted:
        said.append(f"promoted {entry.promoted}")
    if entry.validations:
        said.append(f"validated {entry.validations} times there")
    return ", ".join(said) + "."
