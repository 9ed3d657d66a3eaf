"""The reference table: bands of values by emotion and register, read from and written to JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np

from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.prosody import MEASURES

PATH = Path(__file__).with_name("reference.json")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# Neutral voices in the corpora are around 120 Hz (men) and 210 Hz (women); 165 Hz is the geometric middle, and
# separates the 29 speakers by their neutral median without an error (benchmarks/delivery.md).
REGISTER_BOUNDARY_HZ = 165.0


class Register(StrEnum):
    """The voices with which a voice is compared, chosen by its neutral pitch, not by the speaker's gender."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True)
class Band:
    """The distribution of one value over the takes of an emotion: five quantiles.

    Attributes:
        q05, q25, q50, q75, q95: in the value's unit, or in that of `MeasureInfo.relative` if they are relative to the
            neutral voice.
        takes: number of takes.
    """

    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    takes: int

    @property
    def spread(self) -> float:
        """Standard deviation of the normal distribution with the same quartiles: their distance / 1.349."""
        return max((self.q75 - self.q25) / 1.349, 1e-6)


Cell = tuple[Emotion, Register, str]


@dataclass(frozen=True)
class Reference:
    """The reference table.

    Attributes:
        absolute: bands of the values themselves, by emotion, register and name of the value.
        relative: bands of the values relative to the speaker's own neutral takes, with the same keys.
        corpora: its sources: name, number of takes and speakers, and licence of each corpus.
    """

    absolute: Mapping[Cell, Band]
    relative: Mapping[Cell, Band]
    corpora: tuple[Mapping[str, str | int], ...]

    def band(self, emotion: Emotion, register: Register, name: str, *, relative: bool = False) -> Band | None:
        """The band of one value, or None if the corpora have too few takes."""
        return (self.relative if relative else self.absolute).get((emotion, register, name))


def register_of(neutral_pitch_hz: float) -> Register:
    """The register of a voice whose neutral speech has this median pitch: lower under 165 Hz."""
    return Register.LOWER if neutral_pitch_hz < REGISTER_BOUNDARY_HZ else Register.HIGHER


def guess_register(pitch_median_hz: float, target: Emotion | None, reference: Reference) -> Register:
    """The register from one take when no neutral speech is known.

    Emotions change pitch: an angry lower voice may be above 165 Hz. So the boundary is the geometric mean of the
    medians of the target's takes in the two registers, or 165 Hz without a target.
    """
    if target is None:
        return register_of(pitch_median_hz)
    bands = [reference.band(target, register, "pitch_median_hz") for register in Register]
    if any(band is None for band in bands):
        return register_of(pitch_median_hz)
    boundary = float(np.exp(np.mean([np.log(band.q50) for band in bands if band])))
    return Register.LOWER if pitch_median_hz < boundary else Register.HIGHER


def relative_value(name: str, value: float, neutral: float) -> float:
    """A value relative to the neutral voice: in semitones, in percent, or as the difference in its own unit.

    Raises ValueError for a value that is never relative.
    """
    how = MEASURES[name].relative
    if not how:
        raise ValueError(f"{name} means nothing relative to the neutral voice.")
    if how == "semitones":
        return 12.0 * float(np.log2(value / neutral))
    if how == "percent":
        return 100.0 * (value / neutral - 1.0)
    return value - neutral


@cache
def load_reference(path: Path = PATH) -> Reference:
    """The committed table. Raises SerError when the file cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        tables = {kind: dict(_read_row(row) for row in content[kind]) for kind in ("absolute", "relative")}
        return Reference(tables["absolute"], tables["relative"], tuple(content["corpora"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SerError(
            "The reference table {name} cannot be read ({error}). Make it again with: python -m "
            "tools.reference --corpus NAME=DIR",
            name=path.name,
            error=str(error),
        ) from error


def _read_row(row: Sequence[str | float]) -> tuple[Cell, Band]:
    emotion, register, name, *numbers = row
    q05, q25, q50, q75, q95, takes = (float(number) for number in numbers)
    band = Band(q05, q25, q50, q75, q95, int(takes))
    return (Emotion(str(emotion)), Register(str(register)), str(name)), band


def write_reference(reference: Reference, path: Path = PATH) -> None:
    """Writes the table with one row per line, so that changes to it can be read."""
    lines = [
        '{"quantiles": ' + json.dumps(QUANTILES) + ",",
        '"corpora": ' + json.dumps(reference.corpora) + ",",
    ]
    for kind, bands in (("absolute", reference.absolute), ("relative", reference.relative)):
        rows = [
            json.dumps([*cell, band.q05, band.q25, band.q50, band.q75, band.q95, band.takes])
            for cell, band in bands.items()
        ]
        lines.append(f'"{kind}": [\n' + ",\n".join(rows) + ("\n]," if kind == "absolute" else "\n]}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
