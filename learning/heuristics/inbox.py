"""What of rules waits for a person: gold to give, gold to take."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from elfsite.charts.leaf import leaf
from elfsite.listings.links import url_of
from learning.heuristics import hooks
from learning.heuristics.evidence import posterior_of
from learning.heuristics.golden import gates, graders_of, version_of, why_demote
from learning.heuristics.models import Heuristic
from learning.heuristics.services.golden import DEMOTION, GOLDEN, GOLDEN_FILE, register
from learning.reviews.kinds import Shown
from learning.reviews.models import CeoReview, ReviewSignature

MINI = 170  # user units: the width of an entry's picture


def _rules(reviews: list[CeoReview]) -> dict[int, Heuristic]:
    """The rules that requests are about, by the request's id; one query."""
    wanted = {
        review.pk: int(review.subject_id) for review in reviews if review.subject_id.isdigit()
    }
    rules = Heuristic.objects.in_bulk(set(wanted.values()))
    return {pk: rules[subject] for pk, subject in wanted.items() if subject in rules}


def _signed(reviews: list[CeoReview], rules: Mapping[int, Heuristic]) -> dict[int, list[str]]:
    """Who has signed each request in the state that its rule is in now."""
    versions = {pk: version_of(rule) for pk, rule in rules.items()}
    found: dict[int, list[str]] = {review.pk: [] for review in reviews}
    rows = ReviewSignature.objects.filter(review__in=reviews).order_by("signed_at")
    for pk, person, version in rows.values_list("review_id", "person", "version"):
        if version == versions.get(pk):
            found[pk].append(person)
    return found


def _missing(signed: list[str]) -> str:
    """Who signed and how many are missing, where more than one has to."""
    needed = settings.GOLDEN_SIGNATURES
    if needed <= 1:
        return ""
    who = f"{', '.join(signed)} signed" if signed else "nobody has signed"
    return f"; {who}, {needed - len(signed)} of {needed} missing"


def _asked(reviews: list[CeoReview]) -> list[tuple[CeoReview, Heuristic, str]]:
    """Requests whose rules are there, with these, and in words which signatures are missing."""
    rules = _rules(reviews)
    signed = _signed(reviews, rules)
    return [
        (review, rules[review.pk], _missing(signed[review.pk]))
        for review in reviews
        if review.pk in rules
    ]


def show_gold(reviews: list[CeoReview]) -> dict[int, Shown]:
    """Candidates, with the conditions that they meet now."""
    asked = _asked(reviews)
    graders = graders_of([rule for _, rule, _ in asked])
    found = {}
    for review, rule, missing in asked:
        met = gates(rule, len(graders[rule.pk]), hooks.doubts_about(rule))
        passed = sum(gate.met for gate in met)
        sub = f"Lower bound {met[1].number}, {len(graders[rule.pk])} graders, "
        sub += f"{passed} of {len(met)} conditions{missing}"
        then = "Golden: every agent is given it first. Can be taken back."
        found[review.pk] = _shown(rule, sub, "gold", then, "Stays as it is; not asked for 30 days.")
    return found


def show_file(reviews: list[CeoReview]) -> dict[int, Shown]:
    """Rules that a golden-rules.md brought."""
    found = {}
    for review, rule, missing in _asked(reviews):
        sub = f"{review.context or 'From a file'}{missing}"
        then = "Golden by another team's word; it carries 0.5 until it is used here."
        found[review.pk] = _shown(rule, sub, "gold", then, "Stays a rule like any other.")
    return found


def show_demotions(reviews: list[CeoReview]) -> dict[int, Shown]:
    """Golden rules, with what speaks against them now."""
    found = {}
    for review, rule, missing in _asked(reviews):
        why = why_demote(rule) or review.context or "Nothing speaks against it any more."
        sub = f"{why}{missing}"
        then = "No longer golden; the rule stays active. Can be taken back."
        found[review.pk] = _shown(rule, sub, "hot", then, "Stays golden; not asked for 30 days.")
    return found


def _shown(rule: Heuristic, sub: str, hue: str, approving: str, rejecting: str) -> Shown:
    picture = leaf(rule.confidence, *posterior_of(rule), hue=hue, width=MINI)
    return Shown(rule.rule, url_of(rule), sub, picture, approving, rejecting)


register(**{GOLDEN: show_gold, GOLDEN_FILE: show_file, DEMOTION: show_demotions})
