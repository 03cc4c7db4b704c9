// Patrol, tick by tick, in whole numbers only: the same as game/arena/simulation in Python, which
// flies every log again. Nothing here draws, sounds or asks the time.
import { ACTS, firstTimer } from "./sim-foes.mjs";
import { fireWeapon, moveShots } from "./sim-shots.mjs";
import {
  COSINE, FOES, HEIGHT, MOST_TICKS, PLAY, SCALE, SINE, TICKS, WAVES, WEAPONS, WIDTH, angleOf,
  chance, turned,
} from "./sim-tables.mjs";

export { HEIGHT, MOST_TICKS, RULES, SCALE, TICKS, WIDTH } from "./sim-tables.mjs";

export const UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, FIRE = 16, AIM = 32, AIM_SHIFT = 8;
const ALLOWED = 0x3ff3f;
const EDGE_X = WIDTH * SCALE;
const EDGE_Y = HEIGHT * SCALE;
const MOST_FOES = 60;
const MOST_GIFTS = 20;

export function legal(input) {
  return Number.isInteger(input) && input >= 0 && (input & ~ALLOWED) === 0
    && input <= ALLOWED && ((input & AIM) !== 0 || input >> AIM_SHIFT === 0);
}

function checked(manifest, seed, loadout) {
  const { foes, gifts } = manifest;
  const good = foes.length > 0 && foes.length <= MOST_FOES && gifts.length <= MOST_GIFTS
    && foes.every((foe) => Object.hasOwn(FOES, foe.kind) && [1, 2, 3].includes(foe.size))
    && gifts.every((gift) => gift.kind === "repair" || gift.kind === "rapid");
  if (!good) throw new RangeError("This is not a manifest that can be flown.");
  if (!Object.hasOwn(WEAPONS, loadout.weapon)) throw new RangeError("There is no such weapon.");
  if (seed !== seed >>> 0) throw new RangeError("A seed is a whole number of 32 bits.");
}

// all foes of a game: the manifest's, and again from its start, each time a size bigger, until there
// are enough for a whole sortie
function orderOf(foes) {
  const order = [];
  for (let number = 0; number < Math.max(foes.length, PLAY.least_foes); number += 1) {
    const label_index = number % foes.length;
    const again = (number / foes.length) | 0;
    const { kind, size } = foes[label_index];
    order.push({ kind, size: Math.min(size + again, 3), label_index });
  }
  return order;
}

export function newGame(manifest, seed, loadout) {
  checked(manifest, seed, loadout);
  return {
    tick: 0, over: false, cleared: false, score: 0, combo: 0, combo_left: 0, downs: 0,
    rng: seed === 0 ? 0x9e3779b9 : seed, weapon: loadout.weapon,
    order: orderOf(manifest.foes),
    gift_order: manifest.gifts.map(({ kind }) => kind), next_gift: 0,
    wave: 0, next: 0, wave_end: 0, wave_left: 0, rest: PLAY.first_rest, spawn_in: 0,
    near_x: 0, near_y: 0, near: -1,
    ship: {
      x: EDGE_X >> 1, y: EDGE_Y >> 1, vx: 0, vy: 0, angle: 768, hull: PLAY.hull, shield: 0,
      cool: 0, safe: 0, rapid: 0,
    },
    foes: [], shots: [], gifts: [], events: [],
  };
}

function moveShip(state, input) {
  const { ship } = state;
  const x = (input & RIGHT ? 1 : 0) - (input & LEFT ? 1 : 0);
  const y = (input & DOWN ? 1 : 0) - (input & UP ? 1 : 0);
  const top = x !== 0 && y !== 0 ? PLAY.diagonal : PLAY.top_speed;
  ship.vx += (x * top - ship.vx) >> 2;
  ship.vy += (y * top - ship.vy) >> 2;
  ship.x += ship.vx;
  ship.y += ship.vy;
  const r = PLAY.ship_radius;
  if (ship.x < r) ship.x = r;
  else if (ship.x > EDGE_X - r) ship.x = EDGE_X - r;
  if (ship.y < r) ship.y = r;
  else if (ship.y > EDGE_Y - r) ship.y = EDGE_Y - r;
  if (input & AIM) ship.angle = input >> AIM_SHIFT;
  else if (state.near >= 0) {
    ship.angle = turned(ship.angle, angleOf(state.near_x, state.near_y), PLAY.auto_turn);
  } else if (x !== 0 || y !== 0) ship.angle = turned(ship.angle, angleOf(x, y), PLAY.auto_turn);
  if (ship.safe > 0) ship.safe -= 1;
  if (ship.cool > 0) ship.cool -= ship.rapid > 0 ? 2 : 1;
  if (ship.rapid > 0) ship.rapid -= 1;
  if (input & FIRE && ship.cool <= 0) fireWeapon(state);
}

function hurt(state, vx, vy) {
  const { ship } = state;
  if (ship.safe > 0 || state.over) return;
  ship.safe = PLAY.safe;
  if (ship.shield > 0) ship.shield -= 1;
  else ship.hull -= 1;
  state.combo >>= 1;
  const angle = angleOf(vx, vy);
  ship.vx += (COSINE[angle] * PLAY.shove) >> 12;
  ship.vy += (SINE[angle] * PLAY.shove) >> 12;
  const { x, y, hull, shield } = ship;
  state.events.push({ what: "hurt", x, y, hull, shield });
  if (hull === 0) end(state, false);
}

function end(state, cleared) {
  state.over = true;
  state.cleared = cleared;
  if (cleared) {
    const seconds = ((MOST_TICKS - state.tick) / TICKS) | 0;
    state.score += seconds * PLAY.time_bonus + state.ship.hull * PLAY.hull_bonus;
  }
  const { x, y } = state.ship;
  state.events.push({ what: "end", x, y, cleared, score: state.score });
}

function bump(state, foe, dx, dy) {
  hurt(state, dx, dy);
  if (foe.kind === "rammer" && foe.mode === 2) return;    // nothing stops a charge but a wall
  const angle = angleOf(-dx, -dy);
  foe.stun = PLAY.foe_stun;
  foe.vx = (COSINE[angle] * PLAY.foe_shove) >> 12;
  foe.vy = (SINE[angle] * PLAY.foe_shove) >> 12;
}

function keepInside(foe) {
  const r = foe.radius;
  const x = foe.x < r ? r : foe.x > EDGE_X - r ? EDGE_X - r : foe.x;
  const y = foe.y < r ? r : foe.y > EDGE_Y - r ? EDGE_Y - r : foe.y;
  if (x === foe.x && y === foe.y) return;
  foe.x = x;
  foe.y = y;
  if (foe.kind === "rammer" && foe.mode === 2) foe.timer = 1;    // the wall ends the charge
  else if (foe.kind === "drone") foe.side = -foe.side;
}

function moveFoes(state) {
  const { ship, foes } = state;
  let best = -1;
  state.near = -1;
  for (const foe of foes) {
    if (foe.born > 0) {
      foe.born -= 1;
      continue;
    }
    if (foe.stun > 0) {
      foe.stun -= 1;
      foe.vx -= foe.vx >> 3;
      foe.vy -= foe.vy >> 3;
    } else ACTS[foe.kind](state, foe, ship.x - foe.x, ship.y - foe.y);
    foe.x += foe.vx;
    foe.y += foe.vy;
    keepInside(foe);
    const dx = ship.x - foe.x;
    const dy = ship.y - foe.y;
    const apart = dx * dx + dy * dy;
    const reach = foe.radius + PLAY.ship_radius;
    if (apart < reach * reach && foe.cloaked === 0) bump(state, foe, dx, dy);
    if (foe.cloaked === 0 && (best < 0 || apart < best)) {
      best = apart;
      state.near = foe.id;
      state.near_x = -dx;
      state.near_y = -dy;
    }
  }
  if (foes.length > 1) part(state);
}

// in turn, each pair of neighbours in the list that overlaps is moved apart a little
function part(state) {
  const { foes } = state;
  const one = foes[state.tick % foes.length];
  for (const other of foes) {
    if (other === one) continue;
    const reach = one.radius + other.radius;
    const dx = other.x - one.x;
    const dy = other.y - one.y;
    if (dx > reach || dx < -reach || dy > reach || dy < -reach) continue;
    other.x += dx < 0 ? -SCALE : SCALE;
    other.y += dy < 0 ? -SCALE : SCALE;
  }
}

function takeGifts(state) {
  const { ship } = state;
  const reach = PLAY.gift_radius;
  let gone = 0;
  for (const gift of state.gifts) {
    gift.left -= 1;
    const dx = ship.x - gift.x;
    const dy = ship.y - gift.y;
    if (dx * dx + dy * dy < reach * reach) {
      gift.left = 0;
      if (gift.kind === "rapid") ship.rapid = PLAY.rapid_time;
      else if (ship.hull < PLAY.hull) ship.hull += 1;
      else if (ship.shield < PLAY.most_shield) ship.shield += 1;
      const { kind, label_index, x, y } = gift;
      state.events.push({ what: "gift", kind, label_index, x, y });
    }
    if (gift.left === 0) gone += 1;
  }
  if (gone > 0) state.gifts = state.gifts.filter((gift) => gift.left > 0);
}

function startWave(state) {
  const all = state.order.length;
  let count = WAVES[state.wave % WAVES.length];
  if (all - state.next - count < PLAY.last_few) count = all - state.next;
  state.wave += 1;
  state.wave_end = state.next + count;
  state.wave_left = PLAY.wave_base + PLAY.wave_each * count;
  state.spawn_in = 0;
  const last = state.wave_end === all;
  state.events.push({ what: "wave", x: 0, y: 0, number: state.wave, count, last });
}

// on one of the four edges, away from the ship
function place(state) {
  const { ship } = state;
  let x = 0;
  let y = 0;
  for (let tries = 0; tries < 4; tries += 1) {
    const side = chance(state, 4);
    const along = chance(state, 1024);
    if (side < 2) {
      x = (along * EDGE_X) >> 10;
      y = side === 0 ? 6144 : EDGE_Y - 6144;
    } else {
      x = side === 2 ? 6144 : EDGE_X - 6144;
      y = (along * EDGE_Y) >> 10;
    }
    const dx = x - ship.x;
    const dy = y - ship.y;
    if (dx * dx + dy * dy > PLAY.far * PLAY.far) break;
  }
  return [x, y];
}

function arrive(state) {
  const id = state.next;
  const { kind, size, label_index } = state.order[id];
  const [x, y] = place(state);
  const hp = (FOES[kind].hp[size - 1] * (PLAY.tougher + state.wave - 1) / PLAY.tougher) | 0;
  state.next += 1;
  state.spawn_in = PLAY.arrive_gap;
  const foe = {
    id, label_index, kind, size, x, y, vx: 0, vy: 0,
    angle: angleOf(state.ship.x - x, state.ship.y - y), hp, most_hp: hp,
    radius: FOES[kind].radius[size - 1], cloaked: kind === "impostor" ? 1 : 0,
    guard: kind === "blocker" ? 1 : 0, side: chance(state, 2) * 2 - 1, mode: 0, timer: 0,
    pace: PLAY.faster + state.wave - 1, born: PLAY.arrive, stun: 0,
  };
  foe.timer = firstTimer(state, foe);
  state.foes.push(foe);
  state.events.push({ what: "arrive", id, kind, x, y });
}

function runWaves(state) {
  if (state.rest > 0) {
    state.rest -= 1;
    if (state.rest === 0) startWave(state);
    return;
  }
  state.wave_left -= 1;
  if (state.next < state.wave_end) {
    if (state.spawn_in > 0) state.spawn_in -= 1;
    else if (state.foes.length < PLAY.most_foes) arrive(state);
    return;
  }
  const empty = state.foes.length === 0;
  if (state.next === state.order.length) {
    if (empty) end(state, true);
  } else if (empty) state.rest = PLAY.rest;
  else if (state.wave_left <= 0) state.rest = PLAY.short_rest;
}

function fadeCombo(state) {
  if (state.combo === 0) return;
  state.combo_left -= 1;
  if (state.combo_left > 0) return;
  state.combo -= 1;
  state.combo_left = PLAY.combo_fade;
}

// one tick; input as described in docs/game.md
export function step(state, input) {
  if (!legal(input)) throw new RangeError("This input has bits that mean nothing.");
  state.events = [];
  if (state.over) return;
  state.tick += 1;
  moveShip(state, input);
  moveFoes(state);
  const before = state.downs;
  moveShots(state, hurt);
  if (state.downs !== before) state.foes = state.foes.filter((foe) => foe.hp > 0);
  if (state.gifts.length > 0) takeGifts(state);
  fadeCombo(state);
  if (!state.over) runWaves(state);
  if (!state.over && state.tick >= MOST_TICKS) end(state, false);
}

const STATE = [
  "tick", "score", "combo", "combo_left", "downs", "rng", "next_gift", "wave", "next", "wave_end",
  "wave_left", "rest", "spawn_in", "near_x", "near_y", "near",
];
const SHIP = ["x", "y", "vx", "vy", "angle", "hull", "shield", "cool", "safe", "rapid"];
const FOE = [
  "id", "x", "y", "vx", "vy", "angle", "hp", "cloaked", "guard", "side", "mode", "timer", "born",
  "stun",
];
const SHOT = [
  "x", "y", "vx", "vy", "angle", "left", "damage", "bounces", "hit_a", "hit_b",
];
const GIFT = ["x", "y", "left", "label_index"];

// FNV-1a over whole words, with a shift so that high bits reach low ones
function mix(hash, thing, names) {
  let mixed = hash;
  for (const name of names) {
    mixed = Math.imul(mixed ^ thing[name], 0x01000193);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}

export function hashOf(state) {
  let hash = mix(0x811c9dc5, state, STATE);
  hash = mix(hash, { over: state.over ? 1 : 0, cleared: state.cleared ? 1 : 0 }, ["over", "cleared"]);
  hash = mix(hash, state.ship, SHIP);
  for (const [things, names] of [[state.foes, FOE], [state.shots, SHOT], [state.gifts, GIFT]]) {
    hash = mix(hash, things, ["length"]);
    for (const thing of things) hash = mix(hash, thing, names);
  }
  return hash >>> 0;
}
