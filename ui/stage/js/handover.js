// Hands a recording over to the server, beside the page's connection (ui/server/inbox.py). What could not be handed over
// is not lost: it can be sent again, or saved as a file.

const WAITS_MS = [1000, 3000, 6000];

function xsrfToken() {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith("_streamlit_xsrf="));
  return found ? found.slice(found.indexOf("=") + 1) : "";
}

/** Sends it; the HTTP status of the answer, 0 for none. `onShare(share)` tells how much has been sent. */
function put(path, wav, onShare) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.setRequestHeader("X-Xsrftoken", xsrfToken());
    request.setRequestHeader("Content-Type", "audio/wav");
    request.upload.onprogress = (event) => onShare(event.loaded / event.total);
    request.onload = () => resolve(request.status);
    request.onerror = () => resolve(0);
    request.send(wav);
  });
}

const PROBLEMS = {
  0: "The recording could not be sent: the server did not answer.",
  400: "The server no longer knows this page.",
  404: "The server no longer knows this page.",
  413: "The recording is too long for the server.",
  503: "The server has no room for the recording just now.",
};

/**
 * Sends a WAV to `path`, once more where the server is busy or out of reach. Tells what happens in the element `status`;
 * when it fails for good, `rescue` holds a button to send it again and one to save it. Calls `onDone` once it is there.
 */
export async function handOver(wav, path, { status, rescue, onDone }) {
  rescue.replaceChildren();
  const sending = (share) => (status.textContent = `Recorded. Sending: ${Math.round(100 * share)} %`);
  for (let attempt = 0; ; attempt++) {
    sending(0);
    const answer = await put(path, wav, sending);
    if (answer === 204) {
      status.textContent = "Recorded. One moment…";
      onDone();
      return;
    }
    const hopeful = answer === 0 || answer === 429 || answer === 503;
    if (hopeful && attempt < WAITS_MS.length) {
      await new Promise((resolve) => setTimeout(resolve, WAITS_MS[attempt]));
      continue;
    }
    status.textContent = PROBLEMS[answer] ?? `The recording could not be sent (${answer}).`;
    break;
  }
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Send again";
  again.onclick = () => handOver(wav, path, { status, rescue, onDone });
  const save = document.createElement("a");
  save.textContent = "Save as a file";
  save.download = "recording.wav";
  save.href = URL.createObjectURL(new Blob([wav], { type: "audio/wav" }));
  rescue.replaceChildren(again, save);
}
