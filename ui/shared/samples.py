"""The synthetic voices in `assets/samples`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ser_core.language import N_
from ui.shared.illustrations import ASSETS_DIR

SAMPLES_DIR = ASSETS_DIR / "samples"
HOW_MADE = N_("Synthetic voice, made with espeak-ng")


@dataclass(frozen=True)
class Sample:
    """A synthetic voice: its file, its name, and what to listen for, to be said by `_`."""

    path: Path
    title: str
    hint: str


@cache
def samples() -> tuple[Sample, ...]:
    """The samples in the order in which they are offered."""
    listing = tomllib.loads((SAMPLES_DIR / "samples.toml").read_text(encoding="utf-8"))
    return tuple(Sample(SAMPLES_DIR / entry["file"], entry["title"], entry["hint"]) for entry in listing["sample"])
