"""Patrol, tick by tick, in whole numbers only: the same as static/js/game/sim.mjs.

Behaviour: docs/game.md. Pure: no Django, no clock, no file. The two must agree to the last bit,
so each function here has its twin of the same name there, in the same order of acts.
"""

from __future__ import annotations

from typing import Final

from game.arena.simulation.angles import COSINE, SINE, angle_of, turned
from game.arena.simulation.foes import ACTS, first_timer
from game.arena.simulation.shots import fire_weapon, move_shots
from game.arena.simulation.state import EDGE_X, EDGE_Y, Foe, State
from game.arena.simulation.tables import MOST_TICKS, PLAY, SCALE, TICKS, WAVES

UP, DOWN, LEFT, RIGHT, FIRE, AIM = 1, 2, 4, 8, 16, 32
AIM_SHIFT: Final = 8
ILLEGAL: Final = ~0x3FF3F

SHIP_RADIUS = PLAY["ship_radius"]
FULL_HULL = PLAY["hull"]
TOP_SPEED, DIAGONAL, AUTO_TURN = PLAY["top_speed"], PLAY["diagonal"], PLAY["auto_turn"]
RIGHT_STOP, LOW_STOP = EDGE_X - SHIP_RADIUS, EDGE_Y - SHIP_RADIUS
GIFT_REACH = PLAY["gift_radius"] ** 2
FAR = PLAY["far"] ** 2
INSET: Final = 6144  # how far inside of the edge foes arrive


def legal(keys: int) -> bool:
    """Whether an input has only bits that mean something (an angle only beside its flag)."""
    return keys & ILLEGAL == 0 and (keys & AIM != 0 or keys >> AIM_SHIFT == 0)


def _move_ship(state: State, keys: int) -> None:
    ship = state.ship
    x = (keys >> 3 & 1) - (keys >> 2 & 1)
    y = (keys >> 1 & 1) - (keys & 1)
    top = DIAGONAL if x and y else TOP_SPEED
    ship.vx += (x * top - ship.vx) >> 2
    ship.vy += (y * top - ship.vy) >> 2
    at = ship.x + ship.vx
    ship.x = SHIP_RADIUS if at < SHIP_RADIUS else RIGHT_STOP if at > RIGHT_STOP else at
    at = ship.y + ship.vy
    ship.y = SHIP_RADIUS if at < SHIP_RADIUS else LOW_STOP if at > LOW_STOP else at
    if keys & AIM:
        ship.angle = keys >> AIM_SHIFT
    elif state.near >= 0:
        ship.angle = turned(ship.angle, angle_of(state.near_x, state.near_y), AUTO_TURN)
    elif x or y:
        ship.angle = turned(ship.angle, angle_of(x, y), AUTO_TURN)
    if ship.safe > 0:
        ship.safe -= 1
    if ship.cool > 0:
        ship.cool -= 2 if ship.rapid > 0 else 1
    if ship.rapid > 0:
        ship.rapid -= 1
    if keys & FIRE and ship.cool <= 0:
        fire_weapon(state)


def _hurt(state: State, vx: int, vy: int) -> None:
    ship = state.ship
    if ship.safe > 0 or state.over:
        return
    ship.safe = PLAY["safe"]
    if ship.shield > 0:
        ship.shield -= 1
    else:
        ship.hull -= 1
    state.combo >>= 1
    angle = angle_of(vx, vy)
    ship.vx += COSINE[angle] * PLAY["shove"] >> 12
    ship.vy += SINE[angle] * PLAY["shove"] >> 12
    if ship.hull == 0:
        _end(state, False)


def _end(state: State, cleared: bool) -> None:
    state.over = True
    state.cleared = cleared
    if cleared:
        seconds = (MOST_TICKS - state.tick) // TICKS
        state.score += seconds * PLAY["time_bonus"] + state.ship.hull * PLAY["hull_bonus"]


def _bump(state: State, foe: Foe, dx: int, dy: int) -> None:
    _hurt(state, dx, dy)
    if foe.kind == "rammer" and foe.mode == 2:
        return  # nothing stops a charge but a wall
    angle = angle_of(-dx, -dy)
    foe.stun = PLAY["foe_stun"]
    foe.vx = COSINE[angle] * PLAY["foe_shove"] >> 12
    foe.vy = SINE[angle] * PLAY["foe_shove"] >> 12


def _keep_inside(foe: Foe) -> None:
    """Back from the edge, which ends a charge and turns a drone around."""
    low, right, bottom = foe.radius, EDGE_X - foe.radius, EDGE_Y - foe.radius
    foe.x = low if foe.x < low else right if foe.x > right else foe.x
    foe.y = low if foe.y < low else bottom if foe.y > bottom else foe.y
    if foe.kind == "rammer" and foe.mode == 2:
        foe.timer = 1
    elif foe.kind == "drone":
        foe.side = -foe.side


def _move_foes(state: State) -> None:
    ship, best = state.ship, -1
    state.near = -1
    for foe in state.foes:
        if foe.born > 0:
            foe.born -= 1
            continue
        if foe.stun > 0:
            foe.stun -= 1
            foe.vx -= foe.vx >> 3
            foe.vy -= foe.vy >> 3
        else:
            foe.act(state, foe, ship.x - foe.x, ship.y - foe.y)
        foe.x = x = foe.x + foe.vx
        foe.y = y = foe.y + foe.vy
        radius = foe.radius
        if x < radius or y < radius or x > EDGE_X - radius or y > EDGE_Y - radius:
            _keep_inside(foe)
            x, y = foe.x, foe.y
        if foe.cloaked:
            continue
        dx, dy = ship.x - x, ship.y - y
        apart = dx * dx + dy * dy
        if apart < (radius + SHIP_RADIUS) ** 2:
            _bump(state, foe, dx, dy)
        if best < 0 or apart < best:
            best = apart
            state.near, state.near_x, state.near_y = foe.id, -dx, -dy
    if len(state.foes) > 1:
        _part(state)


def _part(state: State) -> None:
    """One foe after the other, those that overlap with it are moved away a little."""
    one = state.foes[state.tick % len(state.foes)]
    x, y, radius = one.x, one.y, one.radius
    for other in state.foes:
        if other is one:
            continue
        reach = radius + other.radius
        dx, dy = other.x - x, other.y - y
        if -reach <= dx <= reach and -reach <= dy <= reach:
            other.x += -SCALE if dx < 0 else SCALE
            other.y += -SCALE if dy < 0 else SCALE


def _take_gifts(state: State) -> None:
    ship, gone = state.ship, False
    for gift in state.gifts:
        gift.left -= 1
        if (ship.x - gift.x) ** 2 + (ship.y - gift.y) ** 2 < GIFT_REACH:
            gift.left = 0
            if gift.kind == "rapid":
                ship.rapid = PLAY["rapid_time"]
            elif ship.hull < FULL_HULL:
                ship.hull += 1
            elif ship.shield < PLAY["most_shield"]:
                ship.shield += 1
        gone = gone or gift.left == 0
    if gone:
        state.gifts = [gift for gift in state.gifts if gift.left > 0]


def _start_wave(state: State) -> None:
    total = len(state.order)
    count = WAVES[state.wave % len(WAVES)]
    if total - state.next - count < PLAY["last_few"]:
        count = total - state.next
    state.wave += 1
    state.wave_end = state.next + count
    state.wave_left = PLAY["wave_base"] + PLAY["wave_each"] * count
    state.spawn_in = 0


def _place(state: State) -> tuple[int, int]:
    """On one of the four edges, away from the ship if four tries find such a place."""
    ship, x, y = state.ship, 0, 0
    for _ in range(4):
        side = state.chance(4)
        along = state.chance(1024)
        if side < 2:
            x, y = along * EDGE_X >> 10, INSET if side == 0 else EDGE_Y - INSET
        else:
            x, y = INSET if side == 2 else EDGE_X - INSET, along * EDGE_Y >> 10
        if (x - ship.x) ** 2 + (y - ship.y) ** 2 > FAR:
            break
    return x, y


def _arrive(state: State) -> None:
    x, y = _place(state)
    foe = Foe(state.next, state.order[state.next], state.wave, x, y)
    foe.angle = angle_of(state.ship.x - x, state.ship.y - y)
    foe.side = state.chance(2) * 2 - 1
    foe.timer = first_timer(state, foe)
    foe.act = ACTS[foe.kind]
    state.next += 1
    state.spawn_in = PLAY["arrive_gap"]
    state.foes.append(foe)


def _run_waves(state: State) -> None:
    if state.rest > 0:
        state.rest -= 1
        if state.rest == 0:
            _start_wave(state)
        return
    state.wave_left -= 1
    if state.next < state.wave_end:
        if state.spawn_in > 0:
            state.spawn_in -= 1
        elif len(state.foes) < PLAY["most_foes"]:
            _arrive(state)
    elif state.next == len(state.order):
        if not state.foes:
            _end(state, True)
    elif not state.foes:
        state.rest = PLAY["rest"]
    elif state.wave_left <= 0:
        state.rest = PLAY["short_rest"]


def _fade_combo(state: State) -> None:
    state.combo_left -= 1
    if state.combo_left <= 0:
        state.combo -= 1
        state.combo_left = PLAY["combo_fade"]


def step(state: State, keys: int) -> None:
    """One tick. Raises ValueError for an input with bits that mean nothing."""
    if not legal(keys):
        raise ValueError("This input has bits that mean nothing.")
    if state.over:
        return
    state.tick += 1
    _move_ship(state, keys)
    _move_foes(state)
    before = state.downs
    if state.shots:
        move_shots(state, _hurt)
    if state.downs != before:
        state.foes = [foe for foe in state.foes if foe.hp > 0]
    if state.gifts:
        _take_gifts(state)
    if state.combo:
        _fade_combo(state)
    if not state.over:
        _run_waves(state)
    if not state.over and state.tick >= MOST_TICKS:
        _end(state, False)
