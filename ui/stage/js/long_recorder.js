// Records for minutes: in a thread of the browser's own for sound, at the rate that the models hear, and hands the
// recording over when it is done.

import { clockOf, diagnose, PLAIN_SOUND, watchDevices } from "./diagnosis.js";
import { handOver } from "./handover.js";
import { asShorts, atOurRate, RATE_HZ, wavOf } from "./wav.js";

// Gives what it hears in blocks of a sixteenth of a second, at 16 kHz.
const LISTENER = `
registerProcessor("ser-listener", class extends AudioWorkletProcessor {
  block = new Float32Array(1024);
  filled = 0;
  process([channels]) {
    if (!channels.length) return true;
    for (let i = 0; i < channels[0].length; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.block[this.filled++] = sum / channels.length;
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block);
        this.filled = 0;
      }
    }
    return true;
  }
});`;

// The quietest level that moves the meter, in dBFS.
const FLOOR_DB = -60;

async function openMicrophone(onBlock) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: PLAIN_SOUND });
  let context = new AudioContext({ sampleRate: RATE_HZ });
  let source;
  try {
    source = context.createMediaStreamSource(stream);
  } catch {
    // Firefox joins only what has the same rate.
    await context.close();
    context = new AudioContext();
    source = context.createMediaStreamSource(stream);
  }
  const module = URL.createObjectURL(new Blob([LISTENER], { type: "text/javascript" }));
  await context.audioWorklet.addModule(module);
  URL.revokeObjectURL(module);
  const listener = new AudioWorkletNode(context, "ser-listener", { numberOfOutputs: 1 });
  listener.port.onmessage = ({ data }) => onBlock(data);
  source.connect(listener);
  listener.connect(context.destination); // it is silent; what leads nowhere is not run by every browser
  await context.resume();
  const close = () => {
    stream.getTracks().forEach((track) => track.stop());
    return context.close();
  };
  return { rateHz: context.sampleRate, close };
}

export default function ({ parentElement, data, setStateValue }) {
  parentElement.end?.();
  const button = parentElement.querySelector("[data-record]");
  const status = parentElement.querySelector("[role=status]");
  const time = parentElement.querySelector("[data-clock]");
  const level = parentElement.querySelector("[data-level]");
  const rescue = parentElement.querySelector("[data-rescue]");
  const words = data.words;
  level.ariaLabel = words.level;
  // What goes on survives that the page is drawn anew around it.
  const tape = (parentElement.tape ??= { microphone: null, pieces: [], samples: 0 });

  const report = async (fallback = "") => {
    const problem = (await diagnose()) || fallback;
    if (problem !== data.problem) setStateValue("problem", problem);
  };

  const show = () => {
    button.dataset.recording = Boolean(tape.microphone);
    button.querySelector("[data-words]").textContent = tape.microphone ? words.stop : words.start;
    level.hidden = !tape.microphone;
    if (!tape.microphone) time.textContent = "";
  };

  const stop = async () => {
    const { microphone, pieces } = tape;
    if (!microphone) return;
    Object.assign(tape, { microphone: null, pieces: [], samples: 0 });
    show();
    await microphone.close();
    const wav = wavOf(pieces, microphone.rateHz);
    const ours = microphone.rateHz === RATE_HZ ? wav : await atOurRate(wav);
    handOver(ours, data.inbox, { words, status, rescue, onDone: () => setStateValue("handed_over", Date.now()) });
  };

  const onBlock = (block) => {
    if (!tape.microphone) return;
    if (!parentElement.isConnected) {
      // The page has moved on without it.
      tape.microphone.close();
      tape.microphone = null;
      return;
    }
    tape.pieces.push(asShorts(block));
    tape.samples += block.length;
    const seconds = tape.samples / tape.microphone.rateHz;
    time.textContent = words.clock.replace("{now}", clockOf(seconds)).replace("{longest}", clockOf(data.longest_s));
    const rms = Math.sqrt(block.reduce((sum, x) => sum + x * x, 0) / block.length);
    level.value = Math.max(0, 1 - (20 * Math.log10(rms + 1e-9)) / FLOOR_DB);
    if (seconds >= data.longest_s) stop();
  };

  const start = async () => {
    rescue.replaceChildren();
    status.textContent = "";
    button.disabled = true;
    try {
      tape.microphone = await openMicrophone(onBlock);
      status.textContent = words.recording;
    } catch {
      report("failed");
    } finally {
      button.disabled = false;
    }
    show();
  };

  button.onclick = () => (tape.microphone ? stop() : start());
  show();
  if (!tape.microphone && !status.textContent) status.textContent = words.ready;
  parentElement.end = watchDevices(() => report());
  report(data.problem === "failed" ? "failed" : "");
  return parentElement.end;
}
