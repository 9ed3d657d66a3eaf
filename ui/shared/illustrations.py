"""The illustrations in `assets/`, as pictures for pages."""

import base64
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path

from ser_core.claim import Claim, ClaimKind
from ser_core.config import PROJECT_DIR
from ser_core.labels import Emotion

ASSETS_DIR = PROJECT_DIR / "assets"
LOGO = ASSETS_DIR / "logo.svg"


class Mood(StrEnum):
    """Illustrations for results without an emotion."""

    UNSURE = "unsure"
    NO_SPEECH = "no_speech"


_MOODS = {ClaimKind.UNSURE: Mood.UNSURE, ClaimKind.NO_SPEECH: Mood.NO_SPEECH}


def illustration(which: Emotion | Mood) -> Path:
    """The SVG file of an emotion or of a mood."""
    return ASSETS_DIR / "emotions" / f"{which.value}.svg"


@cache
def data_url(path: Path) -> str:
    """The file as a `data:` address, so that it needs no separate request."""
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def img(which: Emotion | Mood, *, size_px: int, alt: str = "") -> str:
    """HTML of the illustration. Leave `alt` empty if the name is next to it."""
    source = data_url(illustration(which))
    return f'<img src="{source}" width="{size_px}" height="{size_px}" alt="{escape(alt, quote=True)}">'


def face(claim: Claim, said: str) -> str:
    """HTML of what is claimed: its face, or both of a near tie. `said` is read out when it appears, so that whoever
    does not see the page hears the answer when it is there.
    """
    shown: tuple[Emotion | Mood, ...] = claim.emotions or (_MOODS[claim.kind],)
    pictures = "".join(img(which, size_px=144) for which in shown)
    return f'<div class="ser-face">{pictures}<p role="alert" class="ser-unseen">{escape(said)}</p></div>'
