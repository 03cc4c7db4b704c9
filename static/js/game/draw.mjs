// Draws a state of the simulation. It reads the state and never writes it; positions between two ticks
// come from the speeds, so nothing has to be remembered, and a frame allocates nothing.
import { coloursOf } from "./colours.mjs";
import { drawGround, placeOf, shortened } from "./ground.mjs";
import { Fallen, Particles } from "./particles.mjs";
import { PLAY } from "./sim-tables.mjs";
import { HEIGHT, SCALE, WIDTH } from "./sim.mjs";

const TURN = Math.PI / 512;         // one of 1,024 parts of a turn
const BODY = 10;                    // radius of a creature's body in its cell
const MOST_FOES = 60;
const NAMED = 200;                  // ticks for which a newcomer carries its label
const MOST_PIXELS = 2560;           // across; beyond that nobody sees a difference
const HUES = ["ink", "leaf", "gold", "blocker", "warning", "hot", "write"];
const HUE_OF = { blocker: 3, bug: 4, drone: 5, impostor: 2, rammer: 6, repair: 1, rapid: 2 };
const SHOT_SIZE = { pulse_laser: 0.8, star_blaster: 0.95, shard: 0.55, scatter: 0.62, lance: 1, echo: 0.75, swarm: 0.95, bolt: 0.75, slug: 1.15 };
const SHOT_SPRITE = { shard: "star_blaster", bolt: "sting", slug: "sting" };

export class Scene {
  /** *sheet* is a Sheet; *calm()* says whether motion is to be reduced. */
  constructor(canvas, sheet, calm) {
    this.canvas = canvas;
    this.ctx = canvas.getContext("2d", { alpha: false });
    this.sheet = sheet;
    this.calm = calm;
    this.quality = 1;
    this.ground = document.createElement("canvas");
    this.particles = new Particles();
    this.fallen = new Fallen();
    this.labels = [];
    this.since = new Int32Array(64);
    this.manifest = { foes: [], gifts: [] };
    this.named = false;
    this.ghostName = "";
    this.shake = 0;
    this.sore = 0;
    this.notice = "";
    this.noticed = 0;
    this.ended = 0;
  }

  begin(manifest, { named = false } = {}) {
    this.manifest = manifest;
    this.named = named;    // the hills carry names, then the foes do not
    this.labels.length = 0;
    this.since.fill(-1);
    this.particles.clear();
    this.fallen.clear();
    this.shake = this.sore = this.noticed = 0;
    this.colours = coloursOf(this.canvas.parentElement);
    this.hues = HUES.map((name) => this.colours[name]);
    this.k = 0;
    this.fit();
  }

  /** Match the bitmap to the space the canvas has; the field is drawn anew when that changed. */
  fit() {
    const box = this.canvas.getBoundingClientRect();
    const across = Math.min(MOST_PIXELS, Math.max(WIDTH / 2, box.width * devicePixelRatio)) * this.quality;
    const width = Math.round(across), height = Math.round(across * HEIGHT / WIDTH);
    if (this.k && this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = this.ground.width = width;
    this.canvas.height = this.ground.height = height;
    this.k = width / WIDTH;
    this.sheet.at(this.k);
    this.labels.length = 0;
    const ctx = this.ground.getContext("2d", { alpha: false });
    ctx.setTransform(this.k, 0, 0, this.k, 0, 0);
    this.hills = drawGround(ctx, this.manifest, this.colours);
  }

  at(x, y, angle) {
    const k = this.k;
    if (angle === 0) { this.ctx.setTransform(k, 0, 0, k, x * k + this.dx, y * k + this.dy); return; }
    const c = Math.cos(angle * TURN) * k, s = Math.sin(angle * TURN) * k;
    this.ctx.setTransform(c, s, -s, c, x * k + this.dx, y * k + this.dy);
  }

  /** Note what happened in a tick: pieces fly, the downed turn over. */
  happened(state) {
    const { particles } = this;
    particles.share = this.calm() ? 0.3 : 1;
    for (const event of state.events) {
      const x = event.x / SCALE, y = event.y / SCALE;
      if (event.what === "hit") particles.burst(x, y, event.blocked ? 2 : 4, event.blocked ? 0 : HUE_OF[event.kind], 60, 0.35);
      else if (event.what === "down") this.fell(state, event, x, y);
      else if (event.what === "gift") particles.burst(x, y, 14, HUE_OF[event.kind], 90, 0.6);
      else if (event.what === "bounce" || event.what === "burst") particles.burst(x, y, 4, 2, 50, 0.25);
      else if (event.what === "hurt") this.hurt(x, y);
      else if (event.what === "wave") this.announce(event.last ? `Wave ${event.number}, the last` : `Wave ${event.number}`);
      else if (event.what === "end") this.end(state, event.cleared, x, y);
    }
  }

  fell(state, event, x, y) {
    this.particles.burst(x, y, 12 + 5 * event.size, HUE_OF[event.kind], 120, 0.7);
    this.particles.burst(x, y, 5, 1, 70, 0.8);
    this.fallen.add(event.kind, x, y, (event.id * 397) & 1023, 0.75 + 0.2 * event.size, `+${event.points}`);
  }

  end(state, cleared, x, y) {
    this.ended = 0;
    this.announce(cleared ? "All clear" : state.ship.hull === 0 ? "The leaf is torn" : "Time");
    if (cleared) for (let hue = 1; hue < HUES.length; hue += 1) this.particles.burst(x, y, 14, hue, 200, 1.2);
    else if (state.ship.hull === 0) this.particles.burst(x, y, 40, 1, 150, 1);
  }

  announce(words) {
    this.notice = words;
    this.noticed = 1.8;
  }

  hurt(x, y) {
    this.sore = 0.3;
    this.shake = this.calm() ? 0 : 0.25;
    this.particles.burst(x, y, 12, 1, 110, 0.6);
  }

  /** One frame: *between* 0–1 is how far on the way to the next tick, *ms* since the last frame. */
  draw(state, between, ms, ghost = null) {
    const { ctx } = this;
    const seconds = Math.min(0.1, ms / 1000), back = (1 - between) / SCALE;
    this.dx = this.dy = 0;
    if (this.shake > 0) {
      this.shake -= seconds;
      this.dx = Math.sin(this.shake * 90) * this.shake * 14 * this.k;
      this.dy = Math.cos(this.shake * 70) * this.shake * 10 * this.k;
    }
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.ground, 0, 0);
    this.drawGifts(state);
    for (const foe of state.foes) this.drawFoe(state, foe, back);
    if (ghost) this.drawGhost(ghost, back);
    this.drawShip(state, back, seconds);
    this.drawShots(state, back);
    this.at(0, 0, 0);
    this.particles.draw(ctx, this.hues, seconds);
    this.drawFallen(seconds);
    if (this.noticed > 0) this.drawNotice(seconds);
    if (this.sore > 0) this.drawSore(seconds);
  }

  drawGifts(state) {
    for (const gift of state.gifts) {
      if (gift.left < 120 && !this.calm() && (gift.left >> 3) & 1) continue;   // it is going
      this.at(gift.x / SCALE, gift.y / SCALE, 0);
      this.sheet.put(this.ctx, gift.kind, this.calm() ? 0 : (state.tick >> 4) & 1, 0.8);
    }
  }

  drawFoe(state, foe, back) {
    const { ctx } = this;
    const x = foe.x / SCALE - foe.vx * back, y = foe.y / SCALE - foe.vy * back;
    const size = foe.radius / SCALE / BODY;
    if (this.since[foe.id] < 0) this.since[foe.id] = state.tick;
    this.at(x, y, foe.angle);
    if (foe.born > 0) {
      ctx.globalAlpha = 1 - foe.born / 70;
      this.sheet.put(ctx, foe.cloaked ? "cloaked" : foe.kind, 0, size * (1 - foe.born / 90));
      ctx.globalAlpha = 1;
    } else {
      if (foe.kind === "rammer" && foe.mode === 1) this.drawThreat(foe.timer);
      const moves = foe.vx !== 0 || foe.vy !== 0 || foe.kind === "drone";
      this.sheet.put(ctx, foe.cloaked ? "cloaked" : foe.kind, moves ? (state.tick >> (foe.kind === "drone" ? 1 : 3)) & 1 : 0, size);
      this.drawMood(foe, size);
    }
    if (!this.named && !foe.cloaked && (state.near === foe.id || state.tick - this.since[foe.id] < NAMED)) this.drawLabel(foe, x, y, size);
  }

  drawThreat(timer) {   // where the rammer will run: a broken line, longer as it makes up its mind
    const { ctx } = this;
    ctx.fillStyle = this.hues[6];
    for (let i = 0; i < 12 - (timer >> 2); i += 1) ctx.fillRect(22 + i * 12, -1, 7, 2);
  }

  drawMood(foe, size) {
    const { ctx } = this;
    const round = BODY * size + 5;
    ctx.lineWidth = 2.2;
    if (foe.guard) {
      ctx.strokeStyle = this.colours.ink;
      ctx.beginPath();
      ctx.arc(0, 0, round, -0.95, 0.95);
      ctx.stroke();
    } else if (foe.kind === "drone" && foe.mode === 1) {
      ctx.strokeStyle = this.hues[5];
      ctx.beginPath();
      ctx.arc(0, 0, round + foe.timer / 3, 0, Math.PI * 2);
      ctx.stroke();
    } else if ((foe.kind === "rammer" || foe.kind === "impostor") && foe.mode === 3) {
      ctx.fillStyle = this.colours.ink;   // dizzy: three dots go round its head
      for (let i = 0; i < 3; i += 1) {
        const turn = foe.timer / 9 + i * 2.1;
        ctx.fillRect(BODY * size + Math.cos(turn) * 6 - 1, Math.sin(turn) * 6 - 1, 2, 2);
      }
    }
    if (foe.hp < foe.most_hp) this.drawHealth(foe, round);
  }

  drawHealth(foe, round) {
    const { ctx } = this;
    this.at(foe.x / SCALE, foe.y / SCALE, 0);
    ctx.fillStyle = this.colours.line;
    ctx.fillRect(-9, round + 1, 18, 2);
    ctx.fillStyle = this.colours.ink;
    ctx.fillRect(-9, round + 1, 18 * Math.max(0, foe.hp / foe.most_hp), 2);
  }

  drawLabel(foe, x, y, size) {
    const label = this.labels[foe.label_index] ?? this.makeLabel(foe.label_index);
    const wide = label.width / this.k, half = wide / 2;
    const left = Math.min(WIDTH - wide - 2, Math.max(2, x - half));
    const above = y - BODY * size - 18;
    this.at(left, above < 2 ? y + BODY * size + 9 : above, 0);
    this.ctx.drawImage(label, 0, 0, wide, label.height / this.k);
  }

  makeLabel(index, name = placeOf(this.manifest.foes[index]?.label)) {
    const words = shortened(name, 24) || " ";
    const canvas = document.createElement("canvas");
    const ctx = canvas.getContext("2d");
    const font = `500 ${9 * this.k}px Inconsolata, monospace`;
    ctx.font = font;
    canvas.width = Math.ceil(ctx.measureText(words).width) + 4;
    canvas.height = Math.ceil(11 * this.k);
    ctx.font = font;
    ctx.fillStyle = this.colours.pale;
    ctx.fillText(words, 2, 8.6 * this.k);
    this.labels[index] = canvas;
    return canvas;
  }

  drawPilot(ship, seconds) {   // nobody is lost: she has wings of her own
    this.ended += seconds;
    const sway = this.calm() ? 0 : Math.sin(this.ended * 9) * 5;
    this.at(ship.x / SCALE + sway, ship.y / SCALE - this.ended * 70, 768);
    this.sheet.put(this.ctx, "pilot", this.calm() ? 0 : (this.ended * 24) & 1, 1.1);
  }

  drawShip(state, back, seconds) {
    const { ctx } = this;
    const { ship } = state;
    if (state.over && ship.hull === 0) { this.drawPilot(ship, seconds); return; }
    const x = Math.min(WIDTH - 7, Math.max(7, ship.x / SCALE - ship.vx * back));
    const y = Math.min(HEIGHT - 7, Math.max(7, ship.y / SCALE - ship.vy * back));
    this.at(x, y, ship.angle);
    ctx.lineWidth = 1.4;
    if (ship.safe > 0) {
      ctx.strokeStyle = this.colours.ink;
      ctx.beginPath();
      ctx.arc(0, 0, 19, 0, Math.PI * 2 * ship.safe / PLAY.safe);
      ctx.stroke();
    }
    for (let ring = 0; ring < ship.shield; ring += 1) {
      ctx.strokeStyle = this.hues[1];
      ctx.beginPath();
      ctx.arc(0, 0, 16 + ring * 2.6, 0.5, Math.PI * 2 - 0.5);
      ctx.stroke();
    }
    if (ship.rapid > 0) {
      ctx.fillStyle = this.hues[2];
      for (let i = 0; i < 3; i += 1) ctx.fillRect(-19 - i * 4, -1.2, 2.4, 2.4);
    }
    const blinks = ship.safe > 0 && !this.calm() && (ship.safe >> 3) & 1;
    ctx.globalAlpha = blinks ? 0.55 : 1;
    this.sheet.put(ctx, "ship", (state.tick >> 3) & 1, 1);
    ctx.globalAlpha = 1;
  }

  drawGhost(ghost, back) {
    const { ship } = ghost;
    this.at(ship.x / SCALE - ship.vx * back, ship.y / SCALE - ship.vy * back, ship.angle);
    this.ctx.globalAlpha = 0.7;
    this.sheet.put(this.ctx, "ghost", (ghost.tick >> 3) & 1, 1);
    if (this.ghostName) {
      const label = this.labels[MOST_FOES] ?? this.makeLabel(MOST_FOES, this.ghostName);
      this.at(ship.x / SCALE - label.width / this.k / 2, ship.y / SCALE + 14, 0);
      this.ctx.drawImage(label, 0, 0, label.width / this.k, label.height / this.k);
    }
    this.ctx.globalAlpha = 1;
  }

  drawShots(state, back) {
    for (const shot of state.shots) {
      const angle = shot.bounces !== undefined && shot.kind === "echo" ? 0 : shot.angle;
      this.at(shot.x / SCALE - shot.vx * back, shot.y / SCALE - shot.vy * back, angle);
      this.sheet.put(this.ctx, SHOT_SPRITE[shot.kind] ?? shot.kind, 0, SHOT_SIZE[shot.kind]);
    }
  }

  drawFallen(seconds) {
    const { ctx } = this;
    ctx.font = "700 11px 'Alegreya Sans', sans-serif";
    ctx.textAlign = "center";
    for (const row of this.fallen.rows) {
      if (row.left <= 0) continue;
      row.left -= seconds * 1.25;
      const left = Math.max(0, row.left), gone = 1 - left;
      ctx.globalAlpha = Math.min(1, left * 2);
      if (left > 0.35) {
        this.at(row.x, row.y, row.angle + (this.calm() ? 0 : gone * 300));
        ctx.transform(1, 0, 0, -1, 0, 0);   // on its back
        this.sheet.put(ctx, row.name, (left * 24) & 1, row.size * (left - 0.1));
      }
      this.at(row.x, row.y - 6 - gone * 14, 0);
      this.sheet.put(ctx, "mended", 0, 0.42);
      ctx.fillStyle = this.colours.ink;
      ctx.fillText(row.points, 16, 4);
      ctx.globalAlpha = 1;
    }
  }

  drawNotice(seconds) {
    const { ctx } = this;
    this.noticed -= seconds;
    this.at(0, 0, 0);
    ctx.globalAlpha = Math.min(1, Math.max(0, this.noticed * 2));
    ctx.font = "italic 400 17px 'Alegreya Sans', sans-serif";
    ctx.textAlign = "center";
    ctx.fillStyle = this.colours.ink;
    ctx.fillText(this.notice, WIDTH / 2, 34);
    ctx.globalAlpha = 1;
  }

  drawSore(seconds) {   // the edge of the field, once, without a flash
    this.sore -= seconds;
    const { ctx } = this;
    this.at(0, 0, 0);
    ctx.globalAlpha = Math.max(0, this.sore * 2.4);
    ctx.strokeStyle = this.hues[3];
    ctx.lineWidth = 6;
    ctx.strokeRect(3, 3, WIDTH - 6, HEIGHT - 6);
    ctx.globalAlpha = 1;
  }
}
