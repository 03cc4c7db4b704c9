"""What the game promises its players, tick by tick."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from game.arena.simulation import MOST_TICKS, WEAPONS, State, hash_of, new_game, step
from game.arena.simulation.angles import COSINE, SINE, angle_of, turned
from game.arena.simulation.core import AIM, AIM_SHIFT, DOWN, FIRE, LEFT, RIGHT, UP
from game.arena.simulation.foes import ACTS
from game.arena.simulation.state import EDGE_X, EDGE_Y, Foe, Gift
from game.arena.simulation.tables import FOES, PLAY, SCALE, WAVES
from tests.game.arena.pilots import Fidget, fly, manifest

EAST, SOUTH, WEST = 0, 256, 512
STEP = max(PLAY["muzzle"], *(weapon.speed for weapon in WEAPONS.values()))


def field(*foes: tuple[str, int], gifts: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "foes": [{"kind": kind, "size": size} for kind, size in foes],
        "gifts": [{"kind": kind} for kind in gifts],
    }


def facing(kind: str, size: int = 1, *, dx: int = 100, weapon: str = "pulse_laser") -> State:
    """A game in which one foe is there, *dx* units east of the ship, and no other for a while."""
    state = new_game(field((kind, size)), 5, {"weapon": weapon})
    state.rest = 10_000
    foe = Foe(0, (kind, size, 0), 1, state.ship.x + dx * SCALE, state.ship.y)
    foe.act, foe.born, foe.timer, foe.angle = ACTS[kind], 0, 60, WEST
    state.foes.append(foe)
    return state


def run(state: State, keys: int, ticks: int) -> State:
    for _ in range(ticks):
        step(state, keys)
    return state


def aim(angle: int) -> int:
    return AIM | angle << AIM_SHIFT


class TestAngles:
    @pytest.mark.parametrize(
        ("dx", "dy", "angle"),
        [(5, 0, 0), (5, 5, 128), (0, 5, 256), (-5, 0, 512), (0, -5, 768), (5, -5, 896), (0, 0, 0)],
    )
    def test_go_clockwise_from_east(self, dx: int, dy: int, angle: int) -> None:
        assert angle_of(dx, dy) == angle

    @given(st.integers(0, 1023), st.integers(3, 40))
    def test_come_back_from_their_direction(self, angle: int, far: int) -> None:
        found = angle_of(COSINE[angle] * far, SINE[angle] * far)
        assert abs(((found - angle + 512) & 1023) - 512) <= 1

    @given(st.integers(0, 1023), st.integers(0, 1023), st.integers(1, 512))
    def test_turn_the_shorter_way_and_no_more_than_allowed(
        self, angle: int, to: int, most: int
    ) -> None:
        off = abs(((to - angle + 512) & 1023) - 512)
        left = abs(((to - turned(angle, to, most) + 512) & 1023) - 512)
        assert left == max(0, off - most)


class TestTheShip:
    def test_flies_as_fast_aslant_as_straight(self) -> None:
        straight = run(new_game(field(("bug", 1)), 1, {"weapon": "lance"}), RIGHT, 60).ship
        aslant = run(new_game(field(("bug", 1)), 1, {"weapon": "lance"}), RIGHT | DOWN, 60).ship
        one = straight.x - EDGE_X // 2
        two = ((aslant.x - EDGE_X // 2) ** 2 + (aslant.y - EDGE_Y // 2) ** 2) ** 0.5
        assert two == pytest.approx(one, rel=0.02)

    def test_stays_in_the_field(self) -> None:
        ship = run(new_game(field(("bug", 1)), 1, {"weapon": "lance"}), LEFT | UP, 400).ship
        assert (ship.x, ship.y) == (PLAY["ship_radius"], PLAY["ship_radius"])

    def test_opposite_keys_cancel(self) -> None:
        ship = run(new_game(field(("bug", 1)), 1, {"weapon": "lance"}), LEFT | RIGHT, 30).ship
        assert (ship.x, ship.y) == (EDGE_X // 2, EDGE_Y // 2)

    def test_turns_at_once_by_hand_and_slowly_by_itself(self) -> None:
        assert run(facing("bug"), aim(300), 1).ship.angle == 300
        state = facing("blocker")
        before = run(state, 0, 1).ship.angle
        assert abs(run(state, 0, 1).ship.angle - before) == PLAY["auto_turn"]

    def test_a_hit_costs_one_and_then_nothing_for_a_while(self) -> None:
        state = facing("bug", dx=10)
        assert run(state, 0, 1).ship.hull == 4
        state.foes[0].stun = 0
        state.foes[0].x, state.foes[0].y = state.ship.x, state.ship.y
        assert run(state, 0, 10).ship.hull == 4
        state.ship.safe = 0
        state.foes[0].x, state.foes[0].y = state.ship.x, state.ship.y
        assert run(state, 0, 1).ship.hull == 3

    def test_a_shield_takes_the_hit(self) -> None:
        state = facing("bug", dx=10)
        state.ship.shield = 1
        ship = run(state, 0, 1).ship
        assert (ship.hull, ship.shield) == (5, 0)

    def test_without_hull_it_is_over(self) -> None:
        state = facing("bug", dx=10)
        state.ship.hull = 1
        run(state, 0, 5)
        assert (state.over, state.cleared, state.tick) == (True, False, 1)


def ticks_to_down(kind: str, *, weapon: str = "pulse_laser", angle: int = WEST) -> int:
    """How long holding fire takes until a foe that stands still is down."""
    state = facing(kind, 1, dx=60, weapon=weapon)
    foe = state.foes[0]
    while state.downs == 0 and state.tick < 900:
        foe.stun, foe.vx, foe.vy, foe.angle = 2, 0, 0, angle
        step(state, FIRE | aim(EAST))
    return state.tick


class TestFoes:
    def test_a_bug_zigzags_and_pauses(self) -> None:
        state, speeds, sides = facing("bug", dx=200), set(), set()
        for _ in range(200):
            step(state, 0)
            foe = state.foes[0]
            speeds.add((foe.vx, foe.vy) == (0, 0))
            sides.add(foe.side)
        assert speeds == {True, False} and sides == {1, -1}

    def test_a_blockers_shield_is_in_front(self) -> None:
        front, back = ticks_to_down("blocker"), ticks_to_down("blocker", angle=EAST)
        assert back * 2 < front < 900

    def test_a_lance_goes_through_the_shield(self) -> None:
        lance = ticks_to_down("blocker", weapon="lance")
        assert lance == ticks_to_down("blocker", weapon="lance", angle=EAST)

    def test_a_blocker_opens_to_fire(self) -> None:
        state = facing("blocker", dx=150)
        run(state, 0, 60)
        assert state.foes[0].guard == 0 and not state.shots
        run(state, 0, 40)
        assert len(state.shots) == 1

    def test_a_drone_circles_and_charges_before_it_shoots(self) -> None:
        state, charged, apart = facing("drone", dx=115), 0, []
        for _ in range(400):
            step(state, 0)
            state.ship.safe = 9
            foe = state.foes[0]
            charged += foe.mode
            dx, dy = foe.x - state.ship.x, foe.y - state.ship.y
            apart.append((dx * dx + dy * dy) ** 0.5 / SCALE)
        assert charged > 25 and all(60 < gap < 180 for gap in apart)

    def test_an_impostor_hides_shows_itself_and_lunges(self) -> None:
        state = facing("impostor", dx=120)
        foe = state.foes[0]
        run(state, FIRE, 10)
        assert foe.cloaked and state.near == -1, "automatic aim does not see it"
        while foe.cloaked:
            step(state, 0)
        modes = []
        for _ in range(200):
            step(state, 0)
            modes.append(foe.mode)
            foe.stun = 0
        assert [mode for mode in (1, 2, 3, 0) if mode in modes] == [1, 2, 3, 0]

    def test_a_shot_uncovers_an_impostor(self) -> None:
        state = facing("impostor", dx=110, weapon="pulse_laser")
        foe = state.foes[0]
        while foe.cloaked and state.tick < 60:
            step(state, FIRE | aim(EAST))
        assert (foe.mode, foe.cloaked) == (3, 0) and foe.hp < FOES["impostor"].hp[0]

    def test_a_rammer_tells_before_it_charges_and_stuns_itself_on_the_wall(self) -> None:
        state = facing("rammer", dx=200)
        foe, seen = state.foes[0], []
        for _ in range(300):
            step(state, UP)
            if not seen or seen[-1] != foe.mode:
                seen.append(foe.mode)
        assert seen[:4] == [0, 1, 2, 3]


class TestWeapons:
    @pytest.mark.parametrize("weapon", WEAPONS)
    def test_each_brings_a_bug_down(self, weapon: str) -> None:
        assert ticks_to_down("bug", weapon=weapon) < 120

    def test_rapid_fire_doubles_the_shots(self) -> None:
        plain, rapid = facing("blocker", dx=300), facing("blocker", dx=300)
        rapid.ship.rapid = 1000
        counts = [len(run(state, FIRE | aim(SOUTH), 24).shots) for state in (plain, rapid)]
        assert counts == [3, 5]  # every ninth tick, every fifth

    def test_an_echo_comes_back_stronger(self) -> None:
        state = facing("blocker", dx=300, weapon="echo")
        run(state, FIRE | aim(WEST), 1)
        run(state, aim(WEST), 70)
        shot = next(shot for shot in state.shots if shot.mine)
        assert shot.vx > 0 and shot.damage == WEAPONS["echo"].damage + WEAPONS["echo"].grow

    def test_a_lance_hits_all_in_line_once(self) -> None:
        state = facing("bug", 3, weapon="lance")
        state.foes += [facing("bug", 3, dx=dx).foes[0] for dx in (160, 220)]
        for number, foe in enumerate(state.foes):
            foe.id, foe.stun, foe.hp = number * 29, 90, 99
        run(state, FIRE | aim(EAST), 30)
        assert [99 - foe.hp for foe in state.foes] == [WEAPONS["lance"].damage] * 3

    def test_a_star_opens_into_seven(self) -> None:
        state = facing("blocker", dx=300, weapon="star_blaster")
        run(state, FIRE | aim(SOUTH), 1)
        assert len(run(state, aim(SOUTH), WEAPONS["star_blaster"].left).shots) == 7

    def test_darts_find_their_way(self) -> None:
        state = facing("drone", dx=120, weapon="swarm")
        run(state, FIRE | aim(SOUTH), 1)
        foe = state.foes[0]
        for _ in range(100):
            foe.stun = 2
            step(state, aim(SOUTH))
        assert foe.hp < FOES["drone"].hp[0]


class TestGiftsAndPoints:
    @pytest.mark.parametrize(
        ("kind", "hull", "after"),
        [("repair", 3, (4, 0)), ("repair", 5, (5, 1)), ("rapid", 3, (3, 0))],
    )
    def test_a_gift_is_taken_by_flying_over_it(
        self, kind: str, hull: int, after: tuple[int, int]
    ) -> None:
        state = facing("blocker", dx=200)
        state.ship.hull = hull
        state.gifts.append(Gift(kind, 0, state.ship.x, state.ship.y))
        ship = run(state, 0, 1).ship
        assert (ship.hull, ship.shield) == after and not state.gifts
        assert bool(ship.rapid) is (kind == "rapid")

    def test_a_gift_does_not_wait_for_ever(self) -> None:
        state = facing("blocker", dx=200)
        state.gifts.append(Gift("repair", 0, 9000, 9000))
        assert len(run(state, 0, PLAY["gift_time"] - 1).gifts) == 1
        assert not run(state, 0, 1).gifts

    def test_a_series_multiplies_and_a_hit_halves_it(self) -> None:
        state = facing("bug", dx=60)
        state.combo = 4
        state.combo_left = 900
        while state.downs == 0:
            state.foes[0].stun = 2
            step(state, FIRE | aim(EAST))
        assert (state.score, state.combo) == (FOES["bug"].points * 2, 5)
        state.foes.append(facing("bug", dx=0).foes[0])
        assert run(state, 0, 1).combo == 2

    def test_time_alone_gives_nothing(self) -> None:
        state = run(new_game(manifest(1), 1, {"weapon": "pulse_laser"}), 0, 2000)
        assert state.score == 0


class TestWaves:
    def test_a_short_field_comes_again_a_size_bigger(self) -> None:
        state = new_game(field(("bug", 1), ("drone", 3)), 1, {"weapon": "lance"})
        assert len(state.order) == PLAY["least_foes"]
        assert state.order[:6] == [
            ("bug", 1, 0), ("drone", 3, 1), ("bug", 2, 0), ("drone", 3, 1), ("bug", 3, 0),
            ("drone", 3, 1),
        ]  # fmt: skip

    def test_all_down_ends_it_with_a_bonus_for_hull_and_time(self) -> None:
        state = new_game(field(("bug", 1)), 1, {"weapon": "lance"})
        state.rest, state.next, state.tick = 0, len(state.order), 6599
        run(state, 0, 1)
        assert state.cleared and state.over
        assert state.score == 70 * PLAY["time_bonus"] + 5 * PLAY["hull_bonus"]

    def test_three_minutes_are_the_end(self) -> None:
        state = facing("blocker", dx=300)
        state.tick = MOST_TICKS - 1
        run(state, 0, 3)
        assert (state.over, state.cleared, state.tick) == (True, False, MOST_TICKS)

    def test_foes_arrive_away_from_the_ship_and_cannot_hurt_at_once(self) -> None:
        state = new_game(manifest(2), 9, {"weapon": "lance"})
        run(state, 0, PLAY["first_rest"] + 1)
        (foe,) = state.foes
        assert foe.born > 0
        assert (foe.x - state.ship.x) ** 2 + (foe.y - state.ship.y) ** 2 > PLAY["far"] ** 2

    def test_they_are_sixty_in_all(self) -> None:
        assert sum(WAVES) == 60


@pytest.mark.parametrize(
    ("field_", "seed", "weapon"),
    [
        (field(), 1, "lance"),
        (field(*[("bug", 1)] * 61), 1, "lance"),
        (field(("wasp", 1)), 1, "lance"),
        (field(("bug", 4)), 1, "lance"),
        (field(("bug", 1), gifts=("gold",)), 1, "lance"),
        (field(("bug", 1), gifts=("repair",) * 21), 1, "lance"),
        (field(("bug", 1)), 1, "railgun"),
        (field(("bug", 1)), -1, "lance"),
        (field(("bug", 1)), 1 << 32, "lance"),
    ],
)
def test_what_cannot_be_flown_is_refused(field_: dict[str, Any], seed: int, weapon: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        new_game(field_, seed, {"weapon": weapon})


def test_an_input_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="bits"):
        step(new_game(manifest(1), 1, {"weapon": "lance"}), 64)


@settings(max_examples=12, deadline=None)
@example(874, 7, "star_blaster")
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.sampled_from(sorted(WEAPONS)))
def test_everything_stays_whole_and_in_bounds(seed: int, foes: int, weapon: str) -> None:
    state = fly(Fidget(seed % 999), manifest(seed % 50, foes), seed, weapon, 1500).state
    for thing in (*state.foes, *state.gifts, state.ship):
        assert type(thing.x) is int and type(thing.y) is int
        assert 0 <= thing.x <= EDGE_X and 0 <= thing.y <= EDGE_Y
    for shot in state.shots:  # a new one may start up to a step outside, and is gone or back then
        assert type(shot.x) is int and type(shot.y) is int
        assert -STEP <= shot.x <= EDGE_X + STEP and -STEP <= shot.y <= EDGE_Y + STEP
    assert 0 <= state.ship.hull <= PLAY["hull"] and 0 <= state.combo <= PLAY["combo_most"]
    assert len(state.foes) <= PLAY["most_foes"] and len(state.shots) < 200
    assert state.over is (state.ship.hull == 0 or state.cleared or state.tick == MOST_TICKS)
    assert 0 <= hash_of(state) < 2**32
