"""At which lead of the first emotion the second is right nearly as often, and what naming both gains.

    ser evaluate --protocol joint-speakers --recipe NAME --corpus NAME=DIR ... --work WORK
    python -m benchmarks.near_ties WORK/RUN

RUN is the folder that the first command writes, with one subfolder for each fold. Every speaker was tested by a model
that had not been trained on them. Temperature, threshold and margin are those of all acted recordings, as a card's are,
but of the folds that do not test the speaker. Prints JSON:

- `margin`: from all voices together, as a card uses it.
- `by_lead`: for ranges of the lead, the number of clips, and how often the first and the second were right.
- `by_corpus`, and `all` corpora: `single`, without pairs, the share of clips that are answered and how often the answer
  is right; `with_pairs`, the same when a near tie whose two emotions are likely enough together is answered with both;
  `pairs`, how many clips are answered with both, and how often the first, the second and either is right; `surest`, how
  often the answer is right among the surest three quarters.
"""

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from ser_core.arrays import DoubleArray, Mask
from ser_core.corpora import get_corpus
from ser_core.evaluation.fold_predictions import FoldPredictions, joined, read_fold
from ser_core.metrics import choose_pair_margin, choose_threshold, fit_temperature, softmax

_LEADS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0)
_SUREST = 0.75


def measure(folds: list[FoldPredictions]) -> dict[str, object]:
    whole = joined(folds)
    truth = whole.truth
    corpus = np.array([voice.partition(":")[0] for voice in whole.voices.tolist()])
    probabilities = softmax(whole.logits, fit_temperature(whole.logits, truth))
    lead = leads(probabilities)
    right = ranked_right(probabilities, truth)
    confidence, sure, pairs = (
        np.concatenate(parts) for parts in zip(*(answered(folds, f) for f in folds), strict=True)
    )

    def gain(among: Mask) -> dict[str, object]:
        first, second = (each[among] for each in right)
        one, two = sure[among], pairs[among]
        surest = confidence[among] >= np.quantile(confidence[among], 1 - _SUREST)
        return {
            "clips": int(among.sum()),
            "single": {"answered": float(one.mean()), "right": share(first, one)},
            "with_pairs": {
                "answered": float((one | two).mean()),
                "right": share(np.where(two, first | second, first), one | two),
            },
            "pairs": {
                "share": float(two.mean()),
                "first": share(first, two),
                "second": share(second, two),
                "either": share(first | second, two),
            },
            "surest": share(first, surest),
        }

    return {
        "clips": len(truth),
        "voices": len(np.unique(whole.voices)),
        "margin": choose_pair_margin(probabilities, truth),
        "by_lead": [
            {
                "lead": [low, high],
                "clips": int(in_band.sum()),
                "first": share(right[0], in_band),
                "second": share(right[1], in_band),
            }
            for low, high in pairwise(_LEADS)
            for in_band in [(lead >= low) & (lead < high)]
        ],
        "all": gain(np.ones(len(truth), bool)),
        "by_corpus": {name: gain(corpus == name) for name in np.unique(corpus).tolist()},
    }


def answered(folds: list[FoldPredictions], tested: FoldPredictions) -> tuple[DoubleArray, Mask, Mask]:
    """Of each clip of a fold: how sure its answer is, whether that is one emotion that is named, and whether two are
    named.
    """
    others = joined([fold for fold in folds if fold is not tested])
    temperature = fit_temperature(others.logits, others.truth)
    known = softmax(others.logits, temperature)
    threshold, margin = choose_threshold(known, others.truth), choose_pair_margin(known, others.truth)
    own = np.sort(softmax(tested.logits, temperature), axis=1)
    pairs = (own[:, -1] - own[:, -2] < margin) & (own[:, -1] + own[:, -2] >= threshold)
    return own[:, -1], own[:, -1] >= threshold, pairs


def leads(probabilities: DoubleArray) -> DoubleArray:
    """By how much the first is likelier than the second, shape (clips,)."""
    ordered = np.sort(probabilities, axis=1)
    lead: DoubleArray = ordered[:, -1] - ordered[:, -2]
    return lead


def ranked_right(probabilities: DoubleArray, truth: np.ndarray) -> tuple[Mask, Mask]:
    """Whether the first, and the second, is right."""
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    return ranked[:, 0] == truth, ranked[:, 1] == truth


def share(right: Mask, among: Mask) -> float | None:
    return float(right[among].mean()) if among.any() else None


def acted(fold: FoldPredictions) -> FoldPredictions:
    """The fold without what nobody acted."""
    return fold.of(np.array([get_corpus(voice.partition(":")[0]).acted for voice in fold.voices.tolist()]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    folds = [read_fold(path, path.parent.name) for path in sorted(run.glob("*/fold.npz"))]
    if not folds:
        parser.error(f"{run} holds no fold that is done.")
    if len(folds) < 2:
        parser.error(f"{run} has one fold: temperature and margin are taken from others.")
    print(json.dumps(measure([acted(fold) for fold in folds]), indent=1, default=float))


if __name__ == "__main__":
    main()
