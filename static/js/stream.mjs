// The connection: in order, each event once, for ever. What comes is handed to the callbacks.
// WebSocket first; after a few failures it asks over HTTP as well and keeps trying the socket.
const PING = 20_000, DEAF = 45_000;          // ms: a socket that says nothing for DEAF is dead
const FIRST = 500, LONGEST = 30_000;         // ms between attempts, doubled, with jitter
const POLL = 5_000, POLL_AFTER = 3;          // failures before HTTP helps out
const SIGNED_OUT = 4401;

export class Stream {
  constructor({ since, topics, tables, onEvents, onMissed, onState, onNewest }) {
    Object.assign(this, { since, topics, tables, onEvents, onMissed, onState, onNewest });
    this.last = null;
    this.failures = 0;
    this.heard = Date.now();
    this.over = false;
    setInterval(() => this.beat(), PING);
    addEventListener("online", () => this.again(0));
    addEventListener("pageshow", (event) => { if (event.persisted) this.again(0); });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() - this.heard > PING) this.beat();
    });
    this.connect();
  }

  get open() { return this.socket?.readyState === WebSocket.OPEN; }

  connect() {
    if (this.over) return;
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live/`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (message) => { if (socket === this.socket) this.take(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.lost(event.code); };
  }

  hello() {
    const where = this.last === null ? { since: this.since } : { last: this.last };
    return { ...where, topics: this.topics, tables: this.tables };
  }

  take(said) {
    this.heard = Date.now();
    this.failures = 0;
    this.stopPolling();
    if (said.missed) this.onMissed(said.missed);
    if (said.newest) this.onNewest?.(said.newest);
    if (said.last !== undefined) this.last = Math.max(this.last ?? 0, said.last);
    if (said.events?.length) this.onEvents(said.events);
    this.onState("live", 0);
  }

  lost(code) {
    if (code === SIGNED_OUT) {
      this.over = true;
      this.stopPolling();
      this.onState("signed-out", 0);
      return;
    }
    this.failures += 1;
    this.again(Math.min(LONGEST, FIRST * 2 ** this.failures) * (0.5 + Math.random()));
    if (this.failures >= POLL_AFTER) this.startPolling();
  }

  again(wait) {
    if (this.over || (wait === 0 && this.open)) return;
    clearTimeout(this.timer);
    if (wait) this.onState("down", Date.now() + wait);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  beat() {
    if (this.over) return;
    if (!this.open) return;
    if (Date.now() - this.heard > DEAF) {
      const dead = this.socket;
      this.socket = null;
      dead.close();
      this.lost(0);
    } else {
      this.socket.send('{"ping":1}');
    }
  }

  startPolling() {
    if (this.polling || document.documentElement.dataset.polling === "off") return;
    this.polling = setInterval(() => this.poll(), POLL);
  }

  stopPolling() {
    clearInterval(this.polling);
    this.polling = null;
  }

  async poll() {
    const where = this.last === null ? `since=${encodeURIComponent(this.since)}` : `last=${this.last}`;
    const list = (name, values) => values.map((value) => `&${name}=${encodeURIComponent(value)}`).join("");
    const address = `/live/events/?${where}${list("topic", this.topics)}${list("table", this.tables)}`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return this.lost(SIGNED_OUT);
      if (!answer.ok) return;
      const said = await answer.json();
      if (said.missed) this.onMissed(said.missed);
      this.last = Math.max(this.last ?? 0, said.last);
      if (said.events.length) this.onEvents(said.events);
      this.onState("polling", 0);
    } catch { /* the server is away: the next attempt says so */ }
  }
}
