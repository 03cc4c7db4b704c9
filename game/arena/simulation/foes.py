"""What the five kinds of foes do in a tick. Each sets its own speed and angle; core.py moves it."""

from __future__ import annotations

from typing import Final

from game.arena.simulation.angles import COSINE, SINE, angle_of, turned
from game.arena.simulation.state import Foe, Shot, State
from game.arena.simulation.tables import FOE_SHOTS, FOES, PLAY, WAYS

BUG, BLOCKER, DRONE = WAYS["bug"], WAYS["blocker"], WAYS["drone"]
IMPOSTOR, RAMMER = WAYS["impostor"], WAYS["rammer"]
BUG_SPEED, BLOCKER_SPEED = FOES["bug"].speed, FOES["blocker"].speed
DRONE_SPEED, RAMMER_SPEED = FOES["drone"].speed, FOES["rammer"].speed
IMPOSTOR_SPEED = FOES["impostor"].speed
BLOCKER_TURN: Final = BLOCKER["turn"] * 4  # it turns on every fourth tick
RAMMER_TURN: Final = 24
FIRE_AT = BLOCKER["fire_at"]
CHARGE = DRONE["charge"]
LEAST = (DRONE["orbit"] - DRONE["band"]) ** 2
MOST = (DRONE["orbit"] + DRONE["band"]) ** 2
NEAR = IMPOSTOR["near"] ** 2
LOCK = RAMMER["lock"]
FASTER = PLAY["faster"]


def _head(foe: Foe, angle: int, plain: int) -> None:
    speed = plain * foe.pace >> 5
    foe.vx = COSINE[angle] * speed >> 12
    foe.vy = SINE[angle] * speed >> 12


def _halt(foe: Foe) -> None:
    foe.vx = foe.vy = 0


def _fire(state: State, foe: Foe, kind: str, angle: int) -> None:
    bolt = FOE_SHOTS[kind]
    shot = Shot(False, foe.x, foe.y, angle, bolt.speed)
    shot.vx = COSINE[angle] * bolt.speed >> 12
    shot.vy = SINE[angle] * bolt.speed >> 12
    shot.left, shot.radius = bolt.left, bolt.radius
    state.shots.append(shot)


def _fan(state: State, foe: Foe, kind: str, angle: int, spread: int) -> None:
    _fire(state, foe, kind, angle)
    if foe.size == 3:
        _fire(state, foe, kind, (angle + spread) & 1023)
        _fire(state, foe, kind, (angle - spread) & 1023)


def bug(state: State, foe: Foe, dx: int, dy: int) -> None:
    """Darts in zigzag: a pause, then a dash to the left or the right of where the ship is."""
    foe.timer -= 1
    if foe.timer > 0:
        return
    if foe.mode == 0:
        foe.mode = 1
        foe.timer = BUG["dart"]
        foe.side = -foe.side
        off = foe.side * BUG["aside"] + state.chance(BUG["jitter"]) - (BUG["jitter"] >> 1)
        foe.angle = (angle_of(dx, dy) + off) & 1023
        _head(foe, foe.angle, BUG_SPEED[foe.size - 1])
    else:
        foe.mode = 0
        foe.timer = BUG["pause"] + state.chance(BUG["pause_more"])
        _halt(foe)


def blocker(state: State, foe: Foe, dx: int, dy: int) -> None:
    """Comes slowly behind a shield that turns slower than a ship flies; opens it to fire."""
    foe.timer -= 1
    if (state.tick + foe.id) & 3 == 0 and (foe.mode == 0 or foe.timer > FIRE_AT):
        foe.angle = turned(foe.angle, angle_of(dx, dy), BLOCKER_TURN)
        if foe.mode == 0:
            _head(foe, foe.angle, BLOCKER_SPEED[foe.size - 1])
    if foe.mode == 1 and foe.timer == FIRE_AT:
        _fan(state, foe, "slug", foe.angle, BLOCKER["fan"])
    if foe.timer > 0:
        return
    foe.mode = 1 - foe.mode
    foe.guard = 1 - foe.mode
    foe.timer = BLOCKER["closed"] if foe.mode == 0 else BLOCKER["open"]
    _halt(foe)


def _reload(state: State, foe: Foe) -> int:
    return (DRONE["fire"] + state.chance(DRONE["fire_more"])) * FASTER // foe.pace


def drone(state: State, foe: Foe, dx: int, dy: int) -> None:
    """Circles around the ship and shoots; mode 1 is the moment in which it charges."""
    foe.timer -= 1
    if (state.tick + foe.id) & 3 == 0:
        foe.angle = angle_of(dx, dy)
        apart = dx * dx + dy * dy
        off = 256
        if apart > MOST:
            off = DRONE["in"]
        elif apart < LEAST:
            off = DRONE["out"]
        _head(foe, (foe.angle + foe.side * off) & 1023, DRONE_SPEED[foe.size - 1])
    if foe.timer > CHARGE:
        return
    foe.mode = 1
    if foe.timer > 0:
        return
    foe.mode = 0
    foe.timer = _reload(state, foe)
    _fan(state, foe, "bolt", angle_of(dx, dy), DRONE["fan"])


def impostor(state: State, foe: Foe, dx: int, dy: int) -> None:
    """0 cloaked, drifts near; 1 shows itself; 2 lunges; 3 is tired and in plain sight."""
    if foe.mode == 0:
        if (state.tick + foe.id) & 7 == 0:
            foe.angle = angle_of(dx, dy)
            _head(foe, foe.angle, IMPOSTOR_SPEED[foe.size - 1])
        if dx * dx + dy * dy < NEAR:
            foe.mode = 1
            foe.timer = IMPOSTOR["reveal"]
            foe.cloaked = 0
            _halt(foe)
        return
    foe.timer -= 1
    if foe.timer > 0:
        return
    if foe.mode == 1:
        foe.mode = 2
        foe.timer = IMPOSTOR["lunge"]
        foe.angle = angle_of(dx, dy)
        _head(foe, foe.angle, IMPOSTOR["lunge_speed"])
    elif foe.mode == 2:
        foe.mode = 3
        foe.timer = IMPOSTOR["tired"]
        _halt(foe)
    else:
        foe.mode = 0
        foe.cloaked = 1


def rammer(state: State, foe: Foe, dx: int, dy: int) -> None:
    """0 roams, 1 aims in full view and locks, 2 charges until a wall or its end, 3 is dizzy."""
    foe.timer -= 1
    if foe.mode == 0:
        if (state.tick + foe.id) & 3 == 0:
            foe.angle = turned(foe.angle, angle_of(dx, dy), RAMMER_TURN)
            _head(foe, foe.angle, RAMMER_SPEED[foe.size - 1])
    elif foe.mode == 1 and foe.timer >= LOCK:
        foe.angle = turned(foe.angle, angle_of(dx, dy), RAMMER_TURN)
    if foe.timer > 0:
        return
    foe.mode = (foe.mode + 1) & 3
    _halt(foe)
    if foe.mode == 0:
        foe.timer = RAMMER["roam"] + state.chance(RAMMER["roam_more"])
    elif foe.mode == 1:
        foe.timer = RAMMER["aim"]
    elif foe.mode == 2:
        foe.timer = RAMMER["charge"]
        _head(foe, foe.angle, RAMMER["charge_speed"])
    else:
        foe.timer = RAMMER["dizzy"]


ACTS = {"blocker": blocker, "bug": bug, "drone": drone, "impostor": impostor, "rammer": rammer}


def first_timer(state: State, foe: Foe) -> int:
    """How long the first mode of a new foe lasts."""
    kind = foe.kind
    if kind == "bug":
        return 1 + state.chance(BUG["pause_more"])
    if kind == "blocker":
        return BLOCKER["closed"]
    if kind == "drone":
        return _reload(state, foe)
    if kind == "rammer":
        return RAMMER["roam"] + state.chance(RAMMER["roam_more"])
    return 0
