// The page of the arena: the poster, the start, the landing and the debrief.
import { Scene } from "./draw.mjs";
import { Flight } from "./flight.mjs";
import { Ghost } from "./ghost.mjs";
import { grouped, told } from "./hud.mjs";
import { drawPoster } from "./poster.mjs";
import { Refusal, deliver, issue, look, undelivered } from "./send.mjs";
import { Sheet, loadDrawing } from "./sheet.mjs";
import { Sound } from "./sound.mjs";
import { bindTastes, calm, tastes } from "./tastes.mjs";

const root = document.querySelector("[data-arena]");
const dialog = document.getElementById("flight");
const trouble = root.querySelector("[data-trouble]");
const debrief = document.getElementById("debrief");
const sound = new Sound();
let scene, flight, sortie, lastButton, busy = false;

function complain(words) {
  trouble.hidden = !words;
  trouble.querySelector("p").textContent = words;
}

async function draw() {
  const sheet = new Sheet(await loadDrawing(root.dataset.drawing));
  await Promise.all([document.fonts.load("500 12px Inconsolata"), document.fonts.load("700 12px 'Alegreya Sans'")]);
  const poster = new Scene(root.querySelector("[data-poster]"), sheet, calm);
  const manifest = JSON.parse(document.getElementById("manifest").textContent);
  const show = () => { if (!dialog.open) drawPoster(poster, manifest); };
  show();
  new ResizeObserver(show).observe(poster.canvas.parentElement);
  scene = new Scene(dialog.querySelector("canvas"), new Sheet(sheet.image), calm);
  flight = new Flight(dialog, scene, sound, landed);
  for (const button of root.querySelectorAll("[data-fly]")) {
    button.disabled = false;
    button.addEventListener("click", () => start(button));
  }
  debrief.addEventListener("click", (event) => { if (event.target.closest("[data-again]")) start(lastButton ?? root.querySelector("[data-fly]")); });
  const press = bindTastes(document, taste);
  document.addEventListener("keydown", (event) => {
    if (dialog.open && event.code === "KeyM" && !event.repeat && !event.ctrlKey && !event.metaKey) press("sound");
  });
}

function taste(name) {
  if (name === "sound") { if (tastes.sound) sound.on(); else sound.off(); }
}

async function leader(training) {   // whom one flies with; without a leader one flies alone
  if (!tastes.ghost || training || !root.dataset.ghost) return null;
  try {
    return new Ghost(await look(root.dataset.ghost));
  } catch {
    return null;
  }
}

async function start(button) {
  if (busy) return;
  lastButton = button;
  busy = true;
  complain("");
  if (tastes.sound) sound.on();
  button.setAttribute("aria-busy", "true");
  try {
    const training = button.dataset.fly === "training";
    const [given, ghost] = await Promise.all([issue(root.dataset.sorties, training), leader(training)]);
    sortie = given;
    if (ghost && ghost.replay.digest !== given.digest) throw new Error("The field changed at midnight. Load the page again.");
    flight.open(given, ghost);
  } catch (error) {
    complain(error.message);
  } finally {
    busy = false;
    button.removeAttribute("aria-busy");
  }
}

async function landed(result) {
  if (!result) {
    root.querySelector("[data-fly]").focus();
    return;
  }
  document.getElementById("status").textContent = `Landed. ${told(result.state)}`;
  show(result.score, "The referee flies it again.");
  const sent = { id: sortie.id, token: sortie.token, expires: sortie.expires, log: result.log, score: result.score, hash: result.hash };
  await hand(sent, `${root.dataset.sorties}${sortie.id}/log`);
}

async function hand(sent, address) {
  try {
    await deliver(address, sent);
  } catch (error) {
    const kept = error instanceof Refusal ? "" : " It is kept in this tab and sent once more when this page is loaded again.";
    show(sent.score, `${kept ? "Not delivered." : "Refused."} ${error.message}${kept}`);
    return;
  }
  await judged(sent.id);
}

function show(score, words) {
  debrief.hidden = false;
  debrief.querySelector("[data-claimed]").textContent = grouped(score);
  debrief.querySelector("[data-words]").textContent = words;
  debrief.querySelector("[data-verdict]").replaceChildren();
  debrief.querySelector("h2").focus();
}

function judged(id) {   // the fragment asks for itself again until the referee is done
  return window.htmx.ajax("GET", `${root.dataset.sorties}${id}/debrief`, { target: debrief.querySelector("[data-verdict]"), swap: "innerHTML" });
}

await draw();
const left = undelivered();
if (left) {
  show(left.score, "A flight that had not been delivered is sent again.");
  await hand(left, left.address);
}
root.dataset.ready = "yes";
