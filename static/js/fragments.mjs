// Parts of a page that fetch themselves again: all that are due share one request of the page itself,
// and only what changed in them changes. Nothing moves under a pointer or a focus: such a part waits.
import { Idiomorph } from "../vendor/idiomorph/idiomorph.mjs";

const GAP = 1_000;        // ms between two requests of one page at least
const PAINTS = 4, SECOND = 1_005;   // repaints of one part within so many ms at most
const BREATH = 50;        // ms between an answer and the next request
const QUIET = 300;        // ms without an event (they come each 255): a burst is over, ask for its last state
const BRIEF = 1_000;      // ms after which a part in which somebody types is looked at again
const DEAR = 15;          // a request may be one part in so many of the time: slow servers are asked less
const DEAR_PART = 3;      // the same for a part with its own request
const LONGEST = 10_000;   // ms between two at most; also after one that failed
const KEPT = 2_500;       // ms after which the server no longer answers with what it kept from before
const REGULAR = 5_000;    // ms between two looks at parts whose rows may come without an event

const due = new Set();
let timer = null, asking = false, askedAt = -Infinity, endedAt = -Infinity, gap = GAP, rest = BREATH;
let markedAt = -Infinity, settleAt = 0, swappedAt = -Infinity;

// what an act has just put on the page is newer than a page that was asked for before it
document.addEventListener("htmx:afterSwap", () => { swappedAt = Date.now(); });

const parts = () => document.querySelectorAll("[data-live][id]:not([hx-trigger])");
export const held = (node) => node.matches(":hover") || node.contains(document.activeElement);

function edited(node) {
  for (const field of node.querySelectorAll("input, textarea, select")) {
    if (field.type === "hidden") continue;
    if (field.type === "checkbox" || field.type === "radio") { if (field.checked !== field.defaultChecked) return true; }
    else if (field.tagName === "SELECT") { if ([...field.options].some((o) => o.selected !== o.defaultSelected)) return true; }
    else if (field.value !== field.defaultValue) return true;
  }
  return node.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
}

const waits = (part) => edited(part) || ("liveHold" in part.dataset && held(part));

/** Names are topics, tables and `table:key`; parts without htmx wait for one request, others are told. */
export function markDue(event) {
  const table = event.subject.slice(0, event.subject.indexOf(":"));
  for (const part of document.querySelectorAll("[data-live]")) {
    const names = part.dataset.live.split(" ");
    if (!names.includes(event.topic) && !names.includes(event.subject) && !names.includes(table)) continue;
    if (part.hasAttribute("hx-trigger")) tell(part);
    else if (part.id) ask(part.id);
  }
}

// A part with its own request: one at a time, PAINTS a SECOND at most, the last one after the last
// event. While events go on a part that is dear to make waits longer.
const paced = new WeakMap();   // part → {painted, due, busy, timer, began, ended, free, gap, toldAt}
const paceOf = (part) => paced.get(part) ?? paced.set(part, { painted: [], began: 0, ended: -Infinity, free: -Infinity, gap: BREATH }).get(part);

function tell(part) {
  const pace = paceOf(part);
  pace.due = true;
  pace.toldAt = Date.now();
  arm(part, pace);
}

function arm(part, pace) {
  if (pace.timer || (pace.busy && Date.now() - pace.began < LONGEST)) return;
  // quiet since a moment ago: this is the last state for now, and does not wait for the dear gap
  const at = Math.max(pace.free, Math.min(pace.ended + pace.gap, pace.toldAt + QUIET));
  pace.timer = setTimeout(() => fire(part, pace), Math.max(0, at - Date.now()));
}

function fire(part, pace) {
  pace.timer = null;
  const now = Date.now();
  if (now < pace.free || (now < pace.ended + pace.gap && now < pace.toldAt + QUIET)) return arm(part, pace);   // events go on
  if (!part.isConnected) return;
  if (document.hidden || edited(part)) {   // asked again when somebody looks, or has done typing
    pace.timer = setTimeout(() => fire(part, pace), BRIEF);
    return;
  }
  pace.due = false;
  pace.busy = true;
  pace.began = now;
  part.dispatchEvent(new CustomEvent("live", { bubbles: false }));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const pace = paced.get(event.detail.elt);
  if (pace) pace.began = Date.now();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const part = event.detail.elt, pace = paced.get(part);
  if (!pace) return;
  pace.busy = false;
  pace.ended = Date.now();
  const status = event.detail.xhr?.status ?? 0, failed = status === 0 || status === 429 || status >= 500;
  pace.painted = [...pace.painted, pace.ended].slice(-PAINTS);
  const full = pace.painted.length === PAINTS ? pace.painted[0] + SECOND : -Infinity;
  pace.free = failed ? pace.ended + LONGEST : Math.max(pace.ended + BREATH, full);
  pace.gap = Math.min(LONGEST, (pace.ended - pace.began) * DEAR_PART);
  if (failed) pace.due = true;   // the state that it was asked for is still owed
  if (pace.due) arm(part, pace);
});

export function ask(id) {
  due.add(id);
  markedAt = Date.now();
  settleAt = markedAt + KEPT;
  schedule(0);
}

export function askAll() {
  for (const part of parts()) due.add(part.id);
  if (due.size) schedule(0);
}

function askOften() {   // parts that count rows which raw SQL may write without an event
  for (const part of document.querySelectorAll("[data-live-often][id]")) due.add(part.id);
  if (due.size) schedule(0);
}

/** The row on the screen that no frame brought: it comes with the page. */
export function askRow(subject) {
  due.add(`row ${subject}`);
  markedAt = Date.now();
  schedule(0);
}

function schedule(wait) {
  if (timer || asking) return;
  const now = Date.now();
  // while events go on a dear page waits; when they have stopped it does not, but rests a little
  const at = Math.max(endedAt + rest, Math.min(askedAt + gap, markedAt + QUIET));
  timer = setTimeout(run, Math.max(wait, at - now));
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && due.size) schedule(0); });

async function run() {
  timer = null;
  if (document.hidden) return;   // what is due waits until somebody looks
  const now = Date.now();
  if (now < endedAt + rest || (now < askedAt + gap && now < markedAt + QUIET)) return schedule(0);
  const wanted = [...due];
  due.clear();
  asking = true;
  askedAt = Date.now();
  let failed = false;
  try {
    const fresh = await page();
    if (swappedAt >= askedAt) for (const name of wanted) due.add(name);
    else put(fresh, wanted);
  } catch { failed = true; for (const name of wanted) due.add(name); }
  asking = false;
  endedAt = Date.now();
  const took = endedAt - askedAt;
  gap = failed ? LONGEST : Math.min(LONGEST, Math.max(GAP, took * DEAR));
  rest = failed ? LONGEST : Math.min(LONGEST, Math.max(SECOND / PAINTS, took));
  if (due.size) schedule(0);
  else if (settleAt > askedAt) again(wanted);
}

function again(wanted) {   // once more, when the server has made its parts anew
  const wait = settleAt - Date.now();
  settleAt = 0;
  setTimeout(() => { for (const name of wanted) due.add(name); schedule(0); }, Math.max(0, wait));
}

async function page() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(20_000) });
  if (answer.status === 404 || answer.status === 410) return gone();
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function gone() {
  const note = document.getElementById("gone");
  if (note) note.hidden = false;
  return null;
}

function put(fresh, wanted) {
  if (!fresh) return;
  for (const name of wanted) {
    const query = name.startsWith("row ") ? `[data-row="${CSS.escape(name.slice(4))}"]` : `#${CSS.escape(name)}`;
    const [old, now] = [document.querySelector(query), fresh.querySelector(query)];
    if (!old || (!now && !old.id)) continue;   // a row may have left the page that is asked for
    if (waits(old)) hold(old, name);
    else if (!now) old.replaceChildren();
    else morph(old, now);
  }
  document.dispatchEvent(new CustomEvent("times:refresh"));
}

function morph(old, now) {
  delete old.dataset.waits;
  if (old.outerHTML === now.outerHTML) return;
  Idiomorph.morph(old, now, { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks });
  const shown = old.isConnected ? old : document.getElementById(now.id);
  if (shown) window.htmx?.process(shown);
}

const isOpened = (name, node) => name === "open" && (node instanceof HTMLDetailsElement || node instanceof HTMLDialogElement);
const isShown = (name, node) => name === "hidden" && "copy" in node.dataset;   // copy.mjs shows it
const callbacks = {
  beforeNodeMorphed: keep,
  beforeAttributeUpdated: (name, node) => !isOpened(name, node) && !isShown(name, node),
};

function keep(old) {   // a feed grows by itself
  return !(old instanceof HTMLElement && "liveFeed" in old.dataset);
}

function hold(part, name) {   // the pointer rests there: it is brought up to date when it leaves
  if ("waits" in part.dataset) return;
  part.dataset.waits = "";
  const retry = () => { if (!waits(part)) { stop(); due.add(name); schedule(0); } };
  const later = () => setTimeout(retry);
  const stop = () => { delete part.dataset.waits; part.removeEventListener("pointerleave", later); part.removeEventListener("focusout", later); clearInterval(look); };
  const look = setInterval(retry, REGULAR);
  part.addEventListener("pointerleave", later);
  part.addEventListener("focusout", later);
}

export function regularly() {
  if (document.documentElement.dataset.polling === "off") return;
  setInterval(() => { if (!document.hidden && Date.now() - askedAt > REGULAR - 500) askOften(); }, REGULAR);
}
