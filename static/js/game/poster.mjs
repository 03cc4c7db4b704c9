// The field before the start: what the manifest names stands around its hill, and nothing moves.
import { nameHills, placeOf } from "./ground.mjs";
import { HEIGHT, SCALE, WIDTH } from "./sim.mjs";

const SHOWN = 26;
const RADIUS = 2816;   // of a creature on the poster, whatever its size in the air
const AROUND = [0, -2.7, -0.4, -1.6, 2.9];   // above the hill and beside it, for its name stands below
const within = (value, most) => Math.min(most - 18, Math.max(18, value));

function standing(manifest, hills) {
  const rooms = new Map(hills.map((hill) => [hill.name, { hill, count: 0 }]));
  const foes = [];
  for (const [id, foe] of manifest.foes.entries()) {
    const room = rooms.get(placeOf(foe.label));
    if (!room || foes.length === SHOWN || room.count === 5) continue;
    const turn = AROUND[room.count], away = room.count === 0 ? 0 : 27;
    room.count += 1;
    foes.push({
      id: 0, kind: foe.kind, label_index: id, size: foe.size, radius: RADIUS, vx: 0, vy: 0, born: 0, guard: 0, mode: 0, timer: 0, hp: 1, most_hp: 1,
      cloaked: foe.kind === "impostor" ? 1 : 0, angle: (id * 389) & 1023,
      x: within(room.hill.x + Math.cos(turn) * away, WIDTH) * SCALE, y: within(room.hill.y + Math.sin(turn) * away, HEIGHT) * SCALE,
    });
  }
  return foes;
}

export function drawPoster(scene, manifest) {
  scene.begin(manifest, { named: true });
  const gifts = manifest.gifts.slice(0, 3).map((gift, at) => ({ kind: gift.kind, left: 999, x: (150 + at * 190) * SCALE, y: (at % 2 ? 300 : 70) * SCALE }));
  const ship = { x: WIDTH / 2 * SCALE, y: HEIGHT / 2 * SCALE, vx: 0, vy: 0, angle: 900, hull: 5, shield: 0, safe: 0, rapid: 0 };
  scene.draw({ tick: 0, over: false, near: -1, ship, gifts, shots: [], foes: standing(manifest, scene.hills) }, 1, 0);
  scene.at(0, 0, 0);
  nameHills(scene.ctx, scene.hills, scene.colours);
}
