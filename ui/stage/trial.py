"""A clip to try something out on: a sample, or the visitor's own."""

import hashlib
from dataclasses import dataclass

import streamlit as st

from ser_core.audio import read_clip
from ser_core.language import _
from ser_core.records import Clip
from ui.shared.samples import HOW_MADE, Sample, samples
from ui.stage.upload import upload

# Longer clips show nothing more, and would keep a small server busy.
_MOST_S = 15.0


@dataclass(frozen=True, eq=False)
class Trial:
    """A clip to try something out on.

    Attributes:
        name: what it is called; text, never markup.
        clip: its sound, 15 s at most.
        digest: SHA-256 of the file that it comes from, hex.
    """

    name: str
    clip: Clip
    digest: str


def choose_clip(key: str) -> Trial:
    """Draw the choice of a clip; `key` is that of its widgets. Raises AudioError when it cannot be read."""
    left, right = st.columns(2)
    sample: Sample = left.selectbox(
        _("A synthetic voice"), samples(), format_func=lambda s: _(s.title), key=f"{key}_sample"
    )
    with right:
        own = upload(_("Or your own recording"), key)
    if own is None:
        left.caption(f"{_(HOW_MADE)}.")
        data, name = sample.path.read_bytes(), _(sample.title)
    else:
        right.caption(_("The first {seconds:.0f} s are used, and nothing is kept.", seconds=_MOST_S))
        data, name = own.data, own.name
    return Trial(name, read_clip(data).between(0, _MOST_S), hashlib.sha256(data).hexdigest())
