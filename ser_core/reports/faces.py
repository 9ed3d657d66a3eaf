"""The illustrations in `assets/`: a face for each emotion, and one for each answer without an emotion."""

import base64
from enum import StrEnum
from functools import cache
from pathlib import Path

from ser_core.claim import Claim, ClaimKind
from ser_core.config import PROJECT_DIR
from ser_core.labels import Emotion

ASSETS_DIR = PROJECT_DIR / "assets"


class Mood(StrEnum):
    """Illustrations for results without an emotion."""

    UNSURE = "unsure"
    NO_SPEECH = "no_speech"


_MOODS = {ClaimKind.UNSURE: Mood.UNSURE, ClaimKind.NO_SPEECH: Mood.NO_SPEECH}


def faces(claim: Claim) -> tuple[Emotion | Mood, ...]:
    """What is shown for a claim: a face, or both of a near tie."""
    return claim.emotions or (_MOODS[claim.kind],)


def illustration(which: Emotion | Mood) -> Path:
    """The SVG file of an emotion or of a mood."""
    return ASSETS_DIR / "emotions" / f"{which.value}.svg"


@cache
def data_url(path: Path) -> str:
    """The file as a `data:` address, so that it needs no separate request."""
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
