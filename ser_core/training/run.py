"""One training from corpora to a model folder: split, train, calibrate, export, measure, write the card."""

import platform
import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.config import load_settings
from ser_core.corpora import Utterance, get_corpus, load_corpus
from ser_core.corpora.splits import Split, choose_validation, split_by_speaker
from ser_core.errors import CorpusError
from ser_core.features.model_input import ModelInput
from ser_core.labels import Emotion
from ser_core.metrics import choose_pair_margin, choose_threshold, fit_temperature, softmax
from ser_core.models.card import (
    KERAS_FILE,
    SERVED_FILE,
    Calibration,
    ModelCard,
    digest,
    read_verified,
    save_card,
)
from ser_core.models.measured import CALIBRATING, Measured, with_measured, write_card
from ser_core.recipes.identity import recipe_id
from ser_core.recipes.network import Recipe
from ser_core.recognition.recogniser import Recogniser, recogniser_from
from ser_core.recognition.scoring import score
from ser_core.training.dataset import Dataset, prepare, subset
from ser_core.training.loop import Epoch
from ser_core.training.parts import Parts, train_parts

# Where nobody validates there is nothing to calibrate on: confidences stay as they come.
_UNCALIBRATED = Calibration(temperature=1.0, unsure_below=0.0)


@dataclass(frozen=True)
class Listener:
    """Whom to tell how a training goes. Each is called with what is done and what there is in all."""

    on_clip: Callable[[int, int], None] = lambda done, total: None
    on_epoch: Callable[[Epoch, int], None] = lambda epoch, total: None
    on_scored: Callable[[int, int], None] = lambda done, total: None


def train(
    recipe: Recipe,
    corpus_folders: Mapping[str, Path],
    out: Path,
    *,
    name: str | None = None,
    epochs: int | None = None,
    seed: int = 0,
    validation: Sequence[str] | None = None,
    test: Sequence[str] = (),
    measured: Measured | None = None,
    listener: Listener = Listener(),
) -> ModelCard:
    """Trains a recipe and leaves a model folder at `out`.

    Args:
        recipe: what to train.
        corpus_folders: where each corpus lies, by its name.
        out: the model folder to make; an unfinished training in it goes on where it stopped.
        name: name on the card; that of the folder by default.
        epochs: passes over the clips, instead of the recipe's own number.
        seed: of everything left to chance.
        validation: speakers the best epoch and the calibration are chosen on; chosen by chance when None.
        test: speakers kept apart for the figures on the card.
        measured: figures of this recipe by protocol (`results.load_results`). With them all speakers train, and the
            card takes its calibration and figures from models that the protocols kept from the speakers they tested.
        listener: whom to tell how it goes.

    Raises CorpusError, AudioError or ModelError.
    """
    began = time.monotonic()
    utterances = [u for corpus, folder in corpus_folders.items() for u in load_corpus(corpus, folder)]
    kept_apart = set(test)
    if measured is not None:
        if validation or test:
            raise CorpusError("Where all speakers train, none can be put aside to validate or to test.")
        validation = ()
        if CALIBRATING not in measured:
            raise CorpusError(
                f"The recipe has not been measured under {CALIBRATING} yet, which the confidences come from: "
                f"ser evaluate --protocol {CALIBRATING} --recipe {recipe.name} --save."
            )
    if validation is None:
        validation = choose_validation([u for u in utterances if not _named(u, kept_apart)], seed=seed)
    split = split_by_speaker(utterances, validation=validation, test=test)
    labels = tuple(e for e in Emotion if any(u.emotion == e for u in split.train))
    if len(labels) < 2:
        raise CorpusError(f"At least two emotions are needed to train; the clips have only {labels[0].value!r}.")
    everything = prepare(
        [*split.train, *split.validation],
        labels,
        recipe.features,
        n_disturbed=recipe.n_disturbed,
        copies=recipe.statistics_copies,
        seed=seed,
        cache_dir=load_settings().cache_dir,
        on_progress=listener.on_clip,
    )
    held = subset(everything, split.validation) if split.validation else None
    progress = out / "training"
    parts = train_parts(
        recipe,
        subset(everything, split.train),
        held,
        epochs=epochs,
        seed=seed,
        checkpoint_dir=progress,
        on_epoch=listener.on_epoch,
    )
    card = _write_model(parts, labels, split, corpus_folders, out, name or out.name, seed)
    recogniser = recogniser_from(out) if out.name == card.name else _loaded(card, out)
    if held:
        card = replace(card, calibration=_calibrate(recogniser, held))
        recogniser = _loaded(card, out)
    if measured is not None:
        card = with_measured(card, measured)
    metrics = {part: score(recogniser, clips, listener.on_scored).metrics() for part, clips in _parts(split).items()}
    seconds = sum(epoch.seconds for each in parts.trained for epoch in each.history)
    training = dict(card.training) | {"minutes": round(max(seconds, time.monotonic() - began) / 60, 1)}
    card = write_card(replace(card, metrics=dict(card.metrics) | metrics, training=training), out)
    shutil.rmtree(progress)
    return card


def _named(utterance: Utterance, names: set[str]) -> bool:
    return utterance.voice in names or utterance.speaker in names


def _loaded(card: ModelCard, folder: Path) -> Recogniser:
    return Recogniser(card, read_verified(card, folder, SERVED_FILE))


def _parts(split: Split) -> dict[str, list[Utterance]]:
    """The clips that figures are given for: each corpus of the validation and of the test speakers."""
    parts: dict[str, list[Utterance]] = {}
    for side, clips in (("validation", split.validation), ("test", split.test)):
        for utterance in clips:
            parts.setdefault(f"{side} {utterance.corpus}", []).append(utterance)
    return parts


def _write_model(
    parts: Parts,
    labels: tuple[Emotion, ...],
    split: Split,
    corpus_folders: Mapping[str, Path],
    out: Path,
    name: str,
    seed: int,
) -> ModelCard:
    recipe, trained = parts.recipe, parts.trained
    out.mkdir(parents=True, exist_ok=True)
    model = parts.keras_model()
    model.save(out / KERAS_FILE)
    (out / SERVED_FILE).write_bytes(parts.served())
    card = ModelCard(
        name=name,
        summary=recipe.summary,
        labels=labels,
        features=recipe.features,
        n_frames=recipe.n_frames,
        calibration=_UNCALIBRATED,
        corpora={c: _corpus_facts(c, split) for c in corpus_folders},
        protocol={
            "kind": "by speaker: no voice is on two sides",
            "train": _voices(split.train),
            "validation": _voices(split.validation),
            "test": _voices(split.test),
        },
        metrics={},
        training={
            "recipe": recipe.name,
            "recipe_id": recipe_id(recipe),
            "parameters": int(model.count_params()),
            "seed": seed,
            "networks": len(trained),
            "epochs": len(trained[0].history),
            "best_epoch": trained[0].best_epoch,
            "history": [
                {
                    "epoch": epoch.number,
                    "loss": round(epoch.loss, 4),
                    "validation_ua": None if epoch.validation_ua is None else round(epoch.validation_ua, 4),
                }
                for epoch in trained[0].history
            ],
        },
        files={file: digest(out / file) for file in (KERAS_FILE, SERVED_FILE)},
        made_with={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy", "scipy", "soundfile", "soxr")},
    )
    save_card(card, out)
    return card


def _voices(utterances: Sequence[Utterance]) -> list[str]:
    return sorted({u.voice for u in utterances})


def _corpus_facts(name: str, split: Split) -> dict[str, Any]:
    corpus = get_corpus(name)
    return {
        "title": corpus.title,
        "language": corpus.language,
        "licence": corpus.licence,
        "citation": corpus.citation,
        "training_clips": sum(u.corpus == name for u in split.train),
    }


def _calibrate(recogniser: Recogniser, held: Dataset) -> Calibration:
    """Temperature and threshold from the served model's answers to the validation speakers.

    Every corpus counts the same, however many clips its validation speakers have.
    """
    rows = range(len(held))
    logits = np.stack([recogniser.logits(ModelInput(held.clean(row), held.functionals[row, 0])) for row in rows])
    clips = Counter(u.corpus for u in held.utterances)
    weights = [1 / clips[u.corpus] for u in held.utterances]
    temperature = fit_temperature(logits, held.truth, weights)
    probabilities = softmax(logits, temperature)
    return Calibration(
        round(temperature, 4),
        round(choose_threshold(probabilities, held.truth, weights), 4),
        pair_below=round(choose_pair_margin(probabilities, held.truth, weights), 4),
    )
