// What happens, on the page: the stream's events go to rows, feeds, parts and toasts, at most four
// times a second, and to a screen reader once in ten seconds.
import { askAll, markDue, regularly } from "./fragments.mjs";
import { Indicator } from "./indicator.mjs";
import { countEvents, growFeed, placeRow } from "./lists.mjs";
import { Stream } from "./stream.mjs";
import { toast } from "./toasts.mjs";

const REPAINT = 255;        // ms: four times a second, timers that fire early included
const SAY = 10_000;         // ms between two polite words to a screen reader

const root = document.body;
const status = document.getElementById("status");
const indicator = new Indicator(document.querySelector("[data-live-state]"));
let came = [], flushing = null, flushedAt = -Infinity, unsaid = 0, concern = "", saidAt = -Infinity, speaking = null;

const each = (selector) => document.querySelectorAll(selector);

function receive(events) {
  for (const event of events) {
    indicator.beat(event);
    came.push(event);
  }
  unsaid += events.length;
  // the first of a burst at once, the others together; what came last is never left behind
  flushing ??= setTimeout(flush, Math.max(0, flushedAt + REPAINT - Date.now()));
}

function flush() {
  flushing = null;
  flushedAt = Date.now();
  const events = came;
  came = [];
  for (const feed of each("[data-live-feed]")) growFeed(feed, events);
  const last = new Map(events.filter((event) => event.subject).map((event) => [event.subject, event]));
  for (const event of last.values()) placeRow(event);
  countEvents(events);
  for (const event of events) markDue(event);
  concern = toast(events) || concern;
  say();
}

function say() {
  if (speaking || !unsaid || !status) return;
  speaking = setTimeout(speak, Math.max(0, saidAt + SAY - Date.now()));
}

function speak() {
  speaking = null;
  status.textContent = concern || (unsaid === 1 ? "1 event came in." : `${unsaid} events came in.`);
  unsaid = 0;
  concern = "";
  saidAt = Date.now();
}

function missed(count) {
  const note = document.getElementById("missed");
  if (note) {
    note.hidden = false;
    note.querySelector("[data-count]").textContent = count;
  }
  askAll();
}

export function start() {
  const tables = [...new Set([...each("[data-live-table]")].map((node) => node.dataset.liveTable))];
  const stream = new Stream({
    since: root.dataset.liveSince,
    topics: (root.dataset.liveTopics || "").split(" ").filter(Boolean),
    tables,
    onEvents: receive,
    onMissed: missed,
    onNewest: (at) => indicator.newest(Date.parse(at)),
    onState: (state, until) => indicator.state(state, until),
  });
  window.addEventListener("beforeunload", () => { stream.over = true; if (stream.open) stream.socket.close(); });
  regularly();
  return stream;
}

if (root.dataset.liveSince && root.dataset.live !== "off") start();
