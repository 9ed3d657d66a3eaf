"""CREMA-D: 91 American actors of many backgrounds, six emotions, twelve sentences."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "ANG": Emotion.ANGRY,
    "DIS": Emotion.DISGUST,
    "FEA": Emotion.FEARFUL,
    "HAP": Emotion.HAPPY,
    "NEU": Emotion.NEUTRAL,
    "SAD": Emotion.SAD,
}

# actor, sentence, emotion, intensity: XX where none was asked for, and once X
_NAME = re.compile(r"(10\d\d)_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(?:LO|MD|HI|XX?)")

_TABLE = "VideoDemographics.csv"


@corpus(
    "crema-d",
    title="the Crowd-sourced Emotional Multimodal Actors Dataset (CREMA-D)",
    language=N_("English"),
    licence="Open Database License 1.0",
    citation="Cao, Cooper, Keutmann, Gur, Nenkova and Verma 2014, doi 10.1109/TAFFC.2014.2336244",
    layout=f"AudioWAV/1001_DFA_ANG_XX.wav with {_TABLE} beside the folder AudioWAV",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence in `folder`; gender comes from the actors' table, if that file exists."""
    genders = _genders(folder)
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            actor, sentence, emotion = name.groups()
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion],
                corpus="crema-d",
                speaker=actor,
                gender=genders.get(actor),
                sentence=sentence,
            )


def _genders(folder: Path) -> dict[str, str]:
    for table in (folder / _TABLE, folder.parent / _TABLE):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as lines:
                return {row["ActorID"]: row["Sex"][:1].lower() for row in csv.DictReader(lines)}
    return {}
