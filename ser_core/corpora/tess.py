"""TESS: two Canadian actresses, 26 and 64 years old, seven emotions, 200 words."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "neutral": Emotion.NEUTRAL,
    "happy": Emotion.HAPPY,
    "sad": Emotion.SAD,
    "angry": Emotion.ANGRY,
    "fear": Emotion.FEARFUL,
    "disgust": Emotion.DISGUST,
    "ps": Emotion.SURPRISED,  # pleasant surprise
}

# The publisher wrote one file as OA_bite_neutral; it belongs to OAF.
_NAME = re.compile(r"(OAF?|YAF)_([a-z]+)_(neutral|happy|sad|angry|fear|disgust|ps)", re.IGNORECASE)


@corpus(
    "tess",
    title="the Toronto Emotional Speech Set (TESS)",
    language=N_("English"),
    licence="CC BY-NC-ND 4.0",
    citation="Pichora-Fuller and Dupuis 2020, doi 10.5683/SP2/E8H2MF",
    layout="OAF_angry/OAF_back_angry.wav, one folder an actress and emotion",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every word of both actresses in `folder`."""
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            speaker, word, emotion = name.groups()
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion.lower()],
                corpus="tess",
                speaker="YAF" if speaker.upper() == "YAF" else "OAF",
                gender="f",
                sentence=word.lower(),
            )
