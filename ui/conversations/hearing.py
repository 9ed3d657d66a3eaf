"""What is made of a conversation, in its job: what was heard, and what is on the stage."""

from collections.abc import Iterator
from dataclasses import dataclass

from ser_core import audio
from ser_core.conversations import Conversation, hear
from ser_core.figures.sound_layers import PART_S
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip
from ui.conversations.given import Recording
from ui.conversations.job import Tell
from ui.server import watch
from ui.stage.player.staged import Staged, stage_clip, stage_file

# Hearing takes most of the time, drawing the rest.
_HEARING = 0.85


@dataclass(frozen=True, eq=False)
class Heard:
    """A conversation, and what the browser fetches of it.

    Attributes:
        is_stereo: whether it has two channels, each of which may be a party.
    """

    conversation: Conversation
    staged: Staged
    is_stereo: bool


def heard(recording: Recording, recogniser: Recogniser, apart: bool | None, tell: Tell) -> Heard:
    """Hears a recording and draws it. Raises NoSpeechError when nobody speaks, or another SerError."""
    with watch.analysis("conversations", recording.data) as watched:
        conversation = hear(
            recording.data,
            name=recording.name,
            recogniser=recogniser,
            apart=apart,
            on_progress=lambda share: tell(_HEARING * share),
        )
        watched.duration_s = conversation.duration_s
        is_stereo = audio.probe(recording.data).channels == 2
        return Heard(conversation, stage(recording, conversation.duration_s, tell), is_stereo)


def stage(recording: Recording, duration_s: float, tell: Tell) -> Staged:
    """What the browser fetches of a recording."""
    if duration_s <= PART_S:
        return stage_clip(audio.read_clip(recording.data))

    def watched() -> Iterator[Clip]:
        done_s = 0.0
        for block in audio.read_blocks(recording.data):
            yield block
            done_s += block.duration_s
            tell(_HEARING + (1 - _HEARING) * min(done_s / duration_s, 1.0))

    return stage_file(recording.data, audio.probe(recording.data).container, watched(), duration_s)
