// What stands beside a recorder while it records: level, clock, a word about a level that is wrong; pause, with what was
// recorded so far to listen to; and discard.

import { clockOf } from "./diagnosis.js";
import { Loudness } from "./loudness.js";
import { wavOf } from "./wav.js";

/** `words` are those of ui/stage/desk.py; `on` has what `pause`, `resume` and `discard` do. */
export class Desk {
  #parts;
  #loudness = new Loudness();
  #words;
  #said = "";

  constructor(parentElement, words, on) {
    const part = (name) => parentElement.querySelector(`[data-${name}]`);
    this.#parts = Object.fromEntries(
      ["level", "clock", "advice", "pause", "discard", "listen"].map((name) => [name, part(name)]),
    );
    this.#words = words;
    const { level, pause, discard, listen } = this.#parts;
    level.setAttribute("aria-label", words.level);
    listen.setAttribute("aria-label", words.listen);
    discard.textContent = words.discard;
    pause.onclick = () => (pause.dataset.paused === "true" ? on.resume() : on.pause());
    discard.onclick = () => on.discard();
  }

  /** Shows a block that was recorded, and for how long that has been going on. */
  hear(block, rateHz, seconds, longestS) {
    const { level, advice } = this.#loudness.hear(block, rateHz);
    this.#parts.level.value = level;
    this.#parts.clock.textContent = this.#words.clock
      .replace("{now}", clockOf(seconds))
      .replace("{longest}", clockOf(longestS));
    if (advice === this.#said) return;
    this.#said = advice;
    this.#parts.advice.textContent = advice ? this.#words[advice] : "";
  }

  /** "idle", "recording", or "paused" with the pieces that were recorded so far. */
  show(state, pieces = [], rateHz = 0) {
    const { level, clock, advice, pause, discard, listen } = this.#parts;
    const going = state !== "idle";
    level.hidden = state !== "recording";
    pause.hidden = discard.hidden = !going;
    pause.dataset.paused = state === "paused";
    pause.textContent = state === "paused" ? this.#words.resume : this.#words.pause;
    if (listen.src) URL.revokeObjectURL(listen.src);
    listen.removeAttribute("src");
    listen.hidden = state !== "paused" || !pieces.length;
    if (!listen.hidden) listen.src = URL.createObjectURL(new Blob([wavOf(pieces, rateHz)], { type: "audio/wav" }));
    if (state === "recording") return;
    this.#said = advice.textContent = "";
    if (going) return;
    clock.textContent = "";
    this.#loudness = new Loudness();
  }
}
