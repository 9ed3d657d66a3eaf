"""Saliency by occlusion: the moments and frequencies of a sound on which an answer depends.

The serving runtime has no gradients, so parts of the log-mel are masked and the model runs again (occlusion: Zeiler and
Fergus 2014, "Visualizing and understanding convolutional networks"). Masked cells are set to 0, the mean of a
normalised log-mel, which is neither loud nor soft. This shows what the model used, not why a voice sounds as it does,
and nothing about what a person feels.
"""

from collections.abc import Callable

import numpy as np

from ser_core.arrays import FloatArray, RealArray
from ser_core.dsp.mel import hz_to_mel, mel_to_hz
from ser_core.features.log_mel import LogMelConfig
from ser_core.metrics import softmax
from ser_core.records import Saliency

LogitsOf = Callable[[FloatArray], RealArray]

# Steps in time and bands of frequency; each pair takes one run of the network. 38 runs, including the unmasked window
# and the summary, fit into 150 ms at 3 ms a run, together with the features and the picture. benchmarks/explain.md
# compares the faithfulness of this grid with others.
GRID = (9, 4)
# Minimum number of frames in a step: less than a speech sound cannot be masked by itself.
_MIN_STEP_FRAMES = 8
# A moment or range of more than this share of the whole is not named, because the evidence is spread out.
_SPREAD = 0.55
# If the sum over the patches (in log-odds) is below this, no place speaks for the answer.
_NOTHING = 0.05


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
    n_frames, n_bands = frames.shape
    steps = _fading(n_frames, max(1, min(GRID[0], n_frames // _MIN_STEP_FRAMES)))
    ranges = _fading(n_bands, min(GRID[1], n_bands))
    whole = _log_odds(logits_of(frames), answer)
    falls = np.array(
        [
            [whole - _log_odds(logits_of(frames * (1 - step[:, None] * band)), answer) for band in ranges]
            for step in steps
        ]
    )
    log_odds = (steps.T @ falls @ ranges).astype(np.float32)
    times_s = (start_s + np.arange(n_frames) / config.frames_per_s).astype(np.float32)
    frequencies_hz = _band_centres_hz(config)
    region = _region(log_odds) if np.maximum(falls, 0).sum() > _NOTHING else None
    if region is None:
        return Saliency(log_odds, times_s, frequencies_hz, _logistic(whole), None, None, None)
    moment, band_range = region
    kept = frames.copy()
    kept[moment or slice(None), band_range or slice(None)] = 0
    edges_hz = _band_edges_hz(config)
    return Saliency(
        log_odds,
        times_s,
        frequencies_hz,
        _logistic(whole),
        (float(times_s[moment.start]), float(times_s[moment.stop - 1])) if moment else None,
        (float(edges_hz[band_range.start]), float(edges_hz[band_range.stop])) if band_range else None,
        _logistic(_log_odds(logits_of(kept), answer)),
    )


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


def _band_edges_hz(config: LogMelConfig) -> FloatArray:
    """The boundaries of the bands, shape (bands + 1,)."""
    mel = np.linspace(hz_to_mel(config.fmin_hz), hz_to_mel(config.fmax_hz), config.n_mels + 2)
    return mel_to_hz((mel[:-1] + mel[1:]) / 2).astype(np.float32)


def _band_centres_hz(config: LogMelConfig) -> FloatArray:
    mel = np.linspace(hz_to_mel(config.fmin_hz), hz_to_mel(config.fmax_hz), config.n_mels + 2)
    return mel_to_hz(mel[1:-1]).astype(np.float32)
