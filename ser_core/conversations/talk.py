"""Who speaks how long, at the same time, and not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from ser_core.conversations.records import Conversation
from ser_core.speech import Stretch


@dataclass(frozen=True)
class Talk:
    """How the time of a conversation is shared, in seconds.

    Attributes:
        speaking_s: of each party, in their order.
        overlap_s: in which more than one party speaks; None where the parties share a channel.
        silence_s: in which nobody does.
        longest_silence: the longest such time; None where there is none.
    """

    speaking_s: tuple[float, ...]
    overlap_s: float | None
    silence_s: float
    longest_silence: Stretch | None


def talk(conversation: Conversation) -> Talk:
    """How the time of a conversation is shared."""
    duration_s = conversation.duration_s
    counted = _counted([party.speech for party in conversation.parties], duration_s)
    silences = [stretch for stretch, speakers in counted if not speakers]
    overlap_s = sum(_length_s(stretch) for stretch, speakers in counted if speakers > 1)
    return Talk(
        tuple(party.speaking_s for party in conversation.parties),
        overlap_s if len(conversation.parties) > 1 else None,
        sum(map(_length_s, silences)),
        max(silences, key=_length_s, default=None),
    )


def _length_s(stretch: Stretch) -> float:
    return stretch.end_s - stretch.start_s


def _counted(speeches: Sequence[Sequence[Stretch]], duration_s: float) -> list[tuple[Stretch, int]]:
    """Stretches that tile the recording, and how many parties speak in each."""
    moments = sorted(
        [(stretch.start_s, 1) for speech in speeches for stretch in speech]
        + [(stretch.end_s, -1) for speech in speeches for stretch in speech]
    )
    tiles: list[tuple[Stretch, int]] = []
    at_s, speakers = 0.0, 0
    for moment_s, change in [*moments, (duration_s, 0)]:
        if moment_s > at_s:
            tiles.append((Stretch(at_s, moment_s), speakers))
            at_s = moment_s
        speakers += change
    return tiles
