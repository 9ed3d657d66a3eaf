// Records for minutes: in a thread of the browser's own for sound, at the rate that the models hear, and hands the
// recording over when it is done.

import { Desk } from "./desk.js";
import { diagnose, watchDevices } from "./diagnosis.js";
import { handOver } from "./handover.js";
import { openMicrophone } from "./listener.js";
import { asShorts, atOurRate, RATE_HZ, wavOf } from "./wav.js";

/**
 * Draws the recorder of a component. `also` may follow it: `begin(rateHz)`, `hear(block, rateHz)` and `end()`. What goes on
 * survives that the page is drawn anew around it: it lies in `parentElement.tape`.
 */
export function record({ parentElement, data, setStateValue }, also = {}) {
  parentElement.end?.();
  const { words } = data;
  const button = parentElement.querySelector("[data-record]");
  const status = parentElement.querySelector("[data-status]");
  const rescue = parentElement.querySelector("[data-rescue]");
  const tape = (parentElement.tape ??= { microphone: null, paused: false, pieces: [], samples: 0 });

  const report = async (fallback = "") => {
    const problem = (await diagnose()) || fallback;
    if (problem !== data.problem) setStateValue("problem", problem);
  };

  const show = () => {
    button.dataset.recording = Boolean(tape.microphone);
    button.querySelector("[data-words]").textContent = tape.microphone ? words.stop : words.start;
    desk.show(tape.microphone ? (tape.paused ? "paused" : "recording") : "idle", tape.pieces, tape.microphone?.rateHz);
  };

  // Takes the tape out of the recorder: no block that is still on its way has a part in it.
  const eject = async () => {
    const { microphone, pieces } = tape;
    Object.assign(tape, { microphone: null, paused: false, pieces: [], samples: 0 });
    also.end?.();
    show();
    await microphone.close();
    return { pieces, rateHz: microphone.rateHz };
  };

  const stop = async () => {
    if (!tape.microphone) return;
    const { pieces, rateHz } = await eject();
    if (!pieces.length) {
      status.textContent = words.ready;
      return;
    }
    const wav = wavOf(pieces, rateHz);
    const ours = rateHz === RATE_HZ ? wav : await atOurRate(wav);
    handOver(ours, data.inbox, { words, status, rescue, onDone: () => setStateValue("handed_over", Date.now()) });
  };

  const discard = async () => {
    await eject();
    status.textContent = words.discarded;
    button.focus();
  };

  const pause = async () => {
    tape.paused = true;
    await tape.microphone.pause();
    status.textContent = words.paused;
    show();
  };

  const resume = async () => {
    await tape.microphone.resume();
    tape.paused = false;
    status.textContent = words.recording;
    show();
  };

  const desk = new Desk(parentElement, words, { pause, resume, discard });

  const onBlock = (block) => {
    if (!tape.microphone || tape.paused) return;
    if (!parentElement.isConnected) {
      // The page has moved on without it.
      tape.microphone.close();
      tape.microphone = null;
      also.end?.();
      return;
    }
    tape.pieces.push(asShorts(block));
    tape.samples += block.length;
    const seconds = tape.samples / tape.microphone.rateHz;
    tape.desk.hear(block, tape.microphone.rateHz, seconds, data.longest_s);
    also.hear?.(block, tape.microphone.rateHz);
    if (seconds >= data.longest_s) stop();
  };

  const start = async () => {
    rescue.replaceChildren();
    status.textContent = "";
    button.disabled = true;
    try {
      const microphone = await openMicrophone((block) => tape.onBlock(block));
      tape.microphone = microphone;
      also.begin?.(microphone.rateHz);
      status.textContent = words.recording;
    } catch {
      report("failed");
    } finally {
      button.disabled = false;
    }
    show();
  };

  button.onclick = () => (tape.microphone ? stop() : start());
  // Where the page is drawn anew while it records, the blocks go on to what was drawn last.
  Object.assign(tape, { desk, onBlock });
  show();
  if (!tape.microphone && !status.textContent) status.textContent = words.ready;
  parentElement.end = watchDevices(() => report());
  report(data.problem === "failed" ? "failed" : "");
  return parentElement.end;
}
