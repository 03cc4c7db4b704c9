// Lists and feeds: rows change where they stand, new ones wait behind "N new", gone ones leave when
// nobody points at the table; a feed grows at its top and waits while somebody reads it.
import { Idiomorph } from "../vendor/idiomorph/idiomorph.mjs";
import { askRow, held } from "./fragments.mjs";

const LONGEST_FEED = 100;   // lines that a feed keeps where it says nothing else
const GONE = new Set(["gone", "forgotten", "deleted"]);
const each = (selector) => document.querySelectorAll(selector);
const row = (subject) => document.querySelector(`[data-row="${CSS.escape(subject)}"]`);
const table = (subject) => subject.slice(0, subject.indexOf(":"));

export function placeRow(event) {
  const shown = row(event.subject);
  if (!shown) {
    if (GONE.has(event.verb)) return;
    for (const button of each(`[data-live-new="${CSS.escape(table(event.subject))}"]`)) countNew(button, event.subject);
    return;
  }
  if (GONE.has(event.verb)) { leave(shown); return; }
  if (event.row) {
    Idiomorph.morph(shown, event.row, { morphStyle: "outerHTML" });
    window.htmx?.process(shown);
  } else askRow(event.subject);
  row(event.subject)?.classList.add("changed");
}

function leave(shown) {
  shown.classList.add("gone");
  shown.removeAttribute("data-row");
  const body = shown.parentElement;
  const go = () => {
    if (held(body)) return;
    body.removeEventListener("pointerleave", go);
    clearInterval(look);
    shown.remove();
  };
  const look = setInterval(go, 2_000);
  body.addEventListener("pointerleave", go);
}

/** The list of events itself: each event is a row of it, and counts where it fits the filters. */
export function countEvents(events) {
  for (const button of each('[data-live-new="timeline_events"]')) {
    const asked = new URLSearchParams(location.search);
    const fits = (event) => ["topic", "verb", "actor"].every((name) => !asked.get(name) || asked.get(name) === event[name]);
    for (const event of events) if (fits(event) && !row(`timeline_events:${event.id}`)) countNew(button, String(event.id));
  }
}

function countNew(button, subject) {
  button.subjects ??= new Set();
  button.subjects.add(subject);
  button.hidden = false;
  button.textContent = `${button.subjects.size} new or changed. Show`;
}

export function growFeed(feed, events) {
  const names = (feed.dataset.liveFeed || "").split(" ").filter(Boolean);
  const wanted = events.filter((event) => !names.length || names.includes(event.topic) || names.includes(table(event.subject)));
  feed.waiting = [...(feed.waiting || []), ...wanted].slice(-LONGEST_FEED);
  if (!held(feed)) { release(feed); return; }
  feed.onpointerleave ??= () => { if (!held(feed)) release(feed); };
  feed.onfocusout ??= () => setTimeout(() => { if (!held(feed)) release(feed); });
}

function release(feed) {
  const newest = Math.max(0, ...[...feed.children].map((line) => Number(line.id.slice("event-".length)) || 0));
  const there = new Set([...feed.children].map((line) => line.dataset.subject).filter(Boolean));
  const lines = (feed.waiting || []).splice(0).filter((event) => event.id > newest && !there.has(event.subject));
  if (!lines.length) return;
  const range = document.createRange();
  range.selectNode(feed);
  feed.prepend(range.createContextualFragment(lines.reverse().map((event) => event.line).join("")));
  const most = Number(feed.dataset.liveMost) || LONGEST_FEED;
  while (feed.children.length > most) feed.lastElementChild.remove();
  document.dispatchEvent(new CustomEvent("times:refresh"));
}
