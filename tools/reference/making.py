"""Generates the reference table from labelled takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.practice.reference.table import QUANTILES, Band, Cell, Reference, Register, register_of, relative_value
from ser_core.prosody import MEASURES

# Corpora whose recordings were normalised to one level, so that their loudness means nothing. In nEMO the medians of
# the emotions lie within 4 dB, while in RAVDESS anger is 18 dB above neutral speech.
LEVELLED = frozenset({"nemo"})
# A cell with fewer takes than this is left out of the table.
_MIN_TAKES = 20


@dataclass(frozen=True)
class Take:
    """The values of one labelled recording of a corpus.

    Attributes:
        values: by name; None where the value could not be measured.
    """

    corpus: str
    voice: str
    emotion: Emotion
    values: Mapping[str, float | None]


def make_reference(takes: Iterable[Take], corpora: Iterable[Mapping[str, str | int]]) -> Reference:
    """The reference table of labelled takes.

    Each corpus has the same weight in a cell, and so has each speaker within a corpus, whatever the number of takes. A
    speaker's neutral voice is the median of each value over their neutral takes. Raises SerError when a speaker has no
    neutral take, because the register cannot be determined then.
    """
    takes = tuple(_without_level(take) if take.corpus in LEVELLED else take for take in takes)
    neutral = _neutral_voices(takes)
    absolute: dict[Cell, list[tuple[Take, float]]] = {}
    relative: dict[Cell, list[tuple[Take, float]]] = {}
    for take in takes:
        own = neutral[take.voice]
        register = register_of(own["pitch_median_hz"])
        for name, value in take.values.items():
            if value is None:
                continue
            cell = (take.emotion, register, name)
            absolute.setdefault(cell, []).append((take, value))
            if name in own and MEASURES[name].relative:
                relative.setdefault(cell, []).append((take, relative_value(name, value, own[name])))
    return Reference(_bands(absolute), _bands(relative), tuple(corpora))


def _without_level(take: Take) -> Take:
    return replace(take, values={**take.values, "loudness_lufs": None})


def _neutral_voices(takes: Sequence[Take]) -> dict[str, dict[str, float]]:
    values: dict[str, dict[str, list[float]]] = {take.voice: {} for take in takes}
    for take in takes:
        if take.emotion is Emotion.NEUTRAL:
            for name, value in take.values.items():
                if value is not None:
                    values[take.voice].setdefault(name, []).append(value)
    voices = {voice: {name: float(np.median(found)) for name, found in own.items()} for voice, own in values.items()}
    without = [voice for voice, own in voices.items() if "pitch_median_hz" not in own]
    if without:
        raise SerError(
            f"No neutral take with a measurable pitch was found for {', '.join(sorted(without))}; "
            "the reference needs one of each speaker to know the register."
        )
    return voices


def _bands(
    cells: Mapping[Cell, Sequence[tuple[Take, float]]],
) -> dict[Cell, Band]:
    order = {name: i for i, name in enumerate(MEASURES)}
    emotions, registers = list(Emotion), list(Register)
    bands = {}
    for cell in sorted(cells, key=lambda c: (emotions.index(c[0]), registers.index(c[1]), order[c[2]])):
        found = cells[cell]
        if len(found) >= _MIN_TAKES:
            values = np.array([value for _, value in found])
            quantiles = _weighted_quantiles(values, _weights([take for take, _ in found]), QUANTILES)
            q05, q25, q50, q75, q95 = (round(float(q), 3) for q in quantiles)
            bands[cell] = Band(q05, q25, q50, q75, q95, len(found))
    return bands


def _weights(takes: Sequence[Take]) -> DoubleArray:
    """Weight of each take: equal for all corpora, for all speakers of a corpus and for all takes of a speaker."""
    per_voice: dict[str, int] = {}
    voices: dict[str, set[str]] = {}
    for take in takes:
        per_voice[take.voice] = per_voice.get(take.voice, 0) + 1
        voices.setdefault(take.corpus, set()).add(take.voice)
    return np.array([1.0 / (len(voices[take.corpus]) * per_voice[take.voice]) for take in takes])


def _weighted_quantiles(values: DoubleArray, weights: DoubleArray, quantiles: Sequence[float]) -> DoubleArray:
    """Quantiles of weighted values, interpolated between the middles of their shares of the weight."""
    order = np.argsort(values)
    share = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.interp(quantiles, share / weights.sum(), values[order])
