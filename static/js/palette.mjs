// The command palette: the stations of the nav and of the person menu, and "Search for …".
// Everything comes from the page itself; nothing is asked of the server.
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

function commands() {
  const links = document.querySelectorAll(".nav a[href], .person a[href]");
  return Array.from(links, (link) => ({
    word: link.textContent.trim(), href: link.href, group: link.dataset.group ?? "You",
  }));
}

function rank(word, asked) {   // 0 begins so, 1 a later word begins so, 2 contains it, 3 not at all
  const name = word.toLowerCase();
  if (name.startsWith(asked)) return 0;
  if (name.includes(` ${asked}`)) return 1;
  return name.includes(asked) ? 2 : 3;
}

function found(asked) {
  const wanted = asked.trim().toLowerCase();
  const hits = commands()
    .map((command) => ({ ...command, rank: rank(command.word, wanted) }))
    .filter((command) => command.rank < 3)
    .sort((a, b) => a.rank - b.rank);
  if (wanted) {
    const href = `${document.querySelector(".top .seek").action}?${new URLSearchParams({ q: asked.trim() })}`;
    hits.push({ word: `Search for “${asked.trim()}”`, href, group: "Search" });
  }
  return hits;
}

function option(command, i) {
  const link = document.createElement("a");
  link.id = `palette-${i}`;
  link.href = command.href;
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  const group = document.createElement("span");
  group.className = "group";
  group.textContent = command.group;
  link.append(group, command.word);
  return link;
}

function choose(i) {
  const options = Array.from(list.children);
  const at = (i + options.length) % options.length;
  options.forEach((node, j) => node.setAttribute("aria-selected", String(j === at)));
  options[at]?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", options[at]?.id ?? "");
}

const chosen = () => list.querySelector('[aria-selected="true"]');
const place = () => Array.from(list.children).indexOf(chosen());

function show() {
  list.replaceChildren(...found(field.value).map(option));
  if (list.children.length) choose(0);
}

function open() {
  if (dialog.open || document.querySelector("dialog[open]")) return;
  field.value = "";
  show();
  dialog.showModal();
  field.focus();
}

function onKey(event) {
  if (event.key === "ArrowDown") choose(place() + 1);
  else if (event.key === "ArrowUp") choose(place() - 1);
  else if (event.key === "Enter") chosen()?.click();
  else return;
  event.preventDefault();
}

if (dialog) {
  for (const chord of document.querySelectorAll("[data-chord]")) if (mac) chord.textContent = "⌘ K";
  for (const button of document.querySelectorAll("[data-palette]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  field.addEventListener("input", show);
  field.addEventListener("keydown", onKey);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(mac ? event.metaKey : event.ctrlKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
}
