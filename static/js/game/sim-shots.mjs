// Shots: how the six weapons fire, how shots fly, bounce, seek and burst, and what they hit.
import {
  COSINE, FOES, HEIGHT, PLAY, SCALE, SHARD, SINE, WAYS, WEAPONS, WIDTH, angleOf, turned,
} from "./sim-tables.mjs";

const RIGHT = WIDTH * SCALE;
const BOTTOM = HEIGHT * SCALE;
const SEEK = 4;     // a dart looks around every fourth tick

export function fireWeapon(state) {
  const { ship, weapon } = state;
  const arm = WEAPONS[weapon];
  ship.cool = arm.period;
  let angle = (ship.angle - (((arm.count - 1) * arm.spread) >> 1)) & 1023;
  for (let n = 0; n < arm.count; n += 1) {
    state.shots.push({
      kind: weapon, mine: true, x: ship.x + ((COSINE[angle] * PLAY.muzzle) >> 12),
      y: ship.y + ((SINE[angle] * PLAY.muzzle) >> 12), vx: (COSINE[angle] * arm.speed) >> 12,
      vy: (SINE[angle] * arm.speed) >> 12, angle, speed: arm.speed, left: arm.left,
      radius: arm.radius, damage: arm.damage, pierce: arm.pierce, bounces: arm.bounces,
      grow: arm.grow, turn: arm.turn, burst: arm.burst, hit_a: 0, hit_b: 0,
    });
    angle = (angle + arm.spread) & 1023;
  }
  state.events.push({
    what: "fire", mine: true, kind: weapon, x: ship.x, y: ship.y, angle: ship.angle,
  });
}

function seek(state, shot) {
  let best = -1;
  let x = 0;
  let y = 0;
  for (const foe of state.foes) {
    if (foe.cloaked || foe.born > 0 || foe.hp <= 0) continue;
    const dx = foe.x - shot.x;
    const dy = foe.y - shot.y;
    const apart = dx * dx + dy * dy;
    if (best < 0 || apart < best) {
      best = apart;
      x = dx;
      y = dy;
    }
  }
  if (best < 0) return;
  shot.angle = turned(shot.angle, angleOf(x, y), shot.turn * SEEK);
  shot.vx = (COSINE[shot.angle] * shot.speed) >> 12;
  shot.vy = (SINE[shot.angle] * shot.speed) >> 12;
}

// whether the shot is still in the field, after a bounce off its edge if it has one left
function kept(state, shot) {
  const outX = shot.x < 0 || shot.x > RIGHT;
  const outY = shot.y < 0 || shot.y > BOTTOM;
  if (!outX && !outY) return true;
  if (shot.bounces === 0) return false;
  shot.bounces -= 1;
  shot.damage += shot.grow;
  if (outX) {
    shot.x = shot.x < 0 ? -shot.x : 2 * RIGHT - shot.x;
    shot.vx = -shot.vx;
  }
  if (outY) {
    shot.y = shot.y < 0 ? -shot.y : 2 * BOTTOM - shot.y;
    shot.vy = -shot.vy;
  }
  state.events.push({ what: "bounce", x: shot.x, y: shot.y });
  return true;
}

function burst(state, shot, born) {
  for (let n = 0; n < shot.burst; n += 1) {
    const angle = (shot.angle + ((n * 1024 / shot.burst) | 0)) & 1023;
    born.push({
      kind: "shard", mine: true, x: shot.x, y: shot.y, vx: (COSINE[angle] * SHARD.speed) >> 12,
      vy: (SINE[angle] * SHARD.speed) >> 12, angle, speed: SHARD.speed, left: SHARD.left,
      radius: SHARD.radius, damage: SHARD.damage, pierce: 0, bounces: 0, grow: 0, turn: 0,
      burst: 0, hit_a: 0, hit_b: 0,
    });
  }
  if (shot.burst > 0) state.events.push({ what: "burst", x: shot.x, y: shot.y });
}

// a blocker's shield stops most of what comes at its front; a lance goes through
function damageTo(foe, shot) {
  if (foe.guard === 0 || shot.pierce === 1) return shot.damage;
  const against = -(shot.vx * COSINE[foe.angle] + shot.vy * SINE[foe.angle]);
  if (against <= shot.speed * WAYS.blocker.cone) return shot.damage;
  return shot.damage >> 2 || 1;
}

function strike(state, foe, shot) {
  const damage = damageTo(foe, shot);
  foe.hp -= damage;
  if (foe.cloaked) {
    foe.cloaked = 0;
    foe.mode = 3;
    foe.timer = WAYS.impostor.caught;
  }
  const blocked = damage < shot.damage;
  state.events.push({ what: "hit", x: shot.x, y: shot.y, id: foe.id, kind: foe.kind, blocked });
  if (foe.hp <= 0) down(state, foe);
}

function down(state, foe) {
  const plain = (FOES[foe.kind].points * (foe.size + 1)) >> 1;
  const points = (plain * (4 + state.combo)) >> 2;
  state.score += points;
  state.downs += 1;
  if (state.combo < PLAY.combo_most) state.combo += 1;
  state.combo_left = PLAY.combo_time;
  const { id, label_index, kind, size, x, y } = foe;
  const { combo } = state;
  state.events.push({ what: "down", id, label_index, kind, size, x, y, points, combo });
  drop(state, foe);
}

// every few foes one leaves a gift: the manifest's in their order, then now and then a repair
function drop(state, foe) {
  const at = state.next_gift;
  if (at < state.gift_order.length) {
    if (state.downs % PLAY.gift_every !== 0) return;
    state.next_gift += 1;
  } else if (state.downs % PLAY.spare_every !== 0) return;
  const kind = at < state.gift_order.length ? state.gift_order[at] : "repair";
  const label_index = at < state.gift_order.length ? at : -1;
  state.gifts.push({ kind, label_index, x: foe.x, y: foe.y, left: PLAY.gift_time });
  state.events.push({ what: "drop", kind, x: foe.x, y: foe.y });
}

// true if the shot ends on a foe
function struck(state, shot) {
  for (const foe of state.foes) {
    const reach = foe.radius + shot.radius;
    const dx = foe.x - shot.x;
    if (dx > reach || dx < -reach) continue;
    const dy = foe.y - shot.y;
    if (dx * dx + dy * dy > reach * reach || foe.born > 0 || foe.hp <= 0) continue;
    if (shot.pierce === 0) {
      strike(state, foe, shot);
      return true;
    }
    const bit = 1 << (foe.id % 30);
    if (foe.id < 30 ? shot.hit_a & bit : shot.hit_b & bit) continue;
    if (foe.id < 30) shot.hit_a |= bit;
    else shot.hit_b |= bit;
    strike(state, foe, shot);
  }
  return false;
}

function meets(ship, shot) {
  const reach = PLAY.ship_radius + shot.radius;
  const dx = ship.x - shot.x;
  if (dx > reach || dx < -reach) return false;
  const dy = ship.y - shot.y;
  return dx * dx + dy * dy <= reach * reach;
}

// hurt(state, vx, vy) is what a hit does to the ship
export function moveShots(state, hurt) {
  const born = [];
  let gone = 0;
  for (const shot of state.shots) {
    shot.left -= 1;
    if (shot.turn > 0 && shot.left % SEEK === 0) seek(state, shot);
    shot.x += shot.vx;
    shot.y += shot.vy;
    let ends = shot.left <= 0 || !kept(state, shot);
    if (!ends && shot.mine) ends = struck(state, shot);
    else if (!ends && meets(state.ship, shot)) {
      ends = true;
      hurt(state, shot.vx, shot.vy);
    }
    if (!ends) continue;
    if (shot.burst > 0) burst(state, shot, born);
    shot.left = 0;
    gone += 1;
  }
  if (gone > 0) state.shots = state.shots.filter((shot) => shot.left > 0);
  if (born.length > 0) state.shots.push(...born);
}
