"""The checkpoint of a training, replaced after every epoch."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ser_core.atomic import write_text
from ser_core.errors import ModelError
from ser_core.training.loss import masked_cross_entropy
from ser_core.training.progress import Epoch

Weights = list[Any]


@dataclass(frozen=True, eq=False)
class Best:
    """Averaged weights of the best epoch so far."""

    weights: Weights
    ua: float
    epoch: int


class Checkpoints:
    """A checkpoint in a folder, replaced after every epoch."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.fingerprint = fingerprint

    def save(self, model: Any, average: Weights, best: Best, history: list[Epoch]) -> None:
        """Writes a new checkpoint beside the old one, then makes `current.json` point to it, so that an interruption at
        any moment leaves one of the two.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        here = self.folder / f"epoch-{len(history):04d}"
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir()
        model.save(here / "model.keras")
        np.savez(here / "average.npz", *average)
        np.savez(here / "best.npz", *best.weights)
        state = {
            "fingerprint": self.fingerprint,
            "folder": here.name,
            "best_ua": best.ua,
            "best_epoch": best.epoch,
            "history": [asdict(epoch) for epoch in history],
        }
        write_text(self.folder / "current.json", json.dumps(state))
        for old in self.folder.glob("epoch-*"):
            if old != here:
                shutil.rmtree(old, ignore_errors=True)

    def load(self, model: Any) -> tuple[Weights, Best, list[Epoch]] | None:
        """Restores the weights and optimizer state of `model`; returns the rest of the state, or None."""
        current = self.folder / "current.json"
        if not current.exists():
            return None
        state = json.loads(current.read_text())
        if state["fingerprint"] != self.fingerprint:
            raise ModelError(
                f"{self.folder} holds a training with other data or settings. "
                "Continue with those, choose another folder, or delete it to start again."
            )
        here = self.folder / state["folder"]
        known = {"masked_cross_entropy": masked_cross_entropy}
        stored = keras.saving.load_model(here / "model.keras", custom_objects=known)
        model.set_weights(stored.get_weights())
        model.optimizer.build(model.trainable_variables)
        for mine, theirs in zip(model.optimizer.variables, stored.optimizer.variables, strict=True):
            mine.assign(theirs)
        for mine, theirs in zip(model.non_trainable_variables, stored.non_trainable_variables, strict=True):
            mine.assign(theirs)
        best = Best(_arrays(here / "best.npz"), state["best_ua"], state["best_epoch"])
        return _arrays(here / "average.npz"), best, [Epoch(**epoch) for epoch in state["history"]]


def _arrays(path: Path) -> Weights:
    with np.load(path) as stored:
        return [stored[f"arr_{i}"] for i in range(len(stored.files))]
