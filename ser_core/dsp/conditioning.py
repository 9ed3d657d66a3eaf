"""What lies below the voice is taken away before sound is judged: constant offset, mains hum, rumble.

Features look at power from 0 Hz up. An offset of 0.5% of full scale, which nobody hears, is more than a quiet voice
has, and hum of 50 Hz at -40 dBFS is as much as a clear one: recognisers then see no voice, or another emotion. One step
for recognition, in training and serving alike, for the decision whether somebody speaks, and for delivery. Pictures
show the sound as it is.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from scipy import signal

from ser_core.arrays import DoubleArray
from ser_core.errors import AudioError
from ser_core.records import Clip

CORNER_HZ = 70.0
"""Below the lowest voices' second harmonic, and far enough over 50 Hz: hum comes out 12 dB, an offset not at all."""

_ORDER = 4


@cache
def _sections(rate_hz: int) -> DoubleArray:
    """Second-order sections of a Butterworth high-pass, shape (2, 6)."""
    # Nobody may write into it, and yet scipy takes no array that is read-only.
    return signal.butter(_ORDER, CORNER_HZ, "highpass", fs=rate_hz, output="sos")


def condition(clip: Clip) -> Clip:
    """The clip without what lies below the voice: a Butterworth high-pass of fourth order at 70 Hz, causal.

    A clip that starts with an offset does not click: the filter begins as if the first sample had always been there.
    What was at full scale may come out a little over it. Raises AudioError when the clip is empty.

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
        self._state: DoubleArray | None = None

    def __call__(self, block: Clip) -> Clip:
        """The next block, conditioned."""
        if not len(block.samples):
            return block
        sections = _sections(block.rate_hz)
        if self._state is None:
            self._state = signal.sosfilt_zi(sections) * float(block.samples[0])
        samples, self._state = signal.sosfilt(sections, block.samples, zi=self._state)
        return Clip(samples.astype(np.float32), block.rate_hz)
