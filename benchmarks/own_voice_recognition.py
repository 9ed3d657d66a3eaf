"""What a person's own neutral voice brings to recognition, on RAVDESS under `ravdess-actors`.

    python benchmarks/own_voice_recognition.py RAVDESS_DIR WORK_DIR [--epochs 40] [--seed 0]

Five folds of four actors; each fold's network is trained on the other sixteen, RAVDESS alone, for a fixed number of
epochs (nothing is chosen on a speaker who is tested). The first repetition of each tested actor's neutral sentences
is the enrolment, everything else of that actor the test. Three ways to use it are compared with not using it:

- `bands`: the difference of the enrolment's mean spectrum from that of the training actors' neutral clips is taken
  from the input, by a strength;
- `logits`: the difference of the enrolment's mean logits from those of the training actors' neutral clips is taken
  from the output, by a strength;
- `both`.

The strength of a fold is the one that did best on the other four folds, so no fold chooses for itself. Folds are kept
in WORK_DIR, and a second run goes on after the last one. Prints JSON: UA of each way, and per fold.
"""

import argparse
import json
import os
from itertools import product
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from ser_core.corpora import Utterance, load_corpus
from ser_core.evaluation import evaluate
from ser_core.features.model_input import fit_window
from ser_core.labels import Emotion
from ser_core.nets import build_net
from ser_core.recipes import get_recipe
from ser_core.training.dataset import Dataset, prepare, subset
from ser_core.training.loop import Schedule, fit

FOLDS = [[f"{actor:02}" for actor in range(first, first + 4)] for first in range(1, 21, 4)]
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
WAYS = {
    "bands": [(s, 0.0) for s in STRENGTHS],
    "logits": [(0.0, s) for s in STRENGTHS],
    "both": list(product(STRENGTHS, STRENGTHS)),
}


def is_neutral(utterance: Utterance) -> bool:
    return utterance.emotion == Emotion.NEUTRAL


def is_enrolment(utterance: Utterance) -> bool:
    """A neutral clip of the first repetition: the sixth number of a RAVDESS name."""
    return is_neutral(utterance) and utterance.path.stem.split("-")[5] == "01"


def fold_answers(data: Dataset, actors: list[str], schedule: Schedule) -> dict[str, np.ndarray]:
    """Answers to each test clip of a fold for every pair of strengths, and what was acted."""
    train = subset(data, [u for u in data.utterances if u.speaker not in actors])
    trained = fit(train, None, schedule, on_epoch=lambda e: print(f"  epoch {e.number}: {e.loss:.3f}", flush=True))
    model = build_net(schedule.net, (schedule.n_frames, data.frames[0][0].shape[1]), len(data.labels))
    model.set_weights(trained.weights)

    def logits(frames: list[np.ndarray]) -> np.ndarray:
        windows = np.stack([fit_window(one, schedule.n_frames) for one in frames])
        return np.concatenate(
            [np.asarray(model.predict_on_batch(windows[i : i + 64])) for i in range(0, len(windows), 64)]
        )

    def clean(rows: list[int], of: Dataset) -> list[np.ndarray]:
        return [of.clean(row) for row in rows]

    neutral = clean([i for i, u in enumerate(train.utterances) if is_neutral(u)], train)
    usual_bands = np.mean([frames.mean(axis=0) for frames in neutral], axis=0)
    answers: dict[str, list[np.ndarray]] = {}
    acted: list[np.ndarray] = []
    for actor in actors:
        mine = [i for i, u in enumerate(data.utterances) if u.speaker == actor]
        enrolment = clean([i for i in mine if is_enrolment(data.utterances[i])], data)
        tested = [i for i in mine if not is_enrolment(data.utterances[i])]
        acted.append(data.truth[tested])
        shift = np.mean([frames.mean(axis=0) for frames in enrolment], axis=0) - usual_bands
        for bands in STRENGTHS:
            usual = logits(neutral).mean(axis=0)
            own = logits([frames - bands * shift for frames in enrolment]).mean(axis=0)
            given = logits([frames - bands * shift for frames in clean(tested, data)])
            for strength in STRENGTHS:
                answer = (given - strength * (own - usual)).argmax(axis=1)
                answers.setdefault(f"{bands} {strength}", []).append(answer)
    return {"acted": np.concatenate(acted), **{key: np.concatenate(parts) for key, parts in answers.items()}}


def ua(folds: list[dict[str, np.ndarray]], keys: list[str]) -> float:
    """UA over the clips of several folds together, each answered with its own strengths."""
    acted = np.concatenate([fold["acted"] for fold in folds])
    answered = np.concatenate([fold[key] for fold, key in zip(folds, keys, strict=True)])
    emotions = list(Emotion)
    return evaluate([emotions[i] for i in acted], [emotions[i] for i in answered]).ua


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ravdess", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    recipe = get_recipe("crnn")
    data = prepare(
        load_corpus("ravdess", arguments.ravdess),
        tuple(Emotion),
        recipe.features,
        n_disturbed=recipe.n_disturbed,
        seed=arguments.seed,
        cache_dir=arguments.work,
    )
    schedule = Schedule(net=recipe.net, n_frames=recipe.n_frames, epochs=arguments.epochs, seed=arguments.seed)
    folds = []
    for number, actors in enumerate(FOLDS, 1):
        kept = arguments.work / f"fold{number}-epochs{arguments.epochs}-seed{arguments.seed}.npz"
        if not kept.exists():
            print(f"fold {number}: actors {', '.join(actors)}", flush=True)
            np.savez(kept, **fold_answers(data, actors, schedule))
        with np.load(kept) as stored:
            folds.append(dict(stored))
    none = "0.0 0.0"
    result: dict[str, object] = {
        "clips": int(sum(len(fold["acted"]) for fold in folds)),
        "epochs": arguments.epochs,
        "seed": arguments.seed,
        "without": {"ua": round(ua(folds, [none] * 5), 4), "folds": [round(ua([f], [none]), 4) for f in folds]},
    }
    for way, pairs in WAYS.items():
        keys = [f"{bands} {strength}" for bands, strength in pairs]
        chosen = []
        for i in range(5):
            others = [fold for j, fold in enumerate(folds) if j != i]
            chosen.append(max(keys, key=lambda key, others=others: ua(others, [key] * 4)))
        result[way] = {
            "ua": round(ua(folds, chosen), 4),
            "folds": [round(ua([fold], [key]), 4) for fold, key in zip(folds, chosen, strict=True)],
            "strengths": chosen,
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
