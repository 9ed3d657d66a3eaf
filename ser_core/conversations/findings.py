"""What a conversation comes to: the numbers and moments that pages, reports and commands show."""

from dataclasses import dataclass

from ser_core.conversations.records import Conversation, Party
from ser_core.conversations.satisfaction import Satisfaction, satisfaction
from ser_core.conversations.talk import Talk, talk
from ser_core.conversations.turning_points import TurningPoint, mean_affect, turning_points
from ser_core.labels import Emotion
from ser_core.recognition.course import ClearMoment, clearest_moments, shares
from ser_core.records import Segment

# Nobody looks for the moments in which a voice was even.
_EVEN = (Emotion.NEUTRAL, Emotion.CALM)
_MOST_MOMENTS = 5


@dataclass(frozen=True, eq=False)
class PartyFindings:
    """What the voice of a party comes to.

    Attributes:
        party: who, when, and each answer.
        shares: what share of its time sounds like each emotion (`course.shares`); empty where nothing was answered.
        satisfaction: how it sounds about the conversation; None where it says too little.
        valence, arousal: means over its time, from -1 to 1; None where nothing was answered.
        turning_points: where it changed and stayed changed, in order.
        moments: what sounds most clearly like an emotion other than neutral and calm, in order.
    """

    party: Party
    shares: tuple[tuple[Emotion | None, float], ...]
    satisfaction: Satisfaction | None
    valence: float | None
    arousal: float | None
    turning_points: tuple[TurningPoint, ...]
    moments: tuple[ClearMoment, ...]


@dataclass(frozen=True, eq=False)
class Findings:
    """What a conversation comes to."""

    conversation: Conversation
    talk: Talk
    parties: tuple[PartyFindings, ...]


def findings(conversation: Conversation) -> Findings:
    """What a conversation comes to."""
    parties = tuple(_of_party(party, conversation.duration_s) for party in conversation.parties)
    return Findings(conversation, talk(conversation), parties)


def leading(segments: tuple[Segment, ...]) -> Emotion | None:
    """The emotion that takes most of the time of some answers, at least one; None where that is "unclear"."""
    return shares(segments)[0][0]


def _of_party(party: Party, duration_s: float) -> PartyFindings:
    if not party.timeline:
        return PartyFindings(party, (), None, None, None, (), ())
    valence, arousal = mean_affect(party.timeline)
    return PartyFindings(
        party,
        shares(party.timeline),
        satisfaction(party, duration_s),
        valence,
        arousal,
        turning_points(party.timeline),
        clearest_moments(party.timeline, duration_s, _MOST_MOMENTS, _EVEN),
    )
