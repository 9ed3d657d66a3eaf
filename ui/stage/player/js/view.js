// Which stretch of the recording is on show, and where a moment of it lies in pixels.

const SHORTEST_S = 0.1;
const STEPS_S = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400,
];

export class View {
  constructor(duration) {
    this.duration = duration;
    this.start = 0;
    this.end = duration;
    this.left = 0; // pixels
    this.width = 1;
  }

  get span() {
    return this.end - this.start;
  }

  get isWhole() {
    return this.span >= this.duration * 0.999;
  }

  x(time) {
    return this.left + ((time - this.start) / this.span) * this.width;
  }

  time(x) {
    const time = this.start + ((x - this.left) / this.width) * this.span;
    return Math.min(Math.max(time, 0), this.duration);
  }

  /** Shows `span` seconds so that `time` lies at the share `at` of the width; kept inside the recording. */
  place(span, time, at = 0.5) {
    span = Math.min(Math.max(span, Math.min(SHORTEST_S, this.duration)), this.duration);
    this.start = Math.min(Math.max(0, time - span * at), this.duration - span);
    this.end = this.start + span;
  }

  zoom(factor, time) {
    this.place(this.span / factor, time, (time - this.start) / this.span);
  }

  pan(seconds) {
    this.place(this.span, this.start + seconds, 0);
  }

  showAll() {
    this.start = 0;
    this.end = this.duration;
  }

  /** Moments of the axis: round ones, `apart` pixels or more from each other. */
  ticks(apart) {
    const least = (this.span * apart) / this.width;
    const step = STEPS_S.find((each) => each >= least) ?? STEPS_S.at(-1);
    const times = [];
    for (let i = Math.ceil(this.start / step - 1e-6); i * step <= this.end + 1e-9; i++) times.push(i * step);
    return { times, decimals: step < 0.1 ? 2 : step < 1 ? 1 : 0 };
  }
}
