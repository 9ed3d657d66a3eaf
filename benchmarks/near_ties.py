"""At which lead of the first emotion the second is still right nearly as often, and what naming both then brings.

    python benchmarks/near_ties.py CORPORA_DIR [--model NAME]    # a model on the validation speakers of its card
    python benchmarks/near_ties.py --answers RUN_DIR             # the folds of `ser evaluate --protocol`

CORPORA_DIR holds the corpora by name (`ravdess`, `nemo`). RUN_DIR is the folder of one run, one folder a fold.
The margin is chosen by `evaluation.choose_pair_margin`, corpora counting the same. What it brings is measured on each
voice with temperature, threshold and margin fitted to all others. Prints JSON:

- `margin`: of all voices together, which is what a card takes.
- `by_lead`: for bands of the lead, how many clips, and how often the first and the second were right.
- `answered`, `pairs`: clips that were answered, and those of them that were answered with a pair.
- `right_before`, `right_in_pairs`: of the pairs, how often the first was right, and how often either.
- `right_of_single`: how often an answer with one emotion was right.
"""

import argparse
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from ser_core import audio
from ser_core.corpora import load_corpus
from ser_core.evaluation import choose_pair_margin, choose_threshold, fit_temperature, softmax
from ser_core.inference import load_recogniser
from ser_core.training.answers import joined, read_answers

_LEADS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0)


def heard_by_model(corpora_dir: Path, model: str | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits (clips, labels), truth and voices of the validation speakers that the model's card names."""
    recogniser = load_recogniser(model)
    voices = recogniser.card.protocol["validation"]
    place = {label: i for i, label in enumerate(recogniser.labels)}
    logits, truth, whose = [], [], []
    for corpus in sorted({voice.partition(":")[0] for voice in voices}):
        for utterance in load_corpus(corpus, corpora_dir / corpus):
            if utterance.voice in voices and utterance.emotion in place:
                windows = recogniser.windows(audio.read_clip(utterance.path))
                logits.append(np.mean([recogniser.logits(heard) for heard in windows], axis=0))
                truth.append(place[utterance.emotion])
                whose.append(utterance.voice)
    return np.array(logits, dtype=np.float64), np.array(truth), np.array(whose)


def heard_in_folds(run_dir: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same of the speakers that each fold kept apart."""
    whole = joined([read_answers(path, path.parent.name) for path in sorted(run_dir.glob("*/answers.npz"))])
    return whole.logits, whole.truth, whole.voices


def corpus_weights(voices: np.ndarray) -> np.ndarray:
    corpora = [voice.partition(":")[0] for voice in voices]
    clips = Counter(corpora)
    return np.array([1 / clips[corpus] for corpus in corpora])


def measure(logits: np.ndarray, truth: np.ndarray, voices: np.ndarray) -> dict[str, object]:
    weights = corpus_weights(voices)
    temperature = fit_temperature(logits, truth, weights)
    probabilities = softmax(logits, temperature)
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    first, second = ranked[:, 0] == truth, ranked[:, 1] == truth
    lead = -np.diff(np.sort(probabilities, axis=1)[:, :-3:-1], axis=1)[:, 0]
    answered, pairs = np.zeros(len(truth), dtype=bool), np.zeros(len(truth), dtype=bool)
    for voice in np.unique(voices):
        mine = voices == voice
        t = fit_temperature(logits[~mine], truth[~mine], weights[~mine])
        others, own = softmax(logits[~mine], t), softmax(logits[mine], t)
        answered[mine] = own.max(axis=1) >= choose_threshold(others, truth[~mine], weights[~mine])
        top = np.sort(own, axis=1)
        pairs[mine] = top[:, -1] - top[:, -2] < choose_pair_margin(others, truth[~mine], weights[~mine])
    pairs &= answered
    single = answered & ~pairs
    return {
        "clips": len(truth),
        "voices": len(np.unique(voices)),
        "margin": choose_pair_margin(probabilities, truth, weights),
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
        "answered": int(answered.sum()),
        "pairs": int(pairs.sum()),
        "right_before": share(first, pairs),
        "right_in_pairs": share(first | second, pairs),
        "right_of_single": share(first, single),
    }


def share(right: np.ndarray, among: np.ndarray) -> float | None:
    return float(right[among].mean()) if among.any() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora_dir", type=Path, nargs="?")
    parser.add_argument("--model", help="the configured one by default")
    parser.add_argument("--answers", type=Path, metavar="RUN_DIR")
    arguments = parser.parse_args()
    if (arguments.corpora_dir is None) == (arguments.answers is None):
        parser.error("Name the folder with the corpora, or a run's folder with --answers.")
    heard = (
        heard_in_folds(arguments.answers)
        if arguments.answers
        else heard_by_model(arguments.corpora_dir, arguments.model)
    )
    print(json.dumps(measure(*heard), indent=1, default=float))


if __name__ == "__main__":
    main()
