// Plays the recording: from a moment, or a stretch, once or over and over.

export class Sound {
  constructor(audio, onChange) {
    this.audio = audio;
    this.onChange = onChange;
    this.loops = false;
    this.stretch = null; // [start, end] that is played, or null for all of it
    this.failed = false;
    this.#asked = 0;
    for (const event of ["play", "pause", "seeked", "loadedmetadata", "waiting", "playing"]) {
      audio.addEventListener(event, () => onChange(event));
    }
    audio.addEventListener("ended", () => (this.loops ? this.play(this.from) : onChange("pause")));
    audio.addEventListener("error", () => {
      this.failed = true;
      onChange("error");
    });
  }

  #asked;

  load(url) {
    if (this.audio.getAttribute("src") === url) return;
    this.failed = false;
    this.audio.src = url;
  }

  get from() {
    return this.stretch ? this.stretch[0] : 0;
  }

  get now() {
    return this.audio.readyState ? this.audio.currentTime : this.#asked;
  }

  get isPlaying() {
    return !this.audio.paused && !this.audio.ended;
  }

  seek(time) {
    this.#asked = time;
    this.audio.currentTime = time;
  }

  play(time = this.now) {
    if (this.stretch && (time < this.stretch[0] || time >= this.stretch[1] - 0.02)) time = this.stretch[0];
    if (this.audio.ended || time >= this.audio.duration - 0.02) time = this.from;
    if (Math.abs(time - this.now) > 0.001) this.seek(time);
    // Refused when nothing was touched yet, or the sound is broken, which the event "error" tells.
    this.audio.play().catch(() => this.onChange("pause"));
  }

  pause() {
    this.audio.pause();
  }

  /** Ends or begins the stretch anew once it has been played. Called with every picture. */
  watch() {
    if (!this.stretch || !this.isPlaying || this.audio.currentTime < this.stretch[1]) return;
    if (this.loops) return this.seek(this.stretch[0]);
    this.audio.pause();
    this.seek(this.stretch[1]);
  }

  end() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }
}
