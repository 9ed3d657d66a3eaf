"""The scores of a recording: how much it sounds like each emotion."""

from typing import Any

import plotly.graph_objects as go

from ser_core.claim import Claim
from ser_core.figures.style import picture, plain, titled
from ser_core.labels import STYLES, named
from ser_core.language import _
from ser_core.records import Prediction
from ser_core.text import answer

_BAR_HEIGHT = 34


def emotion_bars(prediction: Prediction) -> go.Figure:
    """One bar for each emotion the model knows, the most probable on top.

    What is claimed, one emotion or in a near tie two, is in bold. When nothing is, all bars are hatched. A line above
    says what is claimed where that is not one emotion: none of that needs colours to be told apart.
    """
    claim = prediction.claim
    ranked = prediction.ranked[::-1]
    names = [named(emotion).capitalize() for emotion, _score in ranked]
    colours = [STYLES[emotion].colour for emotion, _score in ranked]
    claimed = [emotion in claim.emotions for emotion, _score in ranked]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [100 * score for _emotion, score in ranked],
        "y": names,
        "text": [_emphasised(per_cent(score), bold) for (_emotion, score), bold in zip(ranked, claimed, strict=True)],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": colours,
            "line": {"color": colours, "width": 1},
            "pattern": {"shape": "" if claim.emotions else "/", "size": 6, "solidity": 0.35},
        },
        "customdata": [_(STYLES[emotion].sounds_like) for emotion, _score in ranked],
        "hovertemplate": "%{y}: %{x:.1f}%<br>%{customdata}<extra></extra>",
    }
    layout = {
        "xaxis": {
            "title": titled(_("Probability (%)")),
            # Beyond 100 for the number beside a bar.
            "range": [0, 112],
            "tickvals": [0, 25, 50, 75, 100],
            "fixedrange": True,
        },
        "yaxis": {
            "tickvals": names,
            "ticktext": [_emphasised(name, bold) for name, bold in zip(names, claimed, strict=True)],
            "fixedrange": True,
            "showgrid": False,
        },
        "bargap": 0.3,
        "annotations": [] if len(claim.emotions) == 1 else [_line_above(claim)],
    }
    return picture([bars], layout, height=90 + _BAR_HEIGHT * len(ranked), description=_description(prediction))


def per_cent(share: float) -> str:
    """A probability as text: 83%, but <1% if it is small and not zero, and >99% if it is not certain."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def _emphasised(text: str, bold: bool) -> str:
    text = plain(text)
    return f"<b>{text}</b>" if bold else text


def _line_above(claim: Claim) -> dict[str, Any]:
    return {
        "text": f"{answer.headline(claim)}: {answer.above_headline(claim).lower()}",
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _description(prediction: Prediction) -> str:
    scores = ", ".join(f"{named(emotion)} {_spoken(score)}" for emotion, score in prediction.ranked)
    return _("Emotion scores: {answer}. {scores}.", answer=answer.name(prediction.claim), scores=scores)


def _spoken(share: float) -> str:
    """A probability for a screen reader."""
    if 0 < share < 0.01:
        return _("under 1 per cent")
    if 0.99 < share < 1:
        return _("over 99 per cent")
    return _("{share:.0f} per cent", share=100 * share)
