from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import (
    freeze,
    loosen_limits,
    quarantine,
    release,
    reset_confidence,
    set_manual,
    tighten_limits,
    unfreeze,
)
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]
Clock = time_machine.Traveller


def test_freezing_and_thawing(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.7)
    assert freeze(actor="watch", heuristic=rule, reason="too smooth") == {"confidence": 0.7}
    with pytest.raises(Refused, match="frozen already"):
        freeze(actor="watch", heuristic=rule, reason="again")
    unfreeze(actor="watch", heuristic=rule)
    rule.refresh_from_db()
    assert (rule.frozen_at, rule.frozen_reason, rule.idle_since) == (None, "", START)
    with pytest.raises(Refused, match="not frozen"):
        unfreeze(actor="watch", heuristic=rule)


def test_quarantine_takes_the_gold_and_release_gives_everything_back(
    clock: Clock, a_rule: Make
) -> None:
    rule = a_rule(0.97, is_golden=True, golden_by="mira", golden_at=START, status="dormant")
    before = json.loads(json.dumps(quarantine(actor="watch", heuristic=rule, reason="gamed")))
    rule.refresh_from_db()
    assert (rule.status, rule.is_quarantined, rule.is_golden) == ("quarantined", True, False)
    reset_confidence(actor="watch", heuristic=rule, reason="gamed")
    release(actor="watch", heuristic=rule, before=before, reason="a false alarm")
    rule.refresh_from_db()
    assert (rule.status, rule.is_quarantined, rule.confidence) == ("dormant", False, 0.97)
    assert (rule.is_golden, rule.golden_by, rule.golden_at) == (True, "mira", START)
    assert rule.confidence_ema == 0.97
    kinds = list(ConfidenceUpdate.objects.order_by("pk").values_list("update_type", flat=True))
    assert kinds == ["reset", "manual"]
    with pytest.raises(Refused, match="not quarantined"):
        release(actor="watch", heuristic=rule, before=before, reason="")


def test_a_release_without_change_enters_nothing(a_rule: Make) -> None:
    rule = a_rule()
    before = quarantine(actor="watch", heuristic=rule, reason="gamed")
    release(actor="watch", heuristic=rule, before=before, reason="")
    assert not ConfidenceUpdate.objects.exists()


def test_a_release_names_a_state(a_rule: Make) -> None:
    rule = a_rule(status="quarantined", is_quarantined=True)
    for status in ("quarantined", "gone"):
        with pytest.raises(Refused, match="cannot be released"):
            release(actor="watch", heuristic=rule, before={"status": status}, reason="")


@pytest.mark.parametrize(("to", "fits"), [(0.05, True), (0.95, True), (0.96, False), (0.0, False)])
def test_a_steward_sets_a_confidence_with_a_reason(
    a_rule: Make, steward: User, to: float, fits: bool
) -> None:
    rule = a_rule(0.5, ema_warmup_remaining=3)
    if not fits:
        with pytest.raises(Refused, match=r"between 0\.05 and 0\.95"):
            set_manual(actor=steward, heuristic=rule, confidence=to, reason="measured")
        return
    assert set_manual(actor=steward, heuristic=rule, confidence=to, reason="measured") == {
        "old_confidence": 0.5
    }
    rule.refresh_from_db()
    assert rule.confidence == rule.confidence_ema == to
    assert (rule.ema_warmup_remaining, rule.times_validated, rule.update_count_today) == (3, 0, 0)
    row = ConfidenceUpdate.objects.get()
    assert (row.update_type, row.reason) == ("manual", "measured")
    with pytest.raises(Refused, match="Say why"):
        set_manual(actor=steward, heuristic=rule, confidence=0.5, reason=" ")


def test_limits_are_tightened_and_given_back(a_rule: Make) -> None:
    rule = a_rule(daily_limit=4)
    before = tighten_limits(actor="watch", heuristic=rule, reason="odd")
    rule.refresh_from_db()
    assert (rule.daily_limit, rule.cooldown_minutes) == (3, 90)
    loosen_limits(actor="watch", heuristic=rule, before=before)
    rule.refresh_from_db()
    assert (rule.daily_limit, rule.cooldown_minutes) == (4, None)
    with pytest.raises(Refused, match="A limit lies"):
        tighten_limits(actor="watch", heuristic=rule, reason="", daily=-1)


ACTS: list[tuple[Any, dict[str, Any]]] = [
    (freeze, {"reason": "odd"}),
    (unfreeze, {}),
    (quarantine, {"reason": "odd"}),
    (release, {"reason": "", "before": {}}),
    (reset_confidence, {"reason": "odd"}),
    (set_manual, {"reason": "odd", "confidence": 0.5}),
    (tighten_limits, {"reason": "odd"}),
    (loosen_limits, {}),
]


@pytest.mark.parametrize(("act", "more"), ACTS)
def test_members_do_not_guard(a_rule: Make, member: User, act: Any, more: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        act(actor=member, heuristic=a_rule(), **more)
    assert caught.value.code == "stewards_only"


@pytest.mark.parametrize(("act", "more"), ACTS)
def test_an_unknown_rule_is_not_found(act: Any, more: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        act(actor="watch", heuristic=404, **more)
    assert caught.value.status == 404
