"""How a recording's emotion runs its course: what share of the time each takes, and where each is clearest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ser_core.labels import Emotion
from ser_core.records import Segment

# Longer than any utterance of the corpora that confidences were calibrated on: there the emotion may change.
CHANGES_FROM_S = 15.0
# In a shorter clip a ribbon would show one answer cut into pieces.
RIBBON_FROM_S = 5.0
# A moment is long enough to be heard as speech; the answers along a recording stand a second apart.
_LEAST_MOMENT_S = 3.0


@dataclass(frozen=True)
class ClearMoment:
    """A stretch in which one emotion is heard most surely.

    Attributes:
        start_s, end_s: from when to when.
        emotion: what is heard.
        confidence: its probability.
    """

    start_s: float
    end_s: float
    emotion: Emotion
    confidence: float


def shares(timeline: Sequence[Segment]) -> tuple[tuple[Emotion | None, float], ...]:
    """What share of the time somebody speaks sounds like each emotion, greatest first; None where the model is unsure
    or cannot choose. They sum to 1.
    """
    lengths: dict[Emotion | None, float] = {}
    for segment in timeline:
        heard = _heard(segment)
        lengths[heard] = lengths.get(heard, 0.0) + segment.end_s - segment.start_s
    total_s = sum(lengths.values())
    ranked = sorted(lengths.items(), key=lambda item: -item[1])
    return tuple((emotion, length_s / total_s) for emotion, length_s in ranked)


def clearest_moments(
    timeline: Sequence[Segment], duration_s: float, most: int = 5, left_out: Collection[Emotion] = ()
) -> tuple[ClearMoment, ...]:
    """At most so many moments of a recording that sound most clearly like an emotion, in their order.

    None of the emotions that are left out. Of a stretch that sounds the same throughout it is the clearest; and the
    clearest of each emotion go before a second one of any.
    """
    runs: list[list[Segment]] = []
    for segment in timeline:
        if runs and _heard(runs[-1][-1]) is _heard(segment) and segment.start_s <= runs[-1][-1].end_s + 1e-6:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    peaks = [max(run, key=lambda s: s.prediction.confidence) for run in runs if _heard(run[0]) not in {None, *left_out}]
    surest = sorted(peaks, key=lambda s: -s.prediction.confidence)
    firsts = {_heard(segment): segment for segment in reversed(surest)}.values()
    surest.sort(key=lambda segment: segment not in firsts)
    in_order = sorted(surest[:most], key=lambda segment: segment.start_s)
    return tuple(_moment(segment, duration_s) for segment in in_order)


def _heard(segment: Segment) -> Emotion | None:
    claimed = segment.prediction.claim.emotions
    return claimed[0] if len(claimed) == 1 else None


def _moment(segment: Segment, duration_s: float) -> ClearMoment:
    length_s = min(duration_s, max(_LEAST_MOMENT_S, segment.end_s - segment.start_s))
    start_s = (segment.start_s + segment.end_s - length_s) / 2
    start_s = min(max(0.0, start_s), duration_s - length_s)
    return ClearMoment(start_s, start_s + length_s, segment.prediction.emotion, segment.prediction.confidence)
