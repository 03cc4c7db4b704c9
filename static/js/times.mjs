// "3 min ago" stays true while a page is open. The steps are those of elfsite/charts/clock.py.
const DAY = 86400, MONTH = 30.44 * DAY, YEAR = 365.25 * DAY;
const STEPS = [
  [60, 1, "s"], [3600, 60, "min"], [2 * DAY, 3600, "h"], [61 * DAY, DAY, "d"], [2 * YEAR, MONTH, "months"],
  [Infinity, YEAR, "years"],
];
const EVERY = 15_000;   // ms; a time in seconds is then never more than a quarter minute old

function span(seconds) {
  const [, unit, word] = STEPS.find(([border]) => Math.abs(seconds) < border);
  return `${Math.floor(Math.abs(seconds) / unit)} ${word}`;
}

function relative(seconds) {
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(seconds)}`;
}

function refresh() {
  if (document.hidden) return;
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-rel]")) {
    const seconds = (now - Date.parse(time.dateTime)) / 1000;
    const words = time.dataset.rel === "short" ? span(seconds) : relative(seconds);
    if (time.textContent !== words) time.textContent = words;
  }
}

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("times:refresh", refresh);   // new lines came without their words
