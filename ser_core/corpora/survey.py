"""What a corpus holds, in numbers: clips by emotion, speaker and gender, and what a sample of them sounds like."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ser_core import audio
from ser_core.corpora.registry import Utterance
from ser_core.errors import AudioError, CorpusError
from ser_core.features.pictures import rms, spectral_centroid, zero_crossing_rate
from ser_core.language import N_
from ser_core.records import Clip

# Committed, so that the page has something to show where no corpus is: counts and statistics, no recording.
SURVEYS_FILE = Path(__file__).with_name("surveys.json")

# Frames quieter than this under the loudest are pauses, in which timbre means nothing.
_SPEECH_DB = 30.0


@dataclass(frozen=True)
class Measure:
    """Something measured of each clip: what it is called, its unit, and what it means."""

    title: str
    unit: str
    meaning: str


MEASURES: Mapping[str, Measure] = {
    "duration_s": Measure(N_("Length"), "s", N_("how long the recording is, including silence at both ends")),
    "level_dbfs": Measure(
        N_("Level"), "dBFS", N_("how loud its speech is on average, which also depends on the recorder")
    ),
    "centroid_hz": Measure(
        N_("Spectral centroid"), "Hz", N_("the centre of gravity of the spectrum, which is high in bright voices")
    ),
    "crossings_hz": Measure(
        N_("Zero crossings"), "1/s", N_("how often the waveform changes sign, which is often in hissing sounds")
    ),
}


@dataclass(frozen=True)
class Survey:
    """A corpus in numbers.

    Attributes:
        corpus: its name.
        clips: number of clips by emotion, then by gender ("f", "m" or "unknown").
        speakers: number of clips by speaker.
        measured: for each of MEASURES, the values of a sample of clips by emotion.
    """

    corpus: str
    clips: Mapping[str, Mapping[str, int]]
    speakers: Mapping[str, int]
    measured: Mapping[str, Mapping[str, Sequence[float]]]

    @property
    def n_clips(self) -> int:
        """Number of clips."""
        return sum(self.speakers.values())

    @property
    def n_measured(self) -> int:
        """Number of clips in the sample."""
        return sum(map(len, self.measured["duration_s"].values()))


def survey(
    utterances: Sequence[Utterance],
    most_per_emotion: int,
    seed: int = 0,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Survey:
    """Counts all clips of one corpus and measures at most `most_per_emotion` of each emotion, drawn by chance.

    A clip that cannot be decoded is counted and not measured. Raises CorpusError when there is no clip.
    """
    if not utterances:
        raise CorpusError("There is no clip to look at.")
    by_emotion: dict[str, list[Utterance]] = defaultdict(list)
    for u in sorted(utterances, key=lambda u: (u.emotion, u.path)):
        by_emotion[u.emotion.value].append(u)
    rng = np.random.default_rng(seed)
    sample = {
        emotion: [own[i] for i in sorted(rng.permutation(len(own))[:most_per_emotion])]
        for emotion, own in by_emotion.items()
    }
    total, done = sum(map(len, sample.values())), 0
    measured: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in MEASURES}
    for emotion, own in sample.items():
        for u in own:
            try:
                values = measures_of(audio.read_clip(u.path))
            except AudioError:
                values = {}
            for name, value in values.items():
                measured[name][emotion].append(value)
            done += 1
            on_progress(done, total)
    return Survey(
        corpus=utterances[0].corpus,
        clips={e: dict(Counter(u.gender or "unknown" for u in own)) for e, own in by_emotion.items()},
        speakers=dict(sorted(Counter(u.speaker for u in utterances).items())),
        measured={name: dict(values) for name, values in measured.items()},
    )


def measures_of(clip: Clip) -> dict[str, float]:
    """The values of MEASURES for a clip; timbre over the frames that are no pause. Raises AudioError when empty."""
    level = rms(clip)
    speech = level > level.max() * 10 ** (-_SPEECH_DB / 20)
    power = float(np.mean(np.square(level[speech], dtype=np.float64)))
    return {
        "duration_s": round(clip.duration_s, 2),
        "level_dbfs": round(10 * np.log10(power + 1e-12), 1),
        "centroid_hz": round(float(np.mean(spectral_centroid(clip)[speech])), 0),
        "crossings_hz": round(float(np.mean(zero_crossing_rate(clip)[speech])) * clip.rate_hz, 0),
    }


def load_surveys(path: Path = SURVEYS_FILE) -> dict[str, Survey]:
    """The committed surveys by the corpus's name; none where there is no file."""
    if not path.exists():
        return {}
    content: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {name: Survey(**facts) for name, facts in content.items()}


def save_survey(made: Survey, path: Path = SURVEYS_FILE) -> None:
    """Puts the survey of one corpus into the file; those of others stay as they are."""
    kept = load_surveys(path) | {made.corpus: made}
    content = {name: asdict(kept[name]) for name in sorted(kept)}
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
