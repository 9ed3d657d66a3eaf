"""Saliency by occlusion: the moments and frequencies of a sound on which an answer depends.

The serving runtime has no gradients, so parts of the log-mel are masked and the model runs again (occlusion: Zeiler and
Fergus 2014, "Visualizing and understanding convolutional networks"). Masked cells are set to 0, the mean of a
normalised log-mel, which is neither loud nor soft. This shows what the model used, not why a voice sounds as it does,
and nothing about what a person feels.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray, RealArray
from ser_core.dsp.mel import hz_to_mel, mel_points_hz, mel_to_hz
from ser_core.features.log_mel import LogMelConfig
from ser_core.metrics import softmax
from ser_core.records import Saliency

LogitsOf = Callable[[FloatArray], RealArray]
AnswersOf = Callable[[FloatArray, FloatArray], RealArray]

# Steps in time and bands of frequency. Each pair takes one run of a network over a log-mel; of a model that pools over
# spans, all steps take one, and each band another. benchmarks/explain.md says what that costs, and compares the
# faithfulness of this grid with others.
GRID = (9, 4)
# Minimum number of frames in a step: less than a speech sound cannot be masked by itself.
_MIN_STEP_FRAMES = 8
# A moment or range of more than this share of the whole is not named, because the evidence is spread out.
_SPREAD = 0.55
# If the sum over the patches (in log-odds) is below this, no place speaks for the answer.
_NOTHING = 0.05


@dataclass(frozen=True)
class Places:
    """Where frames and mel bands lie.

    Attributes:
        frames_per_s: frames a second.
        start_s: moment of the clip at which the first frame lies, in seconds.
        fmin_hz, fmax_hz: edges of the lowest and the highest band.
        n_mels: number of bands.
    """

    frames_per_s: float
    start_s: float
    fmin_hz: float
    fmax_hz: float
    n_mels: int

    def times_s(self, n_frames: int) -> FloatArray:
        """Middle of each frame, shape (frames,)."""
        return (self.start_s + np.arange(n_frames) / self.frames_per_s).astype(np.float32)

    @property
    def centres_hz(self) -> FloatArray:
        """Middle of each band, shape (bands,)."""
        return mel_points_hz(self.n_mels, self.fmin_hz, self.fmax_hz)[1:-1].astype(np.float32)

    @property
    def edges_hz(self) -> FloatArray:
        """Where one band hands over to the next, shape (bands + 1,)."""
        mel = hz_to_mel(mel_points_hz(self.n_mels, self.fmin_hz, self.fmax_hz))
        return mel_to_hz((mel[:-1] + mel[1:]) / 2).astype(np.float32)


def occlusion_saliency(
    frames: FloatArray, logits_of: LogitsOf, answer: int, config: LogMelConfig, *, start_s: float = 0.0
) -> Saliency:
    """The places of `frames` that speak for an answer.

    Args:
        frames: normalised log-mel of one window of speech, shape (frames, config.n_mels), as a model is given it.
        logits_of: the model: calibrated logits, shape (labels,), for frames of that shape.
        answer: index of the answer among the labels.
        config: parameters of the log-mel.
        start_s: time of the first frame in the clip, in seconds.

    GRID is the number of patches that are masked in turn; short sounds get fewer steps. The patches overlap and fade
    into each other, so the map is smooth: it is no finer than a step in time (a ninth of the window) and a frequency
    band (a fourth of the mel bands). The same input gives the same saliency.
    """
    steps, ranges = _steps(len(frames)), _fading(frames.shape[1], min(GRID[1], frames.shape[1]))
    whole = _log_odds(logits_of(frames), answer)
    falls = np.array(
        [
            [whole - _log_odds(logits_of(frames * (1 - step[:, None] * band)), answer) for band in ranges]
            for step in steps
        ]
    )
    places = Places(config.frames_per_s, start_s, config.fmin_hz, config.fmax_hz, config.n_mels)
    return _saliency(falls, steps, ranges, whole, places, lambda kept: logits_of(frames * kept), answer)


def span_saliency(
    frames: FloatArray, answers_of: AnswersOf, answer: int, places: Places, *, spans_per_frame: int = 2
) -> Saliency:
    """Which places of `frames` speak for an answer of a model that pools what it made of them over spans.

    Args:
        frames: log-mel of a stretch of sound, shape (frames, bands), as an encoder is given it.
        answers_of: the model: calibrated logits, shape (spans, labels), for frames of that shape and spans, 1 for what
            belongs to each, shape (spans, frames / spans_per_frame).
        answer: place of the answer among the labels.
        places: where the frames and bands lie.
        spans_per_frame: frames that the encoder makes one of.

    A step in time is taken away by leaving it out of the span, so all steps cost one run, and each range of frequency
    one more; a range is replaced by the mean of all cells. What rests on a patch is what its step contributes, less
    what the step contributes without the range.
    """
    steps, ranges = _steps(len(frames)), _fading(frames.shape[1], GRID[1])
    # Each frame of the encoder belongs to the step that weighs most there.
    step_of = steps[:, ::spans_per_frame].argmax(axis=0)
    spans = np.ones((1 + len(steps), len(step_of)), dtype=np.float32)
    for number in range(len(steps)):
        spans[1 + number, step_of == number] = 0
    if len(steps) == 1:
        spans = spans[:1]
    mean = frames.mean()

    def contributions(kept: FloatArray) -> tuple[float, DoubleArray]:
        whole, *without = (_log_odds(row, answer) for row in answers_of(mean + (frames - mean) * kept, spans))
        return whole, np.array([whole - each for each in without] or [whole])

    whole, by_step = contributions(np.ones_like(frames[:1]))
    falls = np.stack([by_step - contributions(1 - band[None])[1] for band in ranges], axis=1)

    def logits_of(kept: FloatArray) -> DoubleArray:
        return answers_of(mean + (frames - mean) * kept, spans[:1])[0]

    return _saliency(falls, steps, ranges, whole, places, logits_of, answer)


def _saliency(
    falls: DoubleArray,
    steps: FloatArray,
    ranges: FloatArray,
    whole: float,
    places: Places,
    logits_of: LogitsOf,
    answer: int,
) -> Saliency:
    """The map of the `falls` in log-odds, (steps, ranges), and what stands out in it.

    `logits_of` gives the answer with only the cells that are 1 in what it is given, shape (frames, bands).
    """
    log_odds = (steps.T @ falls @ ranges).astype(np.float32)
    times_s, edges_hz = places.times_s(len(log_odds)), places.edges_hz
    region = _region(log_odds) if np.maximum(falls, 0).sum() > _NOTHING else None
    if region is None:
        return Saliency(log_odds, times_s, places.centres_hz, _logistic(whole), None, None, None)
    moment, bands = region
    kept = np.ones_like(log_odds)
    kept[moment or slice(None), bands or slice(None)] = 0
    return Saliency(
        log_odds,
        times_s,
        places.centres_hz,
        _logistic(whole),
        (float(times_s[moment.start]), float(times_s[moment.stop - 1])) if moment else None,
        (float(edges_hz[bands.start]), float(edges_hz[bands.stop])) if bands else None,
        _logistic(_log_odds(logits_of(kept), answer)),
    )


def _steps(n_frames: int) -> FloatArray:
    return _fading(n_frames, max(1, min(GRID[0], n_frames // _MIN_STEP_FRAMES)))


def _fading(n: int, parts: int) -> FloatArray:
    """Weights of `parts` overlapping parts of `n` places that sum to 1 at each place, shape (parts, n)."""
    centres = (np.arange(parts) + 0.5) * n / parts
    return np.array([np.interp(np.arange(n) + 0.5, centres, one) for one in np.eye(parts)], dtype=np.float32)


def _log_odds(logits: RealArray, answer: int) -> float:
    """Log-odds of an answer against all others, from calibrated logits."""
    others = np.delete(logits.astype(np.float64), answer)
    highest = others.max()
    return float(logits[answer] - highest - np.log(np.exp(others - highest).sum()))


def _logistic(log_odds: float) -> float:
    return float(softmax([0.0, log_odds])[1])


def _region(log_odds: FloatArray) -> tuple[slice | None, slice | None] | None:
    """The moment with the strongest evidence, and the range with the strongest evidence in it; None if spread out."""
    for_it = np.maximum(log_odds, 0)
    moment = _peak(for_it.sum(axis=1))
    bands = _peak(for_it[moment or slice(None)].sum(axis=0))
    return (moment, bands) if moment or bands else None


def _peak(evidence: FloatArray) -> slice | None:
    """The stretch around the highest value that stays above half of it; None if that is most of the whole."""
    n = len(evidence)
    low = np.flatnonzero(evidence < evidence.max() / 2)
    place = np.searchsorted(low, evidence.argmax())
    start = int(low[place - 1]) + 1 if place else 0
    end = int(low[place]) if place < len(low) else n
    return slice(start, end) if end - start < _SPREAD * n else None
