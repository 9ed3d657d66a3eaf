"""Emo-DB, the Berlin database: ten German actors, seven emotions, ten sentences."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

# The letters stand for German words. L, Langeweile (boredom), is not one of the eight emotions and is left out.
_EMOTIONS = {
    "W": Emotion.ANGRY,  # Wut or Ärger
    "E": Emotion.DISGUST,  # Ekel
    "A": Emotion.FEARFUL,  # Angst
    "F": Emotion.HAPPY,  # Freude
    "T": Emotion.SAD,  # Trauer
    "N": Emotion.NEUTRAL,
}

_WOMEN = frozenset({"08", "09", "13", "14", "16"})

# speaker, text, emotion, version
_NAME = re.compile(r"(03|08|09|1[0-6])([ab]\d\d)([WEAFTN])([a-z])")


@corpus(
    "emodb",
    title="the Berlin Database of Emotional Speech (Emo-DB)",
    language=N_("German"),
    licence="free to use when cited; its publisher names no formal licence",
    citation="Burkhardt, Paeschke, Rolfes, Sendlmeier and Weiss 2005, doi 10.21437/Interspeech.2005-446",
    layout="wav/03a01Fa.wav, all in one folder: speaker 03, text a01, emotion F, version a",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence in `folder` except the bored ones."""
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            speaker, text, emotion, _ = name.groups()
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion],
                corpus="emodb",
                speaker=speaker,
                gender="f" if speaker in _WOMEN else "m",
                sentence=text,
            )
