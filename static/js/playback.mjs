// The player of the timeline: a cursor over the events of the page. Speed and place are in the URL,
// so that a link shows the same; without script the page is the list of these events.
const SPEEDS = [0.5, 1, 2, 4, 8, 16];
const KEEP = 1_000;   // ms between two notes of the place in the address bar while it plays

function inField(node) {
  return node instanceof Element && node.closest("input, textarea, select, [contenteditable]") !== null;
}

class Player {
  constructor(box) {
    this.box = box;
    this.lines = [...box.querySelectorAll(".reel > li")];
    this.offsets = this.lines.map((line) => Number(line.dataset.offset));
    this.reel = box.querySelector(".reel");
    this.scrub = box.querySelector("[data-scrub]");
    this.word = box.querySelector("[data-word]");
    this.clock = box.querySelector("[data-clock]");
    this.cursor = box.querySelector("[data-cursor]");
    this.speed = Number(box.dataset.speed) || 1;
    this.timer = null;
    this.keptAt = 0;
    box.querySelector("[data-controls]").hidden = false;
    box.classList.add("plays");
    this.listen();
    const start = this.lines.findIndex((line) => line.id === `event-${box.dataset.at}`);
    this.show(start < 0 ? 0 : start);
  }

  listen() {
    this.box.querySelector("[data-play]").addEventListener("click", () => this.toggle());
    for (const button of this.box.querySelectorAll("[data-step]")) button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    for (const link of this.box.querySelectorAll("[data-at-speed]")) {
      link.addEventListener("click", (event) => { event.preventDefault(); this.run(Number(link.dataset.atSpeed)); });
    }
    this.scrub.addEventListener("input", () => { this.show(Number(this.scrub.value)); this.keep(true); this.restart(); });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.documentElement.dataset.shortcuts === "off" || inField(event.target) || document.querySelector("dialog[open]")) return;
    const faster = SPEEDS.indexOf(this.speed);
    if (event.key === "k") this.toggle();
    else if (event.key === "j") this.step(-1);
    else if (event.key === "l") this.step(1);
    else if (event.key === ">") this.run(SPEEDS[Math.min(SPEEDS.length - 1, faster + 1)]);
    else if (event.key === "<") this.run(SPEEDS[Math.max(0, faster - 1)]);
    else return;
    event.preventDefault();
  }

  get playing() { return this.timer !== null; }

  toggle() {
    if (this.playing) { this.stop(); return; }
    if (this.at === this.lines.length - 1) this.show(0);
    this.next();
    this.word.textContent = "Pause";
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.word.textContent = "Play";
    this.keep(true);
  }

  restart() {
    if (!this.playing) return;
    clearTimeout(this.timer);
    this.next();
  }

  next() {
    if (this.at >= this.lines.length - 1) { this.stop(); return; }
    const wait = (this.offsets[this.at + 1] - this.offsets[this.at]) * 1000 / this.speed;
    this.timer = setTimeout(() => {
      this.show(this.at + 1);
      this.keep(false);
      this.next();
    }, wait);
  }

  step(by) {
    if (this.playing) this.stop();
    this.show(Math.min(this.lines.length - 1, Math.max(0, this.at + by)));
    this.keep(true);
    const status = document.getElementById("status");
    if (status) status.textContent = this.lines[this.at].querySelector("a").textContent;
  }

  run(speed) {
    this.speed = speed;
    for (const link of this.box.querySelectorAll("[data-at-speed]")) {
      if (Number(link.dataset.atSpeed) === speed) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.keep(true);
    this.restart();
  }

  show(at) {
    const [low, high] = this.at === undefined ? [0, this.lines.length - 1] : [Math.min(at, this.at), Math.max(at, this.at)];
    for (let i = low; i <= high; i += 1) {
      this.lines[i].classList.toggle("ahead", i > at);
      this.lines[i].removeAttribute("aria-current");
    }
    this.at = at;
    const line = this.lines[at];
    line.setAttribute("aria-current", "true");
    this.scrub.value = String(at);
    const time = line.querySelector("time");
    this.scrub.setAttribute("aria-valuetext", `${at + 1} of ${this.lines.length}, ${time.textContent}`);
    this.clock.textContent = `${time.dateTime.slice(0, 10)} ${time.textContent} UTC, event ${at + 1} of ${this.lines.length}`;
    const beat = this.box.querySelector(`#beat-${line.id.slice("event-".length)}`);
    const x = beat.getAttribute("d").match(/^M([\d.]+)/)[1];
    this.cursor.setAttribute("d", this.cursor.getAttribute("d").replace(/^M[\d.]+/, `M${x}`));
    this.reach(line);
  }

  reach(line) {   // the reel scrolls, the page does not
    const top = line.offsetTop - this.reel.offsetTop;
    if (top < this.reel.scrollTop || top + line.offsetHeight > this.reel.scrollTop + this.reel.clientHeight) {
      this.reel.scrollTop = top - this.reel.clientHeight / 2;
    }
  }

  keep(now) {
    if (!now && Date.now() - this.keptAt < KEEP) return;
    this.keptAt = Date.now();
    const place = new URL(location.href);
    place.searchParams.set("speed", String(this.speed));
    place.searchParams.set("at", this.lines[this.at].id.slice("event-".length));
    history.replaceState(history.state, "", place);
  }
}

function carry() {   // the link of the list plays what the list shows now
  for (const link of document.querySelectorAll("[data-carry]")) {
    const asked = new URLSearchParams(location.search);
    for (const name of ["after", "before", "order", "limit"]) asked.delete(name);
    link.href = `${link.dataset.carry}${asked.size ? `?${asked}` : ""}`;
  }
}

for (const box of document.querySelectorAll("[data-player]")) new Player(box);
if (document.querySelector("[data-carry]")) document.addEventListener("htmx:pushedIntoHistory", carry);
