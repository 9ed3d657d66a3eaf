"""What the product does when it is measured, each task in a worker of its own."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.speed.worker import Task, serve


def peak(**_: Any) -> Task:
    """What the core can do: a product of matrices that fit into its cache, and a copy of what does not."""
    import numpy as np

    from ser_core.machine import keep_arrays_on_one_core

    keep_arrays_on_one_core()
    n, size = 768, 1 << 26
    left, right = (np.random.default_rng(seed).random((n, n), dtype=np.float32) for seed in (0, 1))
    source, target = np.ones(size // 4, np.float32), np.empty(size // 4, np.float32)

    def best_s(what: Any) -> float:
        what()
        times = []
        for _ in range(12):
            began = time.perf_counter()
            what()
            times.append(time.perf_counter() - began)
        return min(times)

    facts = {
        "operations_per_s": 2 * n**3 / best_s(lambda: left @ right),
        "bytes_per_s": 2 * size / best_s(lambda: np.copyto(target, source)),
    }
    return Task(lambda _: None, facts=facts)


def answer(model: str, path: str) -> Task:
    """From the path of a file to the answer, with the model loaded."""
    from ser_core.recognition.analyse import analyse
    from ser_core.recognition.recogniser import load_recogniser

    recogniser = load_recogniser(model)
    _as_the_server_does()
    report = analyse(path, recogniser=recogniser)
    return Task(
        lambda _: analyse(path, recogniser=recogniser),
        facts={"answer": report.prediction.emotion.value, "windows": len(recogniser.runner.windows(_clip(path)))},
    )


def model(model: str, path: str, seconds: float) -> Task:
    """The network alone, over the given length of sound."""
    from ser_core.recognition.recogniser import load_recogniser

    runner = load_recogniser(model).runner
    _as_the_server_does()
    clip = _clip(path).between(0.0, seconds)
    # Another input for each round: a runner may keep what it has answered.
    return Task(runner.run, prepare=lambda: runner.prepare(clip))


def log_mel(path: str) -> Task:
    """The log-mel of the small model."""
    from ser_core.features.log_mel import LogMelConfig, log_mel

    clip, config = _clip(path), LogMelConfig()
    _as_the_server_does()
    return Task(lambda _: log_mel(clip, config))


def whisper_log_mel(path: str) -> Task:
    """The log-mel of the large model."""
    from ser_core.features.whisper_log_mel import whisper_log_mel

    clip = _clip(path)
    _as_the_server_does()
    return Task(lambda _: whisper_log_mel(clip.samples))


def speech(path: str) -> Task:
    """Where somebody speaks, and what is behind the voice."""
    from ser_core.speech import find_speech

    clip = _clip(path)
    _as_the_server_does()
    return Task(lambda _: find_speech(clip).is_speech(), facts={"speech": find_speech(clip).is_speech()})


def vector(path: str) -> Task:
    """The vector of the RAVDESS tutorials."""
    from ser_core.features.feature_sets import get_feature_set
    from ser_core.machine import keep_arrays_on_one_core

    clip, features = _clip(path), get_feature_set("mfcc-chroma-mel")
    keep_arrays_on_one_core()
    return Task(lambda _: features.extract(clip), facts={"values": len(features.extract(clip))})


def learned_from(path: str) -> Task:
    """What the small model learns from."""
    from ser_core.features.log_mel import LogMelConfig
    from ser_core.features.model_input import model_input
    from ser_core.machine import keep_arrays_on_one_core

    clip, config = _clip(path), LogMelConfig()
    keep_arrays_on_one_core()
    return Task(lambda _: model_input(clip, config))


def epochs(clips: int, count: int) -> list[float]:
    """Seconds of each epoch but the first of the small model's network, on noise."""
    from dataclasses import replace
    from pathlib import Path

    import numpy as np

    from ser_core.corpora import Utterance
    from ser_core.labels import Emotion
    from ser_core.recipes import EnsembleRecipe, get_recipe
    from ser_core.training.data.log_mels import Dataset
    from ser_core.training.network import fit

    recipe = get_recipe("crnn")
    if not isinstance(recipe, EnsembleRecipe):
        raise TypeError("crnn is no ensemble any more.")
    labels, rng = tuple(Emotion), np.random.default_rng(0)
    shape = (clips, 1 + recipe.n_copies, recipe.n_frames + 40, recipe.features.n_mels)
    frames = rng.standard_normal(shape).astype(np.float16)
    utterances = [Utterance(Path(str(n)), labels[n % len(labels)], "folder", str(n)) for n in range(clips)]
    data = Dataset(
        utterances=tuple(utterances),
        frames=tuple(tuple(each) for each in frames),
        functionals=np.zeros((clips, 1, 1), np.float32),
        truth=np.arange(clips) % len(labels),
        possible=np.ones((clips, len(labels)), bool),
        labels=labels,
    )
    trained = fit(data, None, replace(recipe, epochs=count), 0.6, 0)
    return [epoch.seconds for epoch in trained.history[1:]]


def _as_the_server_does() -> None:
    """Cores and memory as in the running app."""
    from ser_core.machine import keep_arrays_on_one_core, keep_memory_in_few_pieces

    keep_arrays_on_one_core()
    keep_memory_in_few_pieces()


def _clip(path: str) -> Any:
    from ser_core import audio

    return audio.read_clip(Path(path))


if __name__ == "__main__":
    if sys.argv[1] == "epochs":
        print(json.dumps(epochs(*json.loads(sys.argv[2]))))
    else:
        known = (peak, answer, model, log_mel, whisper_log_mel, speech, vector, learned_from)
        serve({each.__name__: each for each in known})
