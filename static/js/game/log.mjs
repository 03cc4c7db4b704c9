// Logs of inputs, as game/arena/logs.py reads them: one byte for the rules, then pairs of
// variable-length numbers (input, ticks), all in base64url. A recorder takes one input per tick; a
// reader gives them back, for a replay or a ghost.
import { MOST_TICKS, RULES, legal } from "./sim.mjs";

const CHUNK = 8192;    // arguments that one call takes safely

function toText(bytes) {
  let plain = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    plain += String.fromCharCode(...bytes.slice(at, at + CHUNK));
  }
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function put(bytes, number) {
  let left = number;
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>= 7;
  }
  bytes.push(left);
}

export function encode(runs) {
  const bytes = [RULES];
  for (const [input, count] of runs) {
    put(bytes, input);
    put(bytes, count);
  }
  return toText(bytes);
}

function numbersOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  if (plain.charCodeAt(0) !== RULES) throw new RangeError("This log is of other rules.");
  const numbers = [];
  let number = 0;
  let shift = 0;
  for (let at = 1; at < plain.length; at += 1) {
    const byte = plain.charCodeAt(at);
    number |= (byte & 0x7f) << shift;
    if (shift > 14) throw new RangeError("A number in this log is too big.");
    if (byte & 0x80) {
      shift += 7;
    } else {
      numbers.push(number);
      number = 0;
      shift = 0;
    }
  }
  if (shift > 0 || numbers.length % 2 === 1) throw new RangeError("This log is cut off.");
  return numbers;
}

// [input, count] pairs; throws what is no log
export function decode(text) {
  const numbers = numbersOf(text);
  const runs = [];
  let ticks = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    ticks += numbers[at + 1];
    if (!legal(numbers[at])) throw new RangeError("This log holds an input that means nothing.");
    if (numbers[at + 1] === 0) throw new RangeError("This log holds an input of no tick.");
    if (ticks > MOST_TICKS) throw new RangeError("This log is too long.");
    runs.push([numbers[at], numbers[at + 1]]);
  }
  return runs;
}

export class Recorder {
  constructor() {
    this.runs = [];
    this.ticks = 0;
  }

  add(input) {
    const last = this.runs.at(-1);
    if (last !== undefined && last[0] === input) last[1] += 1;
    else this.runs.push([input, 1]);
    this.ticks += 1;
  }

  text() {
    return encode(this.runs);
  }
}

export class Reader {
  constructor(text) {
    this.runs = decode(text);
    this.ticks = this.runs.reduce((sum, run) => sum + run[1], 0);
    this.at = 0;
    this.used = 0;
  }

  // the input of the next tick, undefined after the last
  next() {
    const run = this.runs[this.at];
    if (run === undefined) return undefined;
    this.used += 1;
    if (this.used === run[1]) {
      this.at += 1;
      this.used = 0;
    }
    return run[0];
  }
}
