// A fixed step: the simulation gets its 60 ticks a second whatever the screen does, and the drawing
// is told how far between two ticks it is. A machine that cannot keep up plays slower, not wrongly.
export const STEP = 1000 / 60;
const MOST_BEHIND = 125;   // ms that are made good; after a longer gap time simply was not

export class Loop {
  /** *tick()* is called per step and returns false to end; *draw(between, ms)* once per frame. */
  constructor(tick, draw) {
    this.tick = tick;
    this.draw = draw;
    this.frame = 0;
    this.behind = 0;
    this.last = 0;
    this.speed = 1;
    this.slowFrames = 0;
    this.onFrame = (now) => this.run(now);
  }

  get running() { return this.frame !== 0; }

  start() {
    if (this.frame) return;
    this.last = 0;
    this.behind = 0;
    this.frame = requestAnimationFrame(this.onFrame);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  run(now) {
    this.frame = requestAnimationFrame(this.onFrame);
    const passed = this.last ? now - this.last : 0;
    this.last = now;
    this.slowFrames = passed > 26 ? this.slowFrames + 1 : Math.max(0, this.slowFrames - 1);
    this.behind += Math.min(MOST_BEHIND, passed) * this.speed;
    while (this.behind >= STEP) {
      this.behind -= STEP;
      if (this.tick() === false) {
        this.stop();
        this.draw(1, passed);
        return;
      }
    }
    this.draw(this.behind / STEP, passed);
  }
}
