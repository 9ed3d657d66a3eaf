// Stands beside the recorder. Says whether the browser can give a microphone at all, and adds to the recorder what it
// lacks: a button for the keyboard and the screen reader, a clock, a word about what goes wrong, and a way to the server
// for what it has recorded, which it would send as text over the page's connection, 18 MB a minute.

import { clockOf, diagnose, PLAIN_SOUND, watchDevices } from "./diagnosis.js";
import { handOver } from "./handover.js";
import { atOurRate } from "./wav.js";

const RECORDER = 'iframe[title^="audio_recorder_streamlit"]';

const FOCUS_STYLE = `
  svg { cursor: pointer; border-radius: 8px; outline: none; }
  svg:focus-visible { outline: 3px solid currentColor; outline-offset: -1px; }
`;

// A recording that ends sooner than this was ended by the recorder, not by a person.
const ASLEEP_MS = 400;

// Makes the recorder's icon a button and tells `onChange(recording)` when it starts and stops.
function enhance(icon, recordingColour, words, onChange) {
  const isRecording = () => icon.style.color === recordingColour;
  const label = () =>
    icon.setAttribute("aria-label", isRecording() ? words.stop : words.start);
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
    icon.dispatchEvent(new MouseEvent("click", { bubbles: true }));
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
  const status = parentElement.querySelector("[role=status]");
  const time = parentElement.querySelector("[data-clock]");
  const rescue = parentElement.querySelector("[data-rescue]");
  const words = data.words;
  const recordingColour = asRgb(data.recording_colour);
  const cleanups = [];
  let clock = null;

  const report = async (fallback = "") => {
    const problem = (await diagnose()) || fallback;
    if (problem !== data.problem) setStateValue("problem", problem);
  };

  const stopClock = () => {
    clearInterval(clock);
    time.textContent = "";
  };
  cleanups.push(stopClock);
  if (data.problem) status.textContent = "";

  let enhanced = null; // the recorder's icon that has been made a button
  let began = 0;
  let wokenUp = false;

  const onChange = (recording) => {
    stopClock();
    if (recording) {
      began = Date.now();
      status.textContent = words.recording_press;
      clock = setInterval(() => {
        time.textContent = clockOf((Date.now() - began) / 1000);
      }, 250);
      return;
    }
    if (Date.now() - began > ASLEEP_MS) {
      status.textContent = words.recorded;
      return;
    }
    // The recorder stops when the very first samples are all zero, as they are while some microphones wake up.
    // Once awake, the second press records.
    if (!wokenUp) {
      wokenUp = true;
      setTimeout(() => enhanced.dispatchEvent(new MouseEvent("click", { bubbles: true })), 100);
      return;
    }
    status.textContent = words.no_sound;
  };

  const onRecorded = async (wav) => {
    if (wav.byteLength <= EMPTY_BYTES) return; // it is pressed once more, see above
    const onDone = () => setStateValue("handed_over", Date.now());
    handOver(await atOurRate(wav), data.inbox, { words, status, rescue, onDone });
  };

  // The recorder draws itself some time after its frame has been there, and anew when the page asks for it.
  const seek = setInterval(() => {
    if (!parentElement.isConnected) return parentElement.end(); // the page has another one by now
    const frame = document.querySelector(RECORDER);
    const icon = frame?.contentDocument?.querySelector("svg");
    if (!icon || icon === enhanced) return;
    enhanced = icon;
    status.textContent = words.ready_press;
    time.textContent = "";
    askForPlainSound(frame.contentWindow.navigator.mediaDevices);
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
