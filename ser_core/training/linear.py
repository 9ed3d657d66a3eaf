"""A linear model on the functionals: strongly regularised, solved at once, and more robust than its size suggests."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ser_core.training.dataset import Dataset

Matrix = npt.NDArray[np.float64]

# Standardised values further out than this say that a clip is odd, not how odd: they are cut.
CLIP_AT = 5.0


@dataclass(frozen=True, eq=False)
class Linear:
    """Scores of the emotions from functionals: `clip((x - mean) / deviation, -CLIP_AT, CLIP_AT) @ weights + bias`.

    Attributes:
        mean, deviation: of each functional over the training clips, shape (functionals,).
        weights: shape (functionals, labels).
        bias: shape (labels,).
    """

    mean: Matrix
    deviation: Matrix
    weights: Matrix
    bias: Matrix

    def standardised(self, functionals: npt.ArrayLike) -> Matrix:
        """Functionals (clips, functionals) in units of their deviation, cut."""
        return np.clip((np.asarray(functionals) - self.mean) / self.deviation, -CLIP_AT, CLIP_AT)

    def scores(self, functionals: npt.ArrayLike) -> Matrix:
        """Shape (clips, labels): about the share of each emotion, less certain than a probability."""
        return self.standardised(functionals) @ self.weights + self.bias


def fit_linear(data: Dataset, *, penalty: float, voice_penalty: float) -> Linear:
    """Ridge regression of each emotion's indicator on the functionals (Hoerl and Kennard 1970).

    A voice with more clips than the median voice counts as if it had so many: few voices with many clips do not drown
    the rest, and where all have many, all of them count.

    Args:
        data: the training clips with all of their copies, which count together as one clip; an emotion that a clip's
            corpus lacks is not regressed on that clip.
        penalty: weight of the squared weights.
        voice_penalty: weight of the squared change of the scores from one voice to another of the same corpus: what
            differs between the averages of voices is not emotion. The idea is nuisance attribute projection
            (Solomonoff, Campbell and Boardman 2005).
    """
    n_copies, n_functionals = data.functionals.shape[1:]
    voices = np.array([u.voice for u in data.utterances])
    corpora = np.array([u.corpus for u in data.utterances])
    mean = data.functionals.mean(axis=(0, 1), dtype=np.float64)
    deviation = data.functionals.std(axis=(0, 1), dtype=np.float64) + 1e-6
    clips_of = {voice: int((voices == voice).sum()) for voice in np.unique(voices)}
    most = float(np.median(list(clips_of.values())))
    per_clip = np.array([min(1.0, most / clips_of[voice]) / n_copies for voice in voices])
    n_labels = len(data.labels)
    weights, bias = np.zeros((n_functionals, n_labels)), np.zeros(n_labels)
    # Emotions that the same clips can have share one system of equations.
    for mask in np.unique(data.possible.T, axis=0):
        labels = np.flatnonzero((mask == data.possible.T).all(axis=1))
        chosen = np.flatnonzero(mask)
        if not len(chosen):
            continue
        w = per_clip[chosen]
        target = (data.truth[chosen][:, None] == labels).astype(np.float64)
        share = np.average(target, axis=0, weights=w)
        system = penalty * np.eye(n_functionals)
        right = np.zeros((n_functionals, len(labels)))
        mean_of_clips = np.zeros((len(chosen), n_functionals))
        # One copy at a time: all of them at once would take gigabytes.
        for copy in range(n_copies):
            x = np.clip((data.functionals[chosen, copy] - mean) / deviation, -CLIP_AT, CLIP_AT)
            system += (x * w[:, None]).T @ x
            right += x.T @ (w[:, None] * (target - share))
            mean_of_clips += x / n_copies
        for difference in _voice_differences(mean_of_clips, voices[chosen], corpora[chosen]):
            system += voice_penalty * np.outer(difference, difference)
        weights[:, labels] = np.linalg.solve(system, right)
        bias[labels] = share
    return Linear(mean, deviation, weights, bias)


def _voice_differences(x: Matrix, voices: npt.NDArray[np.str_], corpora: npt.NDArray[np.str_]) -> list[Matrix]:
    """The average of each voice less that of its corpus."""
    of_corpus = {corpus: x[corpora == corpus].mean(axis=0) for corpus in np.unique(corpora)}
    return [x[voices == voice].mean(axis=0) - of_corpus[corpora[voices == voice][0]] for voice in np.unique(voices)]
