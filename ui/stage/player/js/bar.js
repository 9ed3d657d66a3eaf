// The tool bar: one stop of the Tab key, inside which the arrows lead from button to button.

const ICONS = {
  play: '<path d="M7 4.5v15a1 1 0 0 0 1.5.86l12.5-7.5a1 1 0 0 0 0-1.72L8.5 3.64A1 1 0 0 0 7 4.5z"/>',
  pause: '<rect x="5.5" y="4" width="4.5" height="16" rx="1"/><rect x="14" y="4" width="4.5" height="16" rx="1"/>',
  loop: '<path d="M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3"/>',
  in: '<circle cx="10.5" cy="10.5" r="7"/><path d="M21 21l-5.5-5.5M10.5 7.5v6M7.5 10.5h6"/>',
  out: '<circle cx="10.5" cy="10.5" r="7"/><path d="M21 21l-5.5-5.5M7.5 10.5h6"/>',
  all: '<path d="M3 5v14M21 5v14M6.5 12h11M9.5 9l-3 3 3 3M14.5 9l3 3-3 3"/>',
  lanes: '<path d="M3 6h18M3 12h18M3 18h18"/><circle cx="8" cy="6" r="2"/><circle cx="16" cy="12" r="2"/><circle cx="10" cy="18" r="2"/>',
  save: '<path d="M12 3v12M7 10l5 5 5-5M4 20h16"/>',
};

export function icon(name) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;
}

export class Bar {
  /** `act` is called with the name of the button that was pressed; `choose` with a lane. */
  constructor(root, words, act, choose) {
    this.root = root;
    this.words = words;
    root.setAttribute("aria-label", words.bar);
    for (const button of root.querySelectorAll("[data-do]")) {
      const name = button.dataset.do;
      button.innerHTML = icon(name) + (name === "lanes" ? `<span>${words.buttons.lanes}</span>` : "");
      this.#name(button, words.buttons[name]);
      button.addEventListener("click", () => act(name));
    }
    this.choices = root.querySelector(".choices");
    for (const [lane, name] of Object.entries(words.choices)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: name, tabIndex: -1 });
      button.dataset.lane = lane;
      button.addEventListener("click", () => choose(lane));
      this.choices.append(button);
    }
    rove(root);
  }

  show({ isPlaying, loops, now, total, shown, isOpen }) {
    const play = this.#button("play");
    const kind = isPlaying ? "pause" : "play";
    if (play.dataset.kind !== kind) {
      play.dataset.kind = kind;
      play.innerHTML = icon(kind);
      this.#name(play, this.words.buttons[kind]);
    }
    this.#button("loop").setAttribute("aria-pressed", loops);
    this.#button("lanes").setAttribute("aria-expanded", isOpen);
    this.choices.hidden = !isOpen;
    for (const button of this.choices.children) button.setAttribute("aria-pressed", shown.has(button.dataset.lane));
    this.tell(now, total);
  }

  tell(now, total) {
    this.root.querySelector(".now").textContent = now;
    this.root.querySelector(".total").textContent = `/ ${total}`;
  }

  #button(name) {
    return this.root.querySelector(`[data-do=${name}]`);
  }

  #name(button, words) {
    button.setAttribute("aria-label", words);
    button.title = words;
  }
}

/** Makes the buttons in `root` one stop of the Tab key; the arrows lead from one to the next. */
export function rove(root) {
  root.addEventListener("keydown", (event) => {
    const buttons = [...root.querySelectorAll("button")].filter((button) => button.offsetParent);
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    buttons[(to + buttons.length) % buttons.length].focus();
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("focusin", ({ target }) => {
    for (const button of root.querySelectorAll("button")) button.tabIndex = button === target ? 0 : -1;
  });
}
