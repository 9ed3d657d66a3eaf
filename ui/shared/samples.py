"""The synthetic voices in `assets/samples`, and those in `assets/acted`, each acted for one emotion."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ser_core.labels import Emotion
from ser_core.language import N_
from ui.shared.illustrations import ASSETS_DIR

SAMPLES_DIR = ASSETS_DIR / "samples"
ACTED_DIR = ASSETS_DIR / "acted"
HOW_MADE = N_("Synthetic voice, made with espeak-ng")
_HOW_ACTED = N_("Synthetic voice, made with flite and Praat")
_LONG = "synthetic-changing.flac"


@dataclass(frozen=True)
class Sample:
    """A synthetic voice.

    Attributes:
        path: its file.
        title, hint, how_made: its name, what to listen for, and what it was made with, to be said by `_`.
        emotion: what it is acted for; None for no single one.
    """

    path: Path
    title: str
    hint: str
    how_made: str = HOW_MADE
    emotion: Emotion | None = None


@cache
def samples() -> tuple[Sample, ...]:
    """The samples in the order in which they are offered."""
    listing = tomllib.loads((SAMPLES_DIR / "samples.toml").read_text(encoding="utf-8"))
    return tuple(Sample(SAMPLES_DIR / entry["file"], entry["title"], entry["hint"]) for entry in listing["sample"])


@cache
def offered() -> tuple[Sample, ...]:
    """What is offered for a try: a voice for each of six emotions, and one that changes."""
    listing = tomllib.loads((ACTED_DIR / "acted.toml").read_text(encoding="utf-8"))
    acted = (
        Sample(ACTED_DIR / entry["file"], entry["title"], entry["hint"], _HOW_ACTED, Emotion(entry["emotion"]))
        for entry in listing["sample"]
    )
    return (*acted, *(sample for sample in samples() if sample.path.name == _LONG))


@cache
def heard_as_acted(model: str) -> tuple[int, int] | None:
    """Of how many acted voices this model hears the emotion that was meant, and of how many in all; None for a model
    that was not asked when they were made.
    """
    heard = json.loads((ACTED_DIR / "heard.json").read_text(encoding="utf-8"))
    acted = [(heard[sample.path.name], sample.emotion) for sample in offered() if sample.emotion]
    if any(said["model"] != model for said, _emotion in acted):
        return None
    return sum(said["emotion"] == emotion and not said["unsure"] for said, emotion in acted), len(acted)
