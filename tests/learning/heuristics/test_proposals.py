from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from learning.heuristics import hooks
from learning.heuristics.models import Heuristic
from learning.heuristics.services import propose_heuristic

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def propose(**more: Any) -> Heuristic:
    fields: dict[str, Any] = {"domain": "git", "rule": "Never force push", **more}
    return propose_heuristic(actor="bot-1", **fields)


def test_a_new_rule_carries_a_half_and_warms_up() -> None:
    rule = propose(explanation="Others lose work.", project_path="/srv/app")
    rule.refresh_from_db()
    assert (rule.confidence, rule.confidence_ema, rule.ema_warmup_remaining) == (0.5, 0.5, 5)
    assert (rule.status, rule.author, rule.project_path) == ("active", "bot-1", "/srv/app")
    assert TimelineEvent.objects.get().verb == "proposed"


@pytest.mark.parametrize("claim", ["confidence", "times_validated", "is_golden", "status"])
def test_what_is_earned_is_refused_by_name(claim: str) -> None:
    with pytest.raises(Refused, match=f"^{claim} is earned and cannot be sent"):
        propose(**{claim: 1})
    assert not Heuristic.objects.exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"rule": "  "}, "empty"),
        ({"rule": "x" * 501}, "too_long"),
        ({"explanation": "x" * 5001}, "too_long"),
        ({"domain": "¿?"}, "bad_domain"),
        ({"domain": "x" * 101}, "bad_domain"),
        ({"author": "x" * 201}, "too_long"),
        ({"colour": "red"}, "unknown_field"),
    ],
)
def test_bad_fields_are_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        propose(**more)
    assert caught.value.code == code and not Heuristic.objects.exists()


@pytest.mark.parametrize(
    ("written", "kept"), [("Git Workflow", "git-workflow"), ("  C++ ", "c"), ("a_b", "ab")]
)
def test_a_domain_is_kept_in_one_form(written: str, kept: str) -> None:
    assert propose(domain=written).domain == kept


def test_the_same_rule_stands_once_in_a_domain() -> None:
    first = propose()
    with pytest.raises(Refused, match=f"stands already as h-{first.pk}"):
        propose(rule="never FORCE push")
    propose(domain="release")
    Heuristic.objects.filter(pk=first.pk).update(status="archived")
    propose()


@pytest.fixture
def full_domain() -> Iterator[None]:
    def gate(domain: str, rule: str) -> None:
        raise Refused("full", f"{domain} is full.", status=409)

    hooks.proposal_gates.append(gate)
    yield
    hooks.proposal_gates.remove(gate)


def test_a_domain_may_refuse(full_domain: None) -> None:
    with pytest.raises(Refused, match="git is full"):
        propose()
    assert not Heuristic.objects.exists()
