"""Changes tempo without changing pitch."""

import numpy as np
from scipy import fft

from ser_core.arrays import DoubleArray, Samples
from ser_core.dsp.stft import centred_frames, hann

# 128 ms at 16 kHz with a hop of a quarter: each harmonic of a voice has its own bin.
_N_FFT, _HOP_LENGTH = 2048, 512


def stretch(samples: Samples, factor: float) -> Samples:
    """The sound `factor` times as fast at the same pitch, float32, shape (round(n / factor),).

    The spectrum is read at moments `factor` hops apart and written one hop apart; each bin's phase advances at the
    frequency that it had between the two frames (Flanagan and Golden 1966, "Phase vocoder", Bell System Technical
    Journal 45), as in `librosa.effects.time_stretch`.
    """
    window = hann(_N_FFT)
    spectrum = fft.rfft(centred_frames(samples, _N_FFT)[::_HOP_LENGTH] * window, axis=1)
    moments = np.arange(0, len(spectrum), factor)
    before = moments.astype(int)
    spectrum = np.concatenate([spectrum, np.zeros_like(spectrum[:2])])
    share = (moments % 1)[:, None]
    magnitude = (1 - share) * np.abs(spectrum[before]) + share * np.abs(spectrum[before + 1])
    expected = 2 * np.pi * _HOP_LENGTH / _N_FFT * np.arange(spectrum.shape[1])
    advance = np.angle(spectrum[before + 1]) - np.angle(spectrum[before]) - expected
    advance += expected - 2 * np.pi * np.round(advance / (2 * np.pi))
    phase = np.cumsum(np.concatenate([np.angle(spectrum[:1]), advance[:-1]]), axis=0, dtype=np.float64)
    frames = fft.irfft(magnitude * np.exp(1j * phase), _N_FFT, axis=1) * window
    return _overlapped(frames, round(len(samples) / factor))


def _overlapped(frames: DoubleArray, n_samples: int) -> Samples:
    """Overlap-add: windowed frames, each centred on its hop, divided by the sum of the squared windows."""
    weight = np.square(hann(_N_FFT))
    sound = np.zeros(_N_FFT + (len(frames) - 1) * _HOP_LENGTH)
    weights = np.zeros_like(sound)
    for i, frame in enumerate(frames):
        place = slice(i * _HOP_LENGTH, i * _HOP_LENGTH + _N_FFT)
        sound[place] += frame
        weights[place] += weight
    sound = np.divide(sound, weights, out=sound, where=weights > np.finfo(np.float32).tiny)
    middle = sound[_N_FFT // 2 : _N_FFT // 2 + n_samples]
    return np.pad(middle, (0, n_samples - len(middle))).astype(np.float32)
