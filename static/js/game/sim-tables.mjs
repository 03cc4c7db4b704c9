// Numbers of the game, the same as in game/arena/simulation/tables.py (a test compares the two).
// Lengths are 1/256 of a unit of the field, times are ticks, angles are 1/1024 of a turn, clockwise
// from east.
export const RULES = 1;             // counted up when a change makes an old log mean another game
export const TICKS = 60;            // a second
export const MOST_TICKS = 10800;    // three minutes
export const SCALE = 256;
export const WIDTH = 640;
export const HEIGHT = 360;

export const PLAY = {
  hull: 5, most_shield: 2, ship_radius: 1792, top_speed: 576, diagonal: 407, muzzle: 2560,
  auto_turn: 14,        // automatic aim follows slower than a hand with a mouse
  safe: 80,            // nothing hurts for so long after a hit
  shove: 700, foe_shove: 600, foe_stun: 30,
  combo_most: 8, combo_time: 240, combo_fade: 75,
  gift_every: 4, gift_radius: 4608, gift_time: 660, rapid_time: 480, spare_every: 8,
  first_rest: 90, rest: 150, short_rest: 60, arrive: 50, arrive_gap: 26, most_foes: 14,
  wave_base: 300, wave_each: 200, last_few: 3,
  least_foes: 48,       // a short manifest comes again, one size bigger
  tougher: 16,          // each wave adds a sixteenth to what foes bear
  faster: 32,           // and a thirty-second part to how fast they are
  far: 40960,           // foes arrive at least 160 units away from the ship
  time_bonus: 2, hull_bonus: 50,
};

export const WAVES = [3, 4, 5, 6, 3, 6, 7, 8, 4, 14];   // they swell and rest; sixty in all

// Per kind; lists go by size 1, 2, 3.
export const FOES = {
  blocker: { radius: [3328, 4096, 4864], hp: [24, 40, 60], points: 120, speed: [170, 160, 150] },
  bug: { radius: [2304, 2816, 3328], hp: [8, 14, 22], points: 50, speed: [900, 860, 820] },
  drone: { radius: [2560, 3072, 3584], hp: [12, 20, 32], points: 80, speed: [380, 370, 360] },
  impostor: { radius: [2560, 3072, 3584], hp: [14, 24, 36], points: 110, speed: [230, 230, 230] },
  rammer: { radius: [2816, 3328, 3840], hp: [14, 26, 38], points: 90, speed: [280, 270, 260] },
};

export const WAYS = {
  bug: { aside: 110, jitter: 64, dart: 22, pause: 14, pause_more: 14 },
  blocker: { turn: 2, closed: 150, open: 64, fire_at: 30, cone: 2300, fan: 60 },
  drone: { orbit: 29440, band: 6400, fire: 84, fire_more: 40, charge: 26, fan: 50, in: 64, out: 416 },
  impostor: { near: 24320, reveal: 28, lunge: 24, lunge_speed: 1380, tired: 110, caught: 60 },
  rammer: { roam: 70, roam_more: 60, aim: 48, lock: 14, charge: 74, charge_speed: 1480, dizzy: 70 },
};

export const FOE_SHOTS = {
  bolt: { speed: 740, left: 230, radius: 768 },
  slug: { speed: 620, left: 260, radius: 1280 },
};

// period between shots; turn is how far a dart turns in a tick; grow is damage added by a bounce.
export const WEAPONS = {
  pulse_laser: {
    period: 9, damage: 4, speed: 1792, left: 60, radius: 768, count: 1,
    spread: 0, pierce: 0, bounces: 0, grow: 0, turn: 0, burst: 0,
  },
  star_blaster: {
    period: 38, damage: 8, speed: 1150, left: 34, radius: 1536, count: 1,
    spread: 0, pierce: 0, bounces: 0, grow: 0, turn: 0, burst: 7,
  },
  scatter: {
    period: 23, damage: 3, speed: 1664, left: 24, radius: 896, count: 5,
    spread: 24, pierce: 0, bounces: 0, grow: 0, turn: 0, burst: 0,
  },
  lance: {
    period: 42, damage: 15, speed: 2560, left: 64, radius: 1024, count: 1,
    spread: 0, pierce: 1, bounces: 0, grow: 0, turn: 0, burst: 0,
  },
  echo: {
    period: 11, damage: 4, speed: 1536, left: 150, radius: 768, count: 1,
    spread: 0, pierce: 0, bounces: 3, grow: 3, turn: 0, burst: 0,
  },
  swarm: {
    period: 32, damage: 4, speed: 900, left: 110, radius: 896, count: 3,
    spread: 100, pierce: 0, bounces: 0, grow: 0, turn: 13, burst: 0,
  },
};
export const SHARD = { damage: 4, speed: 1280, left: 16, radius: 768 };

// 4096 × sine of the first quarter turn
const QUARTER = [
  0, 25, 50, 75, 101, 126, 151, 176, 201, 226, 251, 276, 301, 326, 351, 376, 401, 426, 451, 476,
  501, 526, 551, 576, 601, 626, 651, 675, 700, 725, 750, 774, 799, 824, 848, 873, 897, 922, 946,
  971, 995, 1020, 1044, 1068, 1092, 1117, 1141, 1165, 1189, 1213, 1237, 1261, 1285, 1309, 1332,
  1356, 1380, 1404, 1427, 1451, 1474, 1498, 1521, 1544, 1567, 1591, 1614, 1637, 1660, 1683, 1706,
  1729, 1751, 1774, 1797, 1819, 1842, 1864, 1886, 1909, 1931, 1953, 1975, 1997, 2019, 2041, 2062,
  2084, 2106, 2127, 2149, 2170, 2191, 2213, 2234, 2255, 2276, 2296, 2317, 2338, 2359, 2379, 2399,
  2420, 2440, 2460, 2480, 2500, 2520, 2540, 2559, 2579, 2598, 2618, 2637, 2656, 2675, 2694, 2713,
  2732, 2751, 2769, 2788, 2806, 2824, 2843, 2861, 2878, 2896, 2914, 2932, 2949, 2967, 2984, 3001,
  3018, 3035, 3052, 3068, 3085, 3102, 3118, 3134, 3150, 3166, 3182, 3198, 3214, 3229, 3244, 3260,
  3275, 3290, 3305, 3320, 3334, 3349, 3363, 3378, 3392, 3406, 3420, 3433, 3447, 3461, 3474, 3487,
  3500, 3513, 3526, 3539, 3551, 3564, 3576, 3588, 3600, 3612, 3624, 3636, 3647, 3659, 3670, 3681,
  3692, 3703, 3713, 3724, 3734, 3745, 3755, 3765, 3775, 3784, 3794, 3803, 3812, 3822, 3831, 3839,
  3848, 3857, 3865, 3873, 3881, 3889, 3897, 3905, 3912, 3920, 3927, 3934, 3941, 3948, 3954, 3961,
  3967, 3973, 3979, 3985, 3991, 3996, 4002, 4007, 4012, 4017, 4022, 4027, 4031, 4036, 4040, 4044,
  4048, 4052, 4055, 4059, 4062, 4065, 4068, 4071, 4074, 4076, 4079, 4081, 4083, 4085, 4087, 4088,
  4090, 4091, 4092, 4093, 4094, 4095, 4095, 4096, 4096, 4096,
];
export const SINE = Array.from({ length: 1024 }, (_, at) => {
  const half = at & 511;
  const value = QUARTER[half <= 256 ? half : 512 - half];
  return at < 512 ? value : -value;
});
export const COSINE = Array.from({ length: 1024 }, (_, at) => SINE[(at + 256) & 1023]);

// the angle whose tangent is at / 256, for the first eighth of a turn
const TANGENT = [];
for (let at = 0, angle = 0; at <= 256; at += 1) {
  while (angle < 128 && SINE[angle + 1] * 256 <= at * COSINE[angle + 1]) angle += 1;
  TANGENT.push(angle);
}
export { TANGENT };

export function angleOf(dx, dy) {
  const ax = dx < 0 ? -dx : dx;
  const ay = dy < 0 ? -dy : dy;
  if (ax === 0 && ay === 0) return 0;
  let angle = ay <= ax ? TANGENT[(ay * 256 / ax) | 0] : 256 - TANGENT[(ax * 256 / ay) | 0];
  if (dx < 0) angle = 512 - angle;
  return dy < 0 ? (1024 - angle) & 1023 : angle;
}

export function turned(angle, to, most) {
  const off = ((to - angle + 512) & 1023) - 512;
  return (angle + (off > most ? most : off < -most ? -most : off)) & 1023;
}

// xorshift32: a whole number from 0 to below - 1
export function chance(state, below) {
  let x = state.rng | 0;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state.rng = x >>> 0;
  return state.rng % below;
}
