// Colours of the pictures. Lightness rises or falls all the way along each map, so that it is read the same with any
// colour vision, and it begins at the page's own ground.

const MAPS = {
  // Reversed "mako" and "magma" (seaborn and matplotlib, both public domain), sampled.
  light: ["#ffffff", "#def5e5", "#a0dfb9", "#54c9ad", "#38aaac", "#348ba6", "#366a9f", "#40498e", "#3b2f5d", "#1e1626"],
  dark: ["#0e1117", "#1b1044", "#43107a", "#6d1d81", "#992d80", "#c83e73", "#ed5a5f", "#fb8861", "#febb81", "#fcfdbf"],
  // Blue to orange (Okabe and Ito 2008) over the ground.
  lightTwo: ["#0b5fa5", "#8ebbe0", "#ffffff", "#f0b878", "#a85a00"],
  darkTwo: ["#6db8ff", "#24527d", "#0e1117", "#7d4a14", "#ffab4a"],
};

function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

function sampled(stops, n) {
  const table = new Uint32Array(n);
  const bytes = new Uint8ClampedArray(table.buffer);
  const colours = stops.map(rgb);
  for (let i = 0; i < n; i++) {
    const place = (i / (n - 1)) * (colours.length - 1);
    const k = Math.min(Math.floor(place), colours.length - 2);
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = colours[k][c] + (colours[k + 1][c] - colours[k][c]) * (place - k);
    bytes[4 * i + 3] = 255;
  }
  return table;
}

function luminance(hex) {
  const [r, g, b] = rgb(hex).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever is read better on the colour. */
export function inkOn(hex) {
  return luminance(hex) > 0.179 ? "#000000" : "#ffffff";
}

export function translucent(hex, alpha) {
  return `rgba(${rgb(hex).join(", ")}, ${alpha})`;
}

/** The page's colours as they are now. */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const colour = (name, otherwise) => {
    const value = style.getPropertyValue(name).trim().toLowerCase();
    return /^#[0-9a-f]{6}$/.test(value) ? value : otherwise;
  };
  const ground = colour("--st-background-color", "#ffffff");
  const dark = luminance(ground) < 0.2;
  return {
    dark,
    ground,
    panel: colour("--st-secondary-background-color", dark ? "#1a1f2e" : "#f2f3fb"),
    text: colour("--st-text-color", dark ? "#f1f2f8" : "#1b1d2b"),
    accent: dark ? "#8b97f5" : "#4a58c9",
    sound: dark ? "#6fa8f7" : "#2f6fd0",
    faint: dark ? "rgba(241, 242, 248, 0.16)" : "rgba(27, 29, 43, 0.14)",
    quiet: dark ? "#b4b8c8" : "#5a5f73",
    unsure: dark ? "#8b90a0" : "#7d8294",
    pitch: dark ? "#ffc24b" : "#9a5b00",
    level: dark ? "#4fc3a1" : "#0b7a55",
    crossings: dark ? "#d69bf2" : "#8a3fb0",
    centroid: dark ? "#ff9d8a" : "#b3412b",
    // Drawn over pictures of any lightness, in a dark and a light line.
    playhead: dark ? "#ffffff" : "#d3153a",
    halo: dark ? "rgba(0, 0, 0, 0.75)" : "rgba(255, 255, 255, 0.9)",
    font: style.getPropertyValue("--st-font").trim() || "sans-serif",
    levels: (n) => sampled(dark ? MAPS.dark : MAPS.light, n),
    grey: (n) => sampled(dark ? ["#0e1117", "#d8dae2"] : ["#ffffff", "#3a3d48"], n),
    deviations: (n) => sampled(dark ? MAPS.darkTwo : MAPS.lightTwo, n),
  };
}
