"""What saliency costs, and how much the places that it names matter to the answer.

    python -m benchmarks.explain [--corpus ravdess=DIR --clips N]

Prints JSON:

- `runs`: runs of the network that one map takes at most.
- `processor_ms`: for clips of 3, 3.5 and 5 s (from the synthetic samples), the median and maximum processor time of the
  map alone (features and all runs of the network), and of its picture.
- `by_grid`, with a corpus: for grids of time steps and frequency bands, the mean fall in the answer's log-odds when the
  most salient fifth of the sound is masked; the fall when another fifth is masked (the same shape moved around the
  clip, mean of eight positions); and `clips_above`, the share of clips in which the first is larger. A finer grid is
  worth its runs only if the first fall grows.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from ser_core import audio
from ser_core.config import PROJECT_DIR
from ser_core.corpora import load_corpus
from ser_core.figures import saliency_picture
from ser_core.machine import keep_arrays_on_one_core
from ser_core.recognition import occlusion
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.recognition.saliency import salient_window
from ser_core.records import Clip

_GRIDS = ((6, 3), (8, 3), (8, 4), (10, 3), (9, 4), (11, 4), (14, 6), (20, 8))
_TAKEN = 0.2
_MOVES = 8
_REPEATS = 7


def cost(recogniser: Recogniser, duration_s: float) -> dict[str, float]:
    sample = audio.read_clip(PROJECT_DIR / "assets" / "samples" / "synthetic-changing.flac").between(0, duration_s)
    report = analyse(sample, recogniser=recogniser, timeline=True)
    explaining_ms, drawing_ms = [], []
    for _ in range(_REPEATS):
        began = time.process_time()
        found = salient_window(report, sample.between, recogniser, report.prediction.emotion)
        explained = time.process_time()
        saliency_picture(found.window, found.saliency, found.emotion.value).to_json()
        explaining_ms.append(1000 * (explained - began))
        drawing_ms.append(1000 * (time.process_time() - explained))
    return {
        "clip_s": duration_s,
        "explanation_median": round(float(np.median(explaining_ms)), 1),
        "explanation_highest": round(max(explaining_ms), 1),
        "picture_median": round(float(np.median(drawing_ms)), 1),
    }


def faithfulness(recogniser: Recogniser, clips: list[Clip]) -> list[dict[str, object]]:
    falls = {grid: ([], []) for grid in _GRIDS}
    config, temperature = recogniser.card.features, recogniser.card.calibration.temperature
    for clip in clips:
        heard = recogniser.runner.windows(clip)[0].given

        def logits_of(frames, heard=heard):
            return recogniser.runner.run(replace(heard, frames=frames)) / temperature

        answer = int(logits_of(heard.frames).argmax())

        def log_odds(frames, logits_of=logits_of, answer=answer):
            logits = logits_of(frames).astype(np.float64)
            return logits[answer] - np.log(np.exp(np.delete(logits, answer)).sum())

        whole = log_odds(heard.frames)
        for grid, (named, moved) in falls.items():
            occlusion.GRID = grid
            found = occlusion.occlusion_saliency(heard.frames, logits_of, answer, config).log_odds
            taken = found >= np.quantile(found, 1 - _TAKEN)
            named.append(whole - log_odds(np.where(taken, 0, heard.frames)))
            shifts = [
                (step * found.shape[0] // (_MOVES + 1), step * found.shape[1] // (_MOVES + 1))
                for step in range(1, _MOVES + 1)
            ]
            elsewhere = [np.roll(taken, shift, axis=(0, 1)) for shift in shifts]
            moved.append(np.mean([whole - log_odds(np.where(place, 0, heard.frames)) for place in elsewhere]))
    return [
        {
            "grid": list(grid),
            "runs": grid[0] * grid[1] + 2,
            "fall_named": round(float(np.mean(named)), 2),
            "fall_elsewhere": round(float(np.mean(moved)), 2),
            "clips_above": round(float(np.mean(np.array(named) > np.array(moved))), 2),
        }
        for grid, (named, moved) in falls.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", metavar="NAME=DIR", help="a corpus whose clips are explained")
    parser.add_argument("--clips", type=int, default=60, help="how many of them, spread over the corpus (default 60)")
    options = parser.parse_args()
    recogniser = load_recogniser()
    keep_arrays_on_one_core()  # as the app does
    result: dict[str, object] = {
        "runs": occlusion.GRID[0] * occlusion.GRID[1] + 2,
        "processor_ms": [cost(recogniser, seconds) for seconds in (3.0, 3.5, 5.0)],
    }
    if options.corpus:
        name, _, folder = options.corpus.partition("=")
        items = load_corpus(name, Path(folder))
        chosen = [items[i] for i in np.linspace(0, len(items) - 1, options.clips).round().astype(int)]
        result["by_grid"] = faithfulness(recogniser, [audio.read_clip(item.path) for item in chosen])
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
