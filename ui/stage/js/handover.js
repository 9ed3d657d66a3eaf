// Hands a recording over to the server, beside the page's connection (ui/server/inbox.py). What could not be handed over
// is not lost: it can be sent again, or saved as a file.

const WAITS_MS = [1000, 3000, 6000];

/** What Streamlit's server wants with a request, against those that other sites forge. */
export function xsrfToken() {
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

// By the HTTP status of the answer, the name of the words for it.
const PROBLEMS = { 0: "no_answer", 400: "unknown", 404: "unknown", 413: "too_long", 503: "no_room" };

/**
 * Sends a WAV to `path`, once more where the server is busy or out of reach. Tells what happens in the element `status`, in `words`;
 * when it fails for good, `rescue` holds a button to send it again and one to save it. Calls `onDone` once it is there.
 */
export async function handOver(wav, path, { words, status, rescue, onDone }) {
  rescue.replaceChildren();
  const sending = (share) => (status.textContent = words.sending.replace("{percent}", Math.round(100 * share)));
  for (let attempt = 0; ; attempt++) {
    sending(0);
    const answer = await put(path, wav, sending);
    if (answer === 204) {
      status.textContent = words.recorded;
      onDone();
      return;
    }
    const hopeful = answer === 0 || answer === 429 || answer === 503;
    if (hopeful && attempt < WAITS_MS.length) {
      await new Promise((resolve) => setTimeout(resolve, WAITS_MS[attempt]));
      continue;
    }
    status.textContent = words[PROBLEMS[answer]] ?? words.not_sent.replace("{status}", answer);
    break;
  }
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = words.again;
  again.onclick = () => handOver(wav, path, { words, status, rescue, onDone });
  const save = document.createElement("a");
  save.textContent = words.save;
  save.download = "recording.wav";
  save.href = URL.createObjectURL(new Blob([wav], { type: "audio/wav" }));
  rescue.replaceChildren(again, save);
}
