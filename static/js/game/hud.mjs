// The instruments above the field: words in the page, changed only when they change.
import { MOST_TICKS, TICKS } from "./sim.mjs";

const KINDS = ["blocker", "bug", "drone", "impostor", "rammer"];   // in the order of the legend

export const clock = (ticks) => {
  const seconds = Math.ceil(ticks / TICKS);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

export const grouped = (number) => number.toLocaleString("en");
const times = (combo) => `× ${((4 + combo) / 4).toFixed(2).replace(/\.?0+$/, "")}`;   // as a downed foe is counted

export class Hud {
  constructor(root) {
    this.fields = {};
    for (const node of root.querySelectorAll("[data-gauge]")) this.fields[node.dataset.gauge] = node;
    this.pips = [...root.querySelectorAll("[data-pip]")];
    this.shown = {};
  }

  set(name, value) {
    if (this.shown[name] === value || !this.fields[name]) return;
    this.shown[name] = value;
    this.fields[name].textContent = value;
  }

  show(state) {
    const { ship } = state;
    this.set("score", grouped(state.score));
    this.set("combo", times(state.combo));
    this.set("wave", state.wave === 0 ? "–" : String(state.wave));
    this.set("time", clock(MOST_TICKS - state.tick));
    this.set("left", String(state.order.length - state.next + state.foes.length));
    if (this.shown.hull === ship.hull && this.shown.shield === ship.shield) return;
    this.shown.shield = ship.shield;
    this.set("hull", ship.shield ? `${ship.hull} + ${ship.shield}` : String(ship.hull));
    this.pips.forEach((pip, at) => { pip.dataset.on = at < ship.hull ? "yes" : "no"; });
  }
}

/** What a manifest holds: "3 blockers, 12 bugs, 1 pick-up", as the page says it. */
export function fieldInWords(manifest) {
  const parts = KINDS.map((kind) => [manifest.foes.filter((foe) => foe.kind === kind).length, kind]);
  parts.push([manifest.gifts.length, "pick-up"]);
  return parts.filter(([count]) => count).map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`).join(", ");
}

/** The state in a sentence, for people who listen. */
export function told(state) {
  const { ship } = state;
  const left = state.order.length - state.next + state.foes.length;
  return `Score ${grouped(state.score)}. Hull ${ship.hull} of 5. Wave ${state.wave}. ${left === 1 ? "1 foe is" : `${left} foes are`} left, and ${clock(MOST_TICKS - state.tick)} of time.`;
}
