// Spectrograms, cepstra and what is laid over them: coloured once, in tiles that are stretched over the view.

const TILE_COLUMNS = 1024;

/** Paints the cells of a picture; `colourOf` turns a cell and its place into a pixel. */
function tiles(columns, rows, pixelOf) {
  const made = [];
  for (let first = 0; first < columns; first += TILE_COLUMNS) {
    const width = Math.min(TILE_COLUMNS, columns - first);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = rows;
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let row = 0; row < rows; row++) {
      const line = (rows - 1 - row) * width; // low rows lie at the bottom
      for (let column = 0; column < width; column++) pixels[line + column] = pixelOf(row, first + column);
    }
    context.putImageData(image, 0, 0);
    made.push({ canvas, first, width });
  }
  return made;
}

function stretched(context, made, file, view, top, height) {
  for (const { canvas, first, width } of made) {
    const from = file.start_s + first * file.column_s;
    const to = from + width * file.column_s;
    if (to < view.start || from > view.end) continue;
    context.drawImage(canvas, view.x(from), top, view.x(to) - view.x(from), height);
  }
}

function cached(file, key, make) {
  if (file.painted?.key !== key) file.painted = { key, tiles: make() };
  return file.painted.tiles;
}

/** Levels in steps under the loudest cell of `reference`, so that a part has the colours of its place in the whole. */
export function drawSpectrogram(context, file, reference, view, top, height, theme, isGrey) {
  const shift = Math.round((file.loudest_db - reference.loudest_db) / file.step_db);
  const made = cached(file, `${theme.dark} ${isGrey} ${shift}`, () => {
    const steps = Math.round(80 / file.step_db);
    const table = isGrey ? theme.grey(steps + 1) : theme.levels(steps + 1);
    const { cells, columns } = file;
    return tiles(columns, file.rows, (row, column) => {
      const level = cells[row * columns + column] + shift;
      return table[level < 0 ? 0 : level > steps ? steps : level];
    });
  });
  stretched(context, made, file, view, top, height);
}

export function drawDeviations(context, file, view, top, height, theme) {
  const made = cached(file, `${theme.dark}`, () => {
    const table = theme.deviations(255);
    const { cells, columns } = file;
    return tiles(columns, file.rows, (row, column) => table[cells[row * columns + column] + 127]);
  });
  stretched(context, made, file, view, top, height);
}

/** How much each place speaks for an answer (orange) or against it (blue), over the rows of a spectrogram. */
export function drawSaliency(context, file, rowsHz, view, top, height, theme) {
  const made = cached(file, `${rowsHz.length} ${rowsHz[0]} ${theme.dark}`, () => {
    const { cells, columns } = file;
    const nearest = rowsHz.map((hz) => Math.round(placeOf(hz, file.rows_hz)));
    return tiles(columns, rowsHz.length, (row, column) => {
      const weight = cells[nearest[row] * columns + column];
      const alpha = Math.min(210, Math.round(Math.abs(weight) * 1.7));
      return ((alpha << 24) | (weight > 0 ? 0x0096ff : 0xff9100)) >>> 0; // ABGR
    });
  });
  stretched(context, made, file, view, top, height);
  if (!file.moment_s) return;
  const [from, to] = file.moment_s.map((time) => view.x(time));
  const y = (hz) => top + height * (1 - (placeOf(hz, rowsHz) + 0.5) / rowsHz.length);
  const [low, high] = file.range_hz ? file.range_hz.map(y) : [top + height - 2, top + 2];
  for (const [width, colour] of [[4, theme.halo], [2, theme.text]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.strokeRect(from, high, to - from, low - high);
  }
}

/** Where a frequency lies among rows, as a number of a row with its fraction. */
export function placeOf(hz, rowsHz) {
  const above = rowsHz.findIndex((each) => each >= hz);
  if (above < 0) return rowsHz.length - 1;
  if (above === 0) return 0;
  const below = rowsHz[above - 1];
  return above - 1 + (hz - below) / (rowsHz[above] - below);
}
