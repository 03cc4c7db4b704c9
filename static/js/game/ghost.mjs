// The leader's flight, flown again beside one's own: the same field, from the leader's inputs.
import { Reader } from "./log.mjs";
import { newGame, step } from "./sim.mjs";

export class Ghost {
  /** *replay* is {manifest, seed, weapon, log, digest}; throws a RangeError if it cannot be flown. */
  constructor(replay) {
    this.replay = replay;
    this.begin();
  }

  begin() {
    const { manifest, seed, weapon, log } = this.replay;
    this.reader = new Reader(log);
    this.state = newGame(manifest, seed, { weapon });
    this.over = this.reader.ticks === 0;
  }

  tick() {
    if (this.over) return;
    step(this.state, this.reader.next());
    this.over = this.state.over || this.state.tick >= this.reader.ticks;
  }
}
