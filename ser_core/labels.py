"""The emotions: their names, their order, and how each is shown. Labels travel by name."""

from dataclasses import dataclass
from enum import StrEnum

from ser_core.language import N_, _


class Emotion(StrEnum):
    """One of the eight emotions, in the order in which they are listed everywhere."""

    NEUTRAL = N_("neutral")
    CALM = N_("calm")
    HAPPY = N_("happy")
    SAD = N_("sad")
    ANGRY = N_("angry")
    FEARFUL = N_("fearful")
    DISGUST = N_("disgust")
    SURPRISED = N_("surprised")


def named(emotion: Emotion) -> str:
    """The emotion's name in the language that is spoken.

    >>> named(Emotion.ANGRY)
    'angry'
    """
    return _(emotion.value)


@dataclass(frozen=True)
class EmotionStyle:
    """How an emotion looks and what it usually sounds like.

    Attributes:
        colour: fill colour, hex. The eight can be told apart with protanopia, deuteranopia and tritanopia, and have a
            contrast of at least 3:1 against white and against the dark pages (#0E1117): enough for bars and icons,
            not for small text (WCAG 2.2, 1.4.11 and 1.4.3).
        sounds_like: one short sentence that a newcomer understands, to be said by `_`.
    """

    colour: str
    sounds_like: str


# Each emotion has its customary hue. Lightness and saturation were chosen by a search that maximises the smallest
# distance between any two colours, with and without each colour vision deficiency (Machado, Oliveira and Fernandes
# 2009). It is 20.7 in CIE Lab, nine times the just noticeable difference (2.3: Mahy, van Eycken and Oosterlinck 1994).
STYLES: dict[Emotion, EmotionStyle] = {
    Emotion.NEUTRAL: EmotionStyle("#9A9091", N_("Even in pitch and loudness, with no particular tone.")),
    Emotion.CALM: EmotionStyle("#0FA762", N_("Soft, slow and steady, with long falls in pitch.")),
    Emotion.HAPPY: EmotionStyle("#BE8901", N_("Bright and lively, with pitch that moves up and down a lot.")),
    Emotion.SAD: EmotionStyle("#5678BF", N_("Quiet and slow, with a low pitch that hardly moves.")),
    Emotion.ANGRY: EmotionStyle("#FC3E4F", N_("Loud and tense, with hard onsets and strong stress.")),
    Emotion.FEARFUL: EmotionStyle("#8F79F8", N_("High, fast and breathy, sometimes trembling.")),
    Emotion.DISGUST: EmotionStyle("#526C1E", N_("Slow and drawn out, low and often creaky.")),
    Emotion.SURPRISED: EmotionStyle("#A23A7F", N_("A quick, wide jump to a high pitch.")),
}
