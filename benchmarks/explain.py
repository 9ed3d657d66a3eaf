"""What saliency costs, and how much the places that it names matter to the answer.

    python -m benchmarks.explain [--model NAME] [--corpus ravdess=DIR --clips N]

Prints JSON:

- `processor_ms`: for clips of 3, 3.5 and 5 s (from the synthetic samples), the median and maximum processor time of the
  map alone (features and all runs of the network), and of its picture.
- `runs`: runs of the network that one map takes at most.
- `by_grid`, with a corpus: for grids of time steps and frequency bands, the mean fall in the answer's log-odds when the
  most salient fifth of the sound is masked; the fall when another fifth is masked (the same shape moved around the
  clip, mean of eight positions); and `clips_above`, the share of clips in which the first is larger. A finer grid is
  worth its runs only if the first fall grows.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ser_core import audio
from ser_core.arrays import DoubleArray, FloatArray, Mask
from ser_core.config import PROJECT_DIR
from ser_core.corpora import load_corpus
from ser_core.features.whisper_log_mel import FRAMES_PER_S, FREQUENCIES_HZ, N_MELS
from ser_core.figures import saliency_picture
from ser_core.machine import keep_arrays_on_one_core
from ser_core.models.encoder_runner import EncoderRunner
from ser_core.recognition import occlusion
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.recognition.saliency import salient_window
from ser_core.records import Clip, Saliency

_SAMPLE = PROJECT_DIR / "assets" / "samples" / "synthetic-changing.flac"
_GRIDS = ((6, 3), (9, 3), (9, 4), (14, 4), (9, 6), (14, 6), (20, 8))
_TAKEN = 0.2
_MOVES = 8
_REPEATS = 7


def cost(recogniser: Recogniser, sample: Clip) -> dict[str, float]:
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
        "clip_s": sample.duration_s,
        "explanation_median": round(float(np.median(explaining_ms)), 1),
        "explanation_highest": round(max(explaining_ms), 1),
        "picture_median": round(float(np.median(drawing_ms)), 1),
    }


@dataclass(frozen=True, eq=False)
class Explained:
    """A clip as a model is given it.

    Attributes:
        frames: log-mel, shape (frames, bands).
        filling: what stands in masked cells: the mean of all cells.
        logits_of: calibrated logits, shape (labels,), for frames of that shape.
        saliency_of: the map of an answer.
        runs: runs of the network for a map of (steps, bands).
    """

    frames: FloatArray
    filling: float
    logits_of: Callable[[FloatArray], DoubleArray]
    saliency_of: Callable[[int], Saliency]
    runs: Callable[[int, int], int]


def explained(recogniser: Recogniser, clip: Clip) -> Explained:
    runner, temperature = recogniser.runner, recogniser.card.calibration.temperature
    if isinstance(runner, EncoderRunner):
        passage = runner.prepare(clip).passage
        places = occlusion.Places(FRAMES_PER_S, passage.start_s, *FREQUENCIES_HZ, N_MELS)

        def answers(frames: FloatArray, spans: FloatArray) -> DoubleArray:
            return runner.answers(frames, spans) / temperature

        return Explained(
            passage.log_mel,
            float(passage.log_mel.mean()),
            lambda frames: answers(frames, passage.spans)[0],
            lambda answer: occlusion.span_saliency(passage.log_mel, answers, answer, places),
            # All steps cost one run, with all bands and without each, and the summary is another.
            lambda steps, bands: bands + 2,
        )
    heard = runner.windows(clip)[0].given

    def logits_of(frames: FloatArray) -> DoubleArray:
        return runner.run(replace(heard, frames=frames)) / temperature

    return Explained(
        heard.frames,
        0.0,
        logits_of,
        lambda answer: occlusion.occlusion_saliency(heard.frames, logits_of, answer, recogniser.card.features),
        lambda steps, bands: steps * bands + 2,
    )


def faithfulness(recogniser: Recogniser, clips: list[Clip]) -> list[dict[str, object]]:
    falls: dict[tuple[int, int], tuple[list[float], list[float]]] = {grid: ([], []) for grid in _GRIDS}
    runs = {}
    for clip in clips:
        given = explained(recogniser, clip)
        answer = int(given.logits_of(given.frames).argmax())

        def log_odds(masked: Mask, given: Explained = given, answer: int = answer) -> float:
            logits = given.logits_of(np.where(masked, np.float32(given.filling), given.frames)).astype(np.float64)
            return float(logits[answer] - np.log(np.exp(np.delete(logits, answer)).sum()))

        whole = log_odds(np.zeros(given.frames.shape, bool))
        for grid, (named, moved) in falls.items():
            occlusion.GRID, runs[grid] = grid, given.runs(*grid)
            found = given.saliency_of(answer).log_odds
            taken = found >= np.quantile(found, 1 - _TAKEN)
            named.append(whole - log_odds(taken))
            shifts = [
                (step * found.shape[0] // (_MOVES + 1), step * found.shape[1] // (_MOVES + 1))
                for step in range(1, _MOVES + 1)
            ]
            moved.append(float(np.mean([whole - log_odds(np.roll(taken, shift, axis=(0, 1))) for shift in shifts])))
    return [
        {
            "grid": list(grid),
            "runs": runs[grid],
            "fall_named": round(float(np.mean(named)), 2),
            "fall_elsewhere": round(float(np.mean(moved)), 2),
            "clips_above": round(float(np.mean(np.array(named) > np.array(moved))), 2),
        }
        for grid, (named, moved) in falls.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="model (default: that of the app)")
    parser.add_argument("--corpus", metavar="NAME=DIR", help="a corpus whose clips are explained")
    parser.add_argument("--clips", type=int, default=60, help="how many of them, spread over the corpus (default 60)")
    options = parser.parse_args()
    recogniser = load_recogniser(options.model)
    keep_arrays_on_one_core()  # as the app does
    sample = audio.read_clip(_SAMPLE)
    result: dict[str, object] = {
        "runs": explained(recogniser, sample.between(0, 3.0)).runs(*occlusion.GRID),
        "processor_ms": [cost(recogniser, sample.between(0, seconds)) for seconds in (3.0, 3.5, 5.0)],
    }
    if options.corpus:
        name, _, folder = options.corpus.partition("=")
        items = load_corpus(name, Path(folder))
        chosen = [items[i] for i in np.linspace(0, len(items) - 1, options.clips).round().astype(int)]
        result["by_grid"] = faithfulness(recogniser, [audio.read_clip(item.path) for item in chosen])
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
