"""Checks of samples: silent, beyond full scale, undefined, clipped."""

import numpy as np

from ser_core.arrays import Samples
from ser_core.audio.containers.refusals import damaged
from ser_core.audio.limits import SAMPLE_RATE_HZ, SILENCE_DBFS, SILENCE_WINDOW_S
from ser_core.errors import AudioError
from ser_core.language import later

_WINDOW_SAMPLES = round(SILENCE_WINDOW_S * SAMPLE_RATE_HZ)
# A share of samples beyond full scale that only a wrongly scaled file has. Lossy codecs and loud masters overshoot in a
# few samples per thousand.
_WRONG_SHARE = 0.1
# With this share of undefined samples, the rest cannot be trusted; and from this share on, they are reported.
_MOST_UNDEFINED, _TOLD_UNDEFINED = 0.5, 0.01
# Samples at full scale that have a neighbour there too are the flat top of a clipped wave.
_FULL_SCALE = 0.999


class Scale:
    """Limits samples to [-1, 1] and counts how often that was necessary."""

    def __init__(self) -> None:
        self._count = self._beyond = self._undefined = self._flat = 0

    def limit(self, block: Samples) -> Samples:
        """Clip samples beyond full scale, as a sound card would; undefined samples (NaN, Inf) become 0."""
        self._count += block.size
        low, high = block.min(), block.max()
        # NaN compares false, so one comparison finds everything.
        if low > -_FULL_SCALE and high < _FULL_SCALE:
            return block
        if not (low >= -1 and high <= 1):
            defined = np.isfinite(block)
            self._undefined += block.size - int(defined.sum())
            self._beyond += int((np.abs(block) > 1)[defined].sum())
            block = np.where(defined, block, np.float32(0)).clip(-1, 1)
        top = np.abs(block) >= _FULL_SCALE
        self._flat += int((top[1:] & top[:-1]).sum())
        return block

    @property
    def undefined_share(self) -> float:
        """Share of samples that were not numbers; 0 if it is not worth reporting."""
        share = self._undefined / max(self._count, 1)
        return share if share > _TOLD_UNDEFINED else 0.0

    @property
    def flat_share(self) -> float:
        """Share of samples in the flat tops of clipped waves."""
        return self._flat / max(self._count, 1)

    def check(self) -> None:
        """Raises AudioError when the samples are not sound in [-1, 1]."""
        if self._undefined > _MOST_UNDEFINED * self._count:
            raise damaged(later("most of its samples are not numbers (NaN or infinite)"))
        if self._beyond > _WRONG_SHARE * self._count:
            raise AudioError(
                "{beyond:.0%} of the samples are beyond full scale: floating-point sound is between -1 "
                "and 1. Normalise it, or export it as 16-bit WAV.",
                beyond=self._beyond / self._count,
            )


class Meter:
    """Level of the loudest tenth of a second without its mean, because a constant offset is no sound."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, np.float32)
        self._loudest = 0.0

    def add(self, samples: Samples) -> None:
        """Add the next samples at 16 kHz."""
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) // _WINDOW_SAMPLES * _WINDOW_SAMPLES
        if whole:
            windows = samples[:whole].reshape(-1, _WINDOW_SAMPLES)
            # The variance in single precision, which is exact enough where no large offset is in it.
            centred = windows - windows[:, :1]
            variance = np.vecdot(centred, centred) / _WINDOW_SAMPLES - centred.mean(axis=1) ** 2
            self._loudest = max(self._loudest, float(variance.max()))
        self._rest = samples[whole:]

    def check(self) -> None:
        """Raises AudioError when there was nothing but silence."""
        level_dbfs = 10 * np.log10(max(self._loudest, 1e-20))
        if level_dbfs < SILENCE_DBFS:
            found = (
                later("nothing but digital silence")
                if self._loudest < 1e-15
                else later("{level:.0f} dBFS at its loudest", level=float(level_dbfs))
            )
            raise AudioError(
                "The recording is silent: it has {found}, and at least {silence_dbfs:.0f} dBFS is "
                "needed. Check that the right microphone is chosen and not muted, and record again.",
                found=found,
                silence_dbfs=SILENCE_DBFS,
            )
