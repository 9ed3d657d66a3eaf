"""Turns several channels into one: their mean, the requested one, or the better one if they cancel each other out."""

from dataclasses import dataclass

import numpy as np

from ser_core.arrays import FloatArray, Samples
from ser_core.audio.limits import SILENCE_DBFS

_WINDOW_S = 0.05
# Uncorrelated channels leave 1/n of their power in the mean. With less than half of that, most of what they had in
# common is gone.
_CANCELLED = 0.5
# A channel is better if its loudest moments stand out this much more; while none is better, the choice is kept.
_BETTER_DB = 3.0
# Below this, the pauses of a channel are practically silent.
_LEAST_FLOOR_DBFS = -80.0
# How far one channel has to exceed the other for a moment to be its own, and which shares of the moments make the two
# channels two parties: each has some moments to itself, and together they have most.
_APART_DB = 12.0
_OWN_SHARE, _APART_SHARE = 0.15, 0.6


_LEARNT_AT_ONCE = 64


@dataclass(frozen=True)
class ChannelFacts:
    """How the channels are related.

    Attributes: taken: the channel used alone for most of the sound because the mean cancels out, counted from 0;
    otherwise None. parties: whether each of two channels has stretches to itself, as in a recorded call.
    """

    taken: int | None = None
    parties: bool = False


class Downmix:
    """Mono from blocks of several channels.

    Two microphones wired in opposite phase, and some stereo wideners, leave almost nothing in the mean except the noise
    in which they differ, while each channel is perfectly good. The choice is made for every block, but kept through
    silence and while no other channel is better, and crossfaded over 10 ms. The "better" channel is the one whose voice
    is furthest above its own pauses in everything read so far.
    """

    def __init__(self, rate_hz: int, channels: int, only: int | None = None) -> None:
        self._fade_frames = rate_hz // 100
        self._window = max(1, round(_WINDOW_S * rate_hz))
        self._only = only if only is not None and only < channels else None
        self._channel: int | None = None
        self._first = True
        self._pending: list[FloatArray] = []
        self._floor = np.full(channels, np.inf)
        self._peak = np.zeros(channels)
        self._alone = np.zeros(channels)
        self._frames = 0
        self._own = np.zeros(2)
        self._moments = 0
        self._loudest = 0.0

    def __call__(self, block: Samples) -> Samples:
        """Mono samples, shape (n,), from a block of shape (n, channels)."""
        if block.shape[1] == 1:
            return block[:, 0]
        powers = self._powers(block)
        if self._only is not None:
            return np.ascontiguousarray(block[:, self._only])
        # Dot products are thirty times faster than numpy's means over such a short axis.
        mean = block @ np.full(block.shape[1], 1 / block.shape[1], np.float32)
        before, self._channel = self._channel, self._choose(powers, mean)
        self._frames += len(block)
        if self._channel is not None:
            self._alone[self._channel] += len(block)
        mono = mean if self._channel is None else block[:, self._channel]
        if before != self._channel and not self._first:
            old = mean if before is None else block[:, before]
            fade = np.ones(len(mono), np.float32)
            fade[: self._fade_frames] = np.linspace(0, 1, self._fade_frames, dtype=np.float32)[: len(mono)]
            mono = fade * mono + (1 - fade) * old
        self._first = False
        return np.ascontiguousarray(mono)

    @property
    def facts(self) -> ChannelFacts:
        """The result over all blocks."""
        self._learn()
        taken = int(self._alone.argmax()) if self._alone.sum() > self._frames / 2 else None
        shares = self._own / max(self._moments, 1)
        parties = bool(self._moments and shares.min() > _OWN_SHARE and shares.sum() > _APART_SHARE)
        return ChannelFacts(taken, parties and taken is None)

    def _powers(self, block: Samples) -> FloatArray:
        """Power of each channel without its offset, shape (windows, channels)."""
        # Dot products over contiguous memory: numpy's own means are thirty times slower here.
        planes = np.ascontiguousarray(block.T)
        whole = max(1, len(block) // self._window)
        size = min(self._window, len(block))
        windows = planes[:, : whole * size].reshape(len(planes), whole, size)
        means = windows @ np.full(size, 1 / size, np.float32)
        powers = (np.vecdot(windows, windows) / size - means * means).T
        self._pending.append(powers)
        if len(self._pending) == _LEARNT_AT_ONCE:
            self._learn()
        return powers

    def _learn(self) -> None:
        """Statistics of the blocks since the last time: for each by itself they would cost as much as the mixing."""
        if not self._pending:
            return
        powers = np.maximum(np.concatenate(self._pending), 0)
        self._pending.clear()
        self._floor = np.minimum(self._floor, powers.min(axis=0))
        self._peak = np.maximum(self._peak, powers.max(axis=0))
        if powers.shape[1] == 2:
            self._count_moments(powers)

    def _count_moments(self, powers: FloatArray) -> None:
        loudest = powers.max(axis=1)
        self._loudest = max(self._loudest, float(loudest.max()))
        heard = powers[loudest > max(10 ** (SILENCE_DBFS / 10), self._loudest * 1e-4)]
        ratio = 10 ** (_APART_DB / 10)
        self._own += [(heard[:, 0] > ratio * heard[:, 1]).sum(), (heard[:, 1] > ratio * heard[:, 0]).sum()]
        self._moments += len(heard)

    def _choose(self, powers: FloatArray, mean: Samples) -> int | None:
        if powers.max() < 10 ** (SILENCE_DBFS / 10):
            return self._channel
        windows, n = powers.shape
        mixed = float(mean @ mean) / len(mean) - float(mean.mean()) ** 2
        if mixed * n * n > _CANCELLED * float(powers.sum()) / windows:
            return None
        self._learn()
        floor = np.maximum(self._floor, 10 ** (_LEAST_FLOOR_DBFS / 10))
        standing_db = 10 * np.log10(np.maximum(self._peak, 1e-12) / floor)
        # What is broken or not connected has no peaks.
        standing_db[self._peak < self._peak.max() / 1000] = -np.inf
        good = standing_db > standing_db.max() - _BETTER_DB
        if self._channel is not None and good[self._channel]:
            return self._channel
        return int(np.where(good, self._peak, 0).argmax())
