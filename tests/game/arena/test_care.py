"""Points for care: what settles earns once, what is overturned is taken back, caps hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from elfsite.jobs.runner import run_pending
from elfsite.timeline.models import TimelineEvent
from game.arena.care import CARES
from game.arena.models import Achievement, ScoreEvent
from game.arena.services import differences
from game.arena.services.stewardship import tend
from game.players.models import GameState, User
from learning.fraud.models import FraudReport
from learning.fraud.services import review
from learning.heuristics.models import Heuristic
from learning.heuristics.services import demote
from learning.observer.models import MetaAlert
from learning.observer.services import resolve_alert
from learning.reviews.services import decide, open_review, take_back

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Clock = time_machine.Traveller


def pass_over() -> dict[str, int]:
    return tend(now=timezone.now())


def score_of(player: User) -> int:
    state = GameState.objects.filter(pk=player.pk).first()
    return state.score if state else 0


@pytest.fixture
def report(clock: Clock) -> FraudReport:
    rule = Heuristic.objects.create(domain="git", rule="Never force push to main")
    return FraudReport.objects.create(
        heuristic=rule, fraud_score=0.6, classification="fraud_likely", signal_count=1
    )


class TestAReview:
    def test_counts_once_after_seven_days(
        self, clock: Clock, stan: User, report: FraudReport
    ) -> None:
        review(actor=stan, report=report, outcome="true_positive")
        clock.shift(timedelta(days=7, seconds=-1))
        assert pass_over()["awarded"] == 0
        clock.shift(timedelta(seconds=2))
        assert pass_over()["awarded"] == 1 and pass_over()["awarded"] == 0
        assert score_of(stan) == 40
        assert set(Achievement.objects.values_list("code", flat=True)) == {"second_look"}
        event = TimelineEvent.objects.get(topic="game", verb="earned")
        assert "fraud report" in event.summary and event.data["points"] == 40

    def test_that_is_overturned_takes_its_points_back(
        self, clock: Clock, stan: User, report: FraudReport
    ) -> None:
        ada = User.objects.create_user("ada", role="admin")
        review(actor=stan, report=report, outcome="true_positive")
        clock.shift(timedelta(days=8))
        pass_over()
        review(actor=ada, report=report, outcome="false_positive")
        run_pending()  # the verdict itself asks for a look: nobody waits for the schedule
        assert score_of(stan) == 0
        award, back = ScoreEvent.objects.order_by("pk")
        assert (back.reverses, back.points, back.day) == (award, -40, award.day)
        assert pass_over() == {"awarded": 0, "taken_back": 0}
        clock.shift(timedelta(days=8))
        pass_over()
        assert (score_of(stan), score_of(ada)) == (0, 40)
        assert list(differences()) == []

    def test_of_somebody_who_does_not_play_earns_nothing(
        self, clock: Clock, stan: User, report: FraudReport
    ) -> None:
        User.objects.filter(pk=stan.pk).update(plays=False)
        review(actor=stan, report=report, outcome="true_positive")
        clock.shift(timedelta(days=8))
        assert pass_over()["awarded"] == 0 and not ScoreEvent.objects.exists()

    def test_that_says_nothing_earns_nothing(
        self, clock: Clock, stan: User, report: FraudReport
    ) -> None:
        review(actor=stan, report=report, outcome="dismissed")
        clock.shift(timedelta(days=8))
        assert pass_over()["awarded"] == 0


class TestGold:
    def make_golden(self, by: str, **columns: object) -> Heuristic:
        now = timezone.now()
        return Heuristic.objects.create(
            domain="git",
            rule="Rebase first",
            is_golden=True,
            golden_at=now,
            golden_by=by,
            **columns,
        )

    def test_that_held_pays_everybody_who_signed_but_its_author(
        self, clock: Clock, stan: User, mira: User
    ) -> None:
        self.make_golden("stan, mira, nobody", author="mira")
        clock.shift(timedelta(days=31))
        assert pass_over()["awarded"] == 1
        assert (score_of(stan), score_of(mira)) == (60, 0)

    def test_that_is_lost_is_taken_back(self, clock: Clock, stan: User) -> None:
        rule = self.make_golden("stan")
        clock.shift(timedelta(days=31))
        pass_over()
        demote(actor=stan, heuristic=rule, reason="it failed twice this week")
        run_pending()
        assert score_of(stan) == 0

    def test_that_is_lost_late_was_right_for_its_time(self, clock: Clock, stan: User) -> None:
        rule = self.make_golden("stan")
        clock.shift(timedelta(days=31))
        pass_over()
        clock.shift(timedelta(days=70))
        demote(actor=stan, heuristic=rule, reason="the team moved on")
        assert pass_over()["taken_back"] == 0 and score_of(stan) == 60


class TestAnAnswer:
    def test_in_time_counts_a_day_later(self, clock: Clock, stan: User) -> None:
        asked = open_review(actor="agent-7", title="May I drop the table?")
        clock.shift(timedelta(hours=3))
        decide(actor=stan, review=asked, verdict="reject", reason="it is in use")
        assert pass_over()["awarded"] == 0
        clock.shift(timedelta(days=1, minutes=1))
        assert pass_over()["awarded"] == 1 and score_of(stan) == 15

    def test_that_came_late_or_to_oneself_counts_nothing(self, clock: Clock, stan: User) -> None:
        late = open_review(actor="agent-7", title="May I?")
        clock.shift(timedelta(days=2))
        own = open_review(actor=stan, title="Shall I?")
        for asked in (late, own):
            decide(actor=stan, review=asked, verdict="approve", reason="yes")
        clock.shift(timedelta(days=2))
        assert pass_over()["awarded"] == 0

    def test_that_is_taken_back_takes_its_points_back(self, clock: Clock, stan: User) -> None:
        asked = open_review(actor="agent-7", title="May I?")
        decide(actor=stan, review=asked, verdict="approve", reason="yes")
        clock.shift(timedelta(days=2))
        pass_over()
        take_back(actor=stan, review=asked, reason="too early")
        run_pending()
        assert score_of(stan) == 0

    def test_beyond_the_cap_of_a_day_counts_nothing(self, clock: Clock, stan: User) -> None:
        for n in range(6):
            asked = open_review(actor="agent-7", title=f"Question {n}")
            decide(actor=stan, review=asked, verdict="approve", reason="yes")
        clock.shift(timedelta(days=2))
        assert pass_over()["awarded"] == 3 and score_of(stan) == 45
        clock.shift(timedelta(days=1))
        assert pass_over()["awarded"] == 0  # and it is not made up for later


class TestAnAlert:
    def make_alert(self, **columns: object) -> MetaAlert:
        base = {"alert_type": "trend", "severity": "warning", "message": "confidence falls"}
        return MetaAlert.objects.create(**(base | columns))

    def test_resolved_early_counts_when_it_stayed_away(self, clock: Clock, stan: User) -> None:
        resolve_alert(actor=stan, alert=self.make_alert().pk)
        clock.shift(timedelta(days=6))
        assert pass_over()["awarded"] == 0
        clock.shift(timedelta(days=2))
        assert pass_over()["awarded"] == 1 and score_of(stan) == 30

    def test_that_came_back_or_was_critical_counts_nothing(self, clock: Clock, stan: User) -> None:
        resolve_alert(actor=stan, alert=self.make_alert().pk)
        resolve_alert(actor=stan, alert=self.make_alert(severity="critical", metric_name="x").pk)
        clock.shift(timedelta(days=2))
        self.make_alert(first_seen=timezone.now())
        clock.shift(timedelta(days=6))
        assert pass_over()["awarded"] == 0


def test_all_rules_together_are_capped(clock: Clock, stan: User) -> None:
    """120 for gold and 45 for answers on one day are 165: the last does not fit under 150."""
    now = timezone.now()
    for n in range(3):
        Heuristic.objects.create(
            domain="git", rule=f"Rule {n}", is_golden=True, golden_at=now, golden_by="stan"
        )
    clock.shift(timedelta(days=29))
    for n in range(3):
        asked = open_review(actor="agent-7", title=f"Question {n}")
        decide(actor=stan, review=asked, verdict="approve", reason="yes")
    clock.shift(timedelta(days=1, minutes=1))
    pass_over()
    assert score_of(stan) == 150


def test_every_rule_is_finished_or_says_what_it_waits_for() -> None:
    for care in CARES:
        assert (care.facts is None) == (care.fallen is None) == bool(care.waits)
