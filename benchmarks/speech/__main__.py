"""Measures how often a voice is found, and how often something else is taken for one.

    SER_CORPORA=DIR python -m benchmarks.speech [--sounds SOUNDS_DIR] [--clips N]

DIR holds `ravdess`, `tess`, `nemo` and `noise`; needs espeak-ng. `--sounds` also measures on the packages in a folder
that is filled as benchmarks/speech/packages.py says. Prints JSON, a part at a time; the committed figures and the
protocol are in benchmarks/speech.md.
"""

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.speech import packages, synthetic, voices
from ser_core import audio
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError
from ser_core.records import Clip
from ser_core.speech import Heard, find_speech

_OF_A_KIND = 12
_QUIET_DB = 40.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sounds", type=Path)
    parser.add_argument("--clips", type=int, default=200, help="how many clips of people a condition is measured on")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    corpora = os.environ.get("SER_CORPORA")
    if not corpora:
        parser.error("SER_CORPORA must name the folder with the corpora.")
    rng = np.random.default_rng(arguments.seed)
    people = voices.people(Path(corpora), rng)
    people = [people[i].clip for i in sorted(rng.permutation(len(people))[: arguments.clips])]
    made = [voice.clip for voice in voices.synthesised(rng)]
    tell("ms a second", milliseconds(people[0]))
    for name, change in voices.CONDITIONS.items():
        tell(f"people, {name}", measured(change(clip, rng) for clip in people))
    for level_db in (0, -5):
        tell(f"people, noise at {level_db} dB", measured(over_noise(clip, level_db, rng) for clip in people))
    tell("espeak-ng", measured(made))
    tell("15 s in five minutes of hiss", measured(in_hiss(clip, 15, 285, rng) for clip in made[:8]))
    tell("4 s behind a minute of hiss", measured(in_hiss(clip, 4, 60, rng) for clip in made[8:16]))
    for name, sounds in others(Path(corpora) / "noise", rng):
        tell(f"no speech: {name}", measured(sounds))
    if arguments.sounds:
        for package in sorted(path for path in arguments.sounds.iterdir() if path.is_dir()):
            tell(f"no speech: {package.name}", measured(clip for _, clip in packages.sounds(package)))


def tell(what: str, figures: object) -> None:
    print(json.dumps({what: figures}), flush=True)


def measured(clips: Iterable[Clip]) -> dict[str, float | int]:
    """In which share of the sounds speech is found, and in which something behind it is told of."""
    heard = [hear(clip) for clip in clips]
    return {
        "sounds": len(heard),
        "speech": round(float(np.mean([one.is_speech() for one in heard])), 3) if heard else 0.0,
        "background told": round(float(np.mean([one.background for one in heard])), 3) if heard else 0.0,
    }


def hear(clip: Clip) -> Heard:
    return find_speech(condition(clip))


def over_noise(clip: Clip, level_db: float, rng: np.random.Generator) -> Clip:
    """The clip in white noise, at a level of the voice over the noise."""
    noise = rng.standard_normal(len(clip.samples))
    noise *= np.sqrt(np.mean(clip.samples**2) / np.mean(noise**2)) * 10 ** (-level_db / 20)
    mixed = clip.samples + noise
    return Clip((mixed / max(1.0, np.abs(mixed).max())).astype(np.float32), clip.rate_hz)


def in_hiss(clip: Clip, speech_s: float, wait_s: float, rng: np.random.Generator) -> Clip:
    """Some seconds of speech somewhere in faint hiss."""
    spoken = np.resize(clip.samples, round(speech_s * clip.rate_hz))
    n = round(wait_s * clip.rate_hz)
    hiss = 10 ** (-_QUIET_DB / 20) * np.sqrt(np.mean(spoken**2)) * rng.standard_normal(n + len(spoken))
    start = int(rng.integers(n + 1))
    hiss[start : start + len(spoken)] += spoken
    return Clip(hiss.astype(np.float32), clip.rate_hz)


def others(folder: Path, rng: np.random.Generator) -> Iterator[tuple[str, list[Clip]]]:
    """Sounds that are no speech: recorded ones by the names of their folders, then those made up."""
    groups: dict[str, list[Clip]] = defaultdict(list)
    for path in sorted(folder.rglob("*.ogg")):
        try:
            groups[path.parent.name].append(audio.read_clip(path))
        except AudioError:
            continue
    yield from groups.items()
    for family, kinds in synthetic.FAMILIES.items():
        yield family, [synthetic.make(kind, rng) for kind in kinds for _ in range(_OF_A_KIND)]


def milliseconds(clip: Clip) -> float:
    """Processor time of a second of sound, the least of twenty."""
    nine_s = Clip(np.resize(clip.samples, 9 * clip.rate_hz), clip.rate_hz)

    def once() -> float:
        start = time.thread_time()
        hear(nine_s)
        return time.thread_time() - start

    return round(1000 * min(once() for _ in range(20)) / 9, 2)


if __name__ == "__main__":
    main()
