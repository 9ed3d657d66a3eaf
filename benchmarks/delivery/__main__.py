"""Measures the evidence behind the feedback on delivery, and prints it as JSON.

    python -m benchmarks.delivery CORPORA_DIR [--clips 300] [--own-voice]

CORPORA_DIR contains `ravdess`, `tess` and `nemo`. The comparison with Praat runs if parselmouth can be imported. The
committed figures are in benchmarks/delivery.md.
"""

import argparse
import importlib.util
import json
from pathlib import Path

import numpy as np

from benchmarks.delivery import fluency, noise, own_voice, pace, pitch, quality
from ser_core.corpora import Utterance, load_corpus

CORPORA = ("ravdess", "tess", "nemo")
_PITCH_CLIPS = 100
_PYIN_CLIPS = 30
_NOISE_CLIPS = 60
_FOLDS = [[f"ravdess:{actor:02}" for actor in range(first, first + 4)] for first in range(1, 21, 4)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora_dir", type=Path)
    parser.add_argument("--clips", type=int, default=300, help="clips of each corpus for pace and false alarms")
    parser.add_argument("--own-voice", action="store_true", help="only registers and the enrolment: all clips")
    arguments = parser.parse_args()
    loaded = {name: load_corpus(name, arguments.corpora_dir / name) for name in CORPORA}
    rng = np.random.default_rng(7)

    def sample(n: int, *names: str) -> list[Utterance]:
        return [loaded[name][i] for name in names for i in rng.choice(len(loaded[name]), n, replace=False)]

    if arguments.own_voice:
        every = [u for utterances in loaded.values() for u in utterances]
        measured = own_voice.measure(every)
        gender = {u.voice: u.gender for u in every}
        result = {
            "registers": own_voice.registers(measured, gender),
            "own voice": own_voice.brings(measured, _FOLDS),
        }
    else:
        for_pitch = [u.path for u in sample(_PITCH_CLIPS // 3, *CORPORA)]
        takes = sample(arguments.clips, *CORPORA)
        result = {
            "pitch against pyin": pitch.compare(for_pitch[:: len(for_pitch) // _PYIN_CLIPS], pitch.pyin),
            "syllables": pace.errors(takes, arguments.corpora_dir),
            "false alarms": fluency.false_alarms(takes),
            "recall": fluency.recall(sample(60, "ravdess", "nemo"), rng),
            "values in noise": noise.errors(sample(_NOISE_CLIPS // 3, *CORPORA), np.random.default_rng(3)),
        }
        if importlib.util.find_spec("parselmouth"):
            result["pitch against Praat"] = pitch.compare(for_pitch, pitch.praat)
            result["pitch against Praat, without flattening"] = pitch.without_flattening(for_pitch, pitch.praat)
            result["voice quality against Praat"] = quality.compare(for_pitch)
    print(json.dumps(result, indent=1, default=lambda x: round(float(x), 2)))


if __name__ == "__main__":
    main()
