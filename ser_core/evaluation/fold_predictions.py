"""Predictions of the models of a protocol's folds, kept on disk."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, IntArray, Mask
from ser_core.atomic import replacing
from ser_core.labels import Emotion


@dataclass(frozen=True)
class FoldTraining:
    """How the model of a fold was trained, and its size.

    Attributes:
        seconds: duration of the training; None if it was found finished.
        parameters: number of parameters of a network; otherwise None.
        size_mb: size of the served file in MB.
        history: epochs as plain values; empty if there are none.
    """

    seconds: float | None
    parameters: int | None
    size_mb: float
    history: Sequence[Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class FoldPredictions:
    """Predictions of the served file of one fold.

    Attributes:
        name: name of the fold.
        labels: the emotions of all corpora, in the order of the logits.
        truth: index of each test clip's emotion in `labels`, shape (clips,).
        voices: voice of each clip, shape (clips,).
        files: file name of each clip, shape (clips,).
        logits: shape (clips, labels).
        float32_logits: those of the same model in float32, if that is another file; shape (clips, labels).
        corrupted: which clips were also tested with corruptions, as indices into `truth`, shape (corrupted,).
        corruptions: their logits (corrupted, labels) under each of `augment.CORRUPTIONS`; empty if not tested.
        training: how the model was trained.
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

    def of(self, chosen: Mask) -> "FoldPredictions":
        """Those of some of the clips."""
        place = np.cumsum(chosen) - 1
        kept = chosen[self.corrupted]
        return replace(
            self,
            truth=self.truth[chosen],
            voices=self.voices[chosen],
            files=self.files[chosen],
            logits=self.logits[chosen],
            float32_logits=None if self.float32_logits is None else self.float32_logits[chosen],
            corrupted=place[self.corrupted[kept]],
            corruptions={name: logits[kept] for name, logits in self.corruptions.items()},
        )


def write_fold(path: Path, fold: FoldPredictions) -> None:
    """Writes the complete file at `path`, or none."""
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
    """The fold called `name`, as written by `write_fold`."""
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
