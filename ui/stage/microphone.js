// Stands beside the recorder. Says whether the browser can give a microphone at all, and adds to the recorder
// what it lacks: a button for the keyboard and the screen reader, a clock, and a word about what goes wrong.

const RECORDER = 'iframe[title^="audio_recorder_streamlit"]';

const FOCUS_STYLE = `
  svg { cursor: pointer; border-radius: 8px; outline: none; }
  svg:focus-visible { outline: 3px solid currentColor; outline-offset: -1px; }
`;

// A recording that ends sooner than this was ended by the recorder, not by a person.
const ASLEEP_MS = 400;

// The reason why no recording is possible, or "" when nothing speaks against it.
async function diagnose() {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
  try {
    const permission = await navigator.permissions.query({ name: "microphone" });
    if (permission.state === "denied") return "denied";
  } catch {
    // Some browsers do not tell; then the click on the recorder does.
  }
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some((device) => device.kind === "audioinput") ? "" : "no_device";
}

// Makes the recorder's icon a button and tells `onChange(recording)` when it starts and stops.
function enhance(icon, recordingColour, onChange) {
  const isRecording = () => icon.style.color === recordingColour;
  const label = () =>
    icon.setAttribute("aria-label", isRecording() ? "Stop recording" : "Start recording");
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

// What browsers do for telephony spoils a recording that is measured: automatic gain makes a whisper as loud as a
// shout, and the removal of noise and echo takes away from the voice. The recorders leave all of it to the browser.
const PLAIN_SOUND = { autoGainControl: false, noiseSuppression: false, echoCancellation: false };

function askForPlainSound(media) {
  if (!media || media.asksForPlainSound) return; // an insecure page has none
  media.asksForPlainSound = true;
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = (wanted) => ask({ ...wanted, audio: { ...Object(wanted.audio), ...PLAIN_SOUND } });
}

// `#RRGGBB` as the browser writes it back.
function asRgb(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}

export default function ({ parentElement, data, setStateValue }) {
  // Python explains a problem; what this says is about a recorder that is there.
  const status = parentElement.querySelector("[role=status]");
  const time = parentElement.querySelector("[data-clock]");
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
      status.textContent = "Recording. Press the microphone again to stop.";
      clock = setInterval(() => {
        const seconds = Math.floor((Date.now() - began) / 1000);
        time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      }, 250);
      return;
    }
    if (Date.now() - began > ASLEEP_MS) {
      status.textContent = "Recorded. One moment…";
      return;
    }
    // The recorder stops when the very first samples are all zero, as they are while some microphones wake up.
    // Once awake, the second press records.
    if (!wokenUp) {
      wokenUp = true;
      setTimeout(() => enhanced.dispatchEvent(new MouseEvent("click", { bubbles: true })), 100);
      return;
    }
    status.textContent = "No sound came from the microphone. Is it muted? Press to try again.";
  };

  // The recorder draws itself some time after its frame has been there, and anew when the page asks for it.
  const seek = setInterval(() => {
    const frame = document.querySelector(RECORDER);
    const icon = frame?.contentDocument?.querySelector("svg");
    if (!icon || icon === enhanced) return;
    enhanced = icon;
    status.textContent = "Ready. Press the microphone to start.";
    time.textContent = "";
    // The recorder's own, and the page's, which the browser's plain recorder uses.
    askForPlainSound(frame.contentWindow.navigator.mediaDevices);
    askForPlainSound(navigator.mediaDevices);
    cleanups.push(enhance(icon, recordingColour, onChange));
    // The recorder does not handle a microphone that fails when it is asked for.
    frame.contentWindow.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      report("failed");
    });
  }, 200);
  cleanups.push(() => clearInterval(seek));

  if (navigator.mediaDevices) {
    const onDevices = () => report();
    navigator.mediaDevices.addEventListener("devicechange", onDevices);
    cleanups.push(() => navigator.mediaDevices.removeEventListener("devicechange", onDevices));
  }
  navigator.permissions
    ?.query({ name: "microphone" })
    .then((permission) => {
      permission.onchange = () => report();
      cleanups.push(() => (permission.onchange = null));
    })
    .catch(() => {});
  report(data.problem === "failed" ? "failed" : "");

  return () => cleanups.forEach((cleanup) => cleanup());
}
