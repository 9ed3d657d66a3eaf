// Times and numbers as a player writes and says them.

/** 65.25 -> "1:05", or "1:05.3" with one decimal; from an hour on "1:02:05". */
export function clock(seconds, decimals = 0) {
  const unit = 10 ** decimals;
  const whole = Math.round(Math.max(0, seconds) * unit);
  const rest = (whole % (60 * unit)) / unit;
  const minutes = Math.floor(whole / unit / 60);
  const shown = rest.toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0");
  if (minutes < 60) return `${minutes}:${shown}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${shown}`;
}

/** As many decimals as tell neighbouring pixels of a view apart, at most two. */
export function decimalsFor(viewSeconds) {
  return viewSeconds < 6 ? 2 : viewSeconds < 90 ? 1 : 0;
}

export function hertz(value) {
  return value < 1000 ? `${Math.round(value)}` : `${+(value / 1000).toFixed(1)}k`;
}

/** "at {now}" with {now: "0:03"} -> "at 0:03". */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
