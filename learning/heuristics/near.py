"""Rules of one domain that say nearly the same."""

from __future__ import annotations

from dataclasses import dataclass

from learning.heuristics.keywords import jaccard, keywords
from learning.heuristics.models import Heuristic

COMPARED = 300  # active rules of a domain, the most confident
SHOWN = 5
REFINES, DUPLICATES = 0.60, 0.40  # novelty below which a rule refines, or repeats, another


@dataclass(frozen=True)
class Near:
    """A rule and how much is new against it, 0 to 1."""

    rule: Heuristic
    novelty: float

    @property
    def word(self) -> str:
        return "a duplicate" if self.novelty < DUPLICATES else "a refinement"


def near(rule: Heuristic) -> list[Near]:
    """The active rules of the same domain that share most words with *rule*.

    One query for the texts of the compared rules, one for the few that are shown.
    """
    mine = keywords(rule.rule)
    others = (
        Heuristic.objects.filter(domain=rule.domain, status="active", gone_at__isnull=True)
        .exclude(pk=rule.pk)
        .order_by("-confidence", "pk")
        .values_list("pk", "rule")[:COMPARED]
    )
    found = sorted((1 - jaccard(mine, keywords(text)), key) for key, text in others)
    novelty = {key: share for share, key in found[:SHOWN] if share < REFINES}
    rules = Heuristic.objects.in_bulk(novelty)
    return [Near(rules[key], share) for key, share in novelty.items()]
