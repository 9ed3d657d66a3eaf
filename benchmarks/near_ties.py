"""At which lead of the first emotion the second is right nearly as often, and what naming both gains.

    ser evaluate --protocol ravdess-actors --corpus ravdess=DIR --work WORK
    python -m benchmarks.near_ties WORK/RUN

RUN is the folder that the first command writes, with one subfolder for each fold. Every speaker was tested by a model
that had not been trained on them. The gain from pairs is measured on each voice with temperature, threshold and margin
fitted to all others. Prints JSON:

- `margin`: from all voices together, as a card uses it.
- `by_lead`: for ranges of the lead, the number of clips, and how often the first and the second were right.
- `single`: without pairs, the share of clips that are answered, and how often the answer is right.
- `with_pairs`: the same when a near tie whose two emotions are likely enough together is answered with both.
- `pairs`: how many clips are answered with both, and how often the first, the second and either is right.
"""

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from ser_core.evaluation.fold_predictions import joined, read_fold
from ser_core.metrics import choose_pair_margin, choose_threshold, fit_temperature, softmax

_LEADS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0)


def measure(logits: np.ndarray, truth: np.ndarray, voices: np.ndarray) -> dict[str, object]:
    temperature = fit_temperature(logits, truth)
    probabilities = softmax(logits, temperature)
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    first, second = ranked[:, 0] == truth, ranked[:, 1] == truth
    lead = -np.diff(np.sort(probabilities, axis=1)[:, :-3:-1], axis=1)[:, 0]
    sure, pairs = np.zeros(len(truth), dtype=bool), np.zeros(len(truth), dtype=bool)
    for voice in np.unique(voices):
        mine = voices == voice
        t = fit_temperature(logits[~mine], truth[~mine])
        others, own = softmax(logits[~mine], t), np.sort(softmax(logits[mine], t), axis=1)
        threshold, margin = choose_threshold(others, truth[~mine]), choose_pair_margin(others, truth[~mine])
        sure[mine] = own[:, -1] >= threshold
        pairs[mine] = (own[:, -1] - own[:, -2] < margin) & (own[:, -1] + own[:, -2] >= threshold)
    return {
        "clips": len(truth),
        "voices": len(np.unique(voices)),
        "margin": choose_pair_margin(probabilities, truth),
        "by_lead": [
            {
                "lead": [low, high],
                "clips": int(in_band.sum()),
                "first": share(first, in_band),
                "second": share(second, in_band),
            }
            for low, high in pairwise(_LEADS)
            for in_band in [(lead >= low) & (lead < high)]
        ],
        "single": {"answered": float(sure.mean()), "right": share(first, sure)},
        "with_pairs": {
            "answered": float((sure | pairs).mean()),
            "right": share(np.where(pairs, first | second, first), sure | pairs),
        },
        "pairs": {
            "clips": int(pairs.sum()),
            "first": share(first, pairs),
            "second": share(second, pairs),
            "either": share(first | second, pairs),
        },
    }


def share(right: np.ndarray, among: np.ndarray) -> float | None:
    return float(right[among].mean()) if among.any() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    folds = [read_fold(path, path.parent.name) for path in sorted(run.glob("*/fold.npz"))]
    if not folds:
        parser.error(f"{run} holds no fold that is done.")
    whole = joined(folds)
    print(json.dumps(measure(whole.logits, whole.truth, whole.voices), indent=1, default=float))


if __name__ == "__main__":
    main()
