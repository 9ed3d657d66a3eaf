"""What the pictures of a sound show, at the resolution of a screen, gathered in one pass and bounded memory.

An hour of sound is 230 MB of samples, its spectrogram twice that; what a screen shows of it is less than a
megabyte. So every picture is drawn from a small record that is folded up while the blocks of the sound come in,
and the same code serves a clip of a second and a recording of hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, FloatArray, Samples
from ser_core.dsp.mel import mel_filterbank, mel_points_hz
from ser_core.dsp.stft import FRAMES_AT_ONCE, hann, power_of_frames, power_to_db
from ser_core.errors import AudioError
from ser_core.features.pictures import (
    N_MELS,
    N_MFCC,
    crossing_share,
    mfcc_of_mel_db,
)
from ser_core.figures.pooling import ColumnPool
from ser_core.records import Clip

LevelArray = npt.NDArray[np.int8]

# A plot is 300 to 1,200 pixels wide, on screens of up to two dots a pixel, and can be zoomed.
MAX_ENVELOPE_COLUMNS = 4096
MAX_COLUMNS = 1024
# Levels further than this under the loudest cell are drawn as the floor, as `librosa.power_to_db` does.
TOP_DB = 80
LOWEST_LOG_HZ = 50.0
_LOG_ROWS = 192
_WINDOW_S = 0.064
HOP_S = 0.010
_BLOCK_S = 5.0
_MIN_POWER = 1e-10


@dataclass(frozen=True, eq=False)
class Envelope:
    """Outline of a waveform.

    Attributes:
        lowest, highest: smallest and largest sample of each column, float32, shape (columns,). No sample is
            outside them, so a click of one sample stays visible in a recording of hours.
        column_s: seconds a column covers; the last may cover less.
        duration_s: length of the sound in seconds.
    """

    lowest: FloatArray
    highest: FloatArray
    column_s: float
    duration_s: float

    @property
    def peaks(self) -> FloatArray:
        """Largest absolute sample of each column."""
        return np.maximum(np.abs(self.lowest), np.abs(self.highest))


@dataclass(frozen=True, eq=False)
class Spectra:
    """Spectrograms, cepstrum and frame curves of a sound, pooled to at most `MAX_COLUMNS` columns.

    Frames of 64 ms, 10 ms apart, as in `ser_core.features.pictures`. Cells of the spectrograms keep the loudest
    of what they cover, in time and in frequency; the cepstrum and the zero-crossing rate keep the mean, the
    level the mean power, and the centroid the mean weighted by magnitude.

    Attributes:
        linear, mel, log: level of each cell in whole dB under the loudest cell, int8 in [-80, 0], shape
            (rows, columns), lowest frequency first.
        linear_hz, mel_hz, log_hz: frequency at the centre of each row in Hz.
        mfcc: cepstral coefficients, float32, shape (20, columns).
        rms: root mean square of each column, linear, float32, shape (columns,).
        crossings_per_s: zero crossings a second, float32, shape (columns,).
        centroid_hz: spectral centroid in Hz, float32, shape (columns,); 0 in silence.
        mean_power: power of each bin from 0 Hz to half the sampling rate, averaged over the sound.
        loudest_power, loudest_mel_power: power of the loudest cell of the linear and logarithmic spectrogram, and of
            the mel spectrogram: what their levels are counted from.
        rate_hz: samples a second.
        frame_s: seconds from one frame to the next.
        frames_per_column: frames a column covers; the last may cover fewer.
        duration_s: length of the sound in seconds.
    """

    linear: LevelArray
    linear_hz: FloatArray
    mel: LevelArray
    mel_hz: FloatArray
    log: LevelArray
    log_hz: FloatArray
    mfcc: FloatArray
    rms: FloatArray
    crossings_per_s: FloatArray
    centroid_hz: FloatArray
    mean_power: FloatArray
    loudest_power: float
    loudest_mel_power: float
    rate_hz: int
    frame_s: float
    frames_per_column: int
    duration_s: float

    @property
    def column_s(self) -> float:
        """Seconds a column covers."""
        return self.frames_per_column * self.frame_s

    @property
    def first_column_s(self) -> float:
        """Moment at the centre of the first column; frame 0 is centred on 0 s."""
        return (self.frames_per_column - 1) / 2 * self.frame_s

    @property
    def times_s(self) -> DoubleArray:
        """Moment at the centre of each column in seconds."""
        return self.first_column_s + np.arange(len(self.rms), dtype=np.float64) * self.column_s


@dataclass(frozen=True, eq=False)
class SoundView:
    """All that the pictures of one sound need; a few megabytes at most, whatever the sound's length."""

    envelope: Envelope
    spectra: Spectra


def survey(
    sound: Clip | Iterable[Clip],
    *,
    max_envelope_columns: int = MAX_ENVELOPE_COLUMNS,
    max_columns: int = MAX_COLUMNS,
    hop_s: float = HOP_S,
) -> SoundView:
    """What all pictures of a clip, or of the successive blocks of a long recording, are drawn from.

    One pass; memory does not grow with the length of the recording. A longer `hop_s` than a picture's column makes do
    with fewer frames. Raises AudioError when there is no sound in it or the blocks differ in sampling rate.
    """
    outline, spectra = _EnvelopeFold(max_envelope_columns), _SpectraFold(max_columns, hop_s)
    for block in blocks_of(sound):
        outline.add(block)
        spectra.add(block)
    return SoundView(outline.finish(), spectra.finish())


def fold_envelope(sound: Clip | Iterable[Clip]) -> Envelope:
    """Outline of a clip, or of the successive blocks of a long recording. Raises AudioError as `survey`."""
    fold = _EnvelopeFold()
    for block in blocks_of(sound):
        fold.add(block)
    return fold.finish()


def fold_spectra(sound: Clip | Iterable[Clip]) -> Spectra:
    """Spectra of a clip, or of the successive blocks of a long recording. Raises AudioError as `survey`."""
    fold = _SpectraFold()
    for block in blocks_of(sound):
        fold.add(block)
    return fold.finish()


def blocks_of(sound: Clip | Iterable[Clip]) -> Iterator[Clip]:
    """The sound in blocks of one sampling rate. Raises AudioError when it is empty or the rate changes."""
    rate_hz = None
    for block in _pieces(sound) if isinstance(sound, Clip) else sound:
        if rate_hz is not None and block.rate_hz != rate_hz:
            raise AudioError(
                "The blocks of a recording must have one rate; got {rate_hz} and {rate_hz2} Hz.",
                rate_hz=rate_hz,
                rate_hz2=block.rate_hz,
            )
        if len(block.samples):
            rate_hz = block.rate_hz
            yield block
    if rate_hz is None:
        raise AudioError("The recording is empty; there is nothing to draw. Record or choose another one.")


def _pieces(clip: Clip) -> Iterator[Clip]:
    step = round(_BLOCK_S * clip.rate_hz)
    for start in range(0, len(clip.samples), step):
        yield Clip(clip.samples[start : start + step], clip.rate_hz)


class _EnvelopeFold:
    def __init__(self, max_columns: int = MAX_ENVELOPE_COLUMNS) -> None:
        self._lowest = ColumnPool(1, max_columns=max_columns, how="min")
        self._highest = ColumnPool(1, max_columns=max_columns, how="max")
        self._n_samples = 0
        self._rate_hz = 0

    def add(self, block: Clip) -> None:
        self._rate_hz = block.rate_hz
        self._n_samples += len(block.samples)
        self._lowest.add(block.samples[:, None])
        self._highest.add(block.samples[:, None])

    def finish(self) -> Envelope:
        lowest, samples_per_column = self._lowest.columns()
        highest, _ = self._highest.columns()
        return Envelope(
            lowest=lowest[:, 0],
            highest=highest[:, 0],
            column_s=samples_per_column / self._rate_hz,
            duration_s=self._n_samples / self._rate_hz,
        )


class _Framer:
    """Cuts a stream of samples into frames centred on every hop, as one padded clip would be."""

    def __init__(self, length: int, hop_length: int) -> None:
        self._length, self._hop_length = length, hop_length
        self._kept = np.empty(0, dtype=np.float32)

    def add(self, samples: Samples) -> Iterator[FloatArray]:
        """The frames that are now complete, some hundreds at a time: float32, shape (frames, length)."""
        samples = np.concatenate([self._kept, samples])
        n_frames = max(0, 1 + (len(samples) - self._length) // self._hop_length)
        if n_frames:
            frames = np.lib.stride_tricks.sliding_window_view(samples, self._length)[:: self._hop_length]
            for start in range(0, n_frames, FRAMES_AT_ONCE):
                yield frames[start : start + FRAMES_AT_ONCE]
        self._kept = samples[n_frames * self._hop_length :].copy()


class _SpectraFold:
    def __init__(self, max_columns: int = MAX_COLUMNS, hop_s: float = HOP_S) -> None:
        self._max_columns, self._hop_s = max_columns, hop_s
        self._rate_hz = 0
        self._n_samples = 0
        self._last_sample = np.float32(0)

    def _start(self, block: Clip) -> None:
        self._rate_hz = rate_hz = block.rate_hz
        self._n_fft = n_fft = 2 ** max(4, round(np.log2(_WINDOW_S * rate_hz)))
        self._hop_length = max(1, round(self._hop_s * rate_hz))
        n_bins = n_fft // 2 + 1
        self._mel_bank = mel_filterbank(rate_hz, n_fft, N_MELS, 0.0, rate_hz / 2)
        self._power = ColumnPool(n_bins, max_columns=self._max_columns, how="max")
        self._mel = ColumnPool(N_MELS, max_columns=self._max_columns, how="max")
        # Mel level in dB, mean square, magnitude, magnitude times frequency: all averaged alike.
        self._means = ColumnPool(N_MELS + 3, max_columns=self._max_columns, how="mean")
        self._crossings = ColumnPool(1, max_columns=self._max_columns, how="mean")
        self._bins_hz = np.linspace(0.0, rate_hz / 2, n_bins).astype(np.float32)
        self._power_sum = np.zeros(n_bins)
        self._n_frames = 0
        # The spectrum sees zeros around the sound, the zero crossings its end values held on, as in librosa.
        self._framer = _Framer(n_fft, self._hop_length)
        self._crossing_framer = _Framer(n_fft, self._hop_length)
        self._add_padding(np.zeros(n_fft // 2, dtype=np.float32), block.samples[0])

    def add(self, block: Clip) -> None:
        if not self._n_samples:
            self._start(block)
        self._n_samples += len(block.samples)
        self._last_sample = block.samples[-1]
        self._add_samples(block.samples, block.samples)

    def _add_padding(self, zeros: Samples, held: np.float32) -> None:
        self._add_samples(zeros, np.full_like(zeros, held))

    def _add_samples(self, samples: Samples, for_crossings: Samples) -> None:
        for frames in self._framer.add(samples):
            self._add_frames(frames)
        for frames in self._crossing_framer.add(for_crossings):
            self._crossings.add(crossing_share(frames)[:, None] * np.float32(self._rate_hz))

    def _add_frames(self, frames: FloatArray) -> None:
        power = power_of_frames(frames, hann(self._n_fft))
        mel = power @ self._mel_bank.T
        magnitude = np.sqrt(power)
        self._power.add(power)
        self._mel.add(mel)
        self._means.add(
            np.column_stack(
                [
                    power_to_db(mel, amin=_MIN_POWER, top_db=None),
                    np.mean(np.square(frames), axis=1),
                    magnitude.sum(axis=1),
                    magnitude @ self._bins_hz,
                ]
            )
        )
        self._power_sum += power.sum(axis=0, dtype=np.float64)
        self._n_frames += len(frames)

    def finish(self) -> Spectra:
        self._add_padding(np.zeros(self._n_fft // 2, dtype=np.float32), self._last_sample)
        means, frames_per_column = self._means.columns()
        mel_db = means[:, :N_MELS].T
        mean_square, magnitude, moment = means[:, N_MELS:].T
        power, _ = self._power.columns()
        mel, _ = self._mel.columns()
        log_first_bins, log_hz = _log_rows(self._rate_hz, self._n_fft)
        return Spectra(
            # Rows of two bins; the bin at 0 Hz, which carries no sound, is left out.
            linear=_levels(np.maximum(power[:, 1::2], power[:, 2::2])),
            linear_hz=((self._bins_hz[1::2] + self._bins_hz[2::2]) / 2).astype(np.float32),
            mel=_levels(mel),
            mel_hz=mel_points_hz(N_MELS, 0.0, self._rate_hz / 2)[1:-1].astype(np.float32),
            log=_levels(np.maximum.reduceat(power, log_first_bins, axis=1)),
            log_hz=log_hz,
            mfcc=mfcc_of_mel_db(np.maximum(mel_db, mel_db.max() - TOP_DB), N_MFCC),
            rms=np.sqrt(mean_square),
            crossings_per_s=self._crossings.columns()[0][:, 0],
            centroid_hz=moment / np.maximum(magnitude, np.finfo(np.float32).tiny),
            mean_power=(self._power_sum / self._n_frames).astype(np.float32),
            loudest_power=float(power[:, 1:].max()),
            loudest_mel_power=float(mel.max()),
            rate_hz=self._rate_hz,
            frame_s=self._hop_length / self._rate_hz,
            frames_per_column=frames_per_column,
            duration_s=self._n_samples / self._rate_hz,
        )


def _levels(power: FloatArray) -> LevelArray:
    """Power (columns, rows) to whole dB under the loudest cell, int8 (rows, columns), silence as the floor."""
    loudest = float(power.max())
    if loudest <= _MIN_POWER:
        return np.full(power.shape[::-1], -TOP_DB, dtype=np.int8)
    level_db = power_to_db(power, ref=loudest, amin=min(_MIN_POWER, loudest * 1e-9), top_db=TOP_DB)
    return np.ascontiguousarray(np.round(level_db).astype(np.int8).T)


@lru_cache(maxsize=4)
def _log_rows(rate_hz: int, n_fft: int) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """First bin of each row of equal musical width, and the frequency at the row's centre in Hz.

    A row narrower than a bin shows the bin it lies in.
    """
    edges_hz = np.geomspace(LOWEST_LOG_HZ, rate_hz / 2, _LOG_ROWS + 1)
    first_bins = np.round(edges_hz[:-1] / (rate_hz / n_fft)).astype(np.intp)
    return first_bins, np.sqrt(edges_hz[:-1] * edges_hz[1:]).astype(np.float32)
