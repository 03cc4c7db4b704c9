// What flies off: seeds, chips, petals. Fixed pools of plain numbers, so that a frame allocates nothing.
const MOST = 220, FALLEN = 24;

export class Particles {
  constructor() {
    this.x = new Float32Array(MOST);
    this.y = new Float32Array(MOST);
    this.vx = new Float32Array(MOST);
    this.vy = new Float32Array(MOST);
    this.left = new Float32Array(MOST);
    this.whole = new Float32Array(MOST);
    this.side = new Float32Array(MOST);
    this.hue = new Uint8Array(MOST);
    this.next = 0;
    this.share = 1;   // of the pieces asked for, how many fly: less where motion is reduced
  }

  clear() { this.left.fill(0); }

  /** *count* pieces of *hue* (an index of the colours given to ``draw``) from a point. */
  burst(x, y, count, hue, speed, seconds) {
    const pieces = Math.ceil(count * this.share);
    for (let i = 0; i < pieces; i += 1) {
      const at = this.next;
      this.next = (at + 1) % MOST;
      const angle = Math.random() * Math.PI * 2, fast = speed * (0.35 + Math.random() * 0.65);
      this.x[at] = x;
      this.y[at] = y;
      this.vx[at] = Math.cos(angle) * fast;
      this.vy[at] = Math.sin(angle) * fast;
      this.whole[at] = this.left[at] = seconds * (0.6 + Math.random() * 0.4);
      this.side[at] = 1 + Math.random() * 1.6;
      this.hue[at] = hue;
    }
  }

  /** Move by *seconds* and draw; a piece shrinks instead of fading, which costs less. */
  draw(ctx, colours, seconds) {
    const slow = Math.max(0, 1 - 2.4 * seconds);
    for (let hue = 0; hue < colours.length; hue += 1) {
      ctx.fillStyle = colours[hue];
      for (let at = 0; at < MOST; at += 1) {
        if (this.left[at] <= 0 || this.hue[at] !== hue) continue;
        this.left[at] -= seconds;
        this.x[at] += this.vx[at] * seconds;
        this.y[at] += this.vy[at] * seconds;
        this.vx[at] *= slow;
        this.vy[at] *= slow;
        const side = this.side[at] * Math.max(0, this.left[at] / this.whole[at]);
        ctx.fillRect(this.x[at] - side / 2, this.y[at] - side / 2, side, side);
      }
    }
  }
}

/** What was downed turns on its back, shrinks, and leaves the mark of a thing mended. */
export class Fallen {
  constructor() {
    this.rows = Array.from({ length: FALLEN }, () => ({ name: "", x: 0, y: 0, angle: 0, size: 1, left: 0, points: null }));
    this.next = 0;
  }

  clear() { for (const row of this.rows) row.left = 0; }

  add(name, x, y, angle, size, points) {
    const row = this.rows[this.next];
    this.next = (this.next + 1) % FALLEN;
    row.name = name;
    row.x = x;
    row.y = y;
    row.angle = angle;
    row.size = size;
    row.points = points;
    row.left = 1;
  }
}
