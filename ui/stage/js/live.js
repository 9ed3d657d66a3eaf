// Shows what a voice sounds like while it speaks: the emotion of now, and a ribbon that grows by a piece each second. Half
// seconds of sound go to the server (ui/server/live.py), which answers once a second is complete.

import { xsrfToken } from "./handover.js";
import { Ribbon } from "./ribbon.js";
import { record } from "./tape.js";
import { asShorts, RATE_HZ, Resampler } from "./wav.js";

const BLOCK_SAMPLES = RATE_HZ / 2;
// What could not be sent for so long is left out: the answer is about now.
const MOST_SAMPLES = 4 * RATE_HZ;
const TIMEOUT_MS = 5000;
// What a screen reader is told has lasted for so many answers.
const STEADY = 2;

/** Sends what it is given piece by piece, one request at a time. */
class Line {
  #path;
  #onAnswer;
  #pieces = [];
  #waiting = 0;
  #next = 0;
  #busy = false;

  constructor(path, onAnswer) {
    this.#path = path;
    this.#onAnswer = onAnswer;
  }

  add(shorts) {
    this.#pieces.push(shorts);
    this.#waiting += shorts.length;
    if (this.#waiting >= BLOCK_SAMPLES) this.#send();
  }

  async #send() {
    if (this.#busy) return;
    this.#busy = true;
    let sound = new Int16Array(this.#waiting);
    this.#pieces.reduce((at, piece) => (sound.set(piece, at), at + piece.length), 0);
    this.#next += this.#waiting;
    this.#pieces = [];
    this.#waiting = 0;
    sound = sound.subarray(Math.max(0, sound.length - MOST_SAMPLES));
    try {
      const answer = await fetch(`${this.#path}?from=${this.#next - sound.length}`, {
        method: "PUT",
        body: sound,
        headers: { "X-Xsrftoken": xsrfToken(), "Content-Type": "application/octet-stream" },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const heard = await answer.json();
      if (heard) this.#onAnswer(heard);
    } catch {
      this.#onAnswer({ kind: "lost" });
    } finally {
      this.#busy = false;
      if (this.#waiting >= BLOCK_SAMPLES) this.#send();
    }
  }
}

export default function (component) {
  const { parentElement, data } = component;
  const { words, faces } = data;
  const part = (name) => parentElement.querySelector(`[data-${name}]`);
  const [panel, face, headline, detail, said] = ["now", "face", "headline", "detail", "said"].map(part);
  const shown = (parentElement.shown ??= { line: null, pieces: [], seconds: 0, ended: [], steady: 0, last: "", told: "" });
  const ribbon = new Ribbon(part("ribbon"), data.emotions, words);

  const draw = (which, title, more) => {
    face.src = faces[which];
    headline.textContent = title;
    detail.textContent = more;
  };

  // Only what stays is said aloud, and once.
  const tell = (title) => {
    shown.steady = title === shown.last ? shown.steady + 1 : 1;
    shown.last = title;
    if (shown.steady < STEADY || title === shown.told) return;
    shown.told = title;
    said.textContent = title;
  };

  const onAnswer = (heard) => {
    if (!shown.line) return; // it has been stopped meanwhile
    if (heard.kind === "late" || heard.kind === "lost") {
      detail.textContent = words[heard.kind];
      return;
    }
    const { title, detail: more } = heard;
    shown.pieces.push(heard);
    draw(heard.face, title, more);
    ribbon.draw(shown.pieces, shown.seconds);
    tell(title);
    // On a phone it would begin below the screen.
    if (shown.pieces.length === 1) panel.scrollIntoView({ block: "nearest" });
    // From the last sound of the second to its picture, for whoever measures that.
    panel.dataset.delayMs = Math.round(performance.now() - shown.ended[heard.end_s]);
  };

  const also = {
    begin(rateHz) {
      Object.assign(shown, { pieces: [], seconds: 0, ended: [], steady: 0, last: "", told: "" });
      shown.line = new Line(data.line, (answer) => shown.onAnswer(answer));
      shown.resampler = new Resampler(rateHz);
      panel.hidden = false;
      draw("no_speech", words.begin, words.begin_detail);
      ribbon.draw([], 0);
    },
    hear(block, rateHz) {
      shown.seconds += block.length / rateHz;
      shown.ended[Math.floor(shown.seconds)] ??= performance.now();
      shown.line.add(asShorts(shown.resampler.next(block)));
      ribbon.draw(shown.pieces, shown.seconds);
    },
    end() {
      shown.line = null;
      panel.hidden = true;
    },
  };

  shown.onAnswer = onAnswer;
  panel.hidden = !shown.line;
  if (shown.line) ribbon.draw(shown.pieces, shown.seconds);
  return record(component, also);
}
