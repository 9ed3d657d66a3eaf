// The server's files (ser_core/figures/sound_layers.py), fetched when they are first drawn.

const KINDS = { int8: Int8Array, uint8: Uint8Array, uint16: Uint16Array };
// Outlines are drawn from the finest level that has no more than a few columns a pixel.
const COARSER = 4;

async function open(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  const inflated = answer.body.pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(inflated).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const file = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let offset = 4 + length;
  for (const { name, dtype, shape } of file.arrays) {
    const Kind = KINDS[dtype];
    const bytes = shape.reduce((a, b) => a * b, 1) * Kind.BYTES_PER_ELEMENT;
    file[name] = new Kind(buffer.slice(offset, offset + bytes));
    if (shape.length === 2) [file.rows, file.columns] = shape;
    offset += bytes;
  }
  if (file.lowest) file.outlines = pyramid(file);
  return file;
}

function pyramid({ lowest, highest, times }) {
  const levels = [{ lowest, highest, column_s: times.outline.column_s }];
  while (levels.at(-1).lowest.length > 1024) {
    const finer = levels.at(-1);
    const n = Math.ceil(finer.lowest.length / COARSER);
    const coarser = { lowest: new Int8Array(n), highest: new Int8Array(n), column_s: finer.column_s * COARSER };
    for (let i = 0; i < n; i++) {
      let low = 127;
      let high = -127;
      const end = Math.min((i + 1) * COARSER, finer.lowest.length);
      for (let j = i * COARSER; j < end; j++) {
        if (finer.lowest[j] < low) low = finer.lowest[j];
        if (finer.highest[j] > high) high = finer.highest[j];
      }
      coarser.lowest[i] = low;
      coarser.highest[i] = high;
    }
    levels.push(coarser);
  }
  return levels;
}

/** All files of a recording by their address; what is asked for and not there yet is fetched. */
export class Files {
  #opened = new Map();
  #ended = new AbortController();

  constructor(onArrival, onFailure) {
    this.onArrival = onArrival;
    this.onFailure = onFailure;
  }

  /** The file at `url`, or undefined until it has arrived. */
  get(url) {
    if (!url) return undefined;
    if (!this.#opened.has(url)) {
      this.#opened.set(url, undefined);
      open(url, this.#ended.signal).then(
        (file) => {
          this.#opened.set(url, file);
          this.onArrival();
        },
        (error) => {
          if (error.name !== "AbortError") this.onFailure(error);
        },
      );
    }
    return this.#opened.get(url);
  }

  /** Forgets all but these addresses. */
  keep(urls) {
    for (const url of [...this.#opened.keys()]) if (!urls.has(url)) this.#opened.delete(url);
  }

  end() {
    this.#ended.abort();
    this.#opened.clear();
  }
}
