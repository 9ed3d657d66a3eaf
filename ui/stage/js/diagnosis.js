// Whether this browser can give a microphone, and how it is asked for one.

/** The reason why no recording is possible, or "" when nothing speaks against it. */
export async function diagnose() {
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

/** Calls `onChange` when a microphone comes or goes, or is allowed or forbidden. Returns how to stop that. */
export function watchDevices(onChange) {
  const stops = [];
  if (navigator.mediaDevices) {
    navigator.mediaDevices.addEventListener("devicechange", onChange);
    stops.push(() => navigator.mediaDevices.removeEventListener("devicechange", onChange));
  }
  navigator.permissions
    ?.query({ name: "microphone" })
    .then((permission) => {
      permission.onchange = onChange;
      stops.push(() => (permission.onchange = null));
    })
    .catch(() => {});
  return () => stops.forEach((stop) => stop());
}

// What browsers do for telephony spoils a recording that is measured: automatic gain makes a whisper as loud as a
// shout, and the removal of noise and echo takes away from the voice.
export const PLAIN_SOUND = { autoGainControl: false, noiseSuppression: false, echoCancellation: false };

/** 65 s as 1:05. */
export function clockOf(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
