// What was recorded, as a WAV of 16 bits, mono, at the rate that the models hear: two megabytes a minute.

export const RATE_HZ = 16000;
const HEADER_BYTES = 44;

/** A WAV, mono, of pieces of Int16Array. */
export function wavOf(pieces, rateHz) {
  const samples = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const wav = new ArrayBuffer(HEADER_BYTES + 2 * samples);
  const view = new DataView(wav);
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + 2 * samples, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of this chunk
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rateHz, true);
  view.setUint32(28, 2 * rateHz, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits
  text(36, "data");
  view.setUint32(40, 2 * samples, true);
  let at = HEADER_BYTES / 2;
  const shorts = new Int16Array(wav); // every browser's machine is little-endian, as WAV is
  for (const piece of pieces) {
    shorts.set(piece, at);
    at += piece.length;
  }
  return wav;
}

/** Samples in [-1, 1] as 16 bits. */
export function asShorts(samples) {
  const shorts = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    shorts[i] = Math.round(Math.max(-1, Math.min(1, samples[i])) * 32767);
  }
  return shorts;
}

/** Any WAV as one at 16 kHz, mono: its channels' mean, resampled by the browser as it decodes. */
export async function atOurRate(wav) {
  const decoder = new OfflineAudioContext(1, 1, RATE_HZ);
  const sound = await decoder.decodeAudioData(wav);
  const mean = sound.getChannelData(0);
  for (let channel = 1; channel < sound.numberOfChannels; channel++) {
    const other = sound.getChannelData(channel);
    for (let i = 0; i < mean.length; i++) mean[i] += other[i];
  }
  if (sound.numberOfChannels > 1) for (let i = 0; i < mean.length; i++) mean[i] /= sound.numberOfChannels;
  return wavOf([asShorts(mean)], RATE_HZ);
}

/** Sound that comes in blocks, at 16 kHz: what the browser gives at another rate is averaged down. */
export class Resampler {
  #step;
  #place = 0;
  #sum = 0;
  #count = 0;

  constructor(rateHz) {
    this.#step = RATE_HZ / rateHz;
  }

  next(block) {
    if (this.#step === 1) return block;
    const out = [];
    for (const sample of block) {
      this.#sum += sample;
      this.#count++;
      this.#place += this.#step;
      if (this.#place < 1) continue;
      this.#place -= 1;
      out.push(this.#sum / this.#count);
      this.#sum = this.#count = 0;
    }
    return Float32Array.from(out);
  }
}
