// A replay: the inputs of a flight, flown again in front of whoever watches. Seeking flies from the last
// state that was kept, so that the bar answers at once.
import { Scene } from "./draw.mjs";
import { Hud, clock, grouped } from "./hud.mjs";
import { decode } from "./log.mjs";
import { Loop } from "./loop.mjs";
import { look } from "./send.mjs";
import { Sheet, loadDrawing } from "./sheet.mjs";
import { TICKS, hashOf, newGame, step } from "./sim.mjs";
import { Sound } from "./sound.mjs";
import { bindTastes, calm, tastes } from "./tastes.mjs";

const KEPT_EVERY = 300;   // ticks between two states that are kept: at most 36 of them
const SPEEDS = [1, 2, 4];
const root = document.querySelector("[data-watch]");

/** A flight that can be put to any of its ticks. */
export class Film {
  constructor({ manifest, seed, weapon, log }) {
    this.runs = decode(log);
    this.ends = [];
    this.ticks = 0;
    for (const run of this.runs) this.ends.push(this.ticks += run[1]);
    this.kept = [newGame(manifest, seed, { weapon })];
    this.state = structuredClone(this.kept[0]);
    this.run = 0;
  }

  get over() { return this.state.tick >= this.ticks; }

  /** One tick on. */
  step() {
    while (this.state.tick >= this.ends[this.run]) this.run += 1;
    step(this.state, this.runs[this.run][0]);
    const at = this.state.tick / KEPT_EVERY;
    if (Number.isInteger(at) && !this.kept[at]) this.kept[at] = structuredClone(this.state);
  }

  seek(tick) {
    const goal = Math.min(this.ticks, Math.max(0, tick));
    const from = Math.min(this.kept.length - 1, Math.floor(goal / KEPT_EVERY));
    if (goal < this.state.tick || this.kept[from].tick > this.state.tick) {
      this.state = structuredClone(this.kept[from]);
      this.run = 0;
    }
    while (this.state.tick < goal) this.step();
    this.state.events = [];
  }
}

class Projector {
  constructor(reel, ghost, scene) {
    this.reel = reel;
    this.film = new Film(reel);
    this.ghost = ghost;
    this.scene = scene;
    this.sound = new Sound();
    this.hud = new Hud(root);
    this.loop = new Loop(() => this.tick(), (between, ms) => this.draw(between, ms));
    this.find();
    this.listen();
    scene.begin(reel.manifest);
    this.film.seek(Number(new URLSearchParams(location.search).get("at")) || 0);
    this.show();
  }

  find() {
    const part = (name) => root.querySelector(`[data-${name}]`);
    [this.word, this.scrub, this.clock, this.agrees] = ["word", "scrub", "clock", "agrees"].map(part);
    this.scrub.max = String(this.film.ticks);
    for (const node of root.querySelectorAll("[data-controls]")) node.hidden = false;
  }

  listen() {
    root.querySelector("[data-play]").addEventListener("click", () => this.toggle());
    for (const button of root.querySelectorAll("[data-skip]")) button.addEventListener("click", () => this.skip(Number(button.dataset.skip)));
    for (const button of root.querySelectorAll("[data-speed]")) button.addEventListener("click", () => this.fast(Number(button.dataset.speed)));
    this.scrub.addEventListener("input", () => this.seek(Number(this.scrub.value)));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.stop(); });
    addEventListener("resize", () => { this.scene.fit(); this.show(); });
    bindTastes(root, (name) => {
      if (name === "sound") { if (tastes.sound) this.sound.on(); else this.sound.off(); }
      this.seek(this.film.state.tick);
    });
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (document.documentElement.dataset.shortcuts === "off" || event.target.closest("input, textarea, select")) return;
    const at = SPEEDS.indexOf(this.loop.speed);
    if (event.key === "k") this.toggle();
    else if (event.key === "j") this.skip(-5);
    else if (event.key === "l") this.skip(5);
    else if (event.key === "<") this.fast(SPEEDS[Math.max(0, at - 1)]);
    else if (event.key === ">") this.fast(SPEEDS[Math.min(SPEEDS.length - 1, at + 1)]);
    else return;
    event.preventDefault();
  }

  toggle() {
    if (this.loop.running) { this.stop(); return; }
    if (this.film.over) this.seek(0);
    if (tastes.sound) this.sound.on();
    this.word.textContent = "Pause";
    this.loop.start();
  }

  stop() {
    this.loop.stop();
    this.word.textContent = "Play";
    this.show();
    this.note();
  }

  fast(speed) {
    this.loop.speed = speed;
    for (const button of root.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
  }

  skip(seconds) { this.seek(this.film.state.tick + seconds * TICKS); }

  seek(tick) {
    this.film.seek(tick);
    this.ghost?.seek(this.film.state.tick);
    this.scene.particles.clear();
    this.scene.fallen.clear();
    this.show();
    this.compare();
    if (!this.loop.running) this.note();
  }

  tick() {
    if (this.film.over) return this.end();
    const { film } = this;
    film.step();
    if (this.ghost && !this.ghost.over) this.ghost.step();
    this.scene.happened(film.state);
    if (tastes.sound && this.loop.speed === 1) this.sound.happened(film.state.events);
    return true;
  }

  end() {
    this.compare();
    this.stop();
    return false;
  }

  /** At the end: whether this browser comes to what the referee came to. */
  compare() {
    if (!this.film.over) return;
    const { state } = this.film;
    const same = state.score === this.reel.score && hashOf(state) === this.reel.hash;
    this.agrees.textContent = same ? `comes to ${grouped(state.score)} points and the same state.` : `comes to ${grouped(state.score)} points, and to another state.`;
    this.agrees.dataset.same = same ? "yes" : "no";
  }

  draw(between, ms) {
    const shown = tastes.ghost && this.ghost && !this.ghost.over ? this.ghost.state : null;
    this.scene.draw(this.film.state, between, ms, shown);
    this.hud.show(this.film.state);
    const { tick } = this.film.state;
    if (this.shownAt !== Math.floor(tick / 6)) {
      this.shownAt = Math.floor(tick / 6);
      this.scrub.value = String(tick);
      this.clock.textContent = `${clock(tick)} of ${clock(this.film.ticks)}`;
      this.scrub.setAttribute("aria-valuetext", this.clock.textContent);
    }
  }

  show() {
    this.shownAt = -1;
    this.draw(1, 0);
  }

  note() {
    const place = new URL(location.href);
    place.searchParams.set("at", String(this.film.state.tick));
    history.replaceState(history.state, "", place);
  }
}

async function begin() {
  const sheet = new Sheet(await loadDrawing(root.dataset.drawing));
  await Promise.all([document.fonts.load("500 12px Inconsolata"), document.fonts.load("700 12px 'Alegreya Sans'")]);
  const reel = await look(root.dataset.film);
  const other = root.dataset.ghost ? await look(root.dataset.ghost).catch(() => null) : null;
  const ghost = other?.digest === reel.digest ? new Film(other) : null;
  const scene = new Scene(root.querySelector("canvas"), sheet, calm);
  scene.ghostName = other?.player ?? "";
  new Projector(reel, ghost, scene);
  root.dataset.ready = "yes";
}

begin().catch((error) => {
  const trouble = root.querySelector("[data-trouble]");
  trouble.hidden = false;
  trouble.querySelector("p").textContent = `This replay cannot be flown here. ${error.message}`;
});
