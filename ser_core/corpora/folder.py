"""Your own recordings: one subfolder for each emotion, and optionally one for each speaker inside it."""

from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

# Other common words for the eight emotions that people use as folder names.
_WORDS = {
    "anger": Emotion.ANGRY,
    "fear": Emotion.FEARFUL,
    "happiness": Emotion.HAPPY,
    "joy": Emotion.HAPPY,
    "pleasant_surprise": Emotion.SURPRISED,
    "sadness": Emotion.SAD,
    "surprise": Emotion.SURPRISED,
} | {emotion.value: emotion for emotion in Emotion}


@corpus(
    "folder",
    title="your own recordings",
    language=N_("any"),
    licence="yours",
    citation="none",
    layout=(
        "angry/anna/01.wav, one folder an emotion (neutral, calm, happy, sad, angry, fearful, disgust, "
        "surprised) and in it one folder a speaker; files directly in an emotion's folder count as one speaker"
    ),
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sound file in subfolders of `folder` that are named after emotions."""
    for path in audio_files(folder):
        parts = path.relative_to(folder).parts
        emotion = _WORDS.get(parts[0].lower())
        if emotion and len(parts) > 1:
            yield Utterance(
                path=path, emotion=emotion, corpus="folder", speaker=parts[1] if len(parts) > 2 else "unknown"
            )
