"""Fits the weights that tell speech from other sounds, and measures their accuracy.

    SER_CORPORA=DIR python -m benchmarks.speech [--write] [--sounds SOUNDS_DIR]

DIR contains `ravdess`, `tess` and `nemo`; needs espeak-ng. `--write` writes ser_core/data/speech.json. `--sounds` also
tests on recorded sounds in a folder that is filled as benchmarks/speech/packages.py describes. Prints JSON, one part at
a time; the committed figures and the protocol are in benchmarks/speech.md.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np

from benchmarks.speech import packages, synthetic, voices
from benchmarks.speech.fit import Example, fit
from ser_core.augment import augmented, babble_noise
from ser_core.recognition.analyse import SPEECH_EVERY_S
from ser_core.records import Clip
from ser_core.speech import Heard, SpeechMeter
from ser_core.speech.detector import PATH, WINDOW_S, Weights
from ser_core.speech.measures import MEASURES, measure_sound

_OF_A_KIND = 40
_LONG_FROM_S = 60.0
# Every clip is tested clean, and every sixth also with each degradation.
_MADE_WORSE = slice(None, None, 6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sounds", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    corpora = os.environ.get("SER_CORPORA")
    if not corpora:
        parser.error("SER_CORPORA must name the folder with the corpora.")
    rng = np.random.default_rng(arguments.seed)
    spoken = voices.people(Path(corpora), rng) + voices.synthesised(rng)
    speech = speech_to_fit(spoken, rng)
    made = {family: made_up(kinds, rng) for family, kinds in synthetic.FAMILIES.items()}
    weights = fit([*speech, *(e for family in made.values() for e in family)])
    if arguments.write:
        write(weights)
    tell("ms a window", milliseconds(spoken[0].clip))
    tell("kind not fitted on", measure_kinds(made, speech))
    tell("family not fitted on", {family: measure_family(family, made, speech) for family in made})
    tell("murmur of five", answered([hear(murmur(rng)) for _ in range(_OF_A_KIND)], weights))
    chance = np.random.default_rng(arguments.seed + 1)
    tell("five people at once", answered([hear(five_people(spoken, chance)) for _ in range(_OF_A_KIND)], weights))
    tell("speech", measure_speech(spoken, weights, rng))
    if arguments.sounds:
        tell("packages", measure_packages(arguments.sounds, weights))


def tell(what: str, figures: object) -> None:
    print(json.dumps({what: figures}, indent=1), flush=True)


def hear(clip: Clip) -> Heard:
    """A clip as the app hears it: throughout, and of what lasts over a minute a window now and then, as the app does
    with what lasts over ten.
    """
    meter = SpeechMeter() if clip.duration_s <= _LONG_FROM_S else SpeechMeter(SPEECH_EVERY_S)
    meter.add(clip)
    return meter.heard


def answered(heard: list[Heard], weights: Weights) -> dict[str, float | int]:
    return {"clips": len(heard), "no speech": round(float(np.mean([h.evidence(weights) < 0 for h in heard])), 4)}


def speech_to_fit(spoken: list[voices.Voice], rng: np.random.Generator) -> list[Example]:
    """Each training clip: whole, as a part, and degraded in one way."""
    ways = (
        lambda clip: augmented(clip, "mixed", [], rng),
        lambda clip: voices.whispered(clip, rng),
        lambda clip: voices.over_music(clip, rng.uniform(8, 15), rng),
    )
    examples = []
    for one in (v for v in spoken if v.fitted):
        part = voices.cut(one.clip, 0.6, 4.0, rng)
        worse = ways[rng.integers(len(ways))](part)
        examples += [Example(True, one.voice, hear(clip)) for clip in (one.clip, part, worse)]
    return examples


def made_up(kinds: tuple[synthetic.Kind, ...], rng: np.random.Generator) -> list[Example]:
    examples = []
    for kind in kinds:
        for _ in range(_OF_A_KIND):
            clip = synthetic.make(kind, rng)
            clip = augmented(clip, "mixed", [], rng) if rng.random() < 0.4 else clip
            examples.append(Example(False, kind.__name__, hear(clip)))
    return examples


def murmur(rng: np.random.Generator) -> Clip:
    return Clip(0.1 * babble_noise(3 * synthetic.RATE_HZ, 5, synthetic.RATE_HZ, rng), synthetic.RATE_HZ)


def five_people(spoken: list[voices.Voice], rng: np.random.Generator) -> Clip:
    held = [v.clip.samples for v in spoken if not v.fitted]
    five = [held[i] / np.sqrt(np.mean(held[i] ** 2)) for i in rng.choice(len(held), 5, replace=False)]
    n = min(len(one) for one in five)
    return Clip(0.05 * np.sum([one[:n] for one in five], axis=0, dtype=np.float32), synthetic.RATE_HZ)


def measure_speech(spoken: list[voices.Voice], weights: Weights, rng: np.random.Generator) -> dict[str, object]:
    """How often speech of held-out voices is rejected."""
    held = [v for v in spoken if not v.fitted]
    people = [v for v in held if not v.voice.startswith("espeak:")]
    figures: dict[str, object] = {}
    for name, change in voices.CONDITIONS.items():
        clips = people if name == "clean" else people[_MADE_WORSE]
        figures[name] = answered([hear(change(v.clip, rng)) for v in clips], weights)
    made = [v for v in held if v.voice.startswith("espeak:")]
    for name in ("clean", "noise at 10 dB"):
        figures[f"espeak-ng, {name}"] = answered([hear(voices.CONDITIONS[name](v.clip, rng)) for v in made], weights)
    return figures


def measure_kinds(made: dict[str, list[Example]], speech: list[Example]) -> dict[str, object]:
    """Like `measure_family`, by family, but with every fourth kind of sound left out in turn."""
    kinds = [kind.__name__ for family in synthetic.FAMILIES.values() for kind in family]
    unseen = []
    for number in range(4):
        out = set(kinds[number::4])
        weights = fit([*speech, *(e for examples in made.values() for e in examples if e.group not in out)])
        unseen += [(e.group, e.heard.evidence(weights) < 0) for x in made.values() for e in x if e.group in out]
    return {
        family: {
            "clips": len(found),
            "no speech": round(float(np.mean(found)), 4),
            "taken for speech": sorted({group for group, none in unseen if group in names and not none}),
        }
        for family, members in synthetic.FAMILIES.items()
        if (names := {kind.__name__ for kind in members})
        and (found := [none for group, none in unseen if group in names])
    }


def measure_family(family: str, made: dict[str, list[Example]], speech: list[Example]) -> dict[str, float | int]:
    """How often the sounds of a family are recognised as non-speech by weights fitted without any of them."""
    others = [e for name, examples in made.items() if name != family for e in examples]
    return answered([e.heard for e in made[family]], fit([*speech, *others]))


def measure_packages(folder: Path, weights: Weights) -> dict[str, object]:
    figures: dict[str, object] = {}
    for package in sorted(path for path in folder.iterdir() if path.is_dir()):
        evidence = {name: (clip.duration_s, hear(clip).evidence(weights)) for name, clip in packages.sounds(package)}
        if not evidence:
            continue
        figures[package.name] = {
            kind: {"sounds": len(found), "no speech": round(float(np.mean([x < 0 for x in found])), 4)}
            for kind, low_s, high_s in (("short", 0, 20), ("over 20 s", 20, np.inf))
            if (found := [x for length_s, x in evidence.values() if low_s <= length_s < high_s])
        } | {"taken for speech": sorted(name.rpartition("/")[2] for name, (_, x) in evidence.items() if x >= 0)}
    return figures


def milliseconds(clip: Clip) -> float:
    """Processor time of a window: the minimum of twenty runs."""
    window = Clip(np.resize(clip.samples, round(WINDOW_S * clip.rate_hz)), clip.rate_hz)

    def once() -> float:
        start = time.thread_time()
        measure_sound(window)
        return time.thread_time() - start

    return round(1000 * min(once() for _ in range(20)), 1)


def write(weights: Weights) -> None:
    rows = zip(MEASURES, weights.mean, weights.deviation, weights.linear, weights.square, strict=True)
    content = {
        "made_by": "python -m benchmarks.speech --write; protocol and figures in benchmarks/speech.md",
        "measures": {
            name: dict(zip(("mean", "deviation", "linear", "square"), (round(float(x), 6) for x in row), strict=True))
            for name, *row in rows
        },
        "intercept": round(weights.intercept, 6),
        "threshold": round(weights.threshold, 6),
    }
    PATH.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
