"""The result as a file: Parquet, CSV or JSON lines, by its suffix. The same rows give the same bytes."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ser_core.atomic import check_writable, replacing
from ser_core.batch.work import Row
from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.text.cells import as_text

# Rows of a group of a Parquet file, which are in memory together.
_GROUP = 10_000
_BETWEEN = "; "


def check(path: Path) -> None:
    """Raises SerError for a result that could not be written."""
    if path.suffix not in _WRITERS:
        raise SerError(f"The result is written as {', '.join(_WRITERS)}, by its name; got {path.name!r}.")
    if path.exists():
        raise SerError(f"{path} is there already. Name another file, or remove it first.")
    check_writable(path.parent)
    if path.suffix == ".parquet":
        _parquet()


def write(path: Path, rows: Iterable[Row], labels: tuple[Emotion, ...]) -> None:
    """Writes the rows in one step, holding few of them at a time; see `check`."""
    with replacing(path) as partial:
        _WRITERS[path.suffix](partial, rows, labels)
        with partial.open("rb") as file:
            os.fsync(file.fileno())


def _jsonl(path: Path, rows: Iterable[Row], labels: tuple[Emotion, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _csv(path: Path, rows: Iterable[Row], labels: tuple[Emotion, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_columns(labels))
        for row in rows:
            table.writerow([_cell(value) for value in _flat(row, labels).values()])


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _BETWEEN.join(value)
    return as_text(value) if isinstance(value, str) else value


def _parquet_file(path: Path, rows: Iterable[Row], labels: tuple[Emotion, ...]) -> None:
    arrow, parquet = _parquet()
    schema = arrow.schema([(name, _type_of(arrow, name)) for name in _columns(labels)])
    with parquet.ParquetWriter(path, schema) as writer:
        for group in _groups(rows):
            writer.write_table(arrow.Table.from_pylist([_flat(row, labels) for row in group], schema))


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while group := list(islice(left, _GROUP)):
        yield group


def _type_of(arrow: Any, name: str) -> Any:
    if name in ("file", "model", "emotion", "tone", "error"):
        return arrow.string()
    if name in ("speech", "unsure"):
        return arrow.bool_()
    return arrow.list_(arrow.string()) if name in ("pair", "warnings") else arrow.float64()


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise SerError(f"Parquet needs the package pyarrow ({error}). Name a result that ends in .csv.") from None
    return pyarrow, pyarrow.parquet


def _columns(labels: tuple[Emotion, ...]) -> list[str]:
    return list(_flat({"file": "", "error": ""}, labels))


def _flat(row: Row, labels: tuple[Emotion, ...]) -> dict[str, Any]:
    """A row with a column for each emotion's probability; of a file without an answer, all but name and error are
    empty.
    """
    plain = ("file", "duration_s", "model", "speech", "emotion", "confidence", "unsure", "pair")
    affect = ("valence", "arousal", "tone")
    scores = row.get("scores", {})
    warnings = row.get("warnings")
    return {
        **{name: row.get(name) for name in plain},
        **{label.value: scores.get(label.value) for label in labels},
        **{name: row.get(name) for name in affect},
        "warnings": None if warnings is None else [warning["code"] for warning in warnings],
        "error": row.get("error"),
    }


_WRITERS: dict[str, Callable[[Path, Iterable[Row], tuple[Emotion, ...]], None]] = {
    ".parquet": _parquet_file,
    ".csv": _csv,
    ".jsonl": _jsonl,
}
