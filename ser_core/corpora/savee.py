"""SAVEE: four British men, seven emotions, 15 or 30 sentences each."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "a": Emotion.ANGRY,
    "d": Emotion.DISGUST,
    "f": Emotion.FEARFUL,
    "h": Emotion.HAPPY,
    "n": Emotion.NEUTRAL,
    "sa": Emotion.SAD,
    "su": Emotion.SURPRISED,
}

# The publisher has one folder for each speaker; copies in a single folder put the speaker before the name: DC_a01.wav.
_NAME = re.compile(r"(?:(DC|JE|JK|KL)_)?(sa|su|[adfhn])(\d\d)")
_SPEAKERS = frozenset({"DC", "JE", "JK", "KL"})


@corpus(
    "savee",
    title="Surrey Audio-Visual Expressed Emotion (SAVEE)",
    language=N_("English"),
    licence="for research only, after registration with the University of Surrey",
    citation="Haq and Jackson 2010, in Machine Audition, doi 10.4018/978-1-61520-919-4.ch017",
    layout="AudioData/DC/sa01.wav, one folder a speaker (DC, JE, JK, KL), emotion before the number",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence in `folder` whose folder or file name gives the speaker."""
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            prefix, emotion, number = name.groups()
            speaker = prefix or path.parent.name
            if speaker in _SPEAKERS:
                yield Utterance(
                    path=path,
                    emotion=_EMOTIONS[emotion],
                    corpus="savee",
                    speaker=speaker,
                    gender="m",
                    # Sentences are numbered by emotion: a01 and n01 are different words.
                    sentence=f"{emotion}{number}",
                )
