"""How far valence, arousal and tone, read off the scores of the emotions, agree with what speakers acted.

    python -m benchmarks.affect --model whisper --corpus ased=DIR
    python -m benchmarks.affect --model whisper --protocol joint-speakers

The acted emotion's position in the circumplex (`ser_core.recognition.affect`) is held against the position that the
model's scores give. The first command listens to a corpus; speakers whom the model heard in training are left out, and
with none left there is nothing to measure. The second takes the confusion matrix that `ser evaluate --protocol` left in
the results, so that the position is that of the most probable emotion alone. Prints JSON:

- `clips`: number of clips.
- `valence`, `arousal`: Pearson's `r` and Lin's concordance correlation coefficient `ccc` over the clips.
- `tone`: recall of positive, neutral and negative, their mean `ua`, and counts; rows are acted, columns are answers.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from ser_core.config import load_settings
from ser_core.corpora import load_corpus
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import load_card
from ser_core.models.opening import open_runner
from ser_core.models.results import load_results
from ser_core.recognition.affect import POSITIONS, Affect, Tone, affect_of
from ser_core.training.predictions import predict


def agreement(acted: np.ndarray, heard: np.ndarray) -> dict[str, float]:
    r = float(np.corrcoef(acted, heard)[0, 1])
    spread = acted.var() + heard.var() + (acted.mean() - heard.mean()) ** 2
    return {"r": round(r, 3), "ccc": round(float(2 * r * acted.std() * heard.std() / spread), 3)}


def measure(acted: list[Affect], heard: list[Affect]) -> dict[str, object]:
    tones = list(Tone)
    counts = np.zeros((3, 3), dtype=int)
    for meant, got in zip(acted, heard, strict=True):
        counts[tones.index(meant.tone), tones.index(got.tone)] += 1
    recall = {str(tone): counts[i, i] / counts[i].sum() for i, tone in enumerate(tones) if counts[i].sum()}
    return {
        "clips": len(acted),
        "valence": agreement(np.array([p.valence for p in acted]), np.array([p.valence for p in heard])),
        "arousal": agreement(np.array([p.arousal for p in acted]), np.array([p.arousal for p in heard])),
        "tone": {
            "ua": round(float(np.mean(list(recall.values()))), 3),
            "recall": {tone: round(float(share), 3) for tone, share in recall.items()},
            "counts": counts.tolist(),
        },
    }


def of_results(model: str, protocol: str) -> dict[str, object]:
    figures = load_results()[protocol][model]
    positions = [POSITIONS[Emotion(label)] for label in figures["labels"]]
    pairs = [
        (meant, got)
        for meant, row in zip(positions, figures["confusion"], strict=True)
        for got, count in zip(positions, row, strict=True)
        for _ in range(count)
    ]
    acted, heard = map(list, zip(*pairs, strict=True))
    return measure(acted, heard)


def of_corpus(model: str, corpus: str, folder: Path) -> dict[str, object]:
    models_dir = load_settings().models_dir
    card = load_card(model, models_dir)
    heard_in_training = {voice for part in card.protocol.values() if not isinstance(part, str) for voice in part}
    utterances = [u for u in load_corpus(corpus, folder) if u.voice not in heard_in_training]
    if not utterances:
        raise SystemExit(f"{model} has heard every speaker of {corpus} in training.")
    outcome = predict(open_runner(card, models_dir / card.name).logits, card.labels, utterances)
    probabilities = softmax(outcome.logits, card.calibration.temperature)
    heard = [affect_of(dict(zip(outcome.labels, row, strict=True))) for row in probabilities]
    return measure([POSITIONS[outcome.labels[i]] for i in outcome.truth], heard)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=load_settings().model)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--corpus", metavar="NAME=DIR")
    what.add_argument("--protocol")
    arguments = parser.parse_args()
    if arguments.protocol:
        figures = of_results(arguments.model, arguments.protocol)
    else:
        corpus, _, folder = arguments.corpus.partition("=")
        figures = of_corpus(arguments.model, corpus, Path(folder))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
