// What a fragment cannot say itself: that nothing answered. A refusal that did answer is put into
// #flash by htmx (responseHandling in components/htmx.json); the next answer clears it.
const flash = document.getElementById("flash");

function say(bold, text) {
  const banner = document.createElement("div");
  banner.className = "banner";
  banner.dataset.hue = "warning";
  const line = document.createElement("p");
  const strong = document.createElement("b");
  strong.textContent = bold;
  line.append(strong, ` ${text}`);
  banner.append(line);
  flash.replaceChildren(banner);
}

document.addEventListener("htmx:sendError", () => say("Not sent.", "The site does not answer. Try it again in a moment."));
document.addEventListener("htmx:timeout", () => say("No answer.", "The site took too long. Load the page again to see what was written."));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) flash?.replaceChildren(); });
