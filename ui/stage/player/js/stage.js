// The stage: a recording's sound and its pictures on one time axis.

import { Bar, icon, rove } from "./bar.js";
import { readTheme, translucent } from "./colours.js";
import { Files } from "./files.js";
import { follow } from "./gestures.js";
import { arrange, drawLanes } from "./lanes.js";
import { drawMap, followMap } from "./map.js";
import { savePicture } from "./save.js";
import { Sound } from "./sound.js";
import { clock, decimalsFor, fill, hertz } from "./text.js";
import { View } from "./view.js";

const NARROW_PIXELS = 600;
const LEAST_HEIGHT = { wide: 410, narrow: 300 };
const FIRST_SHOWN = { wide: ["mel", "pitch", "level"], narrow: ["mel", "pitch"] };
const MARGIN = { wide: 40, narrow: 32 };
const ZOOM = 1.6;
const SHORTEST_STRETCH_S = 0.05;
const SETTLED_MS = 200;

class Stage {
  #still = true; // whether what stands still has to be drawn anew
  #frame = 0;
  #settling = 0;
  #hover = null;
  #wish = { part: null, stretch: null };
  #said = "";

  constructor(root, data, wish) {
    this.section = root.querySelector(".stage");
    this.pictures = root.querySelector(".pictures");
    this.map = root.querySelector(".map");
    this.canvas = root.querySelector(".still");
    this.moving = root.querySelector(".moving");
    this.readout = root.querySelector(".readout");
    this.status = root.querySelector("[role=status]");
    this.legend = root.querySelector(".legend");
    this.moments = root.querySelector(".moments");
    this.stretchPanel = root.querySelector(".stretch");
    this.isNarrow = this.section.clientWidth < NARROW_PIXELS;
    this.shown = new Set(FIRST_SHOWN[this.#size]);
    this.isOpen = false;
    this.selected = null;
    this.hint = matchMedia("(pointer: coarse)").matches ? data.words.hint_touch : data.words.hint;
    this.reducesMotion = matchMedia("(prefers-reduced-motion: reduce)");
    this.words = data.words;
    this.view = new View(data.duration_s);
    this.files = new Files(
      () => this.redraw(),
      () => this.#tell(this.words.lost),
    );
    this.sound = new Sound(root.querySelector("audio"), (event) => this.#heard(event));
    this.bar = new Bar(root.querySelector(".bar"), this.words, (name) => this.act(name), (lane) => this.#choose(lane));
    this.pictures.setAttribute("aria-label", this.words.position_label);
    root.querySelector("#keys").textContent = this.words.keys;
    this.pictures.setAttribute("aria-describedby", "keys");
    this.section.addEventListener("keydown", (event) => this.#key(event));
    follow(this.pictures, this.view, {
      click: (time) => this.#playFrom(time),
      drag: (from, to, isDone) => this.#select(from, to, isDone),
      hover: (x, y) => this.#point(x, y),
      leave: () => this.#point(null),
      zoom: (factor, time) => this.#change(() => this.view.zoom(factor, time)),
      pan: (seconds) => this.#change(() => this.view.pan(seconds)),
      place: (...where) => this.#change(() => this.view.place(...where)),
    });
    rove(this.moments);
    followMap(this.map, this.view, () => this.#change(() => {}));
    this.resized = new ResizeObserver(() => this.#resize());
    this.resized.observe(this.section);
    this.update(data, wish);
  }

  get #size() {
    return this.isNarrow ? "narrow" : "wide";
  }

  /** Takes what the server says now, and how it is asked for more. */
  update(data, wish) {
    this.data = data;
    this.ask = (change) => wish((this.#wish = { ...this.#wish, ...change }));
    this.section.setAttribute("role", "group");
    this.section.setAttribute("aria-label", fill(this.words.stage, { name: data.name }));
    this.pictures.setAttribute("aria-valuemax", data.duration_s.toFixed(2));
    this.sound.load(data.sound);
    this.files.keep(new Set([...data.layers.flatMap((layer) => Object.values(layer.files)), data.saliency]));
    this.theme = readTheme(this.section);
    this.map.hidden = data.duration_s <= data.part_s;
    this.#listMoments();
    this.#explain();
    this.#tellStretch();
    this.#resize();
    this.#showBar();
    this.#value();
  }

  end() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.resized.disconnect();
    this.files.end();
    this.sound.end();
  }

  redraw() {
    this.#still = true;
    this.#next();
  }

  act(name) {
    const { sound, view } = this;
    const middle = sound.now >= view.start && sound.now <= view.end ? sound.now : (view.start + view.end) / 2;
    const actions = {
      play: () => (sound.isPlaying ? sound.pause() : sound.play()),
      loop: () => this.#loop(),
      in: () => this.#change(() => view.zoom(ZOOM, middle), true),
      out: () => this.#change(() => view.zoom(1 / ZOOM, middle), true),
      all: () => this.#change(() => view.showAll(), true),
      lanes: () => (this.isOpen = !this.isOpen),
      save: () => savePicture(this.#scene(), this.data),
    };
    actions[name]();
    this.#showBar();
  }

  #loop() {
    this.sound.loops = !this.sound.loops;
    this.#tell(this.sound.loops ? this.words.loop_on : this.words.loop_off);
  }

  #choose(lane) {
    const spectrograms = ["linear", "mel", "log"];
    if (this.shown.has(lane)) this.shown.delete(lane);
    else {
      if (spectrograms.includes(lane)) for (const other of spectrograms) this.shown.delete(other);
      this.shown.add(lane);
    }
    this.#resize();
    this.#showBar();
  }

  // Playing and selecting

  #playFrom(time) {
    this.pictures.focus({ preventScroll: true });
    const inside = this.selected && time >= this.selected[0] && time <= this.selected[1];
    if (this.selected && !inside) this.#select(null);
    this.sound.play(time);
    this.#value();
  }

  #select(from, to, isDone = true) {
    const stretch = from === null ? null : [Math.min(from, to), Math.max(from, to)];
    const isEmpty = !stretch || stretch[1] - stretch[0] < SHORTEST_STRETCH_S;
    this.selected = isEmpty && isDone ? null : stretch;
    if (isDone) {
      this.pictures.focus({ preventScroll: true });
      this.sound.stretch = this.selected;
      if (this.selected) {
        this.sound.pause();
        this.sound.seek(this.selected[0]);
      }
      this.ask({ stretch: this.selected?.map((time) => Math.round(time * 1000) / 1000) ?? null });
    }
    this.#tellStretch();
    this.#next();
  }

  #listMoments() {
    const { moments, words } = this;
    const wanted = JSON.stringify(this.data.moments);
    if (moments.dataset.listed === wanted) return;
    moments.dataset.listed = wanted;
    moments.hidden = !this.data.moments.length;
    moments.setAttribute("aria-label", words.moments);
    const buttons = this.data.moments.map(({ start_s, end_s, title, colour }, i) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", innerHTML: icon("play"), tabIndex: i ? -1 : 0 });
      if (colour) {
        const mark = document.createElement("i");
        mark.style.background = colour;
        button.append(mark);
      }
      const decimals = Math.min(1, decimalsFor(this.data.duration_s));
      button.append(`${clock(start_s, decimals)} ${title}`);
      button.addEventListener("click", () => {
        this.#select(start_s, end_s);
        this.#change(() => this.view.isWhole || this.view.place(this.view.span, (start_s + end_s) / 2));
        button.focus();
        this.sound.play(start_s);
      });
      return button;
    });
    moments.replaceChildren(...buttons);
  }

  /** What the colours over the spectrogram mean, which is brought on show for them. */
  #explain() {
    this.legend.hidden = !this.data.saliency;
    if (!this.data.saliency) return;
    const [forIt, against] = this.legend.querySelectorAll("span");
    forIt.textContent = this.words.less_sure;
    against.textContent = this.words.more_sure;
    if (!["linear", "mel", "log"].some((name) => this.shown.has(name))) this.shown.add("mel");
  }

  #extend(seconds) {
    const [from, to] = this.selected ?? [this.sound.now, this.sound.now];
    const end = Math.min(Math.max(to + seconds, from), this.data.duration_s);
    clearTimeout(this.extending);
    this.#select(from, end, false);
    this.extending = setTimeout(() => this.#select(from, end), 600);
  }

  #heard(event) {
    if (event === "error") this.#tell(this.words.unplayable);
    if (event === "play") this.#tell(fill(this.words.playing, { now: this.#spoken(this.sound.now) }));
    if (event === "pause") this.#value();
    this.#showBar();
    this.#next();
  }

  #seek(time) {
    const { view, sound, data } = this;
    time = Math.min(Math.max(time, 0), data.duration_s);
    if (this.selected && (time < this.selected[0] || time > this.selected[1])) this.#select(null);
    sound.seek(time);
    if (time < view.start || time > view.end) this.#change(() => view.place(view.span, time));
    this.#value();
    this.#next();
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { view, sound, data } = this;
    const onPictures = this.pictures.matches(":focus");
    const step = Math.max(0.05, view.span / 50);
    const now = sound.now;
    const onAny = { l: () => this.act("loop"), Escape: () => this.selected && this.#select(null) };
    const onlyThere = {
      " ": () => this.act("play"),
      ArrowRight: () => (event.shiftKey ? this.#extend(step) : this.#seek(now + step)),
      ArrowLeft: () => (event.shiftKey ? this.#extend(-step) : this.#seek(now - step)),
      ArrowUp: () => this.#seek(now + step),
      ArrowDown: () => this.#seek(now - step),
      PageUp: () => this.#seek(now + view.span / 5),
      PageDown: () => this.#seek(now - view.span / 5),
      Home: () => this.#seek(0),
      End: () => this.#seek(data.duration_s),
      "+": () => this.act("in"),
      "=": () => this.act("in"),
      "-": () => this.act("out"),
      0: () => this.act("all"),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = onAny[key] ?? (onPictures ? onlyThere[key] : undefined);
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
  }

  // Looking

  #change(move, isTold = false) {
    move();
    if (isTold) {
      const { start, end } = this.view;
      this.#tell(fill(this.words.showing, { from: this.#spoken(start), to: this.#spoken(end) }));
    }
    this.#settling ||= setTimeout(() => this.#wantPart(), SETTLED_MS);
    this.redraw();
  }

  /** Asks for a part in detail where a long recording is looked at closely. */
  #wantPart() {
    const { view, data } = this;
    this.#settling = 0;
    if (data.duration_s <= data.part_s || view.span > data.part_s * 0.9) return;
    const covers = ({ start_s, end_s }) => start_s <= view.start + 0.01 && end_s >= view.end - 0.01;
    if (data.layers.slice(1).some(covers)) return;
    const middle = (view.start + view.end) / 2;
    const part = Math.round(Math.min(Math.max(0, middle - data.part_s / 2), data.duration_s - data.part_s));
    if (part !== this.#wish.part) this.ask({ part });
  }

  #resize() {
    const width = this.section.clientWidth;
    if (!width) return; // out of sight
    this.isNarrow = width < NARROW_PIXELS;
    this.arranged = arrange(this.shown, this.data.ribbons, this.isNarrow, LEAST_HEIGHT[this.#size]);
    const { height } = this.arranged;
    this.pictures.style.height = `${height}px`;
    this.view.left = MARGIN[this.#size];
    this.view.width = width - this.view.left;
    for (const canvas of [this.canvas, this.moving]) scale(canvas, width, height);
    scale(this.map, width, 40);
    this.redraw();
  }

  #scene() {
    const { data, files } = this;
    const opened = data.layers.map((layer) => files.get(layer.files.curves)).filter(Boolean);
    const whole = data.layers[0];
    return {
      ...this.arranged,
      ...measured(opened),
      layers: data.layers,
      ribbons: data.ribbons,
      emotions: data.emotions,
      words: this.words,
      view: this.view,
      theme: this.theme,
      files,
      hasFiles: opened.length > 0,
      reference: (name) => files.get(whole.files[name]),
      anyFile: (name) => data.layers.map((layer) => files.get(layer.files[name])).find(Boolean),
      saliency: files.get(data.saliency),
    };
  }

  #next() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    if (!this.arranged) return; // out of sight so far
    const { sound, view } = this;
    sound.watch();
    if (sound.isPlaying) this.#keepInView(sound.now);
    const scene = this.#scene();
    if (this.#still) {
      this.#still = false;
      drawLanes(scaled(this.canvas), scene);
    }
    this.#drawMoving(scene);
    if (!this.map.hidden) drawMap(scaled(this.map), this.map, scene, sound.now);
    const decimals = decimalsFor(view.span);
    this.bar.tell(clock(sound.now, Math.max(1, decimals)), clock(this.data.duration_s, 1));
    if (sound.isPlaying) this.#next();
  }

  #keepInView(now) {
    const { view } = this;
    if (view.isWhole || !this.pictures.isConnected) return;
    const place = (now - view.start) / view.span;
    const before = view.start;
    if (place < 0 || place > 1) view.place(view.span, now, 0.1);
    else if (this.reducesMotion.matches) {
      if (place > 0.95) view.place(view.span, now, 0.1);
    } else if (place > 0.6) view.place(view.span, now, 0.6);
    if (view.start !== before) this.#change(() => {});
  }

  #drawMoving({ height, theme, view }) {
    const context = scaled(this.moving);
    const right = view.left + view.width;
    context.clearRect(0, 0, right + 1, height);
    const line = (time, colour, width) => {
      const x = view.x(time);
      if (x < view.left - 1 || x > right + 1) return undefined;
      context.fillStyle = colour;
      context.fillRect(x - width / 2, 14, width, height - 14);
      return x;
    };
    if (this.selected) {
      const [from, to] = this.selected.map((time) => Math.min(Math.max(view.x(time), view.left), right));
      context.fillStyle = translucent(theme.accent, theme.dark ? 0.3 : 0.22);
      context.fillRect(from, 14, to - from, height - 14);
      for (const time of this.selected) line(time, theme.accent, 2);
    }
    if (this.#hover !== null) line(view.time(this.#hover.x), theme.quiet, 1);
    line(this.sound.now, theme.halo, 4);
    const x = line(this.sound.now, theme.playhead, 2);
    if (x === undefined) return;
    context.beginPath();
    context.moveTo(x - 6, 10);
    context.lineTo(x + 6, 10);
    context.lineTo(x, 18);
    context.fillStyle = theme.playhead;
    context.fill();
  }

  // Telling

  #point(x, y) {
    const isOver = x !== null && x >= this.view.left;
    this.#hover = isOver ? { x, y } : null;
    this.readout.textContent = isOver ? this.#read(this.view.time(x), y) : this.hint;
    this.#next();
  }

  /** What lies under the pointer, in numbers. */
  #read(time, y) {
    const { words, data, files, arranged } = this;
    const parts = [clock(time, Math.max(1, decimalsFor(this.view.span)))];
    const emotion = this.#emotionAt(time);
    if (emotion) parts.push(emotion);
    const layer = data.layers.findLast((each) => each.start_s <= time && each.end_s >= time) ?? data.layers[0];
    const curves = files.get(layer.files.curves);
    if (curves) {
      const at = (values, { start_s, column_s }) => values[Math.floor((time - start_s) / column_s)];
      const pitch = curves.pitch && at(curves.pitch, curves.times.pitch);
      if (pitch) parts.push(fill(words.read_pitch, { hz: Math.round(pitch / 10) }));
      const level = at(curves.level, curves.times.frames);
      if (level !== undefined) {
        parts.push(fill(words.read_level, { db: String(curves.lowest_dbfs + level / 2).replace("-", "−") }));
      }
    }
    const lane = arranged.lanes.find(({ top, height }) => y >= top && y < top + height);
    const rows = lane && files.get(data.layers[0].files[lane.name])?.rows_hz;
    if (rows) {
      const row = Math.floor((1 - (y - lane.top) / lane.height) * rows.length);
      parts.push(`${hertz(rows[Math.min(Math.max(row, 0), rows.length - 1)])} Hz`);
    }
    return parts.join(" · ");
  }

  #emotionAt(time) {
    const heard = this.data.ribbons.map(({ name, pieces }) => {
      const answer = pieces.find(([from, to]) => time >= from && time < to)?.[3];
      return answer && name ? `${name}: ${answer}` : answer;
    });
    return heard.filter(Boolean).join(", ");
  }

  #tellStretch() {
    const { words, selected, data } = this;
    this.stretchPanel.hidden = !selected;
    if (!this.#hover) this.readout.textContent = this.hint;
    if (!selected) {
      this.#said = "";
      return;
    }
    const [from, to] = selected;
    const which = this.stretchPanel.querySelector(".which");
    which.textContent = `${clock(from, 2)} – ${clock(to, 2)}`;
    const answer = data.stretch;
    const isAnswered = answer && Math.abs(answer.start_s - from) < 0.002 && Math.abs(answer.end_s - to) < 0.002;
    const facts = isAnswered ? answer.facts : [[words.length, `${(to - from).toFixed(2)} s`], ["", words.listening]];
    this.stretchPanel.querySelector("dl").replaceChildren(...facts.map(factOf));
    if (isAnswered && answer.said !== this.#said) this.#tell((this.#said = answer.said));
  }

  #spoken(seconds) {
    return clock(seconds, decimalsFor(this.view.span));
  }

  /** The position for a screen reader, told when it was moved by hand or came to rest. */
  #value() {
    const now = this.sound.now;
    const said = fill(this.words.position, { now: this.#spoken(now), total: clock(this.data.duration_s, decimalsFor(this.data.duration_s)) });
    const emotion = this.#emotionAt(now);
    this.pictures.setAttribute("aria-valuenow", now.toFixed(2));
    this.pictures.setAttribute("aria-valuetext", emotion ? `${said}, ${emotion}` : said);
  }

  #tell(sentence) {
    this.status.textContent = sentence;
  }

  #showBar() {
    this.bar.show({
      isPlaying: this.sound.isPlaying,
      loops: this.sound.loops,
      now: clock(this.sound.now, 1),
      total: clock(this.data.duration_s, 1),
      shown: this.shown,
      isOpen: this.isOpen,
    });
  }
}

function factOf([name, value]) {
  const fact = document.createElement("div");
  const term = document.createElement("dt");
  const told = document.createElement("dd");
  term.textContent = name;
  told.textContent = value;
  fact.append(...(name ? [term] : []), told);
  return fact;
}

/** What the scales of the curves depend on: the highest peak, the range of the pitch, the tops of the other curves. */
function measured(files) {
  const highest = (values) => values.reduce((most, value) => (value > most ? value : most), 0);
  let peak = 6;
  let low = Infinity;
  let high = 0;
  const tops = { crossings: 1000, centroid: 1000 };
  for (const file of files) {
    file.measures ??= {
      peak: Math.max(...file.outlines.at(-1).highest, ...file.outlines.at(-1).lowest.map((value) => -value)),
      crossings: highest(file.crossings),
      centroid: highest(file.centroid),
      pitch: pitchRange(file.pitch),
    };
    peak = Math.max(peak, file.measures.peak);
    for (const name of ["crossings", "centroid"]) tops[name] = Math.max(tops[name], file.measures[name]);
    if (file.measures.pitch) {
      low = Math.min(low, file.measures.pitch[0]);
      high = Math.max(high, file.measures.pitch[1]);
    }
  }
  return { peak, tops, pitchRange: high ? [low, high] : null };
}

function pitchRange(pitch) {
  const voiced = pitch?.filter((value) => value > 0);
  if (!voiced?.length) return null;
  voiced.sort();
  // A tenth of an octave of air, and never less than half an octave in all.
  const low = (voiced[0] / 10) * 0.93;
  return [low, Math.max((voiced.at(-1) / 10) * 1.07, low * 1.5)];
}

function scale(canvas, width, height) {
  const dots = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * dots);
  canvas.height = Math.round(height * dots);
}

function scaled(canvas) {
  const context = canvas.getContext("2d");
  const dots = Math.min(window.devicePixelRatio || 1, 2);
  context.setTransform(dots, 0, 0, dots, 0, 0);
  return context;
}

const stages = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const wish = (value) => setStateValue("wish", value);
  const held = stages.get(parentElement);
  if (held) held.update(data, wish);
  else stages.set(parentElement, new Stage(parentElement, data, wish));
  return () => {
    stages.get(parentElement)?.end();
    stages.delete(parentElement);
  };
}
