"""A recording that is on the stage: what its session holds for the browser to fetch, and nothing of it elsewhere."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from ser_core.audio import to_wav
from ser_core.claim import NO_SPEECH
from ser_core.figures.sound_layers import PART_S, SoundLayer, overview, sound_layer
from ser_core.language import _, current
from ser_core.recognition.stretch import Stretch
from ser_core.records import Clip
from ser_core.text.answer import in_short
from ser_core.text.course import shares_in_words
from ser_core.text.numbers import amount
from ui.server.sound import Served
from ui.shared.text import duration
from ui.stage.player.player import Answered, ServedLayer

# Parts are half a megabyte each; who pans on does not come back far.
_MOST_PARTS = 3
_MOST_ANSWERS = 20
# As browsers know what recordings come in. One that does not play a format says so.
_MEDIA_TYPES = {
    "WAV": "audio/wav",
    "MP3": "audio/mpeg",
    "OGG": "audio/ogg",
    "FLAC": "audio/flac",
    "MP4": "audio/mp4",
    "WebM": "audio/webm",
    "AAC": "audio/aac",
    "AIFF": "audio/aiff",
}

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Staged:
    """What is served of one recording; what is asked for twice is answered from here."""

    def __init__(self, sound: Served, whole: SoundLayer) -> None:
        self.sound = sound
        self.duration_s = whole.end_s
        self.whole = ServedLayer.of(whole)
        self._parts: dict[float, ServedLayer] = {}
        self._answers: dict[tuple[str, str, float, float], Answered] = {}

    def layers(self, part_s: float | None, cut: Callable[[float, float], Clip]) -> list[ServedLayer]:
        """The whole, and the part that begins at `part_s` in detail where the whole is but an overview. Raises what
        `cut` raises, which gives the sound between two moments.
        """
        if part_s is None or self.duration_s <= PART_S or part_s >= self.duration_s:
            return [self.whole]
        if part_s not in self._parts:
            layer = sound_layer(cut(part_s, part_s + PART_S), start_s=part_s)
            _remember(self._parts, part_s, ServedLayer.of(layer), _MOST_PARTS)
        return [self.whole, self._parts[part_s]]

    def answer(
        self, stretch: tuple[float, float] | None, hear: Callable[[float, float], Stretch], model: str
    ) -> Answered | None:
        """What is told of a stretch that `hear` hears, by that model; None where none is selected."""
        if stretch is None:
            return None
        asked = (model, current(), *stretch)
        if asked not in self._answers:
            _remember(self._answers, asked, told(hear(*stretch), *stretch), _MOST_ANSWERS)
        return self._answers[asked]


def stage_clip(clip: Clip) -> Staged:
    """A short recording, played as the model hears it."""
    layer = sound_layer(clip) if clip.duration_s <= PART_S else overview([clip], clip.duration_s)
    return Staged(Served(to_wav(clip), "audio/wav"), layer)


def stage_file(data: bytes, container: str, blocks: Iterable[Clip], duration_s: float) -> Staged:
    """A long recording, played from its own file: a copy as WAV would be two megabytes a minute."""
    media_type = _MEDIA_TYPES.get(container, "application/octet-stream")
    return Staged(Served(data, media_type), overview(blocks, duration_s))


def told(stretch: Stretch, start_s: float, end_s: float) -> Answered:
    """What was heard in a stretch, in words."""
    facts = []
    if stretch.prediction is not None:
        facts.append((_("Sounds"), in_short(stretch.prediction.claim)))
    elif stretch.shares:
        facts.append((_("Sounds"), shares_in_words(stretch.shares)))
    elif stretch.is_too_short:
        facts.append((_("Sounds"), _("too short to tell an emotion")))
    else:
        facts.append((_("Sounds"), in_short(NO_SPEECH)))
    if stretch.pitch_hz is not None:
        facts.append((_("Pitch"), amount(stretch.pitch_hz, "Hz", 0)))
    if stretch.pitch_range_hz is not None:
        low_hz, high_hz = stretch.pitch_range_hz
        facts.append((_("Pitch range"), _("{low:.0f} to {high:.0f} Hz", low=low_hz, high=high_hz)))
    if stretch.level_dbfs is not None:
        facts.append((_("Loudness"), amount(stretch.level_dbfs, "dBFS", 1)))
    facts.append((_("Length"), duration(end_s - start_s)))
    said = "; ".join(f"{name} {value}" for name, value in facts)
    return Answered(
        start_s,
        end_s,
        tuple(facts),
        _("{start:.1f} to {end:.1f} seconds. {said}.", start=start_s, end=end_s, said=said),
    )


def _remember(held: dict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    held[key] = value
    while len(held) > most:
        del held[next(iter(held))]
