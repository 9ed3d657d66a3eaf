"""How much of the error is due to unknown voices: ridge regression on the functionals, knowing more and more of the
voices.

    python -m benchmarks.voices --corpus nemo=DIR

Each clip gives one row of functionals, without augmented copies, so this takes minutes. Compare the figures with each
other, not with those of the served model, which also learns from augmented copies. Prints JSON with UA, the mean over
the voices:

- `by_training_voices`: each voice tested by models of 1, 2, ... other voices, drawn at random.
- `by_own_clips`: by a model of all others and of some labelled clips of each emotion of the tested voice itself, which
  together weigh as much as the clips of one other voice; they are left out of the test.
- `standardised_by_voice`: by a model of all others, with every voice, including the tested one, standardised over all
  of its clips. This is an upper bound, not a method: it needs many clips of a voice, with all emotions equally
  frequent.
- `within_voice`: by models of the same voice alone, in five folds.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from ser_core import audio
from ser_core.corpora import load_corpus
from ser_core.features.log_mel import LogMelConfig
from ser_core.features.model_input import model_input

# Ridge penalty for standardised functionals, as for the linear model of the recipe's earlier rounds.
_PENALTY = 5000.0
_CUT = 5.0
_TRAINING_VOICES = (1, 2, 3, 4, 5, 6, 8, 12, 16, 19)
_OWN_CLIPS = (1, 2, 4, 8, 16)
_DRAWS = 3
_FOLDS = 5


def measure(functionals: np.ndarray, truth: np.ndarray, voices: np.ndarray) -> dict[str, object]:
    """Functionals of clips, shape (clips, functionals), with their emotions and voices, each of shape (clips,)."""
    rng = np.random.default_rng(0)
    names = np.unique(voices)
    alike = np.empty_like(functionals)
    for name in names:
        mine = voices == name
        alike[mine] = _standardised(functionals[mine], functionals[mine])
    of_alike = _Ridge(alike, truth)
    by_voices: dict[int, list[float]] = {n: [] for n in _TRAINING_VOICES if n < len(names)}
    by_own: dict[int, list[float]] = {n: [] for n in _OWN_CLIPS}
    standardised, within = [], []
    for name in names:
        mine, others = np.flatnonzero(voices == name), np.flatnonzero(voices != name)
        model = _Ridge(_standardised(functionals, functionals[others]), truth)
        for n, uas in by_voices.items():
            for _ in range(_DRAWS):
                drawn = rng.choice(names[names != name], n, replace=False)
                uas.append(model.ua(np.flatnonzero(np.isin(voices, drawn)), mine))
        for n, uas in by_own.items():
            uas += _with_own_clips(model, n, mine, others, len(others) / (len(names) - 1), rng)
        standardised.append(of_alike.ua(others, mine))
        parts = np.array_split(rng.permutation(mine), _FOLDS)
        within.append(_mean([of_alike.ua(np.setdiff1d(mine, part), part) for part in parts]))
    return {
        "clips": len(truth),
        "voices": len(names),
        "by_training_voices": {n: _mean(uas) for n, uas in by_voices.items()},
        "by_own_clips": {n: _mean(uas) for n, uas in by_own.items() if uas},
        "standardised_by_voice": _mean(standardised),
        "within_voice": _mean(within),
    }


def _with_own_clips(
    model: "_Ridge", n: int, mine: np.ndarray, others: np.ndarray, count_as: float, rng: np.random.Generator
) -> list[float]:
    """UAs when `n` clips of each emotion in `mine`, drawn at random, train beside `others`; none if there are too
    few.
    """
    of_emotion = [mine[model.truth[mine] == emotion] for emotion in np.unique(model.truth[mine])]
    if min(map(len, of_emotion)) <= n:
        return []
    uas = []
    for _ in range(_DRAWS):
        own = np.concatenate([rng.permutation(clips)[:n] for clips in of_emotion])
        weights = np.concatenate([np.ones(len(others)), np.full(len(own), count_as / len(own))])
        uas.append(model.ua(np.concatenate([others, own]), np.setdiff1d(mine, own), weights))
    return uas


class _Ridge:
    """Ridge regression to one-hot emotions in its dual form: any choice of rows trains from one matrix of products."""

    def __init__(self, values: np.ndarray, truth: np.ndarray) -> None:
        self._products = (values @ values.T).astype(np.float64)
        self.truth = truth

    def ua(self, train: np.ndarray, test: np.ndarray, weights: np.ndarray | None = None) -> float:
        """UA on the rows `test` of a model of the rows `train`, weighted by `weights`."""
        w = np.ones(len(train)) if weights is None else weights
        share = w / w.sum()
        between = self._products[np.ix_(train, train)]
        mean = share @ between
        centred = between - mean - mean[:, None] + share @ mean
        hot = np.eye(self.truth.max() + 1)[self.truth[train]]
        duals = np.linalg.solve(centred + _PENALTY * np.diag(1 / w), hot - share @ hot)
        # The duals of an emotion sum to zero, so centring the tested rows would change nothing.
        across = self._products[np.ix_(test, train)]
        answer = ((across - mean) @ duals + share @ hot).argmax(axis=1)
        truth = self.truth[test]
        return float(np.mean([np.mean(answer[truth == emotion] == emotion) for emotion in np.unique(truth)]))


def _mean(uas: list[float]) -> float:
    return round(float(np.mean(uas)), 3)


def _standardised(values: np.ndarray, over: np.ndarray) -> np.ndarray:
    return np.clip((values - over.mean(axis=0)) / (over.std(axis=0) + 1e-6), -_CUT, _CUT).astype(np.float32)


def _functionals(path: Path) -> np.ndarray:
    return model_input(audio.read_clip(path), LogMelConfig()).functionals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, metavar="NAME=DIR")
    name, _, folder = parser.parse_args().corpus.partition("=")
    clips = load_corpus(name, Path(folder))
    values = np.stack(Parallel(n_jobs=-1)(delayed(_functionals)(clip.path) for clip in clips))
    emotions = sorted({clip.emotion.value for clip in clips})
    truth = np.array([emotions.index(clip.emotion.value) for clip in clips])
    print(json.dumps({"corpus": name} | measure(values, truth, np.array([clip.voice for clip in clips])), indent=1))


if __name__ == "__main__":
    main()
