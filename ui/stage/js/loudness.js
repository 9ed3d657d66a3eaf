// How loud a microphone is, and what is wrong with that, block by block.

// The quietest level that moves the meter, in dBFS.
const FLOOR_DB = -60;
// A voice whose loudest moment stays below this has come from too far away: in an ordinary quiet room at -60 dBFS it
// stands but 15 dB over the noise.
const QUIET_DB = -45;
// Samples in a row at the end of the scale are the flat top of a wave; a few of them are heard.
const FULL_SCALE = 0.99;
const FLAT_SAMPLES = 3;
const FLAT_TOPS = 3;
// What was heard for so long has a say, and what is said is said for so long at least.
const MEMORY_S = 3;
const LASTS_S = 2;

function flatTops(block) {
  let tops = 0;
  for (let i = 0, run = 0; i < block.length; i++) {
    run = Math.abs(block[i]) >= FULL_SCALE ? run + 1 : 0;
    if (run === FLAT_SAMPLES) tops++;
  }
  return tops;
}

export class Loudness {
  #heard = [];
  #seconds = 0;
  #advice = "";
  #since = 0;

  /** The next block: its level from 0 to 1, and "silent", "quiet", "clipping" or "" for nothing to say. */
  hear(block, rateHz) {
    const rms = Math.sqrt(block.reduce((sum, x) => sum + x * x, 0) / block.length);
    const db = 20 * Math.log10(rms + 1e-9);
    this.#seconds += block.length / rateHz;
    this.#heard.push({ at: this.#seconds, db, tops: flatTops(block), zero: rms === 0 });
    while (this.#heard[0].at < this.#seconds - MEMORY_S) this.#heard.shift();
    const advice = this.#judge();
    if (advice !== this.#advice && (!this.#advice || this.#seconds - this.#since >= LASTS_S)) {
      this.#advice = advice;
      this.#since = this.#seconds;
    }
    return { level: Math.min(1, Math.max(0, 1 - db / FLOOR_DB)), advice: this.#advice };
  }

  #judge() {
    if (this.#heard.reduce((sum, each) => sum + each.tops, 0) >= FLAT_TOPS) return "clipping";
    if (this.#seconds < MEMORY_S - 1) return "";
    if (this.#heard.every((each) => each.zero)) return "silent";
    return this.#heard.every((each) => each.db < QUIET_DB) ? "quiet" : "";
  }
}
