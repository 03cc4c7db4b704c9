"""Shots: how the six weapons fire, how shots fly, bounce, seek and burst, and what they hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from game.arena.simulation.angles import COSINE, SINE, angle_of, turned
from game.arena.simulation.state import EDGE_X, EDGE_Y, Foe, Gift, Shot, State
from game.arena.simulation.tables import FOES, PLAY, SHARD, WAYS, WEAPONS

SEEK: Final = 4  # a dart looks around every fourth tick
MUZZLE = PLAY["muzzle"]
COMBO_MOST, COMBO_TIME = PLAY["combo_most"], PLAY["combo_time"]
GIFT_EVERY, SPARE_EVERY = PLAY["gift_every"], PLAY["spare_every"]
SHIP_RADIUS = PLAY["ship_radius"]
CONE = WAYS["blocker"]["cone"]
CAUGHT = WAYS["impostor"]["caught"]


def fire_weapon(state: State) -> None:
    """One pull of the trigger: the shots of the ship's weapon."""
    ship, arm = state.ship, WEAPONS[state.weapon]
    ship.cool = arm.period
    angle = (ship.angle - ((arm.count - 1) * arm.spread >> 1)) & 1023
    for _ in range(arm.count):
        cosine, sine = COSINE[angle], SINE[angle]
        x, y = ship.x + (cosine * MUZZLE >> 12), ship.y + (sine * MUZZLE >> 12)
        shot = Shot(True, x, y, angle, arm.speed)
        shot.vx, shot.vy = cosine * arm.speed >> 12, sine * arm.speed >> 12
        shot.left, shot.radius, shot.damage = arm.left, arm.radius, arm.damage
        shot.pierce, shot.bounces, shot.grow = arm.pierce, arm.bounces, arm.grow
        shot.turn, shot.burst = arm.turn, arm.burst
        state.shots.append(shot)
        angle = (angle + arm.spread) & 1023


def _seek(state: State, shot: Shot) -> None:
    best, x, y = -1, 0, 0
    for foe in state.foes:
        if foe.cloaked or foe.born > 0 or foe.hp <= 0:
            continue
        dx, dy = foe.x - shot.x, foe.y - shot.y
        apart = dx * dx + dy * dy
        if best < 0 or apart < best:
            best, x, y = apart, dx, dy
    if best < 0:
        return
    shot.angle = turned(shot.angle, angle_of(x, y), shot.turn * SEEK)
    shot.vx = COSINE[shot.angle] * shot.speed >> 12
    shot.vy = SINE[shot.angle] * shot.speed >> 12


def _bounced(shot: Shot) -> bool:
    """Whether a shot that left the field is back in it."""
    if shot.bounces == 0:
        return False
    shot.bounces -= 1
    shot.damage += shot.grow
    if shot.x < 0 or shot.x > EDGE_X:
        shot.x = -shot.x if shot.x < 0 else 2 * EDGE_X - shot.x
        shot.vx = -shot.vx
    if shot.y < 0 or shot.y > EDGE_Y:
        shot.y = -shot.y if shot.y < 0 else 2 * EDGE_Y - shot.y
        shot.vy = -shot.vy
    return True


def _burst(shot: Shot, born: list[Shot]) -> None:
    for number in range(shot.burst):
        angle = (shot.angle + number * 1024 // shot.burst) & 1023
        shard = Shot(True, shot.x, shot.y, angle, SHARD.speed)
        shard.vx, shard.vy = COSINE[angle] * SHARD.speed >> 12, SINE[angle] * SHARD.speed >> 12
        shard.left, shard.radius, shard.damage = SHARD.left, SHARD.radius, SHARD.damage
        born.append(shard)


def _damage(foe: Foe, shot: Shot) -> int:
    """A blocker's shield stops most of what comes at its front; a lance goes through."""
    if foe.guard == 0 or shot.pierce == 1:
        return shot.damage
    against = -(shot.vx * COSINE[foe.angle] + shot.vy * SINE[foe.angle])
    if against <= shot.speed * CONE:
        return shot.damage
    return shot.damage >> 2 or 1


def _strike(state: State, foe: Foe, shot: Shot) -> None:
    foe.hp -= _damage(foe, shot)
    if foe.cloaked:
        foe.cloaked = 0
        foe.mode = 3
        foe.timer = CAUGHT
    if foe.hp <= 0:
        _down(state, foe)


def _down(state: State, foe: Foe) -> None:
    plain = FOES[foe.kind].points * (foe.size + 1) >> 1
    state.score += plain * (4 + state.combo) >> 2
    state.downs += 1
    state.downed.append(foe.label_index)
    if state.combo < COMBO_MOST:
        state.combo += 1
    state.combo_left = COMBO_TIME
    _drop(state, foe)


def _drop(state: State, foe: Foe) -> None:
    """Every few foes one leaves a gift: the manifest's in their order, then a spare repair."""
    at = state.next_gift
    if at < len(state.gift_order):
        if state.downs % GIFT_EVERY == 0:
            state.next_gift += 1
            state.gifts.append(Gift(state.gift_order[at], at, foe.x, foe.y))
    elif state.downs % SPARE_EVERY == 0:
        state.gifts.append(Gift("repair", -1, foe.x, foe.y))


def _through(state: State, foe: Foe, shot: Shot) -> None:
    """A piercing shot hits each foe once."""
    bit = 1 << foe.id % 30
    if foe.id < 30:
        if shot.hit_a & bit:
            return
        shot.hit_a |= bit
    else:
        if shot.hit_b & bit:
            return
        shot.hit_b |= bit
    _strike(state, foe, shot)


def _struck(state: State, shot: Shot, foes: list[Foe]) -> bool:
    """Whether the shot ends on one of *foes*."""
    x, y, radius = shot.x, shot.y, shot.radius
    for foe in foes:
        reach = foe.radius + radius
        dx = foe.x - x
        if dx > reach or dx < -reach:
            continue
        dy = foe.y - y
        if dy > reach or dx * dx + dy * dy > reach * reach or foe.hp <= 0:
            continue
        if shot.pierce == 0:
            _strike(state, foe, shot)
            return True
        _through(state, foe, shot)
    return False


def _meets(state: State, shot: Shot) -> bool:
    reach = SHIP_RADIUS + shot.radius
    dx = state.ship.x - shot.x
    if dx > reach or dx < -reach:
        return False
    dy = state.ship.y - shot.y
    return dx * dx + dy * dy <= reach * reach


def move_shots(state: State, hurt: Callable[[State, int, int], None]) -> None:
    """All shots one tick on; *hurt* is what a hit does to the ship."""
    born: list[Shot] = []
    gone = False
    foes = [foe for foe in state.foes if foe.born == 0]
    for shot in state.shots:
        shot.left = left = shot.left - 1
        if shot.turn and left % SEEK == 0:
            _seek(state, shot)
        shot.x = x = shot.x + shot.vx
        shot.y = y = shot.y + shot.vy
        ends = left <= 0 or (not (0 <= x <= EDGE_X and 0 <= y <= EDGE_Y) and not _bounced(shot))
        if not ends:
            if shot.mine:
                ends = _struck(state, shot, foes)
            elif _meets(state, shot):
                ends = True
                hurt(state, shot.vx, shot.vy)
        if ends:
            gone = True
            shot.left = 0
            if shot.burst:
                _burst(shot, born)
    if gone:
        state.shots = [shot for shot in state.shots if shot.left > 0]
    if born:
        state.shots += born
