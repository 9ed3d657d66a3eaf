"""One training from corpora to a model folder: split, prepare, fit, export, calibrate, measure, write the card."""

import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.atomic import check_writable
from ser_core.config import load_settings
from ser_core.corpora import Utterance, get_corpus, load_corpus
from ser_core.corpora.splits import Split, choose_validation, select_voices, split_at_random, split_by_speaker
from ser_core.errors import CorpusError, ModelError
from ser_core.metrics import choose_pair_margin, choose_threshold, fit_temperature, softmax
from ser_core.models.card import CARD_FILE, KERAS_FILE, SERVED_FILE, UNCALIBRATED, WEIGHTS_FILE, AnyCard, Calibration
from ser_core.models.estimators import SKOPS_FILE
from ser_core.models.measured import Measured, calibrating, with_measured, write_card
from ser_core.models.opening import open_runner
from ser_core.recipes import Recipe
from ser_core.training.predictions import Predictions, predict
from ser_core.training.progress import SILENT, Epoch, Observer
from ser_core.training.trainer import Fitted, Task
from ser_core.training.trainers import trainer_of

# Where an unfinished training keeps its checkpoints, in the folder of the model that it will be.
_UNFINISHED = "training"


def train(
    recipe: Recipe,
    corpus_folders: Mapping[str, Path],
    out: Path,
    *,
    seed: int = 0,
    validation: Sequence[str] | None = None,
    test: Sequence[str] = (),
    random_test: bool = False,
    measured: Measured | None = None,
    observer: Observer = SILENT,
) -> AnyCard:
    """Trains a recipe and leaves a model folder at `out`, named as that folder.

    Args:
        recipe: what to train, with all its knobs.
        corpus_folders: where each corpus lies, by its name.
        out: the model folder to make; an unfinished training in it goes on where it stopped.
        seed: of everything left to chance.
        validation: speakers the best epoch and the calibration are chosen on; chosen by chance when None.
        test: speakers kept apart for the figures on the card.
        random_test: test on a random share of the clips, as the recipe was published, instead of on speakers.
        measured: figures of this recipe by protocol (`results.load_results`). With them all speakers train, and the
            card takes its calibration and figures from models that the protocols kept from the speakers they tested.
        observer: is told how it goes.

    Raises SerError before anything is computed where it can be known, AudioError for a file that cannot be used.
    """
    began = time.monotonic()
    check_folder(out)
    trainer = trainer_of(recipe)
    if measured is not None and (validation or test or random_test):
        raise CorpusError("Where all speakers train, none can be put aside to validate or to test.")
    if measured is not None and "temperature" not in measured.get(wanted := calibrating(measured), {}):
        raise CorpusError(
            f"The recipe has not been measured under {wanted} yet, which the confidences come from: "
            f"ser evaluate --protocol {wanted} --recipe {recipe.name} --save."
        )
    for name in corpus_folders:
        if not get_corpus(name).trains:
            raise CorpusError(f"{get_corpus(name).title} is only tested on: use ser evaluate. Leave it out.")
    utterances = [u for corpus, folder in corpus_folders.items() for u in load_corpus(corpus, folder)]
    split = _split(recipe, utterances, () if measured is not None else validation, test, random_test, seed)
    if len(emotions := {u.emotion for u in split.train}) < 2:
        (only,) = emotions
        raise CorpusError(f"At least two emotions are needed to train; the clips have only {only.value!r}.")
    held = [u for u in split.validation if u.emotion in emotions]
    data = trainer.prepare([*split.train, *held], seed, load_settings().cache_dir, observer.clips)
    fitted = trainer.fit(data, Task(split.train, held, seed, out / _UNFINISHED, observer.epoch))
    card = trainer.export(fitted, out)
    for stale in {KERAS_FILE, SERVED_FILE, SKOPS_FILE, WEIGHTS_FILE} - card.files.keys():
        (out / stale).unlink(missing_ok=True)
    predicted = predict(open_runner(card, out).logits, card.labels, [*split.validation, *split.test], observer.tested)
    on_validation = np.arange(len(predicted.truth)) < len(split.validation)
    known = np.array([u.emotion in emotions for u in predicted.utterances], dtype=bool)
    card = replace(
        card,
        calibration=_calibration(predicted.of(on_validation & known)),
        corpora={corpus: _corpus_facts(corpus, split.train) for corpus in corpus_folders},
        protocol=_protocol(split, random_test),
        made_with=_made_with(trainer.modules),
    )
    if measured is not None:
        card = with_measured(card, measured)
    metrics = _metrics(predicted, on_validation, card.calibration)
    minutes = max(sum(epoch.seconds for epoch in fitted.history), time.monotonic() - began) / 60
    card = replace(card, metrics=dict(card.metrics) | metrics, training=_how(recipe, fitted, seed, minutes))
    card = write_card(card, out)
    shutil.rmtree(out / _UNFINISHED, ignore_errors=True)
    return card


def check_folder(out: Path) -> None:
    """Raises SerError for a folder that a model cannot be written to, or that holds something else."""
    check_writable(out)
    if out.is_dir() and any(out.iterdir()) and not any((out / mine).exists() for mine in (CARD_FILE, _UNFINISHED)):
        raise ModelError(f"{out} holds other things than a model. Name a folder that is new or empty.")


def _split(
    recipe: Recipe,
    utterances: Sequence[Utterance],
    validation: Sequence[str] | None,
    test: Sequence[str],
    random_test: bool,
    seed: int,
) -> Split:
    if random_test:
        if test or validation:
            raise CorpusError("A random test takes clips of every speaker; it goes with no --test or --validation.")
        return split_at_random(utterances, recipe.random_test, seed)
    if validation is None:
        tested = set(select_voices(utterances, test))
        validation = choose_validation([u for u in utterances if u.voice not in tested], seed=seed)
    return split_by_speaker(utterances, validation=validation, test=test)


def _calibration(predicted: Predictions) -> Calibration:
    """Temperature and thresholds from the served model's answers to the validation speakers.

    Every corpus counts the same, however many clips its validation speakers have.
    """
    if not len(predicted.truth):
        return UNCALIBRATED
    clips = Counter(u.corpus for u in predicted.utterances)
    weights = [1 / clips[u.corpus] for u in predicted.utterances]
    temperature = fit_temperature(predicted.logits, predicted.truth, weights)
    probabilities = softmax(predicted.logits, temperature)
    return Calibration(
        round(temperature, 4),
        round(choose_threshold(probabilities, predicted.truth, weights), 4),
        pair_below=round(choose_pair_margin(probabilities, predicted.truth, weights), 4),
    )


def _metrics(
    predicted: Predictions, on_validation: np.ndarray, calibration: Calibration
) -> dict[str, dict[str, object]]:
    """Figures for each corpus of the validation and of the test speakers."""
    corpora = np.array([u.corpus for u in predicted.utterances])
    return {
        f"{side} {corpus}": predicted.of(mine & (corpora == corpus)).figures(calibration)
        for side, mine in (("validation", on_validation), ("test", ~on_validation))
        for corpus in dict.fromkeys(corpora[mine].tolist())
    }


def _protocol(split: Split, random_test: bool) -> dict[str, object]:
    kind = (
        "at random: the same voices are on both sides, which flatters the figures"
        if random_test
        else "by speaker: no voice is on two sides"
    )
    sides = {"train": split.train, "validation": split.validation, "test": split.test}
    return {"kind": kind} | {side: sorted({u.voice for u in clips}) for side, clips in sides.items()}


def _corpus_facts(name: str, trained: Sequence[Utterance]) -> dict[str, Any]:
    corpus = get_corpus(name)
    return {
        "title": corpus.title,
        "language": corpus.language,
        "licence": corpus.licence,
        "citation": corpus.citation,
        "training_clips": sum(u.corpus == name for u in trained),
    }


def _how(recipe: Recipe, fitted: Fitted, seed: int, minutes: float) -> dict[str, Any]:
    return {
        "recipe": recipe.name,
        "recipe_id": recipe.id,
        "source": recipe.source,
        "parameters": fitted.n_parameters,
        "seed": seed,
        "epochs": len(fitted.history) or None,
        **fitted.facts,
        "history": history_rows(fitted.history),
        **({"minutes": round(minutes, 1)} if fitted.trained_now else {}),
    }


def history_rows(history: Sequence[Epoch]) -> list[dict[str, float]]:
    """Epochs as plain values, for a card or the results."""
    counted = ({"accuracy": e.accuracy, "validation_ua": e.validation_ua} for e in history)
    return [
        {"epoch": e.number, "loss": round(e.loss, 4)} | {k: round(v, 4) for k, v in more.items() if v is not None}
        for e, more in zip(history, counted, strict=True)
    ]


def _made_with(modules: Sequence[str]) -> dict[str, str]:
    versions = {module: str(import_module(module).__version__) for module in modules}
    return {"python": ".".join(map(str, sys.version_info[:3]))} | versions
