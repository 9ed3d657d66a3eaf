"""Whether a party sounds satisfied, neutral or dissatisfied.

Of each answer there are a valence, how pleasant it sounds, and an arousal, how activated, both from -1 to 1
(`ser_core.recognition.affect`). The rule:

1. The mean of valence over the time that the party speaks, in which an answer counts (1 + arousal) / 2 times its
   length: what is said with energy tells more of pleasure and displeasure than what is said quietly.
2. What is said in the last third of the conversation counts twice: how an episode ends weighs more in what people think
   of it than its length (Kahneman et al. 1993, "When more pain is preferred to less", Psychological Science 4).
3. From a clear valence on (`CLEAR_VALENCE`, 0.2) it is satisfied, from -0.2 down dissatisfied, and neutral in between.
   A voice that sounds surely angry or happy for half of the time and neutral for the rest is no longer neutral.
4. Nothing is said of a party that speaks for less than 10 s.

The rule is a convention and was not measured against what people said of a call.
"""

from enum import StrEnum

from ser_core.conversations.records import Party
from ser_core.recognition.affect import CLEAR_VALENCE, affect_of

LEAST_SPEECH_S = 10.0
_LAST_SHARE, _LAST_COUNTS = 2 / 3, 2.0


class Satisfaction(StrEnum):
    """How a party sounds about a conversation."""

    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"


def satisfaction(party: Party, duration_s: float) -> Satisfaction | None:
    """How a party sounds about a conversation of so many seconds; None where it says too little."""
    valence = weighted_valence(party, duration_s)
    if valence is None:
        return None
    if abs(valence) < CLEAR_VALENCE:
        return Satisfaction.NEUTRAL
    return Satisfaction.SATISFIED if valence > 0 else Satisfaction.DISSATISFIED


def weighted_valence(party: Party, duration_s: float) -> float | None:
    """The mean valence of the rule, from -1 to 1; None where the party says too little."""
    spoken_s = sum(segment.end_s - segment.start_s for segment in party.timeline)
    if spoken_s < LEAST_SPEECH_S:
        return None
    total = weights = 0.0
    for segment in party.timeline:
        affect = affect_of(segment.prediction.scores)
        weight = (segment.end_s - segment.start_s) * (1 + affect.arousal) / 2
        if segment.start_s >= _LAST_SHARE * duration_s:
            weight *= _LAST_COUNTS
        total += weight * affect.valence
        weights += weight
    return total / weights if weights else 0.0
