import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from ser_core.batch import tables
from ser_core.errors import SerError
from ser_core.labels import Emotion

LABELS = (Emotion.ANGRY, Emotion.SAD)
ROWS: list[dict[str, Any]] = [
    {"file": "=a.wav", "duration_s": 1.25, "model": "m", "speech": True, "emotion": "angry", "confidence": 0.5,
     "unsure": False, "pair": ["angry", "sad"], "scores": {"angry": 0.5, "sad": 0.45},
     "valence": -0.5, "arousal": 0.2, "tone": "negative",
     "warnings": [{"code": "cut off", "sentence": "It breaks off."}, {"code": "clipping", "sentence": "Too loud."}]},
    {"file": "b, \"c\".wav", "duration_s": 2.0, "model": "m", "speech": False, "emotion": None, "confidence": None,
     "unsure": True, "pair": None, "scores": {}, "valence": None, "arousal": None, "tone": None, "warnings": []},
    {"file": "é.wav", "error": "The file is empty."},
]  # fmt: skip


def written(folder: Path, suffix: str, rows: list[dict[str, Any]] = ROWS) -> Path:
    path = folder / f"result{suffix}"
    tables.check(path)
    tables.write(path, iter(rows), LABELS)
    return path


def test_json_lines_are_the_rows(tmp_path: Path) -> None:
    lines = written(tmp_path, ".jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_a_spreadsheet_gets_a_column_for_each_emotion_and_runs_nothing(tmp_path: Path) -> None:
    with written(tmp_path, ".csv").open(encoding="utf-8", newline="") as file:
        first, silent, broken = csv.DictReader(file)
    assert first == {
        "file": "'=a.wav", "duration_s": "1.25", "model": "m", "speech": "true", "emotion": "angry",
        "confidence": "0.5", "unsure": "false", "pair": "angry; sad", "angry": "0.5", "sad": "0.45",
        "valence": "-0.5", "arousal": "0.2", "tone": "negative", "warnings": "cut off; clipping", "error": "",
    }  # fmt: skip
    assert (silent["file"], silent["speech"], silent["emotion"], silent["angry"]) == ('b, "c".wav', "false", "", "")
    assert (broken["file"], broken["speech"], broken["error"]) == ("é.wav", "", "The file is empty.")


def test_parquet_keeps_types_and_tells_empty_from_unknown(tmp_path: Path) -> None:
    first, silent, broken = pyarrow.parquet.read_table(written(tmp_path, ".parquet")).to_pylist()
    assert (first["pair"], first["warnings"], first["sad"]) == (["angry", "sad"], ["cut off", "clipping"], 0.45)
    assert (silent["speech"], silent["pair"], silent["warnings"]) == (False, None, [])
    assert (broken["speech"], broken["warnings"], broken["error"]) == (None, None, "The file is empty.")


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_the_same_rows_give_the_same_bytes_in_groups_of_any_size(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_GROUP", 2)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = (written(tmp_path / name, suffix, ROWS * 3).read_bytes() for name in ("a", "b"))
    assert first == second
    if suffix == ".parquet":
        assert pyarrow.parquet.read_metadata(tmp_path / "a/result.parquet").num_row_groups == 5


def test_a_result_that_could_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("years of work")
    for name, said in (("result.xlsx", r"\.parquet, \.csv, \.jsonl"), ("there.csv", "is there already")):
        with pytest.raises(SerError, match=said):
            tables.check(tmp_path / name)
    with pytest.raises(SerError, match="is a file"):
        tables.check(tmp_path / "there.csv" / "result.csv")


def test_a_result_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def rows() -> Any:
        yield ROWS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tables.write(tmp_path / "result.csv", rows(), LABELS)
    assert list(tmp_path.iterdir()) == []
