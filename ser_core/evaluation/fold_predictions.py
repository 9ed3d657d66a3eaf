"""What the models of a protocol's folds answered, kept on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, IntArray
from ser_core.atomic import replacing
from ser_core.evaluation.corruptions import CONDITIONS
from ser_core.labels import Emotion


@dataclass(frozen=True, eq=False)
class Answers:
    """What the served file of one fold answered.

    Attributes:
        name: of the fold.
        truth: position of each test clip's emotion in the labels, shape (clips,).
        voices: who speaks in it, shape (clips,).
        files: its file's name, shape (clips,).
        logits: of the file in eight bits, shape (clips, labels).
        plain_logits: of the same network in float32.
        changed: which clips were heard under other conditions too, as places in `truth`, shape (changed,).
        disturbed: logits (changed, labels) of those under each of CONDITIONS.
    """

    name: str
    labels: tuple[Emotion, ...]
    truth: IntArray
    voices: npt.NDArray[np.str_]
    files: npt.NDArray[np.str_]
    logits: DoubleArray
    plain_logits: DoubleArray
    changed: IntArray
    disturbed: Mapping[str, DoubleArray]


def write_answers(path: Path, answers: Answers) -> None:
    """Leaves a whole file at `path`, or none."""
    with replacing(path) as partial:
        np.savez(
            partial,
            labels=[label.value for label in answers.labels],
            truth=answers.truth,
            voices=answers.voices,
            files=answers.files,
            logits=answers.logits,
            plain_logits=answers.plain_logits,
            changed=answers.changed,
            disturbed=np.array([answers.disturbed[name] for name in CONDITIONS]),
        )


def read_answers(path: Path, name: str) -> Answers:
    """What `write_answers` left, of the fold called `name`."""
    with np.load(path) as stored:
        return Answers(
            name,
            tuple(Emotion(label) for label in stored["labels"]),
            stored["truth"],
            stored["voices"],
            stored["files"],
            stored["logits"],
            stored["plain_logits"],
            stored["changed"],
            dict(zip(CONDITIONS, stored["disturbed"], strict=True)),
        )


def joined(folds: Sequence[Answers]) -> Answers:
    """The answers of several folds as one."""
    first = folds[0]
    before = np.cumsum([0, *(len(f.truth) for f in folds)])
    return replace(
        first,
        truth=np.concatenate([f.truth for f in folds]),
        voices=np.concatenate([f.voices for f in folds]),
        files=np.concatenate([f.files for f in folds]),
        logits=np.concatenate([f.logits for f in folds]),
        plain_logits=np.concatenate([f.plain_logits for f in folds]),
        changed=np.concatenate([f.changed + first_row for f, first_row in zip(folds, before, strict=False)]),
        disturbed={name: np.concatenate([f.disturbed[name] for f in folds]) for name in first.disturbed},
    )
