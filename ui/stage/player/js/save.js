// Keeps what is on show as a picture that says what it shows: the file, the answer, the model.

import { drawLanes } from "./lanes.js";
import { clock, decimalsFor, fill } from "./text.js";

const DOTS = 2;
const HEAD = 62;
const FOOT = 12;

export function savePicture(scene, data) {
  const { theme, view, height, words } = scene;
  const width = view.left + view.width + 12;
  const canvas = document.createElement("canvas");
  canvas.width = width * DOTS;
  canvas.height = (HEAD + height + FOOT) * DOTS;
  const context = canvas.getContext("2d");
  context.setTransform(DOTS, 0, 0, DOTS, 0, 0);
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, HEAD + height + FOOT);
  context.fillStyle = theme.text;
  context.font = `600 16px ${theme.font}`;
  context.fillText(data.name, 10, 24, width - 20);
  context.font = `13px ${theme.font}`;
  context.fillStyle = theme.quiet;
  const decimals = decimalsFor(view.span);
  const when = fill(words.showing, { from: clock(view.start, decimals), to: clock(view.end, decimals) });
  context.fillText([data.answer, when].filter(Boolean).join(" · "), 10, 46, width - 20);
  context.translate(0, HEAD);
  drawLanes(context, scene);
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = data.picture_name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
