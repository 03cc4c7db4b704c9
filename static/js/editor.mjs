// The editor of a workflow. The server checks and draws; this puts each flaw beside its field, keeps
// what is typed when rows come and go, renames the ends of edges, and warns before work is lost.
const form = () => document.getElementById("editor");
let dirty = form()?.dataset.dirty === "yes";

// a row that moves takes what was typed with it: the morph compares attributes, so they must agree
function settle(root) {
  for (const field of root.querySelectorAll("input, textarea, option")) {
    if (field instanceof HTMLOptionElement) field.toggleAttribute("selected", field.selected);
    else if (field instanceof HTMLTextAreaElement) field.textContent = field.value;
    else field.setAttribute("value", field.value);
  }
}

function mark() {   // the words of the list at their fields
  const words = new Map();
  for (const item of document.querySelectorAll("#checked [data-field]")) {
    const field = item.dataset.field;
    if (field) words.set(field, [words.get(field), item.dataset.words].filter(Boolean).join(" "));
  }
  for (const place of form().querySelectorAll(".err[id]")) {
    const id = place.id.slice(0, -"-err".length), said = words.get(id) ?? "";
    if (place.textContent !== said) place.textContent = said;
    const field = document.getElementById(id);
    if (said) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
}

function go() {   // where a row was added, its first field has the focus
  const target = document.getElementById(form().dataset.focus || "");
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

let before = "";   // of an id that is being changed
document.addEventListener("focusin", ({ target }) => { if ("id" in (target.dataset ?? {})) before = target.value.trim(); });
document.addEventListener("change", ({ target }) => {
  if (!("id" in (target.dataset ?? {})) || !target.closest("#editor")) return;
  const now = target.value.trim();
  const still = [...form().querySelectorAll("[data-id]")].some((field) => field.value.trim() === before);
  if (before && now && !still) for (const end of form().querySelectorAll("[data-end]")) if (end.value.trim() === before) end.value = now;
  before = now;
});

document.addEventListener("input", ({ target }) => { if (target.closest("#editor")) dirty = true; });
document.addEventListener("submit", ({ target }) => { if (target.id === "editor") dirty = false; });
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id !== "editor") return;
  htmx.trigger("#check", "htmx:abort");   // an answer about rows that are elsewhere now
  settle(form());
  dirty = true;
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id === "checked" || detail.elt?.id === "checked") mark();
  else if (detail.elt?.id === "editor" || detail.target?.id === "editor") go();
});
