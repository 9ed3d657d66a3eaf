// Listens to a microphone in the browser's own thread for sound, an AudioWorklet.

import { PLAIN_SOUND } from "./diagnosis.js";
import { RATE_HZ } from "./wav.js";

// Gives what it hears in blocks of 1024 samples, mono: a sixteenth of a second at 16 kHz.
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

/** Calls `onBlock(samples)` with all that comes from a source; `frame` is the window that its context is of. */
export async function listen(context, source, onBlock, frame = window) {
  const module = URL.createObjectURL(new Blob([LISTENER], { type: "text/javascript" }));
  await context.audioWorklet.addModule(module);
  URL.revokeObjectURL(module);
  const listener = new frame.AudioWorkletNode(context, "ser-listener", { numberOfOutputs: 1 });
  listener.port.onmessage = ({ data }) => onBlock(data);
  source.connect(listener);
  listener.connect(context.destination); // it is silent; what leads nowhere is not run by every browser
}

/** Opens the microphone at 16 kHz, or at its own rate where the browser insists on that. */
export async function openMicrophone(onBlock) {
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
  await listen(context, source, onBlock);
  await context.resume();
  const close = () => {
    stream.getTracks().forEach((track) => track.stop());
    return context.close();
  };
  return { rateHz: context.sampleRate, pause: () => context.suspend(), resume: () => context.resume(), close };
}
