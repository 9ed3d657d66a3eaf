"""One training of a classic recipe, from corpora to a model folder: split, measure, fit, calibrate, write the card."""

import platform
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.claim import ClaimKind
from ser_core.config import load_settings
from ser_core.corpora import Utterance, get_corpus, load_corpus
from ser_core.corpora.splits import Split, choose_validation, select_voices, split_at_random, split_by_speaker
from ser_core.errors import CorpusError
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.metrics import choose_threshold, fit_temperature, softmax
from ser_core.models.card import (
    Calibration,
    ClassicCard,
    digest,
    save_card,
)
from ser_core.models.readme import model_readme
from ser_core.recipes import ClassicRecipe
from ser_core.recognition.scoring import Scored
from ser_core.records import Prediction
from ser_core.training.classic_models import ClassicModel, FitEpoch, build_classic
from ser_core.training.vectors import Augmentation, Vectors, prepare_vectors

_UNCALIBRATED = Calibration(temperature=1.0, unsure_below=0.0)
# A probability of nothing would make a logarithm of minus infinity.
_LEAST_PROBABILITY = 1e-7


@dataclass(frozen=True)
class ClassicOptions:
    """What may be asked of any classic recipe, instead of its own settings where given.

    Attributes:
        augment: augmentations of the training clips; None keeps the recipe's.
        noise_dir: folder of noises for them; None makes white, pink and babble noise.
        pca: principal components the values are turned into.
        select: values kept by recursive feature elimination.
        epochs: passes of a network over the training clips.
    """

    augment: tuple[str, ...] | None = None
    noise_dir: Path | None = None
    pca: int | None = None
    select: int | None = None
    epochs: int | None = None


@dataclass(frozen=True)
class ClassicListener:
    """Whom to tell how a training goes. Each is called with what is done and what there is in all."""

    on_clip: Callable[[int, int], None] = lambda done, total: None
    on_epoch: Callable[[FitEpoch, int], None] = lambda epoch, total: None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model and what it learned to tell apart, in the order of its outputs."""

    model: ClassicModel
    labels: tuple[Emotion, ...]
    history: tuple[FitEpoch, ...]
    seconds: float


def augmentation_of(recipe: ClassicRecipe, options: ClassicOptions, seed: int) -> Augmentation:
    """What is done to copies of the training clips."""
    names = recipe.augment if options.augment is None else options.augment
    return Augmentation(names, options.noise_dir, seed)


def fit_classic(
    recipe: ClassicRecipe,
    vectors: Vectors,
    train: Sequence[Utterance],
    *,
    options: ClassicOptions = ClassicOptions(),
    seed: int = 0,
    on_epoch: Callable[[FitEpoch, int], None] = lambda epoch, total: None,
) -> Fitted:
    """Fits a recipe on some utterances of `vectors`; their augmented copies, and nobody else's, train too.

    Raises CorpusError when they have fewer than two emotions.
    """
    labels = tuple(e for e in Emotion if any(u.emotion == e for u in train))
    if len(labels) < 2:
        raise CorpusError(f"At least two emotions are needed to train; the clips have only {labels[0].value!r}.")
    began = time.monotonic()
    rows = vectors.rows(train)
    truth = np.array([labels.index(u.emotion) for u in train], dtype=np.int64)
    n_copies = vectors.copies.shape[1]
    x = np.concatenate([vectors.clean[rows], *(vectors.copies[rows, k] for k in range(n_copies))])
    epochs = options.epochs or recipe.epochs or 1
    model = build_classic(recipe, pca=options.pca or recipe.pca, select=options.select, epochs=epochs, seed=seed)
    history = model.fit(x, np.tile(truth, 1 + n_copies), lambda epoch: on_epoch(epoch, epochs))
    return Fitted(model, labels, history, time.monotonic() - began)


def predictions(
    fitted: Fitted, values: FloatArray, name: str, calibration: Calibration = _UNCALIBRATED
) -> tuple[Prediction, ...]:
    """What a fitted model hears in each row of values."""
    probabilities = softmax(_logits(fitted.model, values), calibration.temperature)
    return tuple(
        Prediction(
            {label: float(p) for label, p in zip(fitted.labels, row, strict=True)},
            name,
            ClaimKind.UNSURE if row.max() < calibration.unsure_below else ClaimKind.ONE_EMOTION,
        )
        for row in probabilities
    )


def train_classic(
    recipe: ClassicRecipe,
    corpus_folders: Mapping[str, Path],
    out: Path,
    *,
    options: ClassicOptions = ClassicOptions(),
    name: str | None = None,
    seed: int = 0,
    validation: Sequence[str] | None = None,
    test: Sequence[str] = (),
    random_test: bool = False,
    listener: ClassicListener = ClassicListener(),
) -> ClassicCard:
    """Trains a classic recipe and leaves a model folder at `out`.

    Args:
        recipe: what to train.
        corpus_folders: where each corpus lies, by its name.
        out: the model folder to make; one that is there is replaced.
        options: settings instead of the recipe's own.
        name: name on the card; that of the folder by default.
        seed: of everything left to chance.
        validation: speakers that confidence is calibrated on; chosen by chance when None.
        test: speakers kept apart for the figures on the card.
        random_test: test on a random share of the clips, as the recipe was published, instead of on speakers.
        listener: whom to tell how it goes.

    Raises CorpusError or AudioError, or SerError for options that do not fit the recipe.
    """
    began = time.monotonic()
    utterances = [u for corpus, folder in corpus_folders.items() for u in load_corpus(corpus, folder)]
    split = _split(recipe, utterances, validation, test, random_test, seed)
    augmentation = augmentation_of(recipe, options, seed)
    everybody = [*split.train, *split.validation, *split.test]
    cache_dir = load_settings().cache_dir
    vectors = prepare_vectors(everybody, [recipe.features], cache_dir, augmentation, listener.on_clip)[recipe.features]
    fitted = fit_classic(recipe, vectors, split.train, options=options, seed=seed, on_epoch=listener.on_epoch)
    calibration = _calibration(fitted, vectors, split.validation)
    shutil.rmtree(out, ignore_errors=True)
    files = (*fitted.model.save(out), *fitted.model.save_served(out))
    card = ClassicCard(
        name=name or out.name,
        summary=recipe.summary,
        labels=fitted.labels,
        calibration=calibration,
        corpora={corpus: _corpus_facts(corpus, split) for corpus in corpus_folders},
        protocol=_protocol(split, random_test),
        metrics=_metrics(fitted, vectors, split, calibration, name or out.name),
        training=_how(recipe, options, augmentation, fitted, seed)
        | {"minutes": round((time.monotonic() - began) / 60, 1)},
        files={file: digest(out / file) for file in files},
        made_with={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy", "scikit-learn")},
        features=recipe.features,
        features_version=get_feature_set(recipe.features).version,
    )
    (out / "README.md").write_text(model_readme(card), encoding="utf-8")
    card = replace(card, files=dict(card.files) | {"README.md": digest(out / "README.md")})
    save_card(card, out)
    return card


def _split(
    recipe: ClassicRecipe,
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


def _logits(model: ClassicModel, values: FloatArray) -> DoubleArray:
    return np.log(np.maximum(model.predict_proba(values), _LEAST_PROBABILITY))


def _calibration(fitted: Fitted, vectors: Vectors, validation: Sequence[Utterance]) -> Calibration:
    known = [u for u in validation if u.emotion in fitted.labels]
    if not known:
        return _UNCALIBRATED
    logits = _logits(fitted.model, vectors.clean[vectors.rows(known)])
    truth = np.array([fitted.labels.index(u.emotion) for u in known], dtype=np.int64)
    temperature = fit_temperature(logits, truth)
    return Calibration(round(temperature, 4), round(choose_threshold(softmax(logits, temperature), truth), 4))


def _metrics(
    fitted: Fitted, vectors: Vectors, split: Split, calibration: Calibration, name: str
) -> dict[str, dict[str, object]]:
    """Figures for each corpus of the validation and of the test side."""
    metrics = {}
    for side, clips in (("validation", split.validation), ("test", split.test)):
        for corpus in dict.fromkeys(u.corpus for u in clips):
            own = tuple(u for u in clips if u.corpus == corpus)
            heard = predictions(fitted, vectors.clean[vectors.rows(own)], name, calibration)
            metrics[f"{side} {corpus}"] = Scored(own, heard).metrics()
    return metrics


def _protocol(split: Split, random_test: bool) -> dict[str, object]:
    kind = (
        "at random: the same voices are on both sides, which flatters the figures"
        if random_test
        else "by speaker: no voice is on two sides"
    )
    sides = {"train": split.train, "validation": split.validation, "test": split.test}
    return {"kind": kind} | {side: sorted({u.voice for u in clips}) for side, clips in sides.items()}


def _how(
    recipe: ClassicRecipe, options: ClassicOptions, augmentation: Augmentation, fitted: Fitted, seed: int
) -> dict[str, object]:
    return {
        "recipe": recipe.name,
        "source": recipe.source,
        "parameters": fitted.model.n_parameters,
        "seed": seed,
        "epochs": len(fitted.history) or None,
        "augment": list(augmentation.names),
        "pca": options.pca or recipe.pca,
        "select": options.select,
        "history": [
            {"epoch": epoch.number, "loss": round(epoch.loss, 4), "accuracy": round(epoch.accuracy, 4)}
            for epoch in fitted.history
        ],
    }


def _corpus_facts(name: str, split: Split) -> dict[str, object]:
    corpus = get_corpus(name)
    return {
        "title": corpus.title,
        "language": corpus.language,
        "licence": corpus.licence,
        "citation": corpus.citation,
        "training_clips": sum(u.corpus == name for u in split.train),
    }
