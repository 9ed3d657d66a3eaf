"""A play list for a mood, from a folder of your own music.

    python -m docs.recipes.mood_playlist MUSIC --mood calm --out calm.m3u8
    python -m docs.recipes.mood_playlist MUSIC --voice note.wav --out for-me.m3u8

The mood is one of happy, calm, sad and tense, or the one that a recording of a voice sounds like. Of each piece, a
minute from its middle is measured:

- tempo, in beats a minute (librosa's estimate from the onsets),
- energy, the level in dB,
- mode: how much better the pitches fit a major than a minor key (Krumhansl and Kessler 1982).

A piece is then placed among the others of the folder, between 0 and 1: its valence (unpleasant to pleasant) is two
thirds the rank of its mode and one third that of its tempo, its arousal (still to lively) half the rank of its tempo
and half that of its energy. The list holds the pieces nearest to the corner of the mood, the nearest first.

What this is: a rule of thumb. That major and fast sound happier, and fast and loud livelier, is what experiments found
on average (Gabrielsson and Lindström 2010; Eerola, Friberg and Bresin 2013). It knows nothing of words, memories, genre
or your taste, was fitted to nobody's judgements, and has no measured accuracy. Tempo is sometimes found at half or
twice what a listener would tap, and music without a key has no mode. Ranks compare the pieces of one folder with each
other: the calmest of a folder of techno is still techno.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ser_core import analyse
from ser_core.audio import SAMPLE_RATE_HZ, probe, read_blocks
from ser_core.batch.finding import find
from ser_core.errors import AudioError, SerError
from ser_core.recognition.affect import Affect, Tone, affect_of
from ser_core.records import Clip, joined

_MEASURED_S = 60.0
# Valence and arousal of each mood.
MOODS = {"happy": (1.0, 1.0), "calm": (1.0, 0.0), "sad": (0.0, 0.0), "tense": (0.0, 1.0)}
# How well each pitch fits a key, from its keynote up, in C major and C minor (Krumhansl and Kessler 1982).
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


@dataclass(frozen=True)
class Piece:
    """A piece of music.

    Attributes:
        path: its file.
        duration_s: its length in seconds.
        tempo_bpm: beats a minute.
        energy_db: level in dB.
        mode: above 0 for major, below for minor, between -2 and 2.
    """

    path: Path
    duration_s: float
    tempo_bpm: float
    energy_db: float
    mode: float


def measure(path: Path) -> Piece:
    """Measures a piece. Raises AudioError when it cannot be read."""
    # Imported here: it takes seconds.
    import librosa

    duration_s = probe(path).duration_s
    sound = _middle(path, duration_s).samples
    onsets = librosa.onset.onset_strength(y=sound, sr=SAMPLE_RATE_HZ)
    tempo = float(librosa.feature.tempo(onset_envelope=onsets, sr=SAMPLE_RATE_HZ)[0])
    pitches = librosa.feature.chroma_stft(y=sound, sr=SAMPLE_RATE_HZ).mean(axis=1)
    energy_db = 10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-10)
    return Piece(path, duration_s, tempo, float(energy_db), mode_of(pitches))


def mode_of(pitches: npt.NDArray[np.float32]) -> float:
    """How much better the strengths of the twelve pitch classes fit the best major than the best minor key."""
    turned = [np.roll(pitches, -key) for key in range(12)]
    best_major, best_minor = (max(_correlation(each, profile) for each in turned) for profile in (_MAJOR, _MINOR))
    return best_major - best_minor


def _correlation(pitches: npt.NDArray[np.float32], profile: npt.NDArray[np.float64]) -> float:
    return float(np.corrcoef(pitches, profile)[0, 1]) if pitches.std() > 0 else 0.0


def _middle(path: Path, duration_s: float) -> Clip:
    start_s = max(0.0, (duration_s - _MEASURED_S) / 2)
    pieces, at_s = [], 0.0
    for block in read_blocks(path):
        pieces.append(block.between(start_s - at_s, start_s + _MEASURED_S - at_s))
        at_s += block.duration_s
        if at_s >= start_s + _MEASURED_S:
            break
    return joined(pieces)


def places(pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
    """Valence and arousal of each piece among all of them, shape (pieces, 2), between 0 and 1."""
    tempo, energy, mode = (
        _ranks([getattr(piece, name) for piece in pieces]) for name in ("tempo_bpm", "energy_db", "mode")
    )
    return np.stack([(2 * mode + tempo) / 3, (tempo + energy) / 2], axis=1)


def _ranks(values: Sequence[float]) -> npt.NDArray[np.float64]:
    """Share of the other values that are lower; equal values share the mean of their ranks."""
    column = np.asarray(values)
    lower = (column[:, None] > column).sum(axis=1) + ((column[:, None] == column).sum(axis=1) - 1) / 2
    return lower / max(1, len(column) - 1)


def pick(pieces: Sequence[Piece], mood: str, count: int) -> list[Piece]:
    """The pieces nearest to a mood, the nearest first."""
    distance = np.linalg.norm(places(pieces) - np.array(MOODS[mood]), axis=1)
    return [pieces[index] for index in np.argsort(distance, kind="stable")[:count]]


def as_m3u(pieces: Sequence[Piece]) -> str:
    """The list as players read it."""
    lines = ["#EXTM3U"]
    for piece in pieces:
        lines += [f"#EXTINF:{round(piece.duration_s)},{piece.path.stem}", str(piece.path.absolute())]
    return "\n".join(lines) + "\n"


def mood_of_voice(recording: Path) -> str:
    """The mood that a voice sounds like: the quadrant in which its valence and arousal lie. Raises AudioError."""
    return mood_at(affect_of(analyse(recording).prediction.scores))


def mood_at(affect: Affect) -> str:
    """The mood of a position in the circumplex of affect; what is neither pleasant nor unpleasant is calm."""
    if affect.tone is not Tone.NEGATIVE:
        return "happy" if affect.arousal > 0 and affect.tone is Tone.POSITIVE else "calm"
    return "tense" if affect.arousal > 0 else "sad"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("music", type=Path)
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--mood", choices=list(MOODS))
    wanted.add_argument("--voice", type=Path, help="a recording of a voice, whose mood is taken")
    parser.add_argument("--tracks", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True, help="the play list, such as calm.m3u8")
    options = parser.parse_args(arguments)
    try:
        mood = options.mood or mood_of_voice(options.voice)
        found, _ = find(str(options.music))
        pieces = []
        for number, each in enumerate(found, 1):
            print(f"\r{number} of {len(found)}", end="", file=sys.stderr)
            try:
                pieces.append(measure(options.music / each.name))
            except AudioError as error:
                print(f"\r{each.shown}: {error}", file=sys.stderr)
    except SerError as error:
        sys.exit(str(error))
    picked = pick(pieces, mood, options.tracks)
    options.out.write_text(as_m3u(picked), encoding="utf-8")
    print(f"\r{options.out}: {len(picked)} of {len(pieces)} pieces for {mood}", file=sys.stderr)


if __name__ == "__main__":
    main()
