// The person menu: a setting takes effect at once and is kept by the same form post in the
// background. Without this module the form posts and the page comes back.
const ROOT = document.documentElement;
const AT_ONCE = new Set(["theme", "density", "shortcuts"]);   // the game changes the nav: that loads anew

function press(button, on) {
  for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(on(other)));
}

async function keep(form, button) {
  const before = ROOT.dataset[button.name];
  ROOT.dataset[button.name] = button.value;
  press(button, (other) => other === button);
  const body = new FormData(form);
  body.append(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.status >= 400) throw new Error(String(answer.status));
    say(`${button.name} ${button.value}`);
  } catch {
    ROOT.dataset[button.name] = before;
    press(button, (other) => other.value === before);
    say(`Not kept: ${button.name} is ${before} again.`);
  }
}

function say(words) {
  const status = document.getElementById("status");
  if (status) status.textContent = words;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-settings]");
  const button = event.submitter;
  if (!form || !button || !AT_ONCE.has(button.name)) return;
  event.preventDefault();
  keep(form, button);
});
