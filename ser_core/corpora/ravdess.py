"""RAVDESS: 24 North American actors, eight emotions, two sentences, two intensities."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "01": Emotion.NEUTRAL,
    "02": Emotion.CALM,
    "03": Emotion.HAPPY,
    "04": Emotion.SAD,
    "05": Emotion.ANGRY,
    "06": Emotion.FEARFUL,
    "07": Emotion.DISGUST,
    "08": Emotion.SURPRISED,
}

# modality-channel-emotion-intensity-statement-repetition-actor. Modality 01 is video with sound and 02 is video alone,
# so only 03, sound alone, is read; channel 01 is speech and 02 song.
_NAME = re.compile(r"03-0[12]-(0[1-8])-0[12]-(0[12])-0[12]-(\d\d)")


@corpus(
    "ravdess",
    title="the Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS)",
    language=N_("English"),
    licence="CC BY-NC-SA 4.0",
    citation="Livingstone and Russo 2018, doi 10.1371/journal.pone.0196391",
    layout=(
        "Actor_01/03-01-06-01-02-01-01.wav (speech) or Actor_01/03-02-06-01-02-01-01.wav (song), one folder an "
        "actor, emotion in the third number"
    ),
)
def read(folder: Path) -> Iterator[Utterance]:
    """Speech and song of every actor in `folder`."""
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            emotion, statement, actor = name.groups()
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion],
                corpus="ravdess",
                speaker=actor,
                gender="m" if int(actor) % 2 else "f",
                sentence=statement,
            )
