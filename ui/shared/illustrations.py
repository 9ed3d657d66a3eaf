"""The illustrations in `assets/`, as HTML for pages."""

from html import escape

from ser_core.claim import Claim
from ser_core.labels import Emotion
from ser_core.reports.faces import ASSETS_DIR as ASSETS_DIR
from ser_core.reports.faces import Mood as Mood
from ser_core.reports.faces import data_url as data_url
from ser_core.reports.faces import faces as faces
from ser_core.reports.faces import illustration as illustration

LOGO = ASSETS_DIR / "logo.svg"


def img(which: Emotion | Mood, *, size_px: int, alt: str = "") -> str:
    """HTML of the illustration. Leave `alt` empty if the name is next to it."""
    source = data_url(illustration(which))
    return f'<img src="{source}" width="{size_px}" height="{size_px}" alt="{escape(alt, quote=True)}">'


def in_label(source: str) -> str:
    """Markdown of a picture in a label, where it is as high as a letter unless the stylesheet says otherwise.

    `source` is its `data:` address; its meaning has to stand in words beside it.
    """
    return f"![]({source})"


def face(claim: Claim, said: str) -> str:
    """HTML of what is claimed: its face, or both of a near tie. `said` is read out when it appears, so that whoever
    does not see the page hears the answer when it is there.
    """
    pictures = "".join(img(which, size_px=144) for which in faces(claim))
    return f'<div class="ser-face">{pictures}<p role="alert" class="ser-unseen">{escape(said)}</p></div>'
