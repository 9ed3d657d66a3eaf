"""A recipe under a protocol: every fold trained, exported to the file that would be served, and tested by it.

Each fold leaves its answers in a folder of its own, so an interrupted run goes on with the fold it was in.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ser_core import audio
from ser_core.arrays import DoubleArray
from ser_core.config import load_settings
from ser_core.corpora import load_corpus
from ser_core.corpora.protocols import Fold, folds_of
from ser_core.errors import CorpusError
from ser_core.evaluation.corruptions import CONDITIONS, N_TALKERS
from ser_core.evaluation.fold_predictions import Answers, read_answers, write_answers
from ser_core.features.model_input import ModelInput, windows_of_speech
from ser_core.labels import Emotion
from ser_core.recipes.identity import recipe_id
from ser_core.recipes.network import Recipe
from ser_core.recognition.recogniser import LiteRtModel
from ser_core.training.dataset import Dataset, prepare, subset
from ser_core.training.loop import Epoch
from ser_core.training.parts import train_parts

# Clips of a fold that are heard under every other condition too, drawn by chance where there are more: each of the
# seven costs as much as the clip itself.
_MOST_CHANGED = 300


@dataclass(frozen=True)
class Listener:
    """Whom to tell how a run goes."""

    on_clip: Callable[[int, int], None] = lambda done, total: None
    on_fold: Callable[[Fold, int, int], None] = lambda fold, number, total: None
    on_epoch: Callable[[Epoch, int], None] = lambda epoch, total: None


def cross_validate(
    recipe: Recipe,
    protocol: str,
    corpus_folders: Mapping[str, Path],
    work_dir: Path,
    *,
    epochs: int | None = None,
    seed: int = 0,
    only: str | None = None,
    listener: Listener = Listener(),
) -> tuple[Answers, ...]:
    """Trains and tests every fold of a protocol that `work_dir` does not hold yet, or the fold `only`.

    Nothing is chosen on the speakers who are tested: networks are trained for a fixed number of epochs.
    Raises CorpusError, AudioError or ModelError.
    """
    utterances = [u for corpus, folder in corpus_folders.items() for u in load_corpus(corpus, folder)]
    folds = folds_of(protocol, utterances)
    if only:
        folds = tuple(fold for fold in folds if fold.name == only)
        if not folds:
            known = ", ".join(fold.name for fold in folds_of(protocol, utterances))
            raise CorpusError(f"{protocol} has no fold {only!r}. There are: {known}.")
    run_dir = work_dir / f"{protocol}-{recipe.name}-{_fingerprint(recipe, sorted(corpus_folders), epochs, seed)}"
    data: Dataset | None = None
    answers = []
    for number, fold in enumerate(folds, 1):
        listener.on_fold(fold, number, len(folds))
        folder = run_dir / fold.name
        kept = folder / "answers.npz"
        if not kept.exists():
            data = data or prepare(
                utterances,
                tuple(e for e in Emotion if any(u.emotion == e for u in utterances)),
                recipe.features,
                n_disturbed=recipe.n_disturbed,
                copies=recipe.statistics_copies,
                seed=seed,
                cache_dir=load_settings().cache_dir,
                on_progress=listener.on_clip,
            )
            write_answers(kept, _run_fold(recipe, fold, data, folder, epochs, seed, listener))
        answers.append(read_answers(kept, fold.name))
    return tuple(answers)


def _run_fold(
    recipe: Recipe, fold: Fold, data: Dataset, folder: Path, epochs: int | None, seed: int, listener: Listener
) -> Answers:
    parts = train_parts(
        recipe,
        subset(data, fold.train),
        None,
        epochs=epochs,
        seed=seed,
        checkpoint_dir=folder / "training",
        on_epoch=listener.on_epoch,
    )
    file = parts.served()
    (folder / "model.tflite").write_bytes(file)
    served, plain = LiteRtModel(file), LiteRtModel(parts.served(int8=False))
    rng = np.random.default_rng(seed)
    clips = [audio.read_clip(utterance.path) for utterance in fold.test]
    heard = [windows_of_speech(clip, recipe.features, recipe.n_frames) for clip in clips]
    changed = np.sort(rng.permutation(len(clips))[:_MOST_CHANGED])
    disturbed = []
    for clip in (clips[i] for i in changed):
        others = [clips[i].samples for i in rng.integers(len(clips), size=N_TALKERS)]
        disturbed.append(
            [
                windows_of_speech(change(clip, others, rng), recipe.features, recipe.n_frames)
                for change in CONDITIONS.values()
            ]
        )
    place = {label: i for i, label in enumerate(data.labels)}
    return Answers(
        fold.name,
        data.labels,
        np.array([place[u.emotion] for u in fold.test], dtype=np.int64),
        np.array([u.voice for u in fold.test]),
        np.array([u.path.name for u in fold.test]),
        _logits(served, heard),
        _logits(plain, heard),
        changed,
        {name: _logits(served, [row[i] for row in disturbed]) for i, name in enumerate(CONDITIONS)},
    )


def _fingerprint(recipe: Recipe, corpora: Sequence[str], epochs: int | None, seed: int) -> str:
    """Tells runs apart that would not end in the same answers."""
    facts = json.dumps([recipe_id(recipe), corpora, epochs or recipe.epochs, seed])
    return hashlib.sha256(facts.encode()).hexdigest()[:10]


def _logits(model: LiteRtModel, clips: Sequence[Sequence[ModelInput]]) -> DoubleArray:
    return np.array([model.answer(windows) for windows in clips], dtype=np.float64)
