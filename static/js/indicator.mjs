// The live indicator: is the stream there, how old is the last event, the last two minutes as strokes.
const SPAN = 120_000;   // ms that the pulse shows
const WIDTH = 120, FOOT = 20;
const SVG = "http://www.w3.org/2000/svg";
const TALL = { blocker: 16, gold: 14, leaf: 12, discovery: 12, warning: 11, hot: 11, accent: 9 };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Indicator {
  constructor(node) {
    this.node = node;
    if (!node) return;
    this.word = node.querySelector("b");
    this.age = node.querySelector("[data-age]");
    this.pulse = node.querySelector("svg");
    this.beats = [];
    this.name = "connecting";
    this.until = 0;
    this.drawn = 0;
    setInterval(() => this.draw(), 1000);
  }

  beat(event) {
    if (!this.node) return;
    const at = Date.parse(event.at);
    this.beats.push({ at, hue: event.hue, tall: TALL[event.hue] || 6 });
    this.lastAt = Math.max(this.lastAt || 0, at);
    if (this.beats.length > 400) this.beats.shift();
  }

  newest(at) {   // before the first event of this page: how old the last one is
    this.lastAt = Math.max(this.lastAt || 0, at);
    this.draw();
  }

  state(name, until) {
    if (!this.node) return;
    this.name = name;
    this.until = until;
    this.draw();
  }

  draw() {
    if (!this.node || document.hidden) return;
    const [state, word, rest] = this.words();
    this.node.dataset.state = state;
    if (this.word.textContent !== word) this.word.textContent = word;
    if (this.age.textContent !== rest) this.age.textContent = rest;
    this.strokes();
  }

  words() {
    const since = this.lastAt ? `last event ${span(Date.now() - this.lastAt)} ago` : "no event yet";
    if (this.name === "live") return ["live", "Live", `, ${since}`];
    if (this.name === "polling") return ["stale", "Asking every 5 s", `, ${since}`];
    if (this.name === "signed-out") return ["down", "Signed out", ". Load the page again"];
    if (this.name === "connecting") return ["stale", "Connecting", ""];
    const left = Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
    return ["down", "Cut off", `, trying again ${left ? `in ${left} s` : "now"}; ${since}`];
  }

  strokes() {
    const now = Date.now();
    if (calm.matches && now - this.drawn < 10_000) return;   // redrawn every 10 s for those who ask for calm
    this.drawn = now;
    this.beats = this.beats.filter((beat) => now - beat.at < SPAN);
    for (const old of this.pulse.querySelectorAll(".beat")) old.remove();
    for (const beat of this.beats) {
      const x = (WIDTH - 3 - ((now - beat.at) / SPAN) * (WIDTH - 6)).toFixed(1);
      const stroke = document.createElementNS(SVG, "path");
      stroke.setAttribute("class", "beat");
      stroke.setAttribute("data-hue", beat.hue);
      stroke.setAttribute("d", `M${x} ${FOOT}V${FOOT - beat.tall}`);
      this.pulse.append(stroke);
    }
    const count = this.beats.length;
    this.pulse.setAttribute("aria-label", `${count} event${count === 1 ? "" : "s"} in the last two minutes`);
  }
}

function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}
