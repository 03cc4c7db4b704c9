// The field by night: contour lines of what lies where, drawn once and copied under every frame.
// A hill is a place that the manifest names; it is the higher the more one meets there.
const WIDTH = 640, HEIGHT = 360, STEP = 8;
const LEVELS = [0.22, 0.4, 0.62, 0.9, 1.25, 1.7, 2.3, 3.1];
const SPECKS = 110, HILLS = 9;

function dice(text) {   // FNV-1a, then a xorshift: the same field for the same manifest
  let at = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) at = Math.imul(at ^ text.charCodeAt(i), 0x01000193);
  at = at || 1;
  return () => {
    at ^= at << 13; at ^= at >>> 17; at ^= at << 5;
    return (at >>> 0) / 4294967296;
  };
}

export const shortened = (words, most) => (words.length > most ? `${words.slice(0, most - 1).trimEnd()}…` : words);
export const placeOf = (label) => String(label ?? "").split(" · ")[0];

/** The hills of a manifest: [{x, y, high, wide, name}], the highest first, at most nine named. */
export function hillsOf(manifest) {
  const weight = new Map();
  for (const foe of manifest.foes ?? []) {
    const name = placeOf(foe.label);
    weight.set(name, (weight.get(name) ?? 0) + (foe.size ?? 1));
  }
  const names = [...weight].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, HILLS);
  const roll = dice(`${manifest.day}${names.map((pair) => pair[0]).join()}`);
  const hills = [];
  for (const [name, sum] of names) {
    let best = null, room = -1;
    for (let i = 0; i < 24; i += 1) {   // of 24 throws, the one farthest from the other hills
      const x = 60 + roll() * (WIDTH - 120), y = 50 + roll() * (HEIGHT - 100);
      const near = Math.min(900, ...hills.map((hill) => Math.hypot(hill.x - x, (hill.y - y) * 1.3)));
      if (near > room) { room = near; best = { x, y }; }
    }
    hills.push({ ...best, name, high: 0.9 + Math.min(2.6, sum * 0.28), wide: 34 + Math.min(40, sum * 4) });
  }
  return hills;
}

function heights(hills) {
  const columns = WIDTH / STEP + 1, rows = HEIGHT / STEP + 1;
  const grid = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0.05 * Math.sin(column / 5 + row / 9) + 0.06 * Math.cos(row / 4 - column / 11);
      for (const hill of hills) {
        const dx = (column * STEP - hill.x) / hill.wide, dy = (row * STEP - hill.y) / (hill.wide * 0.82);
        sum += hill.high * Math.exp(-(dx * dx + dy * dy) / 2.4);
      }
      grid[row * columns + column] = sum;
    }
  }
  return { grid, columns, rows };
}

function contour(path, { grid, columns, rows }, level) {   // marching squares, one segment or two per cell
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const at = row * columns + column;
      const corners = [grid[at], grid[at + 1], grid[at + columns + 1], grid[at + columns]];
      const cuts = [];
      for (let side = 0; side < 4; side += 1) {
        const a = corners[side], b = corners[(side + 1) % 4];
        if ((a < level) === (b < level)) continue;
        const t = (level - a) / (b - a);
        cuts.push(side === 0 ? [column + t, row] : side === 1 ? [column + 1, row + t] : side === 2 ? [column + 1 - t, row + 1] : [column, row + 1 - t]);
      }
      for (let i = 0; i + 1 < cuts.length; i += 2) {
        path.moveTo(cuts[i][0] * STEP, cuts[i][1] * STEP);
        path.lineTo(cuts[i + 1][0] * STEP, cuts[i + 1][1] * STEP);
      }
    }
  }
}

/** Draw the field on *ctx*, whose unit is a unit of the arena; its hills. */
export function drawGround(ctx, manifest, colours) {
  const hills = hillsOf(manifest);
  ctx.fillStyle = colours.night;
  ctx.fillRect(0, 0, WIDTH, HEIGHT);
  const roll = dice(manifest.day ?? "");
  ctx.fillStyle = colours.pale;
  for (let i = 0; i < SPECKS; i += 1) {
    ctx.globalAlpha = 0.2 + roll() * 0.3;
    const side = 0.7 + roll() * 0.8;
    ctx.fillRect(roll() * WIDTH, roll() * HEIGHT, side, side);
  }
  ctx.globalAlpha = 1;
  const ground = heights(hills);
  ctx.strokeStyle = colours.line;
  LEVELS.forEach((level, at) => {
    const path = new Path2D();
    contour(path, ground, level);
    ctx.lineWidth = at % 3 === 1 ? 1.3 : 0.7;
    ctx.stroke(path);
  });
  return hills;
}

/** Write the names of *hills*, with the night around them so that lines do not cross the words. */
export function nameHills(ctx, hills, colours) {
  ctx.font = "500 10px Inconsolata, monospace";
  ctx.textAlign = "center";
  ctx.fillStyle = colours.ink;
  ctx.strokeStyle = colours.night;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  for (const hill of hills) {
    const words = shortened(hill.name, 24);
    const x = Math.min(WIDTH - 66, Math.max(66, hill.x)), y = Math.min(HEIGHT - 8, hill.y + 32);
    ctx.strokeText(words, x, y);
    ctx.fillText(words, x, y);
  }
}
