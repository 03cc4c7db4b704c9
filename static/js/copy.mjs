// <button data-copy hidden> copies the <pre> of its block, or what data-copy="#id" names.
// Where the browser keeps the clipboard shut (plain http on a team's host) the text is selected.
const SHOWN = 2000;   // ms that the button says "Copied"

const source = (button) => button.dataset.copy
  ? document.querySelector(button.dataset.copy)
  : button.closest(".prompt")?.querySelector("pre");

function select(node) {
  getSelection().selectAllChildren(node);
  return "Selected: copy it with your keyboard";
}

async function copy(button) {
  const node = source(button);
  if (!node) return;
  let words = "Copied";
  try {
    await navigator.clipboard.writeText(node.value ?? node.textContent);
  } catch {
    words = select(node);
  }
  const before = button.textContent;
  button.textContent = words;
  const status = document.getElementById("status");
  if (status) status.textContent = words;
  setTimeout(() => { button.textContent = before; }, SHOWN);
}

const unhide = (root) => { for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false; };

unhide(document);
document.addEventListener("htmx:load", (event) => unhide(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
