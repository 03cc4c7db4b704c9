// Sounds, made here: wood, strings and seeds rather than lasers. Silent until asked for; a kind of
// sound is heard at most every few hundredths of a second, so that a swarm is not a roar.
const LOUD = 0.22;
const SCALE = [0, 2, 4, 7, 9, 12, 14, 16, 19];   // a pentatonic ladder: the combo climbs it
const REST = { fire: 55, hit: 45, down: 40, hurt: 150, gift: 80, wave: 500, end: 1000, aim: 120, charge: 150, reveal: 150, open: 200, bounce: 60, burst: 90 };
const PITCH = { pulse_laser: 620, star_blaster: 380, scatter: 480, lance: 260, echo: 760, swarm: 540 };

export class Sound {
  constructor() {
    this.context = null;
    this.last = {};
  }

  /** Called by a press of a button, for a browser lets nothing sound before one. */
  on() {
    if (!this.context) {
      this.context = new AudioContext();
      this.out = this.context.createGain();
      this.out.gain.value = LOUD;
      const limit = this.context.createDynamicsCompressor();
      this.out.connect(limit).connect(this.context.destination);
      this.noise = this.context.createBuffer(1, this.context.sampleRate / 4, this.context.sampleRate);
      const grains = this.noise.getChannelData(0);
      for (let i = 0; i < grains.length; i += 1) grains[i] = Math.random() * 2 - 1;
    }
    this.context.resume();
  }

  off() { this.context?.suspend(); }

  happened(events) {
    if (!this.context || this.context.state !== "running") return;
    const now = performance.now();
    for (const event of events) {
      if (!(event.what in REST) || now - (this.last[event.what] ?? -1e9) < REST[event.what]) continue;
      if (event.what === "fire" && !event.mine) continue;
      this.last[event.what] = now;
      this.play(event);
    }
  }

  play(event) {
    switch (event.what) {
      case "fire": this.pluck(PITCH[event.kind] ?? 500, 0.07, 0.12, "triangle"); break;
      case "hit": if (event.blocked) this.knock(1400, 0.05, 0.25); else this.knock(700, 0.04, 0.3); break;
      case "down": this.mallet(event.combo); break;
      case "hurt": this.pluck(110, 0.3, 0.7, "sine"); this.knock(220, 0.18, 0.7); break;
      case "gift": this.pluck(784, 0.18, 0.3, "sine"); this.pluck(1175, 0.3, 0.25, "sine", 0.09); break;
      case "wave": for (const [at, tone] of [196, 247, 294].entries()) this.pluck(tone, 0.7, 0.22, "triangle", at * 0.08); break;
      case "end": this.close(event.cleared); break;
      case "aim": this.pluck(160, 0.25, 0.3, "sawtooth"); break;
      case "charge": this.knock(320, 0.3, 0.5); break;
      case "reveal": this.pluck(210, 0.2, 0.35, "square"); break;
      case "open": this.knock(500, 0.09, 0.3); break;
      default: this.knock(1900, 0.03, 0.15);
    }
  }

  mallet(combo) {
    const tone = 392 * 2 ** (SCALE[Math.min(SCALE.length - 1, combo)] / 12);
    this.pluck(tone, 0.22, 0.45, "sine");
    this.pluck(tone * 3.93, 0.06, 0.12, "sine");   // the bar of a marimba rings so
  }

  close(cleared) {
    const tones = cleared ? [392, 494, 587, 784] : [392, 330, 262];
    tones.forEach((tone, at) => this.pluck(tone, 0.6, 0.35, "triangle", at * 0.14));
  }

  pluck(tone, seconds, loud, shape, later = 0) {
    const start = this.context.currentTime + later;
    const source = this.context.createOscillator();
    source.type = shape;
    source.frequency.setValueAtTime(tone, start);
    source.frequency.exponentialRampToValueAtTime(tone * 0.82, start + seconds);
    this.ring(source, start, seconds, loud, this.out);
  }

  knock(tone, seconds, loud) {
    const start = this.context.currentTime;
    const source = this.context.createBufferSource();
    source.buffer = this.noise;
    const band = this.context.createBiquadFilter();
    band.type = "bandpass";
    band.frequency.value = tone;
    band.Q.value = 4;
    band.connect(this.out);
    this.ring(source, start, seconds, loud, band);
  }

  ring(source, start, seconds, loud, into) {
    const gain = this.context.createGain();
    gain.gain.setValueAtTime(loud, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
    source.connect(gain).connect(into);
    source.start(start);
    source.stop(start + seconds + 0.02);
  }
}
