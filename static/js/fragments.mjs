// Parts of a page that fetch themselves again: all that are due share one request of the page itself,
// and only what changed in them changes. Nothing moves under a pointer or a focus: such a part waits.
import { Idiomorph } from "../vendor/idiomorph/idiomorph.mjs";

const GAP = 1_000;        // ms between two requests of one page at least
const BRIEF = 1_000;      // ms between two times that a part with its own request is told
const DEAR = 15;          // a request may be one part in so many of the time: slow servers are asked less
const LONGEST = 10_000;   // ms between two at most; also after one that failed
const KEPT = 2_500;       // ms after which the server no longer answers with what it kept from before
const REGULAR = 5_000;    // ms between two looks at parts whose rows may come without an event

const due = new Set();
let timer = null, asking = false, askedAt = -Infinity, gap = GAP, settleAt = 0, swappedAt = -Infinity;

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

const told = new WeakMap();   // part → when it was told last, or will be
function tell(part) {
  const now = Date.now(), at = Math.max(now, (told.get(part) ?? 0) + BRIEF);
  if (told.get(part) > now) return;
  told.set(part, at);
  setTimeout(() => {
    if (edited(part)) tell(part);
    else part.dispatchEvent(new CustomEvent("live", { bubbles: false }));
  }, at - now);
}

export function ask(id) {
  due.add(id);
  settleAt = Date.now() + KEPT;
  schedule(250);
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
  schedule(250);
}

function schedule(wait) {
  if (timer || asking) return;
  const soonest = askedAt + gap - Date.now();
  timer = setTimeout(run, Math.max(wait, soonest));
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && due.size) schedule(0); });

async function run() {
  timer = null;
  if (document.hidden) return;   // what is due waits until somebody looks
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
  gap = failed ? LONGEST : Math.min(LONGEST, Math.max(GAP, (Date.now() - askedAt) * DEAR));
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
