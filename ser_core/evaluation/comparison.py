"""Classic recipes side by side under a protocol: every fold of every recipe, several at a time, each kept on disk."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from ser_core.arrays import DoubleArray, FloatArray, IntArray
from ser_core.config import load_settings
from ser_core.corpora import Utterance, load_corpus
from ser_core.corpora.protocols import Fold, folds_of
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.metrics import evaluate
from ser_core.recipes import ClassicRecipe
from ser_core.training.classic import ClassicOptions, augmentation_of, fit_classic
from ser_core.training.classic_models import load_classic
from ser_core.training.vectors import Vectors, prepare_vectors

_FOLD_FILE = "fold.npz"
_ROUNDS = 20


@dataclass(frozen=True)
class ComparisonListener:
    """Whom to tell how a comparison goes: clips measured, folds done, and in the end the figures of each recipe."""

    on_clip: Callable[[int, int], None] = lambda done, total: None
    on_fold: Callable[[int, int], None] = lambda done, total: None
    on_result: Callable[[str, dict[str, Any]], None] = lambda recipe, figures: None


@dataclass(frozen=True, eq=False)
class FoldResult:
    """What a recipe did in one fold.

    Attributes:
        name: of the fold.
        truth: position of each test clip's emotion in `Emotion`, shape (clips,).
        answer: position of what was answered, shape (clips,).
        history: loss and training accuracy of each epoch, shape (epochs, 2).
        seconds: what the training took.
        n_parameters: of a network; None otherwise.
        size_mb: size of the stored model in MB.
        probe: values of one test clip, shape (1, ...).
    """

    name: str
    truth: IntArray
    answer: IntArray
    history: DoubleArray
    seconds: float
    n_parameters: int | None
    size_mb: float
    probe: FloatArray


@dataclass(frozen=True, eq=False)
class _Task:
    recipe: ClassicRecipe
    fold: Fold
    folder: Path


def compare_classic(
    recipes: Sequence[ClassicRecipe],
    protocol: str,
    corpus_folders: Mapping[str, Path],
    work_dir: Path,
    *,
    epochs: int | None = None,
    seed: int = 0,
    jobs: int | None = None,
    listener: ComparisonListener = ComparisonListener(),
) -> None:
    """Trains and tests every fold of every recipe that `work_dir` does not hold yet, and tells each recipe's figures.

    Nothing is chosen on the clips that are tested: networks train for a fixed number of epochs. With several `jobs`
    (one a core by default) folds run side by side, each on one thread. Raises CorpusError, AudioError or ModelError.
    """
    jobs = jobs or os.cpu_count() or 1
    utterances = [u for corpus, folder in corpus_folders.items() for u in load_corpus(corpus, folder)]
    folds = folds_of(protocol, utterances)
    tasks = [
        _Task(recipe, fold, work_dir / _run_name(recipe, protocol, utterances, epochs, seed) / fold.name)
        for recipe in recipes
        for fold in folds
    ]
    todo = [task for task in tasks if not (task.folder / _FOLD_FILE).exists()]
    # Networks first: the long ones must not be left for the end, when one core would wait for the other.
    todo.sort(key=lambda task: task.recipe.net is None)
    vectors = _vectors([task.recipe for task in todo], utterances, seed, listener.on_clip)
    running = (
        delayed(_run)(task, vectors[task.recipe.name], epochs, seed, alone=jobs == 1 or len(todo) == 1) for task in todo
    )
    done = len(tasks) - len(todo)
    listener.on_fold(done, len(tasks))
    finished: Any = Parallel(n_jobs=jobs, return_as="generator_unordered")(running)
    for _ in finished:
        done += 1
        listener.on_fold(done, len(tasks))
    # Only now, with no training beside it, can the time of an answer be measured.
    for recipe in recipes:
        listener.on_result(
            recipe.name, _summary(recipe, [task for task in tasks if task.recipe is recipe], epochs, seed)
        )


def _run_name(
    recipe: ClassicRecipe, protocol: str, utterances: Sequence[Utterance], epochs: int | None, seed: int
) -> str:
    """A folder name that changes with everything that the figures depend on."""
    facts = json.dumps(
        [
            asdict(recipe),
            get_feature_set(recipe.features).version,
            [(u.corpus, u.speaker, u.path.name, u.path.stat().st_size) for u in utterances],
            epochs,
            seed,
        ]
    )
    return f"{protocol}-{recipe.name}-{hashlib.sha256(facts.encode()).hexdigest()[:10]}"


def _vectors(
    recipes: Sequence[ClassicRecipe],
    utterances: Sequence[Utterance],
    seed: int,
    on_clip: Callable[[int, int], None],
) -> dict[str, Vectors]:
    """The values each recipe takes; recipes that augment alike share the work."""
    made: dict[str, Vectors] = {}
    for augment in dict.fromkeys(recipe.augment for recipe in recipes):
        alike = {recipe.name: recipe for recipe in recipes if recipe.augment == augment}
        features = tuple(dict.fromkeys(recipe.features for recipe in alike.values()))
        how = augmentation_of(next(iter(alike.values())), ClassicOptions(), seed)
        values = prepare_vectors(utterances, features, load_settings().cache_dir, how, on_clip)
        made |= {name: values[recipe.features] for name, recipe in alike.items()}
    return made


def _run(task: _Task, vectors: Vectors, epochs: int | None, seed: int, *, alone: bool) -> None:
    if task.recipe.net and not alone:
        _one_thread()
    fitted = fit_classic(task.recipe, vectors, task.fold.train, options=ClassicOptions(epochs=epochs), seed=seed)
    values = vectors.clean[vectors.rows(task.fold.test)]
    answer = fitted.model.predict_proba(values).argmax(axis=1)
    order = list(Emotion)
    files = fitted.model.save(task.folder)
    partial = task.folder / f"partial-{_FOLD_FILE}"
    np.savez(
        partial,
        truth=[order.index(u.emotion) for u in task.fold.test],
        answer=[order.index(fitted.labels[i]) for i in answer],
        history=np.array([(epoch.loss, epoch.accuracy) for epoch in fitted.history]).reshape(-1, 2),
        seconds=fitted.seconds,
        n_parameters=fitted.model.n_parameters or 0,
        size_mb=sum((task.folder / file).stat().st_size for file in files) / 1e6,
        probe=values[:1],
    )
    os.replace(partial, task.folder / _FOLD_FILE)


def _one_thread() -> None:
    """As many TensorFlows as cores must not each take all of them."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:  # it has begun to work in this process, and was told so then
        return


def _summary(recipe: ClassicRecipe, tasks: Sequence[_Task], epochs: int | None, seed: int) -> dict[str, Any]:
    """The figures of a recipe over all folds, as plain values.

    UA is the mean over the folds with its deviation; the confusions, and what follows from them, are of all clips.
    """
    folds = [_read(task) for task in tasks]
    order = list(Emotion)
    labels = [label for i, label in enumerate(order) if any(i in {*fold.truth, *fold.answer} for fold in folds)]

    def counted(truth: IntArray, answer: IntArray) -> Any:
        return evaluate([order[i] for i in truth], [order[i] for i in answer], labels)

    whole = counted(np.concatenate([f.truth for f in folds]), np.concatenate([f.answer for f in folds]))
    uas = [counted(fold.truth, fold.answer).ua for fold in folds]
    first = folds[0]
    return whole.as_dict() | {
        "ua": round(float(np.mean(uas)), 4),
        "ua_deviation": round(float(np.std(uas, ddof=1)), 4) if len(uas) > 1 else None,
        "ua_of_all_clips": round(whole.ua, 4),
        "folds": [
            {"held_out": fold.name, "n": len(fold.truth), "ua": round(ua, 4)}
            for fold, ua in zip(folds, uas, strict=True)
        ],
        "epochs": (epochs or recipe.epochs) if recipe.net else None,
        "seed": seed,
        "history": [
            {"loss": round(float(loss), 4), "accuracy": round(float(accuracy), 4)} for loss, accuracy in first.history
        ],
        "parameters": first.n_parameters,
        "size_mb": round(first.size_mb, 3),
        "latency_ms": round(_latency_ms(tasks[0].folder, first.probe), 2),
        "training_s": round(float(np.mean([fold.seconds for fold in folds])), 1),
    }


def _read(task: _Task) -> FoldResult:
    with np.load(task.folder / _FOLD_FILE) as stored:
        values = {name: stored[name] for name in stored.files}
    return FoldResult(
        name=task.fold.name,
        truth=values["truth"],
        answer=values["answer"],
        history=values["history"],
        seconds=float(values["seconds"]),
        n_parameters=int(values["n_parameters"]) or None,
        size_mb=float(values["size_mb"]),
        probe=values["probe"],
    )


def _latency_ms(folder: Path, probe: FloatArray) -> float:
    """Median time of one answer of a stored model, features not counted."""
    model = load_classic(folder)
    model.predict_proba(probe)
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        model.predict_proba(probe)
        times.append(time.perf_counter() - began)
    return float(np.median(times) * 1000)
