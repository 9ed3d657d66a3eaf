// What lies one above the other on the shared time axis, and how each of it is drawn.

import { inkOn, translucent } from "./colours.js";
import { drawDeviations, drawSaliency, drawSpectrogram, placeOf } from "./pictures.js";
import { clock, hertz } from "./text.js";

const SPECTROGRAMS = ["linear", "mel", "log"];
const TICKS_HZ = {
  linear: [2000, 4000, 6000, 8000],
  mel: [500, 1000, 2000, 4000],
  log: [100, 200, 500, 1000, 2000, 4000],
};
const PITCH_TICKS_HZ = [75, 100, 150, 200, 300, 400, 500];
const PITCH_HZ = [60, 600];
const QUIETEST_DBFS = -60;
// A greater jump from frame to frame is no movement of a voice, but a mistaken octave: no line is drawn through it.
const LARGEST_STEP = 1.35;
// Pixels between two numbers in the margin.
const LEAST_APART = 12;
const GAP = 6;
const AXIS = 20;
const TITLE = 15;

/** Heights in pixels, from top to bottom; the waveform takes what the others leave, and never less than its own. */
const HEIGHTS = {
  wide: { emotions: 22, waveform: 84, picture: 150, mfcc: 84, pitch: 66, curve: 54 },
  narrow: { emotions: 20, waveform: 64, picture: 104, mfcc: 72, pitch: 54, curve: 46 },
};

/** The lanes to draw: name, top and height, and the height of all. `shown` names what was chosen. */
export function arrange(shown, ribbons, isNarrow, least) {
  const heights = HEIGHTS[isNarrow ? "narrow" : "wide"];
  const lanes = [{ name: "waveform", height: heights.waveform }];
  for (const ribbon of ribbons) {
    lanes.push({ name: "emotions", ribbon, height: heights.emotions + (ribbon.name ? TITLE : 0) });
  }
  for (const name of SPECTROGRAMS) if (shown.has(name)) lanes.push({ name, height: heights.picture });
  if (shown.has("pitch")) lanes.push({ name: "pitch", height: heights.pitch });
  for (const name of ["level", "crossings", "centroid"]) {
    if (shown.has(name)) lanes.push({ name, height: heights.curve });
  }
  for (const name of ["mfcc", "mfcc_delta", "mfcc_delta2"]) {
    if (shown.has(name)) lanes.push({ name, height: heights.mfcc });
  }
  const used = AXIS + lanes.reduce((sum, lane) => sum + lane.height + GAP, 0);
  lanes[0].height += Math.max(0, least - used);
  let top = AXIS;
  for (const lane of lanes) {
    lane.top = top;
    top += lane.height + GAP;
  }
  return { lanes, height: Math.max(used, least) };
}

/** Draws everything that stands still while the sound plays. */
export function drawLanes(context, scene) {
  const { lanes, height, theme, view } = scene;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, view.left + view.width + 1, height);
  context.font = `11px ${theme.font}`;
  context.textBaseline = "middle";
  drawAxis(context, scene);
  for (const lane of lanes) {
    context.save();
    context.beginPath();
    context.rect(view.left, lane.top, view.width, lane.height);
    context.clip();
    const marks = DRAW[lane.name](context, lane, scene) ?? [];
    context.restore();
    drawMarks(context, lane, marks, scene);
  }
}

function drawAxis(context, { view, theme, height }) {
  const { times, decimals } = view.ticks(64);
  context.textAlign = "center";
  for (const time of times) {
    const x = Math.round(view.x(time)) + 0.5;
    context.fillStyle = theme.faint;
    context.fillRect(x - 0.5, AXIS - 5, 1, height - AXIS);
    context.fillStyle = theme.quiet;
    const label = clock(time, decimals);
    const half = context.measureText(label).width / 2;
    context.fillText(label, Math.min(Math.max(x, view.left + half), view.left + view.width - half), 8);
  }
}

/** The numbers of a lane in the margin, with a title in it where there is room, else over the picture. */
function drawMarks(context, lane, marks, { view, theme, words }) {
  context.textAlign = "right";
  context.fillStyle = theme.quiet;
  let lastY = Infinity;
  for (const { text, y } of marks) {
    if (lastY - y < LEAST_APART) continue;
    lastY = y;
    context.fillText(text, view.left - 5, Math.min(Math.max(y, lane.top + 6), lane.top + lane.height - 5));
  }
  const title = words.lanes[lane.name];
  if (lane.name === "waveform" || lane.name === "emotions") return;
  context.textAlign = "left";
  const width = context.measureText(title).width;
  context.fillStyle = theme.halo;
  context.fillRect(view.left, lane.top, width + 8, 15);
  context.fillStyle = theme.text;
  context.fillText(title, view.left + 4, lane.top + 8);
}

const DRAW = {
  waveform(context, lane, scene) {
    const { theme, view } = scene;
    const middle = lane.top + lane.height / 2;
    context.fillStyle = theme.faint;
    context.fillRect(view.left, middle, view.width, 1);
    forEachFile(context, lane, scene, "curves", (file) => {
      drawOutline(context, file, view, middle, lane.height / 2 - 1, scene.peak, theme.sound);
    });
    return [];
  },

  emotions(context, { top: above, height: whole, ribbon }, { view, theme, emotions }) {
    const title = ribbon.name ? TITLE : 0;
    const lane = { top: above + title, height: whole - title };
    context.textAlign = "left";
    context.fillStyle = theme.text;
    if (title) context.fillText(ribbon.name, view.left + 1, above + 7, view.width);
    context.font = `600 11px ${theme.font}`;
    for (const { from, to, names } of runs(ribbon.pieces)) {
      if (to < view.start || from > view.end) continue;
      const left = Math.max(view.x(from), view.left);
      const right = Math.min(view.x(to), view.left + view.width);
      const wide = Math.max(right - left - (right - left > 3 ? 1 : 0), 0.5);
      const height = lane.height / (names.length || 1);
      names.forEach((name, i) => {
        context.fillStyle = emotions[name].colour;
        context.fillRect(left, lane.top + i * height, wide, height);
      });
      if (!names.length) {
        context.fillStyle = translucent(theme.unsure, 0.25);
        context.fillRect(left, lane.top, wide, height);
        hatch(context, left, left + wide, lane, theme.unsure);
      }
      if (names.length > 1) continue; // two names would not be read in half the height; the pointer tells them
      const label = names.length ? emotions[names[0]].title : "?";
      if (wide > context.measureText(label).width + 8) {
        context.fillStyle = names.length ? inkOn(emotions[names[0]].colour) : theme.text;
        context.fillText(label, left + 4, lane.top + lane.height / 2 + 0.5);
      }
    }
    context.font = `11px ${theme.font}`;
    return [];
  },

  linear: spectrogram,
  mel: spectrogram,
  log: spectrogram,
  mfcc: deviations,
  mfcc_delta: deviations,
  mfcc_delta2: deviations,

  pitch(context, lane, scene) {
    const { theme } = scene;
    const [low, high] = scene.pitchRange ?? PITCH_HZ;
    const share = (hz) => Math.log2(hz / low) / Math.log2(high / low);
    const y = (hz) => lane.top + lane.height - 3 - share(hz) * (lane.height - 6);
    let isThere = false;
    forEachFile(context, lane, scene, "curves", (file) => {
      if (!file.pitch) return;
      isThere = true;
      drawCurve(context, file.pitch, file.times.pitch, scene.view, (value) => y(value / 10), theme.pitch, { isBroken: true });
    });
    if (!isThere) {
      if (scene.hasFiles) note(context, lane, scene, scene.words.no_pitch);
      return [];
    }
    return PITCH_TICKS_HZ.filter((hz) => hz > low * 1.02 && hz < high * 0.98).map((hz) => ({ text: `${hz}`, y: y(hz) }));
  },

  level(context, lane, scene) {
    const { theme, view } = scene;
    const share = (dbfs) => Math.max(0, 1 - dbfs / QUIETEST_DBFS);
    const y = (dbfs) => lane.top + lane.height - share(dbfs) * (lane.height - 4);
    forEachFile(context, lane, scene, "curves", (file) => {
      const at = (value) => y(file.lowest_dbfs + value / 2);
      context.fillStyle = translucent(theme.level, 0.28);
      drawCurve(context, file.level, file.times.frames, view, at, theme.level, { floor: lane.top + lane.height });
    });
    return [-40, -20].map((dbfs) => ({ text: `−${-dbfs}`, y: y(dbfs) }));
  },

  crossings: (context, lane, scene) => curve(context, lane, scene, "crossings"),
  centroid: (context, lane, scene) => curve(context, lane, scene, "centroid"),
};

/** Neighbours that sound the same, as one. */
function runs(pieces) {
  const joined = [];
  for (const [from, to, names] of pieces) {
    const last = joined.at(-1);
    if (last && String(last.names) === String(names) && from <= last.to + 0.02) last.to = to;
    else joined.push({ from, to, names });
  }
  return joined;
}

function curve(context, lane, scene, name) {
  const top = scene.tops[name] || 1;
  const y = (value) => lane.top + lane.height - (value / top) * (lane.height - 4);
  forEachFile(context, lane, scene, "curves", (file) => {
    drawCurve(context, file[name], file.times.frames, scene.view, y, scene.theme[name]);
  });
  return [{ text: hertz(top / 2), y: y(top / 2) }];
}

function spectrogram(context, lane, scene) {
  const { theme, view, saliency } = scene;
  const whole = scene.reference(lane.name);
  forEachFile(context, lane, scene, lane.name, (file) => {
    drawSpectrogram(context, file, whole ?? file, view, lane.top, lane.height, theme, Boolean(saliency));
  });
  const file = whole ?? scene.anyFile(lane.name);
  if (!file) return [];
  if (saliency) drawSaliency(context, saliency, file.rows_hz, view, lane.top, lane.height, theme);
  const row = (hz) => lane.top + lane.height * (1 - (placeOf(hz, file.rows_hz) + 0.5) / file.rows);
  const shown = TICKS_HZ[lane.name].filter((hz) => hz <= file.rows_hz.at(-1) * 1.01);
  return shown.map((hz) => ({ text: hertz(hz), y: row(hz) }));
}

function deviations(context, lane, scene) {
  forEachFile(context, lane, scene, lane.name, (file) => {
    drawDeviations(context, file, scene.view, lane.top, lane.height, scene.theme);
  });
  return [0, 10].map((n) => ({ text: `${n}`, y: lane.top + lane.height * (1 - (n + 0.5) / 20) }));
}

/** Calls `draw` for the whole and then for each part in its own place, where a finer picture covers the coarse one. */
function forEachFile(context, lane, scene, name, draw) {
  scene.layers.forEach((layer, i) => {
    if (layer.end_s < scene.view.start || layer.start_s > scene.view.end) return;
    const file = scene.files.get(layer.files[name]);
    if (!file) return;
    context.save();
    if (i > 0) {
      const left = scene.view.x(layer.start_s);
      context.beginPath();
      context.rect(left, lane.top, scene.view.x(layer.end_s) - left, lane.height);
      context.clip();
      context.fillStyle = scene.theme.ground;
      context.fillRect(left, lane.top, scene.view.x(layer.end_s) - left, lane.height);
    }
    draw(file);
    context.restore();
  });
}

export function drawOutline(context, file, view, middle, half, peak, colour) {
  const pixel = view.span / view.width;
  const level = file.outlines.findLast((each) => each.column_s <= pixel / 2) ?? file.outlines[0];
  const { lowest, highest, column_s } = level;
  const scale = half / peak;
  const start = file.times.outline.start_s;
  context.fillStyle = colour;
  if (column_s > pixel / 2) {
    // Columns are wider than pixels: a band through their middles.
    const first = Math.max(0, Math.floor((view.start - start) / column_s) - 1);
    const last = Math.min(lowest.length - 1, Math.ceil((view.end - start) / column_s) + 1);
    if (last < first) return;
    context.beginPath();
    for (let i = first; i <= last; i++) context.lineTo(view.x(start + (i + 0.5) * column_s), middle - highest[i] * scale - 0.6);
    for (let i = last; i >= first; i--) context.lineTo(view.x(start + (i + 0.5) * column_s), middle - lowest[i] * scale + 0.6);
    context.fill();
    return;
  }
  const dot = 1 / context.getTransform().a;
  for (let x = 0; x < view.width; x += dot) {
    const first = Math.max(0, Math.floor((view.start + x * pixel - start) / column_s));
    const end = Math.min(lowest.length, Math.max(first + 1, Math.ceil((view.start + (x + dot) * pixel - start) / column_s)));
    if (first >= lowest.length) break;
    let low = 127;
    let high = -127;
    for (let i = first; i < end; i++) {
      if (lowest[i] < low) low = lowest[i];
      if (highest[i] > high) high = highest[i];
    }
    const top = middle - high * scale;
    context.fillRect(view.left + x, top - 0.5, dot, Math.max(1, middle - low * scale - top + 0.5));
  }
}

/** A line through values with gaps where they are 0 and, if `isBroken`, where they jump; or an area down to `floor`. */
function drawCurve(context, values, { start_s, column_s }, view, y, colour, { floor, isBroken = false } = {}) {
  const first = Math.max(0, Math.floor((view.start - start_s) / column_s) - 1);
  const last = Math.min(values.length - 1, Math.ceil((view.end - start_s) / column_s) + 1);
  const stride = Math.max(1, Math.floor((last - first) / (view.width * 2)));
  const line = new Path2D();
  let begun = -1;
  let lastX = 0;
  const area = floor === undefined ? null : new Path2D();
  for (let i = first; i <= last; i += stride) {
    if (!values[i] && floor === undefined) {
      begun = -1;
      continue;
    }
    const step = values[i] / (values[i - stride] || values[i]);
    if (isBroken && Math.max(step, 1 / step) > LARGEST_STEP) begun = -1;
    const x = view.x(start_s + (i + 0.5) * column_s);
    const at = y(values[i]);
    if (begun < 0) {
      line.moveTo(x - 0.5, at); // so that a value by itself is a dot
      if (area) area.moveTo(x, floor);
      begun = x;
    }
    line.lineTo(x, at);
    if (area) area.lineTo(x, at);
    lastX = x;
  }
  if (area && begun >= 0) {
    area.lineTo(lastX, floor);
    context.fill(area);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.lineCap = "round";
  context.stroke(line);
}

function hatch(context, left, right, lane, colour) {
  context.save();
  context.beginPath();
  context.rect(left, lane.top, right - left, lane.height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - lane.height; x < right; x += 7) {
    context.moveTo(x, lane.top + lane.height);
    context.lineTo(x + lane.height, lane.top);
  }
  context.stroke();
  context.restore();
}

function note(context, lane, { view, theme }, text) {
  context.fillStyle = theme.quiet;
  context.textAlign = "center";
  context.fillText(text, view.left + view.width / 2, lane.top + lane.height / 2);
}
