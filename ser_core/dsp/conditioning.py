"""What lies below the voice is taken away before sound is judged: constant offset, mains hum, rumble.

Features look at power from 0 Hz up. An offset of 0.5% of full scale, which nobody hears, is more than a quiet voice
has, and hum of 50 Hz at -40 dBFS is as much as a clear one: recognisers then hear no voice, or another emotion. This
is one step for recognition, in training and serving alike, for the decision whether somebody speaks, and for delivery.
Pictures show the sound as it is.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray
from ser_core.dsp.transforms import fast_length
from ser_core.errors import AudioError
from ser_core.records import Clip

CORNER_HZ = 70.0
"""Below the second harmonic of the lowest voices, and far enough over the mains: 50 Hz comes out 12 dB lower."""

# A Butterworth filter of fourth order is two sections of second order with these damping angles.
_ANGLES = (np.pi / 8, 3 * np.pi / 8)
# Its slowest part falls by 168 nepers a second: after 0.128 s 2e-9 are left, less than float32 holds.
_RESPONSE_S = 0.128
# Of each transform as many samples are lost as the response has: an eighth.
_RESPONSES_IN_FFT = 8


@cache
def _response(rate_hz: int) -> DoubleArray:
    """Impulse response of the filter, shape (taps,).

    The sections by the bilinear transform: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter
    coefficients". As an impulse response, since scipy.signal, which filters recursively, adds 52 MB to a server.
    """
    response = np.zeros(round(_RESPONSE_S * rate_hz))
    response[0] = 1.0
    w = 2 * np.pi * CORNER_HZ / rate_hz
    for angle in _ANGLES:
        alpha = np.sin(w) * np.cos(angle)
        a0, a1, a2 = 1 + alpha, -2 * np.cos(w), 1 - alpha
        b0 = (1 + np.cos(w)) / 2
        x1 = x2 = y1 = y2 = 0.0
        for n, x in enumerate(response):
            y = (b0 * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2) / a0
            x1, x2, y1, y2 = float(x), x1, y, y1
            response[n] = y
    # All of it together lets no constant through, what was cut off included.
    response[0] -= response.sum()
    return response


@cache
def _transform(rate_hz: int) -> tuple[int, npt.NDArray[np.complex128]]:
    """Length of the transforms, and that of the response."""
    size = fast_length(_RESPONSES_IN_FFT * len(_response(rate_hz)))
    return size, np.fft.rfft(_response(rate_hz), size)


def condition(clip: Clip) -> Clip:
    """The clip without what lies below the voice: a Butterworth high-pass of fourth order at 70 Hz, causal.

    The same samples as `scipy.signal.sosfilt(butter(4, 70, "highpass", fs=rate_hz, output="sos"), samples)` to 1e-7,
    but that a clip that starts with an offset does not click: the filter begins as if the first sample had always been
    there. What was at full scale may come out a little over it. Raises AudioError when the clip is empty.

    >>> offset = Clip(np.full(16_000, 0.2, np.float32), 16_000)
    >>> float(np.abs(condition(offset).samples).max()) < 1e-6
    True
    """
    if not len(clip.samples):
        raise AudioError("The clip is empty; there is nothing to condition in it.")
    return Conditioner()(clip)


def conditioned(blocks: Iterable[Clip]) -> Iterator[Clip]:
    """Blocks of one recording, conditioned: together the same samples as the whole recording in one."""
    conditioner = Conditioner()
    return (conditioner(block) for block in blocks)


class Conditioner:
    """The same as `condition` for sound that comes in blocks, which may be of any length."""

    def __init__(self) -> None:
        self._before: DoubleArray | None = None

    def __call__(self, block: Clip) -> Clip:
        """The next block, conditioned."""
        if not len(block.samples):
            return block
        history = len(_response(block.rate_hz)) - 1
        if self._before is None:
            self._before = np.full(history, float(block.samples[0]))
        samples = np.concatenate([self._before, block.samples])
        self._before = samples[len(samples) - history :].copy()
        # Overlap-save: of each transform only what all taps have reached is kept. One after the other, in the cache.
        size, transform = _transform(block.rate_hz)
        step = size - history
        heard = np.empty(len(block.samples), np.float32)
        for start in range(0, len(heard), step):
            part = heard[start : start + step]
            spectrum = np.fft.rfft(samples[start : start + size], size)
            spectrum *= transform
            part[:] = np.fft.irfft(spectrum, size)[history : history + len(part)]
        return Clip(heard, block.rate_hz)
