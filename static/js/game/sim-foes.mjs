// What the five kinds of foes do in a tick. Each sets its own speed and angle; sim.mjs moves it.
import { COSINE, FOE_SHOTS, FOES, PLAY, SINE, WAYS, angleOf, chance, turned } from "./sim-tables.mjs";

function head(foe, angle, plain) {
  const speed = (plain * foe.pace) >> 5;
  foe.vx = (COSINE[angle] * speed) >> 12;
  foe.vy = (SINE[angle] * speed) >> 12;
}

function fire(state, foe, kind, angle) {
  const { speed, left, radius } = FOE_SHOTS[kind];
  state.shots.push({
    kind, mine: false, x: foe.x, y: foe.y, vx: (COSINE[angle] * speed) >> 12,
    vy: (SINE[angle] * speed) >> 12, angle, speed, left, radius, damage: 1, pierce: 0, bounces: 0,
    grow: 0, turn: 0, burst: 0, hit_a: 0, hit_b: 0,
  });
  state.events.push({ what: "fire", mine: false, kind, x: foe.x, y: foe.y, angle });
}

function fan(state, foe, kind, angle, spread) {
  fire(state, foe, kind, angle);
  if (foe.size === 3) {
    fire(state, foe, kind, (angle + spread) & 1023);
    fire(state, foe, kind, (angle - spread) & 1023);
  }
}

// darts in zigzag: a pause, then a dash to the left or the right of where the ship is
function bug(state, foe, dx, dy) {
  foe.timer -= 1;
  if (foe.timer > 0) return;
  const way = WAYS.bug;
  if (foe.mode === 0) {
    foe.mode = 1;
    foe.timer = way.dart;
    foe.side = -foe.side;
    const off = foe.side * way.aside + chance(state, way.jitter) - (way.jitter >> 1);
    foe.angle = (angleOf(dx, dy) + off) & 1023;
    head(foe, foe.angle, FOES.bug.speed[foe.size - 1]);
  } else {
    foe.mode = 0;
    foe.timer = way.pause + chance(state, way.pause_more);
    foe.vx = 0;
    foe.vy = 0;
  }
}

// comes slowly behind a shield that turns slower than a ship flies; opens it to fire
function blocker(state, foe, dx, dy) {
  const way = WAYS.blocker;
  foe.timer -= 1;
  if (((state.tick + foe.id) & 3) === 0 && (foe.mode === 0 || foe.timer > way.fire_at)) {
    foe.angle = turned(foe.angle, angleOf(dx, dy), way.turn * 4);
    if (foe.mode === 0) head(foe, foe.angle, FOES.blocker.speed[foe.size - 1]);
  }
  if (foe.mode === 1 && foe.timer === way.fire_at) fan(state, foe, "slug", foe.angle, way.fan);
  if (foe.timer > 0) return;
  foe.mode = 1 - foe.mode;
  foe.guard = 1 - foe.mode;
  foe.timer = foe.mode === 0 ? way.closed : way.open;
  foe.vx = 0;
  foe.vy = 0;
  if (foe.mode === 1) state.events.push({ what: "open", id: foe.id, x: foe.x, y: foe.y });
}

function reload(state, foe) {
  const { fire: least, fire_more } = WAYS.drone;
  return ((least + chance(state, fire_more)) * PLAY.faster / foe.pace) | 0;
}

// circles around the ship and shoots; mode 1 is the moment in which it charges
function drone(state, foe, dx, dy) {
  const way = WAYS.drone;
  foe.timer -= 1;
  if (((state.tick + foe.id) & 3) === 0) {
    foe.angle = angleOf(dx, dy);
    const apart = dx * dx + dy * dy;
    const least = way.orbit - way.band;
    const most = way.orbit + way.band;
    let off = 256;
    if (apart > most * most) off = way.in;
    else if (apart < least * least) off = way.out;
    head(foe, (foe.angle + foe.side * off) & 1023, FOES.drone.speed[foe.size - 1]);
  }
  if (foe.timer > way.charge) return;
  foe.mode = 1;
  if (foe.timer > 0) return;
  foe.mode = 0;
  foe.timer = reload(state, foe);
  fan(state, foe, "bolt", angleOf(dx, dy), way.fan);
}

// 0 cloaked, drifts near; 1 shows itself; 2 lunges; 3 is tired and in plain sight
function impostor(state, foe, dx, dy) {
  const way = WAYS.impostor;
  if (foe.mode === 0) {
    if (((state.tick + foe.id) & 7) === 0) {
      foe.angle = angleOf(dx, dy);
      head(foe, foe.angle, FOES.impostor.speed[foe.size - 1]);
    }
    if (dx * dx + dy * dy < way.near * way.near) {
      foe.mode = 1;
      foe.timer = way.reveal;
      foe.cloaked = 0;
      foe.vx = 0;
      foe.vy = 0;
      state.events.push({ what: "reveal", id: foe.id, x: foe.x, y: foe.y });
    }
    return;
  }
  foe.timer -= 1;
  if (foe.timer > 0) return;
  if (foe.mode === 1) {
    foe.mode = 2;
    foe.timer = way.lunge;
    foe.angle = angleOf(dx, dy);
    head(foe, foe.angle, way.lunge_speed);
  } else if (foe.mode === 2) {
    foe.mode = 3;
    foe.timer = way.tired;
    foe.vx = 0;
    foe.vy = 0;
  } else {
    foe.mode = 0;
    foe.cloaked = 1;
  }
}

// 0 roams, 1 aims in full view and locks, 2 charges until a wall or its end, 3 is dizzy
function rammer(state, foe, dx, dy) {
  const way = WAYS.rammer;
  foe.timer -= 1;
  if (foe.mode === 0) {
    if (((state.tick + foe.id) & 3) === 0) {
      foe.angle = turned(foe.angle, angleOf(dx, dy), 24);
      head(foe, foe.angle, FOES.rammer.speed[foe.size - 1]);
    }
  } else if (foe.mode === 1 && foe.timer >= way.lock) {
    foe.angle = turned(foe.angle, angleOf(dx, dy), 24);
  }
  if (foe.timer > 0) return;
  foe.mode = (foe.mode + 1) & 3;
  foe.vx = 0;
  foe.vy = 0;
  if (foe.mode === 0) {
    foe.timer = way.roam + chance(state, way.roam_more);
  } else if (foe.mode === 1) {
    foe.timer = way.aim;
    state.events.push({ what: "aim", id: foe.id, x: foe.x, y: foe.y });
  } else if (foe.mode === 2) {
    foe.timer = way.charge;
    head(foe, foe.angle, way.charge_speed);
    state.events.push({ what: "charge", id: foe.id, x: foe.x, y: foe.y });
  } else {
    foe.timer = way.dizzy;
  }
}

export const ACTS = { blocker, bug, drone, impostor, rammer };

// how long the first mode of a new foe lasts
export function firstTimer(state, foe) {
  const { kind } = foe;
  if (kind === "bug") return 1 + chance(state, WAYS.bug.pause_more);
  if (kind === "blocker") return WAYS.blocker.closed;
  if (kind === "drone") return reload(state, foe);
  if (kind === "rammer") return WAYS.rammer.roam + chance(state, WAYS.rammer.roam_more);
  return 0;
}
