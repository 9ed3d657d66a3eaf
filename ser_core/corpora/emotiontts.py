"""EmotionTTS open DB: Korean speakers reading sentences in four emotions; the public part has fifteen of them."""

import csv
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_TABLE = "labels.tsv"


@corpus(
    "emotiontts",
    title="the EmotionTTS open database",
    language=N_("Korean"),
    licence="CC BY-NC-SA 4.0",
    citation="Selvas AI 2020, EmotionTTS open DB",
    layout=f"Emotional/emotional-to-emotional/nea/wav/nea00001.wav with {_TABLE} beside the folder Emotional",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every sentence under `folder` that its table names with an emotion."""
    rows = _rows(folder)
    for path in audio_files(folder):
        if row := rows.get(path.stem):
            yield Utterance(
                path=path,
                emotion=Emotion(row["emotion"]),
                corpus="emotiontts",
                speaker=row["speaker"].removeprefix("emotiontts_"),
                gender=row["gender"],
            )


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    for table in (folder / _TABLE, folder.parent / _TABLE):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as lines:
                rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                return {Path(row["path"]).stem: row for row in rows if row["emotion"] in set(Emotion)}
    return {}
