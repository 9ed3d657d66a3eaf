"""Who speaks when two voices share a channel: how often clusters of an encoder's embedding get it wrong.

    SER_CORPORA=DIR python -m benchmarks.diarisation [--encoder FILE] [--mixtures N]

Each mixture has two voices of CREMA-D, drawn at random, with eight utterances each of any emotion, in random order,
with 0.3 to 1 s of silence between them. Segments of speech are found as `ser_core.conversations` finds them; of each
the layers' outputs are averaged over time, with their deviations; and these are clustered in two, by average linkage of
their cosine distances after the mean of the mixture is taken away. Printed is the diarisation error rate: the share of
the speech (what the detector finds in each utterance by itself) that is missed, found where nobody speaks, or given to
the other voice, the clusters being named in the way that is best. No collar is left out.

`--encoder` names weights of Whisper tiny.en (safetensors), whose training heard no voice of CREMA-D. Without it, the
encoder is that of models/whisper, whose training heard these voices, though only to tell their emotions. Needs
requirements-train.txt.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from ser_core.audio import read_clip
from ser_core.config import PROJECT_DIR
from ser_core.conversations.segmenting import Segmenter, SpeechSegment
from ser_core.corpora import load_corpus
from ser_core.dsp.conditioning import condition
from ser_core.features.whisper_log_mel import long_enough, whisper_log_mel
from ser_core.records import Clip
from ser_core.speech import SpeechMeter, find_speech

RATE_HZ = 16_000
UTTERANCES = 8
PAUSE_S = (0.3, 1.0)
# Speech is compared in steps of this.
STEP_S = 0.01
# Each stretch of so many seconds is given to a voice by itself.
PIECE_S = 1.5

Embedding = Callable[[Clip], np.ndarray]


@dataclass(frozen=True, eq=False)
class Mixture:
    """Two voices in turn; `speakers` says who speaks in each step: 0 nobody, 1 or 2."""

    clip: Clip
    speakers: np.ndarray


def mixtures(corpus: Path, n: int, seed: int) -> list[Mixture]:
    rng = np.random.default_rng(seed)
    by_voice = defaultdict(list)
    for utterance in load_corpus("crema-d", corpus):
        by_voice[utterance.voice].append(utterance.path)
    voices = sorted(by_voice)
    made = []
    for _ in range(n):
        pair = rng.choice(len(voices), 2, replace=False)
        turns = [
            (who, by_voice[voices[voice]][i])
            for who, voice in enumerate(pair, 1)
            for i in rng.choice(len(by_voice[voices[voice]]), UTTERANCES, replace=False)
        ]
        samples, speakers = [], []
        for turn in rng.permutation(len(turns)):
            who, path = turns[turn]
            clip = read_clip(path)
            pause = np.zeros(round(rng.uniform(*PAUSE_S) / STEP_S) * round(STEP_S * RATE_HZ), np.float32)
            whole = clip.samples[: len(clip.samples) // 160 * 160]
            there = np.zeros(len(whole) // 160, int)
            for stretch in find_speech(condition(clip)).stretches:
                there[round(stretch.start_s / STEP_S) : round(stretch.end_s / STEP_S)] = who
            samples += [whole, pause]
            speakers += [there, np.zeros(len(pause) // 160, int)]
        made.append(Mixture(condition(Clip(np.concatenate(samples), RATE_HZ)), np.concatenate(speakers)))
    return made


def segments(clip: Clip) -> list[SpeechSegment]:
    meter, segmenter = SpeechMeter(), Segmenter()
    meter.add(clip)
    duration_s = meter.heard.duration_s
    return segmenter.add(meter.take()[0]) + segmenter.end(duration_s)


def embedding_of(weights: Path | None) -> Embedding:
    """Mean and deviation over time of each of the encoder's layers, at one scale, shape (layers, values)."""
    from ser_core.nets.whisper import Recogniser, load_encoder
    from ser_core.nets.whisper.quantised import read_quantised

    network = Recogniser()
    if weights is None:
        network.from_arrays(network.to_arrays() | read_quantised(PROJECT_DIR / "models" / "whisper" / "weights.npz"))
    else:
        load_encoder(network.encoder, weights)

    def embed(clip: Clip) -> np.ndarray:
        log_mel = whisper_log_mel(long_enough(clip.samples))
        outputs = network.encoder(log_mel[None], np.ones((1, len(log_mel)), np.float32))
        layers = [np.asarray(each)[0] for each in outputs]
        return np.array([np.concatenate([_scaled(x.mean(axis=0)), _scaled(x.std(axis=0))]) for x in layers])

    return embed


def _scaled(values: np.ndarray) -> np.ndarray:
    return values / (np.linalg.norm(values) + 1e-9)


def error_rates(mixture: Mixture, embed: Embedding) -> dict[str, tuple[float, float]]:
    """By layers: diarisation error rate, and the part of it that is missed or found where nobody speaks."""
    pieces: list[tuple[float, float]] = []
    for each in segments(mixture.clip):
        edges = np.linspace(each.start_s, each.end_s, max(1, round((each.end_s - each.start_s) / PIECE_S)) + 1)
        pieces += pairwise(map(float, edges))
    values = np.array([embed(mixture.clip.between(*piece)) for piece in pieces])
    n_layers = values.shape[1]
    chosen = {f"layer {i}": [i] for i in range(n_layers)} | {"all layers": list(range(n_layers))}
    return {
        name: _error_rate(mixture, pieces, values[:, layers].reshape(len(pieces), -1))
        for name, layers in chosen.items()
    }


def _error_rate(mixture: Mixture, pieces: list[tuple[float, float]], values: np.ndarray) -> tuple[float, float]:
    found = fcluster(linkage(values - values.mean(axis=0), "average", metric="cosine"), 2, "maxclust")
    said = np.zeros(len(mixture.speakers), int)
    for (start_s, end_s), who in zip(pieces, found, strict=True):
        said[round(start_s / STEP_S) : round(end_s / STEP_S)] = who
    speech, total = mixture.speakers > 0, np.count_nonzero(mixture.speakers)
    other = np.array([0, 2, 1])
    confused = min(
        np.count_nonzero(speech & (named > 0) & (named != mixture.speakers)) for named in (said, other[said])
    )
    detection = np.count_nonzero(speech != (said > 0))
    return (confused + detection) / total, detection / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path, help="weights of Whisper tiny.en; those of models/whisper without it")
    parser.add_argument("--mixtures", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    made = mixtures(Path(os.environ["SER_CORPORA"]) / "crema-d", options.mixtures, options.seed)
    print(f"{len(made)} mixtures of two voices of CREMA-D, {sum(m.clip.duration_s for m in made) / 60:.0f} minutes")
    embed = embedding_of(options.encoder)
    rates = [error_rates(mixture, embed) for mixture in made]
    for name in rates[0]:
        of_layer = np.array([each[name] for each in rates])
        der, detection = of_layer.mean(axis=0)
        print(f"{name}: DER {der:.3f} ± {of_layer[:, 0].std():.3f}, of it detection {detection:.3f}")


if __name__ == "__main__":
    main()
