"""nEMO: nine Polish actors, six emotions, 90 sentences."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "anger": Emotion.ANGRY,
    "fear": Emotion.FEARFUL,
    "happiness": Emotion.HAPPY,
    "neutral": Emotion.NEUTRAL,
    "sadness": Emotion.SAD,
    "surprised": Emotion.SURPRISED,
}

_NAME = re.compile(r"([A-Z]{2}\d)_(anger|fear|happiness|neutral|sadness|surprised)_(\d+)")


@corpus(
    "nemo",
    title="nEMO, emotional speech in Polish",
    language=N_("Polish"),
    licence="CC BY-NC-SA 4.0",
    citation="Christop 2024, arXiv 2404.06292",
    layout="samples/EB0_anger_1.wav with data.tsv beside the folder samples",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence in `folder`; gender comes from data.tsv, if that file exists."""
    genders = _genders(folder)
    for path in audio_files(folder):
        if name := _NAME.fullmatch(path.stem):
            speaker, emotion, sentence = name.groups()
            yield Utterance(
                path=path,
                emotion=_EMOTIONS[emotion],
                corpus="nemo",
                speaker=speaker,
                gender=genders.get(speaker),
                sentence=sentence,
            )


def _genders(folder: Path) -> dict[str, str]:
    for table in (folder / "data.tsv", folder.parent / "data.tsv"):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as lines:
                rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                return {row["speaker_id"]: row["gender"][:1] for row in rows if row.get("gender")}
    return {}
