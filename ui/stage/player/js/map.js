// The map of a long recording: all of it in small, with a window where the pictures are.

import { translucent } from "./colours.js";
import { drawOutline } from "./lanes.js";
import { View } from "./view.js";

const HEIGHT = 40;
const STRIP = 7;
const WIDEST = 8; // pixels that the window takes at least, so that a finger finds it

export function drawMap(context, canvas, scene, now) {
  const { theme, view, files, layers, ribbons, emotions, peak } = scene;
  const whole = new View(view.duration);
  whole.left = view.left;
  whole.width = view.width;
  const right = view.left + view.width;
  const outline = files.get(layers[0].files.curves);
  const key = `${canvas.width} ${theme.dark} ${Boolean(outline)}`;
  if (canvas.painted?.key !== key) canvas.painted = { key, image: paint(canvas, whole, outline, theme, ribbons, emotions, peak) };
  context.clearRect(0, 0, right + 1, HEIGHT);
  context.drawImage(canvas.painted.image, 0, 0, right, HEIGHT);
  if (!view.isWhole) {
    const [from, to] = windowOf(whole, view);
    context.fillStyle = translucent(theme.ground, 0.6);
    context.fillRect(view.left, 0, from - view.left, HEIGHT);
    context.fillRect(to, 0, right - to, HEIGHT);
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    context.strokeRect(from, 1, to - from, HEIGHT - 2);
  }
  context.fillStyle = theme.playhead;
  context.fillRect(whole.x(now) - 1, 0, 2, HEIGHT);
}

function windowOf(whole, view) {
  const middle = whole.x((view.start + view.end) / 2);
  const half = Math.max(WIDEST, whole.x(view.end) - whole.x(view.start)) / 2;
  return [middle - half, middle + half];
}

function paint(canvas, whole, outline, theme, ribbons, emotions, peak) {
  const image = document.createElement("canvas");
  image.width = canvas.width;
  image.height = canvas.height;
  const context = image.getContext("2d");
  const dots = canvas.width / (whole.left + whole.width);
  context.setTransform(dots, 0, 0, dots, 0, 0);
  context.fillStyle = theme.panel;
  context.fillRect(whole.left, 0, whole.width, HEIGHT);
  if (outline) drawOutline(context, outline, whole, (HEIGHT - STRIP) / 2, (HEIGHT - STRIP) / 2 - 1, peak, theme.sound);
  const strip = STRIP / ribbons.length;
  ribbons.forEach(({ pieces }, i) => {
    for (const [from, to, [name]] of pieces) {
      context.fillStyle = name ? emotions[name].colour : translucent(theme.unsure, 0.45);
      context.fillRect(whole.x(from), HEIGHT - STRIP + i * strip, Math.max(whole.x(to) - whole.x(from), 0.5), strip);
    }
  });
  return image;
}

/** A press or drag on the map brings the window there. */
export function followMap(canvas, view, onMove) {
  const bring = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - view.left) / view.width;
    // Pressed while all is shown, it looks closely there.
    const span = view.isWhole ? Math.max(view.duration / 10, Math.min(30, view.duration)) : view.span;
    view.place(span, Math.min(Math.max(share, 0), 1) * view.duration);
    onMove();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    bring(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) bring(event);
  });
}
