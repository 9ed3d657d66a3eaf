"""A bar beside a take in the list: how likely what was claimed is, as a picture no higher than a letter."""

import base64

from ser_core.claim import Claim, ClaimKind
from ser_core.labels import STYLES
from ui.shared.illustrations import data_url, faces, illustration, in_label

_WIDTH, _HEIGHT = 72, 14
# Enough contrast on light and dark, as in figures; the number stands beside the bar.
_TRACK = "#79797955"
_UNSURE = "#797979"


def faces_in_label(claim: Claim) -> str:
    """Markdown of the faces of what is claimed."""
    return "".join(in_label(data_url(illustration(which))) for which in faces(claim))


def bar_in_label(claim: Claim) -> str:
    """Markdown of the bar: one part for each emotion claimed, in its colour; grey for the likeliest when unsure."""
    shown = claim.likely[: max(1, len(claim.emotions))]
    parts, x = [], 0.0
    for emotion, score in shown:
        colour = _UNSURE if claim.kind is ClaimKind.UNSURE else STYLES[emotion].colour
        parts.append(f'<rect x="{x:.1f}" width="{score * _WIDTH:.1f}" height="{_HEIGHT}" fill="{colour}"/>')
        x += score * _WIDTH
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_TRACK}"/>{"".join(parts)}</svg>'
    )
    return in_label("data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode())
