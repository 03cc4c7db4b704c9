// Single keys: "/" to the search, "?" to the sheet of keys, "g h" to a station by its data-key.
// Never inside a field, never while a dialog is open, off where <html data-shortcuts="off">.
const WAIT = 1200;   // ms between "g" and the letter of a station
let since = -Infinity;   // when "g" was pressed

const off = () => document.documentElement.dataset.shortcuts === "off";
const inField = (node) => node instanceof Element
  && node.closest("input, textarea, select, [contenteditable]:not([contenteditable='false'])") !== null;

function station(key) {
  const link = document.querySelector(`.nav a[data-key="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return link !== null;
}

function focusSearch() {
  const field = document.getElementById("seek");
  field?.focus();
  field?.select();
  return field !== null;
}

function openHelp() {
  const sheet = document.getElementById("help");
  sheet?.showModal();
  return sheet !== null;
}

function act(key) {
  if (performance.now() - since < WAIT) {
    since = -Infinity;
    return station(key);
  }
  if (key === "/") return focusSearch();
  if (key === "?") return openHelp();
  if (key === "g") since = performance.now();
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (off() || inField(event.target) || document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});
