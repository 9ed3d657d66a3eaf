"""How likely each emotion is, as bars of HTML: in reports, and where an answer should not wait for a library."""

from dataclasses import dataclass
from pathlib import Path

from ser_core.labels import STYLES, named
from ser_core.language import _
from ser_core.records import Prediction
from ser_core.reports.templates import template
from ser_core.text import answer
from ser_core.text.numbers import percent

_TEMPLATE = Path(__file__).with_name("bars.html.jinja")


@dataclass(frozen=True)
class Bar:
    """How likely an emotion is.

    Attributes:
        name: of the emotion, capitalised.
        sounds_like: how a voice sounds that carries it.
        colour: hex.
        width: of the bar, in percent.
        share: the probability, in words.
        is_claimed: whether the answer names it.
    """

    name: str
    sounds_like: str
    colour: str
    width: float
    share: str
    is_claimed: bool


def bars(prediction: Prediction) -> list[Bar]:
    """One for each emotion that the model knows, the most probable first."""
    return [
        Bar(
            named(emotion).capitalize(),
            _(STYLES[emotion].sounds_like),
            STYLES[emotion].colour,
            round(100 * score, 1),
            percent(score),
            emotion in prediction.claim.emotions,
        )
        for emotion, score in prediction.ranked
    ]


def bars_html(prediction: Prediction) -> str:
    """The bars as one picture, with every score in its alternative text; hatched where no emotion is claimed. The
    stylesheet lays out the class `ser-bars`.
    """
    said = scores_aloud(prediction)
    return template(_TEMPLATE).render(bars=bars(prediction), said=said, is_unsure=not prediction.claim.emotions).strip()


def scores_aloud(prediction: Prediction) -> str:
    """The answer and every score in a sentence, as a screen reader says it."""
    scores = ", ".join(f"{named(emotion)} {_spoken(score)}" for emotion, score in prediction.ranked)
    return _("Emotion scores: {answer}. {scores}.", answer=answer.name(prediction.claim), scores=scores)


def _spoken(share: float) -> str:
    if 0 < share < 0.01:
        return _("under 1 per cent")
    if 0.99 < share < 1:
        return _("over 99 per cent")
    return _("{share:.0f} per cent", share=100 * share)
