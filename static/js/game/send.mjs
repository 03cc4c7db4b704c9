// What the page asks of the server: a sortie, its delivery, the verdict, somebody's log. A refusal is an
// Error with the server's sentence; a flight that could not be delivered is kept and sent once more.
const KEY = "patrol-undelivered";
const PATIENCE = 20_000;   // ms for an answer

export class Refusal extends Error {}   // the server said no; sending again will not help

const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

async function ask(address, data) {
  let answer;
  try {
    answer = await fetch(address, {
      method: data ? "POST" : "GET",
      headers: { Accept: "application/json", ...(data ? { "Content-Type": "application/json", "X-CSRFToken": token() } : {}) },
      body: data ? JSON.stringify(data) : undefined,
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Error("The site does not answer.");
  }
  let said = null;
  try { said = await answer.json(); } catch { /* not for a program: the status has to do */ }
  if (answer.ok && said) return said;
  if (answer.status === 401) throw new Error("You are signed out. Sign in, then come back to this page.");
  const words = said?.detail ?? `The site answered ${answer.status}.`;
  const final = said?.code && answer.status < 500 && answer.status !== 429;   // nothing else is the site's last word
  throw new (final ? Refusal : Error)(words);
}

export const issue = (address, training) => ask(address, { training });
export const look = (address) => ask(address);

/** Send a flight {sortie, token, log, score, hash}; keeps it if nobody answers. */
export async function deliver(address, flight) {
  try {
    const said = await ask(address, { token: flight.token, log: flight.log, score: flight.score, hash: flight.hash });
    forget();
    return said;
  } catch (error) {
    if (error instanceof Refusal) forget();
    else keep({ ...flight, address });
    throw error;
  }
}

function keep(flight) {
  try { sessionStorage.setItem(KEY, JSON.stringify({ ...flight, me: document.body.dataset.me })); } catch { /* no room: the page still has it */ }
}

function forget() {
  try { sessionStorage.removeItem(KEY); } catch { /* there was none */ }
}

/** The flight of this person that is still to be delivered, or null; it is given out once. */
export function undelivered() {
  try {
    const flight = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    forget();
    return flight?.me === document.body.dataset.me && Date.parse(flight.expires) > Date.now() ? flight : null;
  } catch {
    return null;
  }
}
