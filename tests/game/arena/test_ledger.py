"""Scores are sums of their ledger, what they unlock stays open, and a command proves it."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from elfsite.timeline.log import write
from elfsite.timeline.models import TimelineEvent
from game.arena import achievements, arms
from game.arena.achievements import Flight, cared, flown
from game.arena.models import Achievement, Pilot, ScoreEvent
from game.arena.services import differences, recount
from game.arena.services.honours import honour
from game.arena.services.ledger import Entry, award, take_back
from game.arena.services.pilots import unlocked
from game.players.models import GameState, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def give(player: User, points: int, key: str = "one") -> ScoreEvent | None:
    entry = Entry("sortie", "sortie", points, "a line", key, timezone.now().date())
    with write("referee") as w:
        return award(w, player, entry, actor="referee")


def state_of(player: User) -> GameState:
    return GameState.objects.get(pk=player.pk)


class TestTheLedger:
    def test_counts_a_key_once(self, mira: User) -> None:
        assert give(mira, 40) is not None and give(mira, 40) is None
        assert state_of(mira).score == 40 and list(differences()) == []

    def test_takes_back_once(self, mira: User) -> None:
        row = give(mira, 40)
        assert row is not None
        for _ in range(2):
            with write("ledger") as w:
                take_back(w, row, "It was wrong.", actor="ledger")
        assert state_of(mira).score == 0 and ScoreEvent.objects.count() == 2

    def test_takes_nothing_of_what_was_unlocked(self, mira: User) -> None:
        row = give(mira, 1_500)
        assert row is not None and "scatter" in unlocked(state_of(mira), "weapon")
        with write("ledger") as w:
            take_back(w, row, "It was wrong.", actor="ledger")
        state = state_of(mira)
        assert state.score == 0 and "scatter" in unlocked(state, "weapon")
        assert json.loads(state.unlocked_cursors) == ["default", "leaf"]

    def test_tells_the_timeline(self, mira: User) -> None:
        give(mira, 1_500)
        said = TimelineEvent.objects.filter(topic="game").values_list("verb", "actor")
        assert list(said) == [("earned", "referee"), ("unlocked", "referee")]


class TestTheRecount:
    def test_finds_and_mends_what_raw_sql_did(
        self, mira: User, stan: User, capsys: pytest.CaptureFixture[str]
    ) -> None:
        give(mira, 40)
        give(stan, 70, "two")
        call_command("recount_scores")
        assert "Every score is the sum" in capsys.readouterr().out
        GameState.objects.filter(pk=mira.pk).update(score=999_999)
        with pytest.raises(CommandError, match="1 differ"):
            call_command("recount_scores")
        assert "mira: score 999,999, ledger 40" in capsys.readouterr().out
        call_command("recount_scores", "--repair")
        assert state_of(mira).score == 40 and list(differences()) == []

    def test_leaves_a_right_score_alone(self, mira: User) -> None:
        give(mira, 40)
        before = TimelineEvent.objects.count()
        assert recount(player_id=mira.pk) == 40
        assert TimelineEvent.objects.count() == before


class TestArms:
    @pytest.mark.parametrize("text", ["", "null", "{}", "[1, null]", "nonsense", '["railgun"]'])
    def test_a_broken_list_never_breaks_a_player(self, mira: User, text: str) -> None:
        GameState.objects.create(pk=mira.pk, unlocked_weapons=text)
        Pilot.objects.create(pk=mira.pk)
        assert unlocked(state_of(mira), "weapon")[0] == "pulse_laser"
        give(mira, 1_500)
        assert "scatter" in json.loads(state_of(mira).unlocked_weapons)

    def test_an_achievement_opens_what_it_opens_and_counts_once(self, mira: User) -> None:
        for _ in range(2):
            with write("referee") as w:
                honour(w, mira, ["whole_field", "no such thing"])
        assert Achievement.objects.get().code == "whole_field"
        assert "lantern" in unlocked(state_of(mira), "cursor")

    def test_every_weapon_can_be_flown_and_every_condition_met(self) -> None:
        from game.arena.simulation import WEAPONS

        assert {arm.code for arm in arms.WEAPONS} == set(WEAPONS)
        for arm in (*arms.WEAPONS, *arms.CURSORS):
            assert arm.by != arms.ACHIEVEMENT or arm.achievement in achievements.BY_CODE
            assert (arm.by == arms.POINTS) == (arm.need > 0)


FIELD = {"bug": 2, "blocker": 1, "drone": 1}
PLAIN = Flight(training=False, weapon="pulse_laser", ticks=5000, there=FIELD, down={})


@pytest.mark.parametrize(
    ("changes", "earned"),
    [
        ({}, set()),
        ({"training": True}, {"practice"}),
        ({"ticks": 10_800}, {"three_minutes"}),
        ({"ticks": 1_800}, {"home_early"}),
        ({"weapon": "lance"}, {"other_hand"}),
        ({"down": {"blocker": 1}}, {"armour"}),
        ({"down": {"bug": 1, "blocker": 1, "drone": 1}}, {"armour", "whole_set"}),
        ({"down": FIELD}, {"armour", "whole_set", "whole_field"}),
        ({"down": FIELD, "training": True}, {"armour", "whole_set", "practice"}),
    ],
)
def test_what_a_flight_earns(changes: dict[str, object], earned: set[str]) -> None:
    flight = PLAIN.__class__(**{**PLAIN.__dict__, **changes})  # type: ignore[arg-type]
    common = {"first_flight"} if flight.training else {"first_flight", "into_the_field"}
    assert set(flown(flight)) == earned | common


def test_care_of_two_kinds_makes_a_caretaker() -> None:
    assert cared(["inbox"]) == ["good_answer"]
    assert cared(["inbox", "alert"]) == ["good_answer", "caretaker"]


def test_there_are_enough_achievements_and_all_of_them_are_kind() -> None:
    words = " ".join(each.words.lower() for each in achievements.HONOURS)
    assert len(achievements.HONOURS) >= 12
    assert not any(word in words for word in ("days in a row", "hours", "commits", "most"))
