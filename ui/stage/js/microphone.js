// Stands beside the recorder. Says whether the browser can give a microphone at all, and adds to the recorder what it
// lacks: a button for the keyboard and the screen reader, a desk with level, clock, pause and discard, a word about what
// goes wrong, and a way to the server for what it has recorded, which it would send as text over the page's connection,
// 18 MB a minute.

import { Desk } from "./desk.js";
import { diagnose, PLAIN_SOUND, watchDevices } from "./diagnosis.js";
import { handOver } from "./handover.js";
import { listen } from "./listener.js";
import { asShorts, atOurRate } from "./wav.js";

const RECORDER = 'iframe[title^="audio_recorder_streamlit"]';

const FOCUS_STYLE = `
  svg { cursor: pointer; border-radius: 8px; outline: none; }
  svg:focus-visible { outline: 3px solid currentColor; outline-offset: -1px; }
`;

// A recording that ends sooner than this was ended by the recorder, not by a person.
const ASLEEP_MS = 400;

function press(icon) {
  icon.dispatchEvent(new MouseEvent("click", { bubbles: true }));
}

// Makes the recorder's icon a button and tells `onChange(recording)` when it starts and stops.
function enhance(icon, recordingColour, words, onChange) {
  const isRecording = () => icon.style.color === recordingColour;
  const label = () => icon.setAttribute("aria-label", isRecording() ? words.stop : words.start);
  icon.setAttribute("role", "button");
  icon.setAttribute("tabindex", "0");
  icon.setAttribute("aria-hidden", "false");
  const style = icon.ownerDocument.createElement("style");
  style.textContent = FOCUS_STYLE;
  icon.ownerDocument.head.append(style);
  label();
  icon.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press(icon);
  });
  let before = isRecording();
  const observer = new MutationObserver(() => {
    if (isRecording() === before) return;
    before = isRecording();
    label();
    onChange(before);
  });
  observer.observe(icon, { attributes: true, attributeFilter: ["style"] });
  return () => observer.disconnect();
}

// The recorder leaves all of it to the browser.
function askForPlainSound(media) {
  if (!media || media.asksForPlainSound) return; // an insecure page has none
  media.asksForPlainSound = true;
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = (wanted) => ask({ ...wanted, audio: { ...Object(wanted.audio), ...PLAIN_SOUND } });
}

// Tells `onOpened(context, source)` with what the recorder's window listens to the microphone.
function overhear(frame, onOpened) {
  frame.onOpened = onOpened;
  const contexts = frame.AudioContext?.prototype;
  if (!contexts || contexts.isOverheard) return;
  contexts.isOverheard = true;
  const create = contexts.createMediaStreamSource;
  contexts.createMediaStreamSource = function (stream) {
    const source = create.call(this, stream);
    frame.onOpened(this, source);
    return source;
  };
}

// Has the recorder's window give what it recorded to `onRecorded(wav)` instead of to the page. It reads the WAV out of a
// blob, and sends what it has read: from this one nothing is ever read.
function divert(frame, onRecorded) {
  frame.onRecorded = onRecorded;
  const blobs = frame.Blob.prototype;
  if (blobs.isDiverted) return;
  blobs.isDiverted = true;
  const read = blobs.arrayBuffer;
  blobs.arrayBuffer = function () {
    if (this.type !== "audio/wav") return read.call(this);
    read.call(this).then((wav) => frame.onRecorded(wav));
    return new Promise(() => {});
  };
}

// A WAV of the recorder's without any sound.
const EMPTY_BYTES = 44;

// `#RRGGBB` as the browser writes it back.
function asRgb(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}

export default function ({ parentElement, data, setStateValue }) {
  // Called anew whenever Python has something new to say; what was begun before ends.
  parentElement.end?.();

  // Python explains a problem; what this says is about a recorder that is there.
  const { words } = data;
  const status = parentElement.querySelector("[data-status]");
  const rescue = parentElement.querySelector("[data-rescue]");
  const recordingColour = asRgb(data.recording_colour);
  const cleanups = [];
  // What the recorder is doing, which goes on while the page is drawn anew around it.
  const take = (parentElement.take ??= { context: null, pieces: [], samples: 0, paused: false, dropped: false });

  const report = async (fallback = "") => {
    const problem = (await diagnose()) || fallback;
    if (problem !== data.problem) setStateValue("problem", problem);
  };

  if (data.problem) status.textContent = "";

  let enhanced = null; // the recorder's icon that has been made a button
  let began = 0;
  let wokenUp = false;

  const show = () =>
    desk.show(take.context ? (take.paused ? "paused" : "recording") : "idle", take.pieces, take.context?.sampleRate);

  const pause = async () => {
    take.paused = true;
    // The recorder counts what it hears, not the time: it pauses as well.
    await take.context.suspend();
    status.textContent = words.paused_press;
    show();
  };

  const resume = async () => {
    await take.context.resume();
    take.paused = false;
    status.textContent = words.recording_press;
    show();
  };

  const discard = () => {
    take.dropped = true;
    press(enhanced);
    status.textContent = words.discarded;
    enhanced.focus();
  };

  const desk = new Desk(parentElement, words, { pause, resume, discard });

  // The recorder opens the microphone once it has been pressed.
  const onOpened = (context, source) => {
    Object.assign(take, { context, pieces: [], samples: 0, paused: false, dropped: false });
    show();
    const onBlock = (block) => {
      if (take.context !== context || take.paused) return;
      take.pieces.push(asShorts(block));
      take.samples += block.length;
      take.desk.hear(block, context.sampleRate, take.samples / context.sampleRate, data.longest_s);
    };
    // Without it the recorder records all the same.
    listen(context, source, onBlock, enhanced.ownerDocument.defaultView).catch(() => {});
  };

  const ended = () => {
    const { context } = take;
    Object.assign(take, { context: null, pieces: [], samples: 0, paused: false });
    context?.close().catch(() => {}); // the recorder leaves it open, mostly
    show();
  };

  const onChange = (recording) => {
    if (recording) {
      began = Date.now();
      status.textContent = words.recording_press;
      return;
    }
    ended();
    if (take.dropped) return;
    if (Date.now() - began > ASLEEP_MS) {
      status.textContent = words.recorded;
      return;
    }
    // The recorder stops when the very first samples are all zero, as they are while some microphones wake up.
    // Once awake, the second press records.
    if (!wokenUp) {
      wokenUp = true;
      setTimeout(() => press(enhanced), 100);
      return;
    }
    status.textContent = words.no_sound;
  };

  const onRecorded = async (wav) => {
    if (take.dropped || wav.byteLength <= EMPTY_BYTES) return; // one without sound is pressed once more, see above
    const onDone = () => setStateValue("handed_over", Date.now());
    handOver(await atOurRate(wav), data.inbox, { words, status, rescue, onDone });
  };

  take.desk = desk;
  show();

  // The recorder draws itself some time after its frame has been there, and anew when the page asks for it.
  const seek = setInterval(() => {
    if (!parentElement.isConnected) return parentElement.end(); // the page has another one by now
    const frame = document.querySelector(RECORDER);
    const icon = frame?.contentDocument?.querySelector("svg");
    if (!icon || icon === enhanced) return;
    enhanced = icon;
    if (!take.context) status.textContent = words.ready_press;
    askForPlainSound(frame.contentWindow.navigator.mediaDevices);
    overhear(frame.contentWindow, onOpened);
    divert(frame.contentWindow, onRecorded);
    cleanups.push(enhance(icon, recordingColour, words, onChange));
    // The recorder does not handle a microphone that fails when it is asked for.
    frame.contentWindow.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      report("failed");
    });
  }, 200);
  cleanups.push(() => clearInterval(seek));

  cleanups.push(watchDevices(() => report()));
  report(data.problem === "failed" ? "failed" : "");

  parentElement.end = () => cleanups.splice(0).forEach((cleanup) => cleanup());
  return parentElement.end;
}
