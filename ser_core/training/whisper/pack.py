"""All recordings of a training in one array: silence trimmed, at one peak.

For a machine that has no corpora they are packed as well, many clips in one Ogg Opus stream: that saves the kilobyte of
headers which each short file has, and sixteen streams decode on sixteen cores.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from ser_core import audio
from ser_core.arrays import Samples
from ser_core.corpora import Utterance, get_corpus
from ser_core.dsp.conditioning import condition
from ser_core.features.whisper_log_mel import speech_bounds
from ser_core.labels import Emotion

RATE_HZ = 16_000
NOISE, PLAIN = "noise", "plain"
_INDEX = "index.npz"
_GAP_S = 0.05
_PEAK = 0.7
_LONGEST_S = 20.0
# libsndfile turns 0 to 1 into 256 to 6 kbit/s for one channel of Opus, evenly.
_LEAST_KBIT_S, _MOST_KBIT_S = 6.0, 256.0


@dataclass(frozen=True, eq=False)
class Pack:
    """All clips in one array, and what they are.

    Attributes:
        samples: int16, shape (all samples,), 16 kHz, each clip at a peak of 0.7.
        start, length: where each clip lies in `samples`, int32, shape (clips,).
        corpus: name of its corpus.
        emotion: position of its emotion in Emotion; -1 where nobody acted one.
        voice, name: who speaks, and the file's name.
    """

    samples: npt.NDArray[np.int16]
    start: npt.NDArray[np.int32]
    length: npt.NDArray[np.int32]
    corpus: npt.NDArray[np.str_]
    emotion: npt.NDArray[np.int32]
    voice: npt.NDArray[np.str_]
    name: npt.NDArray[np.str_]

    def of(self, ids: npt.NDArray[np.integer[Any]]) -> "Pack":
        """Those clips, in this order; one that is named twice is there twice."""
        parts = [self.samples[self.start[i] : self.start[i] + self.length[i]] for i in ids]
        length = self.length[ids]
        start = (np.cumsum(length) - length).astype(np.int32)
        return Pack(
            np.concatenate(parts), start, length, self.corpus[ids], self.emotion[ids], self.voice[ids], self.name[ids]
        )


def pack_of(utterances: Sequence[Utterance], on_clip: Callable[[int, int], None] = lambda done, total: None) -> Pack:
    """The recordings of all utterances. Raises AudioError for one that cannot be read."""
    clips = []
    for utterance in utterances:
        clips.append((packed_samples(utterance.path) * 32767).round().astype(np.int16))
        on_clip(len(clips), len(utterances))
    length = np.array([len(clip) for clip in clips], np.int32)
    start = (np.cumsum(length) - length).astype(np.int32)
    return Pack(np.concatenate(clips), start, length, **_facts(utterances))


def write_pack(
    utterances: Sequence[Utterance],
    folder: Path,
    kbit_s: Mapping[str, float],
    default_kbit_s: float,
    *,
    n_streams: int,
    jobs: int,
) -> list[Utterance]:
    """Writes the recordings as `n_streams` streams of about the same number of clips into `folder`, and their index.

    Gives the utterances in the order of the index. `kbit_s` is the rate of each corpus that has not the default one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rates = [kbit_s.get(utterance.corpus, default_kbit_s) for utterance in utterances]
    order = sorted(range(len(utterances)), key=lambda i: (rates[i], i))
    parts = [[int(i) for i in part] for part in np.array_split(order, n_streams)]
    tasks = [
        ([utterances[i] for i in part], folder / f"{n:03d}.ogg", max(rates[i] for i in part))
        for n, part in enumerate(parts)
    ]
    with ProcessPoolExecutor(jobs) as pool:
        lengths = list(pool.map(_write_stream, *zip(*tasks, strict=True)))
    ordered = [utterances[i] for part in parts for i in part]
    np.savez_compressed(
        folder / _INDEX,
        stream=np.repeat(np.arange(n_streams), [len(part) for part in parts]).astype(np.int32),
        length=np.concatenate(lengths).astype(np.int32),
        **_facts(ordered),
    )
    return ordered


def read_pack(folder: Path, jobs: int) -> Pack:
    """Decodes what `write_pack` left in `folder`, `jobs` streams at a time."""
    with np.load(folder / _INDEX) as stored:
        index = {name: stored[name] for name in stored.files}
    streams = sorted(folder.glob("*.ogg"))
    with ProcessPoolExecutor(jobs) as pool:
        decoded = list(pool.map(_read_stream, streams))
    starts, before = [], 0
    for n, samples in enumerate(decoded):
        own = index["length"][index["stream"] == n]
        starts.append(before + np.concatenate([[0], np.cumsum(own + round(_GAP_S * RATE_HZ))[:-1]]))
        before += len(samples)
    return Pack(
        np.concatenate(decoded),
        np.concatenate(starts).astype(np.int32),
        **{name: index[name] for name in ("length", "corpus", "emotion", "voice", "name")},
    )


def packed_samples(path: Path) -> Samples:
    """The clip from where its sound begins to where it ends, at most 20 s, at a peak of 0.7."""
    clip = audio.read_clip(path)
    start, end = speech_bounds(condition(clip).samples)
    kept = clip.samples[start : min(end, start + round(_LONGEST_S * RATE_HZ))]
    kept = kept - kept.mean(dtype=np.float32)
    return (kept * (_PEAK / max(float(np.abs(kept).max()), 1e-6))).astype(np.float32)


def _facts(utterances: Sequence[Utterance]) -> dict[str, Any]:
    places = {emotion: place for place, emotion in enumerate(Emotion)}
    return {
        "corpus": np.array([u.corpus for u in utterances]),
        "emotion": np.array([places[u.emotion] if get_corpus(u.corpus).acted else -1 for u in utterances], np.int32),
        "voice": np.array([u.voice for u in utterances]),
        "name": np.array([u.path.name for u in utterances]),
    }


def _write_stream(utterances: Sequence[Utterance], path: Path, kbit_s: float) -> list[int]:
    lengths = []
    gap = np.zeros(round(_GAP_S * RATE_HZ), np.float32)
    level = 1 - (kbit_s - _LEAST_KBIT_S) / (_MOST_KBIT_S - _LEAST_KBIT_S)
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, format="OGG", subtype="OPUS", compression_level=level) as file:
        for utterance in utterances:
            samples = packed_samples(utterance.path)
            lengths.append(len(samples))
            file.write(samples)
            file.write(gap)
    return lengths


def _read_stream(path: Path) -> npt.NDArray[np.int16]:
    samples, _ = soundfile.read(path, dtype="int16")
    return samples
