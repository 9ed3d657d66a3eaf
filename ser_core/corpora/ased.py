"""ASED: Amharic speakers, five emotions. Its licence is not stated: models are tested on it, never trained."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "n": Emotion.NEUTRAL,
    "f": Emotion.FEARFUL,
    "h": Emotion.HAPPY,
    "s": Emotion.SAD,
    "a": Emotion.ANGRY,
}

# emotion, sentence, repetition and more, speaker last
_NAME = re.compile(r"([nfhsa])(\d+)-(?:\d+-)+(\d+)", re.IGNORECASE)


@corpus(
    "ased",
    title="the Amharic Speech Emotion Dataset (ASED)",
    language=N_("Amharic"),
    licence="none stated: only to be tested on",
    citation="Retta, Almekhlafi, Sutcliffe, Mhamed, Ali and Feng 2023, doi 10.1145/3529759",
    layout="01Neutral/n1-01-01-01-05.wav, one folder an emotion, speaker last in the name",
    trains=False,
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence under `folder`; a few of the publisher's speaker numbers stand for two people."""
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            emotion, sentence, speaker = name.groups()
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion.lower()],
                corpus="ased",
                speaker=str(int(speaker)),
                sentence=sentence,
            )
