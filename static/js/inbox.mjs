// Keys of the inbox: j and k move between entries, a, r and d give a verdict on the one that has the
// focus. A verdict wants a reason: the first press opens the form or leads to its field.
const hint = document.querySelector("[data-inbox-keys]");
const off = () => document.documentElement.dataset.shortcuts === "off";
const VERDICTS = { a: "approve", r: "reject", d: "defer" };

const entries = () => [...document.querySelectorAll(".items > .item")];
const here = () => document.activeElement?.closest(".items > .item");
const inField = (node) => node instanceof Element && node.matches("input, textarea, select");

function move(by) {
  const all = entries();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  const target = next?.querySelector("a, button");
  target?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(target);
}

function decide(verdict) {
  const entry = here();
  const reason = entry?.querySelector("textarea[name=reason]");
  if (!entry) return false;
  if (!reason) {
    const open = entry.querySelector("a.btn[hx-get]");
    open?.click();
    return Boolean(open);
  }
  if (reason.value.trim()) entry.querySelector(`button[value="${verdict}"]`)?.click();
  else reason.focus();
  return true;
}

let chord = -Infinity;   // "g d" leads to a station: keys.mjs
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || off()) return;
  if (inField(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "g") { chord = performance.now(); return; }
  if (event.defaultPrevented || performance.now() - chord < 1200) return;
  const done = event.key === "j" ? move(1) : event.key === "k" ? move(-1) : event.key in VERDICTS && decide(VERDICTS[event.key]);
  if (done) event.preventDefault();
});

// where the form has just opened, its field has the focus
document.addEventListener("htmx:afterSwap", (event) => {
  const entry = event.target.closest?.(".item") || (event.detail.elt?.closest?.(".item"));
  entry?.querySelector?.("textarea[name=reason]")?.focus();
});
if (hint && !off()) hint.hidden = false;
