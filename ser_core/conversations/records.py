"""What is known of a conversation once it has been heard."""

from dataclasses import dataclass

from ser_core.notices import Notice
from ser_core.records import Segment
from ser_core.speech import Stretch


@dataclass(frozen=True)
class Party:
    """One side of a conversation, or all of its voices where they share a channel.

    Attributes:
        name: as the person called it; text, never markup.
        channel: the channel that it speaks on, counted from 0; None for all channels together.
        speech: when somebody speaks, in order.
        timeline: what that sounds like, in order, smoothed (`smoothing.smoothed`). Stretches that are too short to tell
            an emotion are in `speech` alone.
    """

    name: str
    channel: int | None
    speech: tuple[Stretch, ...]
    timeline: tuple[Segment, ...]

    @property
    def speaking_s(self) -> float:
        """How long it speaks, in seconds."""
        return sum(stretch.end_s - stretch.start_s for stretch in self.speech)


@dataclass(frozen=True)
class Conversation:
    """A conversation that has been heard.

    Attributes:
        file: name the recording came with; text, never a path to open or markup to render.
        duration_s: length of the recording in seconds.
        model: name of the model that answered.
        parties: each side where they speak on channels of their own, otherwise one for all.
        notices: what there is to tell beside it, mostly nothing.
    """

    file: str
    duration_s: float
    model: str
    parties: tuple[Party, ...]
    notices: tuple[Notice, ...] = ()
