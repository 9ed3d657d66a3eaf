"""Recipes under a protocol: every fold trained, exported to the file that would be served, and tested by it.

Each fold leaves its predictions in a folder of its own, so an interrupted run goes on with the folds it had not done.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from ser_core.arrays import DoubleArray, IntArray
from ser_core.atomic import check_writable
from ser_core.augment import CORRUPTIONS, N_TALKERS
from ser_core.config import load_settings
from ser_core.corpora import Utterance, load_corpus
from ser_core.corpora.protocols import Fold, folds_of
from ser_core.errors import CorpusError
from ser_core.evaluation.fold_predictions import FoldPredictions, FoldTraining, read_fold, write_fold
from ser_core.labels import Emotion
from ser_core.models.card import SERVED_FILE, load_card, save_card
from ser_core.models.estimators import SKOPS_FILE
from ser_core.models.latency import latency_ms
from ser_core.models.measured import JOINT
from ser_core.models.opening import open_runner
from ser_core.recipes import EstimatorRecipe, Recipe
from ser_core.records import Clip
from ser_core.training.data.cache import make
from ser_core.training.predictions import LogitsOf, among, recordings
from ser_core.training.progress import SILENT, Observer
from ser_core.training.train import history_rows
from ser_core.training.trainer import Task, Trainer
from ser_core.training.trainers import trainer_of

# Clips of a fold and corpus that are tested under every corruption too, drawn by chance where there are more: each of
# the seven costs as much as the clip itself.
_MOST_CORRUPTED = 300
_FOLD_FILE = "fold.npz"
# Protocols over all corpora, under which clips are tested as they were recorded: what corruptions and eight bits cost
# is measured corpus by corpus.
RECORDINGS_ALONE = frozenset({JOINT, "leave-corpus-out"})


@dataclass(frozen=True, eq=False)
class Run:
    """A recipe under a protocol.

    Attributes:
        folds: what the models of its folds predicted.
        latency_ms: median time of one answer as the model is served, features not counted.
    """

    folds: tuple[FoldPredictions, ...]
    latency_ms: float


@dataclass(frozen=True, eq=False)
class _Task:
    recipe: Recipe
    fold: Fold
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / _FOLD_FILE


def cross_validate(
    recipes: Sequence[Recipe],
    protocol: str,
    corpus_folders: Mapping[str, Path],
    work_dir: Path,
    *,
    seed: int = 0,
    only: str | None = None,
    thorough: bool = False,
    jobs: int = 1,
    observer: Observer = SILENT,
) -> dict[str, Run]:
    """Trains and tests every fold of every recipe that `work_dir` does not hold yet; gives all by recipe.

    Nothing is chosen on the speakers who are tested: every model is trained as its recipe says, to the end.

    Args:
        recipes: what is trained, each with a name of its own.
        protocol: how clips are split.
        corpus_folders: where each corpus lies, by its name.
        work_dir: folder for what is trained.
        seed: of everything left to chance.
        only: the name of the one fold that is wanted.
        thorough: whether clips are tested corrupted too, and networks in float32 as well.
        jobs: folds trained side by side, each on one thread where there are several.
        observer: is told how it goes; of epochs and of single clips only where one fold is trained at a time.

    Raises SerError before anything is computed where it can be known, AudioError for a file that cannot be used.
    """
    check_writable(work_dir)
    trainers = {recipe.name: trainer_of(recipe) for recipe in recipes}
    utterances = [u for corpus, folder in corpus_folders.items() for u in load_corpus(corpus, folder)]
    folds = folds_of(protocol, utterances)
    if only and only not in (names := [fold.name for fold in folds]):
        raise CorpusError(f"{protocol} has no fold {only!r}. There are: {', '.join(names)}.")
    runs = {r.name: work_dir / run_name(r, trainers[r.name], protocol, utterances, seed, thorough) for r in recipes}
    tasks = [
        _Task(recipe, fold, runs[recipe.name] / fold.name)
        for recipe in recipes
        for fold in folds
        if only in (None, fold.name)
    ]
    todo = [task for task in tasks if not task.file.exists()]
    # Networks first: the long ones must not be left for the end, when one core would wait for the other.
    todo.sort(key=lambda task: isinstance(task.recipe, EstimatorRecipe))
    data = _prepared({task.recipe.name: trainers[task.recipe.name] for task in todo}, utterances, seed, observer)
    labels = tuple(e for e in Emotion if any(u.emotion == e for u in utterances))
    alone = jobs == 1 or len(todo) == 1
    running = (
        delayed(_run)(task, data[task.recipe.name], labels, seed, thorough, observer if alone else None)
        for task in todo
    )
    done = len(tasks) - len(todo)
    observer.folds(done, len(tasks))
    finished: Any = Parallel(n_jobs=1 if alone else jobs, return_as="generator_unordered")(running)
    for _ in finished:
        done += 1
        observer.folds(done, len(tasks))
    # Only now, with no training beside it, can the time of an answer be measured.
    return {recipe.name: _read([task for task in tasks if task.recipe is recipe]) for recipe in recipes}


def _read(tasks: Sequence[_Task]) -> Run:
    folder = tasks[0].folder
    latency = latency_ms(open_runner(load_card(folder.name, folder.parent), folder))
    return Run(tuple(read_fold(task.file, task.fold.name) for task in tasks), latency)


def run_name(
    recipe: Recipe, trainer: Trainer, protocol: str, utterances: Sequence[Utterance], seed: int, thorough: bool
) -> str:
    """A folder name that changes with everything that the figures depend on."""
    clips = [(u.corpus, u.speaker, u.path.name, u.path.stat().st_size) for u in utterances]
    made = [making.name for making in trainer.makings(seed)]
    facts = json.dumps([recipe.id, made, clips, seed, thorough])
    return f"{protocol}-{recipe.name}-{hashlib.sha256(facts.encode()).hexdigest()[:10]}"


def _prepared(
    trainers: Mapping[str, Trainer], utterances: Sequence[Utterance], seed: int, observer: Observer
) -> dict[str, Any]:
    """What each recipe takes; all of it is made of one decoding of every recording."""
    cache_dir = load_settings().cache_dir
    if len(trainers) > 1:
        make(utterances, [m for t in trainers.values() for m in t.makings(seed)], cache_dir, observer.clips)
    return {name: t.prepare(utterances, seed, cache_dir, observer.clips) for name, t in trainers.items()}


def _run(
    task: _Task, data: Any, labels: tuple[Emotion, ...], seed: int, thorough: bool, observer: Observer | None
) -> None:
    if observer is None:
        if not isinstance(task.recipe, EstimatorRecipe):
            _one_thread()
        observer = SILENT
    fold, trainer = task.fold, trainer_of(task.recipe)
    observer.fold(fold.name, len(fold.test))
    began = time.monotonic()
    fitted = trainer.fit(data, Task(fold.train, (), seed, task.folder / "training", observer.epoch))
    seconds = time.monotonic() - began if fitted.trained_now else None
    card = trainer.export(fitted, task.folder)
    save_card(card, task.folder)
    clips = list(recordings(fold.test))
    logits_of = open_runner(card, task.folder).logits
    rows = []
    for clip in clips:
        rows.append(logits_of(clip))
        observer.tested(len(rows), len(clips))
    float32, corrupted, corruptions = None, np.arange(0), {}
    if thorough:
        unquantised = trainer.export(fitted, task.folder / "float32", quantised=False)
        plain = open_runner(unquantised, task.folder / "float32").logits
        float32 = among(labels, card.labels, [plain(clip) for clip in clips])
        corrupted, by_name = _corrupted(clips, [u.corpus for u in fold.test], logits_of, np.random.default_rng(seed))
        corruptions = {name: among(labels, card.labels, of_name) for name, of_name in by_name.items()}
    answers = SERVED_FILE if SERVED_FILE in card.files else SKOPS_FILE
    size_mb = (task.folder / answers).stat().st_size / 1e6
    predictions = FoldPredictions(
        fold.name,
        labels,
        np.array([labels.index(u.emotion) for u in fold.test], dtype=np.int64),
        np.array([u.voice for u in fold.test]),
        np.array([u.path.name for u in fold.test]),
        among(labels, card.labels, rows),
        float32,
        corrupted,
        corruptions,
        FoldTraining(seconds, fitted.n_parameters, size_mb, history_rows(fitted.history)),
    )
    write_fold(task.file, predictions)


def _corrupted(
    clips: Sequence[Clip], corpora: Sequence[str], logits_of: LogitsOf, rng: np.random.Generator
) -> tuple[IntArray, dict[str, list[DoubleArray]]]:
    """Which clips are tested under corruptions too, and what they are answered then."""
    order, names = rng.permutation(len(clips)), np.array(corpora)
    chosen = np.sort(np.concatenate([order[names[order] == name][:_MOST_CORRUPTED] for name in np.unique(names)]))
    rows: dict[str, list[DoubleArray]] = {name: [] for name in CORRUPTIONS}
    for clip in (clips[i] for i in chosen):
        talkers = [clips[i].samples for i in rng.integers(len(clips), size=N_TALKERS)]
        for name, corrupt in CORRUPTIONS.items():
            rows[name].append(logits_of(corrupt(clip, talkers, rng)))
    return chosen, rows


def _one_thread() -> None:
    """As many TensorFlows as cores must not each take all of them."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:  # it has begun to work in this process, and was told so then
        return
