// The sheet of drawings (img/game/field.svg), rasterised once per size: drawing a creature is then
// one copy from a bitmap, which is what keeps a machine without a graphics card at 60 frames.
export const CELL = 32;
const ROWS = ["ship", "blocker", "bug", "drone", "impostor", "cloaked", "rammer", "repair", "rapid"];
const SINGLE = [["pulse_laser", "star_blaster"], ["scatter", "lance"], ["echo", "swarm"], ["sting", "mended"]];
const HEIGHT = CELL * 15;

const PLACES = new Map();   // name -> [column, row, has a second pose]
ROWS.forEach((name, row) => PLACES.set(name, [0, row, true]));
SINGLE.forEach((pair, at) => pair.forEach((name, column) => PLACES.set(name, [column, ROWS.length + at, false])));
PLACES.set("ghost", [0, ROWS.length + SINGLE.length, true]);
PLACES.set("pilot", [0, ROWS.length + SINGLE.length + 1, true]);

export async function loadDrawing(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

export class Sheet {
  constructor(image) {
    this.image = image;
    this.bitmap = document.createElement("canvas");
    this.scale = 0;
  }

  /** Rasterise for *scale* device pixels per unit of the arena; does nothing if it is so already. */
  at(scale) {
    const wanted = Math.max(1, Math.ceil(scale * 2) / 2);
    if (wanted === this.scale) return;
    this.scale = wanted;
    this.bitmap.width = CELL * 2 * wanted;
    this.bitmap.height = HEIGHT * wanted;
    this.bitmap.getContext("2d").drawImage(this.image, 0, 0, this.bitmap.width, this.bitmap.height);
  }

  /** Draw *name* at the origin of *ctx* (a unit is a unit of the arena), *size* times as large. */
  put(ctx, name, pose, size) {
    const place = PLACES.get(name);
    const side = CELL * this.scale;
    const column = place[0] + (place[2] && pose ? 1 : 0);
    ctx.drawImage(this.bitmap, column * side, place[1] * side, side, side, -CELL / 2 * size, -CELL / 2 * size, CELL * size, CELL * size);
  }
}
