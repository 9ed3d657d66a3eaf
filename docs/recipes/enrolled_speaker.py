"""Is a recording of the person who was enrolled?

    python -m docs.recipes.enrolled_speaker enrol anna.json take1.wav take2.wav take3.wav
    python -m docs.recipes.enrolled_speaker check anna.json unknown.wav

`enrol` writes what is known of a voice from a few recordings, of three seconds or more together; `check` says how alike
another recording is, and how often such an answer is wrong. It is good for sorting one's own takes from other people's.
It is no security feature: it is wrong far too often to open a door, a recording of the person passes, and so does a
good imitation.

Of each recording, the shape of the spectrum is measured (means and deviations of 40 cepstral coefficients and of their
changes) and the range of the pitch. A linear discriminant analysis (Fisher 1936; Rao 1948), learned from the actors of
CREMA-D, keeps the directions in which speakers differ more than the takes of one speaker do, whatever the emotion. Two
voices are compared by the cosine between their places there. `python -m benchmarks.speakers` learns and measures it.

What is written of a voice is biometric data. Keep it only with the person's consent, and delete it when asked to.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.fft import dct

from ser_core.arrays import Samples
from ser_core.audio import SAMPLE_RATE_HZ, read_clip
from ser_core.dsp.pitch import frame_pitch
from ser_core.dsp.stft import hann, stft_power
from ser_core.errors import AudioError, SerError
from ser_core.features.whisper_log_mel import long_enough, mel_power, speech_bounds
from ser_core.records import Clip

Values = npt.NDArray[np.float64]

LEARNED = Path(__file__).with_suffix(".npz")
MEASURED = Path(__file__).with_name("enrolled_speaker_measured.json")
VERSION = 1
LEAST_S = 3.0
_COEFFICIENTS = 40
# Frames under this percentile of the level are pauses.
_PAUSES_PERCENT = 30
_CHANGE_FRAMES = 4
_LEAST_POWER = 1e-10
# For the pitch: a window of 64 ms every 10 ms, as long as four periods of the lowest voice.
_N_FFT, _HOP = 1024, 160
_PITCH_FLOOR_HZ, _PITCH_CEILING_HZ = 60.0, 500.0
# Frames of this periodicity, and no further under the loudest in decades of power, have a pitch.
_VOICED, _VOICED_DECADES = 0.5, 2.5


def values_of(clip: Clip) -> Values:
    """What is measured of a clip at 16 kHz, shape (126,). Raises AudioError when it is empty."""
    start, end = speech_bounds(clip.samples)
    samples = long_enough(clip.samples[start:end])
    decades = np.log10(np.maximum(mel_power(samples), _LEAST_POWER)).astype(np.float64)
    # Without the first coefficient, which is the level.
    cepstra = dct(decades, axis=1, norm="ortho")[:, 1 : _COEFFICIENTS + 1]
    level = decades.mean(axis=1)
    loud = level >= np.percentile(level, _PAUSES_PERCENT)
    changes = cepstra[_CHANGE_FRAMES:] - cepstra[:-_CHANGE_FRAMES]
    octaves, periodicity = _pitch(samples, level)
    voice = [*np.percentile(octaves, [10, 50, 90]), octaves.std(), periodicity.mean(), periodicity.std()]
    return np.concatenate([cepstra[loud].mean(axis=0), cepstra[loud].std(axis=0), changes.std(axis=0), voice])


def _pitch(samples: Samples, level: Values) -> tuple[Values, Values]:
    """Pitch in octaves above 1 Hz and periodicity of the voiced frames, or of all where none is, shape (frames,)."""
    power = stft_power(samples, n_fft=_N_FFT, hop_length=_HOP)[: len(level)]
    pitch_hz, periodicity = frame_pitch(power, SAMPLE_RATE_HZ, hann(_N_FFT), _PITCH_FLOOR_HZ, _PITCH_CEILING_HZ)
    voiced = (periodicity > _VOICED) & (level > level.max() - _VOICED_DECADES)
    kept = voiced if voiced.any() else np.full(len(level), True)
    return np.log2(pitch_hz[kept]).astype(np.float64), periodicity[kept].astype(np.float64)


@dataclass(frozen=True, eq=False)
class Learned:
    """Where voices differ.

    Attributes:
        mean, scale: of each value over the clips that it was learned from, shape (values,).
        directions: in which speakers differ most, shape (values, directions).
        threshold: cosine from which two voices are taken for one.
    """

    mean: Values
    scale: Values
    directions: Values
    threshold: float

    def place(self, values: Values) -> Values:
        """Places of recordings among voices, of length 1: shape (..., directions) from (..., values)."""
        found = ((values - self.mean) / self.scale) @ self.directions
        return found / np.linalg.norm(found, axis=-1, keepdims=True)

    def voice(self, values: Values) -> Values:
        """The place of a voice from several recordings of it, shape (directions,) from (recordings, values)."""
        mean = self.place(values).mean(axis=0)
        return mean / np.linalg.norm(mean)


@cache
def learned() -> Learned:
    """What was learned from CREMA-D."""
    with np.load(LEARNED, allow_pickle=False) as content:
        mean, scale, directions = (content[name].astype(np.float64) for name in ("mean", "scale", "directions"))
        return Learned(mean, scale, directions, float(content["threshold"]))


def enrol(clips: Sequence[Clip]) -> dict[str, Any]:
    """What is kept of a voice. Raises AudioError when the recordings are too short together."""
    long_s = sum(clip.duration_s for clip in clips)
    if long_s < LEAST_S:
        raise AudioError(f"The recordings last {long_s:.1f} s together; at least {LEAST_S:.0f} s are needed.")
    voice = learned().voice(np.stack([values_of(clip) for clip in clips]))
    return {"version": VERSION, "recordings": len(clips), "voice": [round(float(x), 5) for x in voice]}


def likeness(enrolled: dict[str, Any], clip: Clip) -> float:
    """How alike a recording is to an enrolled voice, from -1 to 1. Raises SerError when that is not one."""
    voice = np.asarray(enrolled.get("voice", []), dtype=np.float64)
    if enrolled.get("version") != VERSION or voice.shape != learned().directions.shape[1:]:
        raise SerError("This is no voice that this version enrolled. Enrol it again.")
    return float(learned().place(values_of(clip)) @ voice)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    doing = parser.add_subparsers(dest="what", required=True)
    for what, recordings in (("enrol", "+"), ("check", 1)):
        place = doing.add_parser(what)
        place.add_argument("voice", type=Path, help="the file of the enrolled voice")
        place.add_argument("recordings", type=Path, nargs=recordings)
    options = parser.parse_args(arguments)
    try:
        clips = [read_clip(path, max_duration_s=600.0) for path in options.recordings]
        if options.what == "enrol":
            options.voice.write_text(json.dumps(enrol(clips)), encoding="utf-8")
            print(f"{options.voice}: a voice from {len(clips)} recordings")
            return
        alike = likeness(json.loads(options.voice.read_text("utf-8")), clips[0])
    except (SerError, OSError, ValueError) as error:
        sys.exit(f"{error}")
    print(told(alike))


def told(alike: float) -> str:
    """The answer in words, with what is known of its errors."""
    rates = json.loads(MEASURED.read_text("utf-8"))["at_threshold"]
    said = (
        f"likely the same voice; of other people's recordings, {rates['others_accepted']:.0%} pass"
        if alike >= learned().threshold
        else f"likely another voice; of the person's own recordings, {rates['own_rejected']:.0%} are rejected"
    )
    return f"{alike:+.2f} (same from {learned().threshold:+.2f}): {said}. This is no security feature."


if __name__ == "__main__":
    main()
