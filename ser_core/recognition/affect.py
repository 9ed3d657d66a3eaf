"""Valence and arousal: where the scores of the emotions lie in the circumplex of affect, and what tone that is.

No corpus with ratings of valence and arousal takes part in training, so neither is predicted by itself: the position is
the mean of the emotions' positions, weighted by their scores. `benchmarks/affect.py` measures how far that holds for
speakers whom no model heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ser_core.labels import Emotion


class Tone(StrEnum):
    """What a voice sounds like to somebody who asks for no more."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@dataclass(frozen=True)
class Affect:
    """A position in the circumplex of affect (Russell 1980).

    Attributes:
        valence: from -1 (unpleasant) to 1 (pleasant).
        arousal: from -1 (sleepy) to 1 (aroused).
    """

    valence: float
    arousal: float

    @property
    def tone(self) -> Tone:
        """Positive or negative where the valence is clear, neutral between."""
        if abs(self.valence) < CLEAR_VALENCE:
            return Tone.NEUTRAL
        return Tone.POSITIVE if self.valence > 0 else Tone.NEGATIVE


# Half of the faintest valence that an emotion other than neutral has: nearer to nought than to any of them.
CLEAR_VALENCE = 0.2

# Mean ratings of pleasure and arousal by Russell and Mehrabian (1977, "Evidence for a three-factor theory of
# emotions", Journal of Research in Personality 11): angry, fearful, disgusted, sad, surprised, happy, and relaxed for
# calm. Neutral is the origin by definition.
POSITIONS: Mapping[Emotion, Affect] = {
    Emotion.NEUTRAL: Affect(0.0, 0.0),
    Emotion.CALM: Affect(0.68, -0.46),
    Emotion.HAPPY: Affect(0.81, 0.51),
    Emotion.SAD: Affect(-0.63, -0.27),
    Emotion.ANGRY: Affect(-0.51, 0.59),
    Emotion.FEARFUL: Affect(-0.64, 0.60),
    Emotion.DISGUST: Affect(-0.60, 0.35),
    Emotion.SURPRISED: Affect(0.40, 0.67),
}


def affect_of(scores: Mapping[Emotion, float]) -> Affect:
    """The mean position of the emotions, weighted by their scores, which sum to 1.

    >>> affect_of({Emotion.HAPPY: 0.5, Emotion.NEUTRAL: 0.5})
    Affect(valence=0.405, arousal=0.255)
    """
    return Affect(
        sum(score * POSITIONS[emotion].valence for emotion, score in scores.items()),
        sum(score * POSITIONS[emotion].arousal for emotion, score in scores.items()),
    )
