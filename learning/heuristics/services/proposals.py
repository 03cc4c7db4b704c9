"""New rules: anybody may propose one, nobody may say what it is worth."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import name_of, write
from learning.heuristics import hooks
from learning.heuristics.confidence import START, WARMUP
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import bounded, note, now_or

RULE_LIMIT, DOMAIN_LIMIT, EXPLANATION_LIMIT = 500, 100, 5000  # characters
SOURCE_TYPE_LIMIT, PROJECT_LIMIT = 50, 1000
# what a rule earns or others decide: refused by name when a client sends it
EARNED = frozenset(
    {
        "confidence",
        "confidence_ema",
        "ema_warmup_remaining",
        "evidence_against",
        "evidence_held",
        "fraud_flags",
        "golden_at",
        "golden_by",
        "is_golden",
        "is_quarantined",
        "status",
        "times_contradicted",
        "times_revived",
        "times_validated",
        "times_violated",
    }
)


def refuse_claims(sent: Any) -> None:
    """Raises Refused 400 that names the first column in *sent* that is earned, not sent."""
    claimed = sorted(EARNED & set(sent))
    if claimed:
        raise Refused("earned", f"{claimed[0]} is earned and cannot be sent.")


def propose_heuristic(
    *,
    actor: Any,
    domain: str,
    rule: str,
    explanation: str = "",
    source_type: str = "observation",
    project_path: str | None = None,
    author: str | None = None,
    at: datetime | None = None,
    **claimed: Any,
) -> Heuristic:
    """Add a rule with confidence 0.5 and five updates of warm-up.

    *domain* is normalised (lower case, spaces to hyphens, only ``a-z 0-9 -``); *author* is the
    actor where None. Raises Refused: 400 for empty or too long texts and for *claimed* columns,
    which are earned; 409 for the same rule in the same domain; and what a domain refuses.
    """
    _nothing_else(claimed)
    now = now_or(at)
    fields = _checked(domain, rule, explanation, source_type, project_path)
    fields["author"] = bounded("author", author) or name_of(actor)
    with write(actor) as w:
        _not_twice(fields)
        for gate in hooks.proposal_gates:
            gate(str(fields["domain"]), str(fields["rule"]))
        new = Heuristic.objects.create(
            **fields,
            confidence=START,
            confidence_ema=START,
            ema_warmup_remaining=WARMUP,
            created_at=now,
            idle_since=now,
        )
        for hook in hooks.after_proposal:
            hook(new)
        note(w, "proposed", new, f"proposed in {new.domain} by {new.author}")
    return new


def _nothing_else(claimed: dict[str, Any]) -> None:
    refuse_claims(claimed)
    if claimed:
        raise Refused("unknown_field", f"A rule has no field {sorted(claimed)[0]!r}.")


def _checked(
    domain: str, rule: str, explanation: str, source_type: str, project_path: str | None
) -> dict[str, str | None]:
    return {
        "domain": normal_domain(domain),
        "rule": _text("rule", rule, RULE_LIMIT, needed=True),
        "explanation": _text("explanation", explanation, EXPLANATION_LIMIT) or None,
        "source_type": _text("source_type", source_type, SOURCE_TYPE_LIMIT) or None,
        "project_path": _text("project_path", project_path, PROJECT_LIMIT) or None,
    }


def normal_domain(domain: str) -> str:
    """A domain as it is kept; raises Refused 400 when nothing of it is left or it is too long."""
    text = re.sub(r"\s+", "-", (domain or "").strip().lower())
    text = re.sub(r"[^a-z0-9-]", "", text).strip("-")
    if not text:
        raise Refused("bad_domain", "A domain needs letters or digits.")
    if len(text) > DOMAIN_LIMIT:
        raise Refused("bad_domain", f"A domain has at most {DOMAIN_LIMIT} characters.")
    return text


def _not_twice(fields: dict[str, str | None]) -> None:
    same = Heuristic.objects.filter(
        domain=fields["domain"], rule__iexact=fields["rule"], gone_at__isnull=True
    ).exclude(status__in=("archived", "deprecated"))
    found = same.values_list("pk", flat=True).first()
    if found is not None:
        raise Refused("known", f"This rule stands already as h-{found}.", status=409)


def _text(name: str, value: str | None, limit: int, *, needed: bool = False) -> str:
    text = (value or "").strip()
    if needed and not text:
        raise Refused("empty", f"The {name} is empty.")
    if len(text) > limit:
        raise Refused("too_long", f"The {name} has at most {limit:,} characters.")
    return text
