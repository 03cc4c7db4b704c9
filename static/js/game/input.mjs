// What a person does, as one whole number per tick: keys by their place on the keyboard, the mouse as
// an aim, two thumbs on glass. Bits as in sim.mjs.
import { AIM, AIM_SHIFT, DOWN, FIRE, LEFT, RIGHT, SCALE, UP, WIDTH } from "./sim.mjs";

const KEYS = {
  ArrowUp: UP, KeyW: UP, ArrowDown: DOWN, KeyS: DOWN, ArrowLeft: LEFT, KeyA: LEFT, ArrowRight: RIGHT, KeyD: RIGHT, Space: FIRE,
};
const AGAINST = { [UP]: DOWN, [DOWN]: UP, [LEFT]: RIGHT, [RIGHT]: LEFT };
const DEAD = 10, AIM_FROM = 18, REACH = 44;  // pixels: a thumb at rest, one that aims, the ring around it
const AIM_EVERY = 3;                         // ticks: a hand does not aim faster, and the log stays small

/** A thumb: where it came down, where it is, and the ring that shows it. */
const thumb = (ring) => ({ ring, on: false, id: -1, x: 0, y: 0, tipX: 0, tipY: 0 });

function draw(one) {
  one.ring.hidden = !one.on;
  one.ring.style.transform = `translate(${one.x}px, ${one.y}px)`;
  one.ring.firstElementChild.style.transform = `translate(${one.tipX - one.x}px, ${one.tipY - one.y}px)`;
}

export class Controls {
  constructor(canvas, surface) {
    this.canvas = canvas;
    this.surface = surface;
    this.stick = thumb(surface.querySelector("[data-thumb=left]"));
    this.trigger = thumb(surface.querySelector("[data-thumb=right]"));
    this.thumbs = [this.stick, this.trigger];
    this.box = { left: 0, top: 0, width: WIDTH };
    this.active = false;
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, (event) => this.up(event));
    surface.addEventListener("contextmenu", (event) => { if (this.active) event.preventDefault(); });
    this.rest();
  }

  /** Nothing is held: at the start, after a pause, when the window is left. */
  rest() {
    this.held = 0;
    this.tapped = 0;
    this.byMouse = false;
    this.mouseX = this.mouseY = 0;
    this.angle = 0;
    this.wait = 0;
    for (const one of this.thumbs) {
      one.on = false;
      draw(one);
    }
  }

  measure() {
    this.box = this.canvas.getBoundingClientRect();
  }

  key(event, down) {
    const bit = KEYS[event.code];
    if (!bit) return false;
    if (!down) this.held &= ~bit;
    else if (!event.repeat) {
      this.held = (this.held | bit) & ~(AGAINST[bit] ?? 0);   // the later key wins
      this.tapped |= bit;
      if (bit === FIRE) this.byMouse = false;                 // who fires by key is aimed for
    }
    return true;
  }

  place(event) {
    const k = WIDTH / this.box.width;
    return [(event.clientX - this.box.left) * k, (event.clientY - this.box.top) * k];
  }

  down(event) {
    if (!this.active || event.target.closest("button, a")) return;
    event.preventDefault();
    if (event.pointerType === "touch") this.touch(event);
    else if (event.button === 0) {
      this.byMouse = true;
      [this.mouseX, this.mouseY] = this.place(event);
      this.held |= FIRE;
      this.tapped |= FIRE;
      this.surface.setPointerCapture(event.pointerId);
    }
  }

  touch(event) {
    const one = event.clientX < innerWidth / 2 ? this.stick : this.trigger;
    if (one.on) return;
    one.on = true;
    one.id = event.pointerId;
    one.x = one.tipX = event.clientX;
    one.y = one.tipY = event.clientY;
    draw(one);
    if (one === this.trigger) this.tapped |= FIRE;
    this.byMouse = false;
  }

  move(event) {
    if (!this.active) return;
    if (event.pointerType !== "touch") {
      this.byMouse = true;
      [this.mouseX, this.mouseY] = this.place(event);
      return;
    }
    for (const one of this.thumbs) if (one.on && one.id === event.pointerId) this.drag(one, event.clientX, event.clientY);
  }

  drag(one, x, y) {   // the ring follows a thumb that leaves it
    const away = Math.hypot(x - one.x, y - one.y);
    if (away > REACH) {
      one.x = x - (x - one.x) * REACH / away;
      one.y = y - (y - one.y) * REACH / away;
    }
    one.tipX = x;
    one.tipY = y;
    draw(one);
  }

  up(event) {
    if (event.pointerType !== "touch") {
      if (event.button === 0) this.held &= ~FIRE;
      return;
    }
    for (const one of this.thumbs) {
      if (one.id !== event.pointerId) continue;
      one.on = false;
      draw(one);
    }
  }

  /** The input of this tick, for a ship at *ship* (in the simulation's lengths). */
  read(ship) {
    let input = (this.held | this.tapped) & (UP | DOWN | LEFT | RIGHT | FIRE);
    this.tapped = 0;
    if (this.stick.on) input |= this.course();
    if (this.trigger.on) input |= FIRE;
    const dx = this.byMouse ? this.mouseX - ship.x / SCALE : this.trigger.tipX - this.trigger.x;
    const dy = this.byMouse ? this.mouseY - ship.y / SCALE : this.trigger.tipY - this.trigger.y;
    const aims = this.byMouse || (this.trigger.on && dx * dx + dy * dy > AIM_FROM * AIM_FROM);
    if (!aims) {
      this.wait = 0;
      return input;
    }
    if (this.wait === 0) {
      this.angle = Math.round(Math.atan2(dy, dx) * 512 / Math.PI) & 1023;
      this.wait = AIM_EVERY;
    }
    this.wait -= 1;
    return input | AIM | (this.angle << AIM_SHIFT);
  }

  course() {   // a thumb knows eight directions
    const dx = this.stick.tipX - this.stick.x, dy = this.stick.tipY - this.stick.y;
    if (dx * dx + dy * dy < DEAD * DEAD) return 0;
    const part = Math.round(Math.atan2(dy, dx) * 4 / Math.PI) & 7;
    return [RIGHT, RIGHT | DOWN, DOWN, DOWN | LEFT, LEFT, LEFT | UP, UP, UP | RIGHT][part];
  }
}

