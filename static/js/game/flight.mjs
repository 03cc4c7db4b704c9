// One sortie from the ticket to the landing, in a dialog that fills the window: the loop, the pauses,
// the record of the inputs. It knows nothing of the server.
import { Controls } from "./input.mjs";
import { Hud, fieldInWords, told } from "./hud.mjs";
import { Recorder } from "./log.mjs";
import { Loop } from "./loop.mjs";
import { hashOf, newGame, step } from "./sim.mjs";

const SLOW = 45;          // frames behind in a row, more or less, before the picture gets coarser
const AFTERGLOW = 75;     // ticks after the end: long enough to see what it was

export class Flight {
  /** *landed(result)* is called with {score, hash, log, over, state}, or null for a flight given up. */
  constructor(dialog, scene, sound, landed) {
    this.dialog = dialog;
    this.scene = scene;
    this.sound = sound;
    this.landed = landed;
    this.canvas = scene.canvas;
    this.field = dialog.querySelector("[data-field]");
    this.controls = new Controls(this.canvas, dialog);
    this.hud = new Hud(dialog);
    this.loop = new Loop(() => this.tick(), (between, ms) => this.draw(between, ms));
    this.mode = "closed";   // ready, flying, paused
    this.ghost = null;
    this.listen();
    dialog.querySelector("[data-do=full]").hidden = !dialog.requestFullscreen;   // a phone may not be able to
  }

  listen() {
    const { dialog } = this;
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.pause(); });
    dialog.addEventListener("close", () => this.reopen());
    // on the document, for a press on bare ground takes the focus out of everything
    document.addEventListener("keydown", (event) => this.key(event, true), true);
    document.addEventListener("keyup", (event) => this.key(event, false), true);
    addEventListener("blur", () => this.pause());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.pause(); });
    addEventListener("resize", () => this.measure());
    dialog.addEventListener("fullscreenchange", () => this.measure());
    for (const button of dialog.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.act(button.dataset.do));
    }
  }

  reopen() {   // a browser closes a dialog on a second Escape whatever one says; the flight goes on
    if (this.mode === "closed") return;
    this.pause();
    this.dialog.showModal();
    this.show(this.mode);
  }

  act(what) {
    if (what === "start") this.fly();
    else if (what === "pause") { if (this.mode === "paused") this.fly(); else this.pause(); }
    else if (what === "home") this.land();
    else if (what === "leave") this.leave();
    else if (what === "full") this.fill();
  }

  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.dialog.requestFullscreen().catch(() => { /* the browser does not want to: the window has to do */ });
  }

  key(event, down) {
    if (this.mode === "closed" || event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target.closest("button, a");
    if (this.mode === "flying") {
      if (this.controls.key(event, down)) { event.preventDefault(); return; }
      if (event.key === "Tab" || onButton) return;
      event.preventDefault();
      if (down && !event.repeat && (event.code === "KeyP" || event.key === "Escape")) this.pause();
    } else if (down && event.key === "Escape") {
      event.preventDefault();
      if (this.mode === "ready") this.leave();
    } else if (down && !event.repeat && (event.code === "KeyP" || (event.key === "Enter" && !onButton))) {
      event.preventDefault();
      this.fly();
    }
  }

  /** Show the field and wait for the start. */
  open(sortie, ghost = null) {
    this.sortie = sortie;
    this.state = newGame(sortie.manifest, sortie.seed, { weapon: sortie.weapon });
    this.recorder = new Recorder();
    this.ghost = ghost;
    this.afterglow = AFTERGLOW;
    ghost?.begin();
    this.dialog.querySelector("[data-about]").textContent = `${sortie.training ? "Practice: " : ""}${fieldInWords(sortie.manifest)}.`;
    this.dialog.showModal();
    this.scene.begin(sortie.manifest);
    this.scene.ghostName = ghost?.replay.player ?? "";
    this.measure();
    this.show("ready");
    this.hud.show(this.state);
    this.scene.draw(this.state, 1, 0);
  }

  measure() {
    if (this.mode === "closed" && !this.dialog.open) return;
    this.scene.fit();
    this.controls.measure();
    if (this.state) this.scene.draw(this.state, 1, 0, this.ghost?.state);
  }

  show(mode) {
    this.mode = mode;
    this.dialog.dataset.mode = mode;
    for (const panel of this.dialog.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== mode;
    const pause = this.dialog.querySelector(".bar [data-do=pause]");
    pause.disabled = mode === "ready";
    pause.setAttribute("aria-pressed", String(mode === "paused"));
    this.dialog.querySelector(`[data-panel="${mode}"] [data-do=${mode === "ready" ? "start" : "pause"}]`)?.focus();
    this.controls.active = mode === "flying";
    this.controls.rest();
  }

  say(words) { this.dialog.querySelector("[data-say]").textContent = words; }

  fly() {
    if (this.mode !== "ready" && this.mode !== "paused") return;
    this.field.focus({ preventScroll: true });
    this.show("flying");
    this.say("");
    this.controls.measure();
    this.loop.start();
  }

  pause() {
    if (this.mode !== "flying" || this.state.over) return;
    this.loop.stop();
    this.show("paused");
    this.say(`Paused. ${told(this.state)}`);
  }

  tick() {
    const { state } = this;
    if (state.over) {
      this.afterglow -= 1;
      if (this.afterglow === 0) this.land();
      return this.afterglow > 0;
    }
    const input = this.controls.read(state.ship);
    this.recorder.add(input);
    step(state, input);
    this.ghost?.tick();
    this.scene.happened(state);
    this.sound.happened(state.events);
    return true;
  }

  draw(between, ms) {
    this.scene.draw(this.state, this.state.over ? 1 : between, ms, this.ghost && !this.ghost.over ? this.ghost.state : null);
    this.hud.show(this.state);
    if (this.loop.slowFrames > SLOW && this.scene.quality > 0.5) {   // 60 ticks matter more than pixels
      this.loop.slowFrames = 0;
      this.scene.quality -= 0.25;
      this.scene.fit();
    }
  }

  /** Home with what was reached, at the end or before it. */
  land() {
    if (this.mode !== "flying" && this.mode !== "paused") return;
    this.loop.stop();
    const { state } = this;
    this.close();
    this.landed(state.tick === 0 ? null : { score: state.score, hash: hashOf(state), log: this.recorder.text(), over: state.over, state });
  }

  leave() {
    this.loop.stop();
    this.close();
    this.landed(null);
  }

  close() {
    this.mode = "closed";
    this.controls.active = false;
    if (document.fullscreenElement) document.exitFullscreen();
    this.dialog.close();
  }
}
