"""What the models of a protocol's folds predicted, kept on disk."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, IntArray
from ser_core.atomic import replacing
from ser_core.labels import Emotion


@dataclass(frozen=True)
class FoldTraining:
    """How the model of a fold came about, and what it costs.

    Attributes:
        seconds: what the training took.
        parameters: of networks; None otherwise.
        size_mb: of the file that answers, in MB.
        history: epochs as plain values; none where there are no epochs.
    """

    seconds: float
    parameters: int | None
    size_mb: float
    history: Sequence[Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class FoldPredictions:
    """What the served file of one fold predicted.

    Attributes:
        name: of the fold.
        labels: the emotions of all corpora, in the order of the logits.
        truth: position of each test clip's emotion in `labels`, shape (clips,).
        voices: who speaks in it, shape (clips,).
        files: its file's name, shape (clips,).
        logits: shape (clips, labels).
        float32_logits: of the same model in float32, where that is another file; shape (clips, labels).
        corrupted: which clips were tested corrupted too, as places in `truth`, shape (corrupted,).
        corruptions: logits (corrupted, labels) of those under each of `augment.CORRUPTIONS`; empty where not tested.
        training: how the model came about.
    """

    name: str
    labels: tuple[Emotion, ...]
    truth: IntArray
    voices: npt.NDArray[np.str_]
    files: npt.NDArray[np.str_]
    logits: DoubleArray
    float32_logits: DoubleArray | None
    corrupted: IntArray
    corruptions: Mapping[str, DoubleArray]
    training: FoldTraining | None = None


def write_fold(path: Path, fold: FoldPredictions) -> None:
    """Leaves a whole file at `path`, or none."""
    arrays: dict[str, Any] = {name: getattr(fold, name) for name in ("truth", "voices", "files", "logits", "corrupted")}
    if fold.float32_logits is not None:
        arrays["float32_logits"] = fold.float32_logits
    with replacing(path) as partial:
        np.savez(
            partial,
            labels=[label.value for label in fold.labels],
            corruption_names=list(fold.corruptions),
            corruptions=np.array(list(fold.corruptions.values())),
            training=json.dumps(fold.training and asdict(fold.training)),
            **arrays,
        )


def read_fold(path: Path, name: str) -> FoldPredictions:
    """What `write_fold` left, of the fold called `name`."""
    with np.load(path) as stored:
        training = json.loads(str(stored["training"]))
        return FoldPredictions(
            name,
            tuple(Emotion(label) for label in stored["labels"]),
            stored["truth"],
            stored["voices"],
            stored["files"],
            stored["logits"],
            stored.get("float32_logits"),
            stored["corrupted"],
            dict(zip(stored["corruption_names"].tolist(), stored["corruptions"], strict=True)),
            FoldTraining(**training) if training else None,
        )


def joined(folds: Sequence[FoldPredictions]) -> FoldPredictions:
    """The predictions of several folds as one."""
    first = folds[0]
    before = np.cumsum([0, *(len(f.truth) for f in folds)])
    return replace(
        first,
        truth=np.concatenate([f.truth for f in folds]),
        voices=np.concatenate([f.voices for f in folds]),
        files=np.concatenate([f.files for f in folds]),
        logits=np.concatenate([f.logits for f in folds]),
        float32_logits=None,
        corrupted=np.concatenate([f.corrupted + first_row for f, first_row in zip(folds, before, strict=False)]),
        corruptions={name: np.concatenate([f.corruptions[name] for f in folds]) for name in first.corruptions},
        training=None,
    )
