// A ribbon that grows: a piece for each second, coloured by the emotion that was heard in it.

import { clockOf } from "./diagnosis.js";

// The ribbon of a few seconds does not fill the width.
const LEAST_S = 30;
const BAR_PX = 34;
const AXIS_PX = 18;
const TICKS_S = [5, 10, 15, 30, 60, 120, 300];
const TICK_PX = 70;
const UNSURE = "#7d8294";

function luminance(hex) {
  const linear = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((v) =>
    v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

const inkOver = (hex) => (luminance(hex) > 0.179 ? "#000000" : "#ffffff");

// Neighbours that were answered alike, as one.
function alike(pieces) {
  const runs = [];
  for (const { start_s, end_s, kind, emotions = [] } of pieces) {
    const name = kind === "answer" ? emotions.join("|") || "unsure" : "";
    const last = runs.at(-1);
    if (last?.name === name && last.to === start_s) last.to = end_s;
    else runs.push({ name, emotions, from: start_s, to: end_s });
  }
  return runs.filter((run) => run.name);
}

export class Ribbon {
  #canvas;
  #emotions;
  #words;

  /** `emotions` has the title and colour of each. */
  constructor(canvas, emotions, words) {
    this.#canvas = canvas;
    this.#emotions = emotions;
    this.#words = words;
  }

  draw(pieces, seconds) {
    const canvas = this.#canvas;
    const width = canvas.clientWidth;
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round((BAR_PX + AXIS_PX) * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const style = getComputedStyle(canvas);
    const total = Math.max(LEAST_S, seconds);
    const x = (at) => (at / total) * width;
    context.font = `12px ${style.fontFamily}`;
    context.textBaseline = "middle";
    // What has passed, so that a pause is seen as one.
    context.fillStyle = style.color;
    context.globalAlpha = 0.12;
    context.fillRect(0, 0, x(seconds), BAR_PX);
    context.globalAlpha = 1;
    const runs = alike(pieces);
    for (const { emotions, from, to } of runs) this.#drawRun(context, emotions, x(from), x(to));
    this.#drawAxis(context, style, total, width, x);
    canvas.setAttribute("aria-label", this.#describe(runs));
  }

  #drawRun(context, emotions, left, right) {
    const colours = emotions.length ? emotions.map((each) => this.#emotions[each].colour) : [UNSURE];
    const height = BAR_PX / colours.length;
    colours.forEach((colour, number) => {
      context.fillStyle = colour;
      context.fillRect(left, number * height, Math.max(1, right - left - 0.5), height);
      const title = emotions.length ? this.#emotions[emotions[number]].title : this.#words.unsure;
      if (context.measureText(title).width > right - left - 6) return;
      context.fillStyle = inkOver(colour);
      context.fillText(title, left + 4, (number + 0.5) * height);
    });
  }

  #drawAxis(context, style, total, width, x) {
    const every = TICKS_S.find((each) => x(each) >= TICK_PX) ?? TICKS_S.at(-1);
    context.fillStyle = style.color;
    for (let at = 0; at <= total; at += every) {
      const text = clockOf(at);
      context.fillRect(x(at), BAR_PX, 1, 4);
      context.fillText(text, Math.min(x(at) + 3, width - context.measureText(text).width), BAR_PX + 11);
    }
  }

  #describe(runs) {
    const last = runs.at(-1);
    if (!last) return this.#words.ribbon;
    const names = last.emotions.map((each) => this.#emotions[each].title).join(", ") || this.#words.unsure;
    return `${this.#words.ribbon} ${clockOf(last.from)}: ${names}`;
  }
}
