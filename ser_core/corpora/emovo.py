"""EMOVO: six Italian actors, seven emotions, 14 sentences."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "dis": Emotion.DISGUST,  # disgusto
    "gio": Emotion.HAPPY,  # gioia
    "neu": Emotion.NEUTRAL,  # neutro
    "pau": Emotion.FEARFUL,  # paura
    "rab": Emotion.ANGRY,  # rabbia
    "sor": Emotion.SURPRISED,  # sorpresa
    "tri": Emotion.SAD,  # tristezza
}

# emotion, speaker, sentence
_NAME = re.compile(r"(dis|gio|neu|pau|rab|sor|tri)-([fm])([123])-([a-z]+\d*)", re.IGNORECASE)


@corpus(
    "emovo",
    title="EMOVO, emotional speech in Italian",
    language=N_("Italian"),
    licence="free for research; other uses on request to its authors",
    citation="Costantini, Iaderola, Paoloni and Todisco 2014, LREC, pages 3501-3504",
    layout="f1/dis-f1-b1.wav, one folder a speaker (f1 to f3, m1 to m3), emotion first",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence of the six actors in `folder`."""
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            emotion, gender, number, sentence = (part.lower() for part in name.groups())
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion],
                corpus="emovo",
                speaker=gender + number,
                gender=gender,
                sentence=sentence,
            )
