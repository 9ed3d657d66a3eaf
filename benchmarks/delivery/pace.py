"""Syllable counts against the known texts of the corpora."""

import csv
import re
from pathlib import Path

import numpy as np

from ser_core.audio import read_clip
from ser_core.corpora import Utterance
from ser_core.prosody import measure_prosody

# "Kids are talking by the door", "Dogs are sitting by the door"; "Say the word ..." and a word of one syllable.
_RAVDESS, _TESS = 7, 4


def polish_syllables(text: str) -> int:
    """Counts vowels; an i before another vowel only softens the consonant."""
    return len(re.findall("[aąeęioóuy]", re.sub("i(?=[aąeęoóu])", "", text.lower())))


def known_syllables(utterances: list[Utterance], corpora_dir: Path) -> dict[Path, int]:
    with (corpora_dir / "nemo" / "data.tsv").open(encoding="utf-8") as file:
        texts = {Path(row["file_id"]).stem: row["normalized_text"] for row in csv.DictReader(file, delimiter="\t")}
    fixed = {"ravdess": _RAVDESS, "tess": _TESS}
    return {u.path: fixed.get(u.corpus) or polish_syllables(texts[u.path.stem]) for u in utterances}


def errors(utterances: list[Utterance], corpora_dir: Path) -> dict[str, dict[str, float]]:
    truth = known_syllables(utterances, corpora_dir)
    counts: dict[str, list[tuple[int, int]]] = {}
    for u in utterances:
        counted = len(measure_prosody(read_clip(u.path)).syllables_s)
        counts.setdefault(u.corpus, []).append((counted, truth[u.path]))
    return {
        name: {
            "clips": len(rows),
            "counted over true": float(np.mean([a / b for a, b in rows])),
            "mean error, %": 100 * float(np.mean([abs(a - b) / b for a, b in rows])),
        }
        for name, rows in counts.items()
    }
