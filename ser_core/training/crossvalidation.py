"""A recipe under a protocol: every fold trained, exported to the file that would be served, and tested by it.

Each fold leaves its answers in a folder of its own, so an interrupted run goes on with the fold it was in.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core import audio
from ser_core.augment import band_limited, coloured_noise, in_room, with_noise
from ser_core.config import load_settings
from ser_core.corpora import load_corpus
from ser_core.errors import CorpusError
from ser_core.evaluation import calibration_error, choose_threshold, evaluate, fit_temperature, softmax
from ser_core.features.model_input import ModelInput, windows_of_speech
from ser_core.inference import LiteRtModel
from ser_core.labels import Emotion
from ser_core.recipes.network import Recipe
from ser_core.records import Clip
from ser_core.training.dataset import Dataset, prepare, subset
from ser_core.training.loop import Epoch
from ser_core.training.parts import train_parts
from ser_core.training.protocols import Fold, folds_of

Logits = npt.NDArray[np.float64]

_BOOTSTRAP_DRAWS = 2000
_INTERVAL = (2.5, 97.5)

# What may lie between a voice and the recorder; the clips are tested once more under each.
_Disturbance = Callable[[Clip, np.random.Generator], Clip]
CONDITIONS: Mapping[str, _Disturbance] = {
    "noise at 20 dB": lambda clip, rng: with_noise(clip, coloured_noise(len(clip.samples), 3.0, rng), 20.0),
    "noise at 10 dB": lambda clip, rng: with_noise(clip, coloured_noise(len(clip.samples), 3.0, rng), 10.0),
    "room of 0.5 s": lambda clip, rng: in_room(clip, 0.5, 3.0, rng),
    "telephone band": lambda clip, rng: band_limited(clip, 300.0, 3400.0),
}


@dataclass(frozen=True)
class Listener:
    """Whom to tell how a run goes."""

    on_clip: Callable[[int, int], None] = lambda done, total: None
    on_fold: Callable[[Fold, int, int], None] = lambda fold, number, total: None
    on_epoch: Callable[[Epoch, int], None] = lambda epoch, total: None


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
        disturbed: logits (clips, labels) under each of CONDITIONS.
    """

    name: str
    labels: tuple[Emotion, ...]
    truth: npt.NDArray[np.int64]
    voices: npt.NDArray[np.str_]
    files: npt.NDArray[np.str_]
    logits: Logits
    plain_logits: Logits
    disturbed: Mapping[str, Logits]


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
    of_run = f"{protocol}-{recipe.name}-{'+'.join(sorted(corpus_folders))}-{epochs or recipe.epochs}-{seed}"
    data: Dataset | None = None
    answers = []
    for number, fold in enumerate(folds, 1):
        listener.on_fold(fold, number, len(folds))
        folder = work_dir / of_run / fold.name
        kept = folder / "answers.npz"
        if not kept.exists():
            data = data or prepare(
                utterances,
                tuple(e for e in Emotion if any(u.emotion == e for u in utterances)),
                recipe.features,
                n_disturbed=recipe.n_disturbed,
                seed=seed,
                cache_dir=load_settings().cache_dir,
                on_progress=listener.on_clip,
            )
            _write(kept, _run_fold(recipe, fold, data, folder, epochs, seed, listener))
        answers.append(_read(kept, fold.name))
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
    served, plain = LiteRtModel(parts.served()), LiteRtModel(parts.served(int8=False))
    (folder / "model.tflite").write_bytes(parts.served())
    rng = np.random.default_rng(seed)
    heard, disturbed = [], []
    for utterance in fold.test:
        clip = audio.read_clip(utterance.path)
        heard.append(windows_of_speech(clip, recipe.features, recipe.n_frames))
        disturbed.append(
            [windows_of_speech(change(clip, rng), recipe.features, recipe.n_frames) for change in CONDITIONS.values()]
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
        {name: _logits(served, [row[i] for row in disturbed]) for i, name in enumerate(CONDITIONS)},
    )


def _logits(model: LiteRtModel, clips: Sequence[Sequence[ModelInput]]) -> Logits:
    return np.array([model.answer(windows) for windows in clips], dtype=np.float64)


def _write(path: Path, answers: Answers) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        labels=[label.value for label in answers.labels],
        truth=answers.truth,
        voices=answers.voices,
        files=answers.files,
        logits=answers.logits,
        plain_logits=answers.plain_logits,
        disturbed=np.array([answers.disturbed[name] for name in CONDITIONS]),
    )
    os.replace(partial, path)


def _read(path: Path, name: str) -> Answers:
    with np.load(path) as stored:
        return Answers(
            name,
            tuple(Emotion(label) for label in stored["labels"]),
            stored["truth"],
            stored["voices"],
            stored["files"],
            stored["logits"],
            stored["plain_logits"],
            dict(zip(CONDITIONS, stored["disturbed"], strict=True)),
        )


def summarise(folds: Sequence[Answers], *, seed: int = 0) -> dict[str, Any]:
    """The figures of a run, as plain values.

    UA is given as the mean over the folds with its deviation, and over all clips together with a 95% interval by
    drawing the speakers anew (Efron and Tibshirani 1993). Temperature and threshold of a fold are fitted on the
    answers of the other folds' models to speakers whom those had never heard, so calibration is measured on voices
    that took no part in it; with a single fold there is none to fit on, and it is left out.
    """
    labels = folds[0].labels
    whole = _joined(folds)
    uas = [_ua(labels, fold.truth, fold.logits) for fold in folds]
    figures: dict[str, Any] = {
        "n": len(whole.truth),
        "ua": round(float(np.mean(uas)), 4),
        "ua_deviation": round(float(np.std(uas, ddof=1)), 4) if len(uas) > 1 else None,
        "ua_of_all_clips": round(_ua(labels, whole.truth, whole.logits), 4),
        "ua_interval": _interval(labels, whole, seed),
        "ua_float32": round(float(np.mean([_ua(labels, f.truth, f.plain_logits) for f in folds])), 4),
        "under": {
            name: round(float(np.mean([_ua(labels, f.truth, f.disturbed[name]) for f in folds])), 4)
            for name in CONDITIONS
        },
        "folds": [
            {"held_out": fold.name, "n": len(fold.truth), "ua": round(ua, 4)}
            for fold, ua in zip(folds, uas, strict=True)
        ],
    }
    counted = evaluate([labels[i] for i in whole.truth], [labels[i] for i in whole.logits.argmax(axis=1)], labels)
    figures |= {key: value for key, value in counted.as_dict().items() if key not in ("n", "ua")}
    if len(folds) > 1:
        figures |= _calibration(folds)
    return figures


def _calibration(folds: Sequence[Answers]) -> dict[str, Any]:
    probabilities, truth, answered = [], [], []
    for fold in folds:
        others = _joined([other for other in folds if other is not fold])
        temperature = fit_temperature(others.logits, others.truth)
        threshold = choose_threshold(softmax(others.logits, temperature), others.truth)
        probabilities.append(softmax(fold.logits, temperature))
        truth.append(fold.truth)
        answered.append(probabilities[-1].max(axis=1) >= threshold)
    p, t, a = np.concatenate(probabilities), np.concatenate(truth), np.concatenate(answered)
    right = p.argmax(axis=1) == t
    return {
        "calibration_error": round(calibration_error(p, t), 4),
        "answered": round(float(a.mean()), 4),
        "accuracy_of_answered": round(float(right[a].mean()), 4) if a.any() else None,
    }


def _joined(folds: Sequence[Answers]) -> Answers:
    first = folds[0]
    return replace(
        first,
        truth=np.concatenate([f.truth for f in folds]),
        voices=np.concatenate([f.voices for f in folds]),
        files=np.concatenate([f.files for f in folds]),
        logits=np.concatenate([f.logits for f in folds]),
        plain_logits=np.concatenate([f.plain_logits for f in folds]),
        disturbed={name: np.concatenate([f.disturbed[name] for f in folds]) for name in first.disturbed},
    )


def _ua(labels: tuple[Emotion, ...], truth: npt.NDArray[np.int64], logits: Logits) -> float:
    return evaluate([labels[i] for i in truth], [labels[i] for i in logits.argmax(axis=1)], labels).ua


def _interval(labels: tuple[Emotion, ...], whole: Answers, seed: int) -> list[float] | None:
    """Percentiles of the UA over draws of the speakers; None with fewer than four, who cannot tell a spread."""
    voices = np.unique(whole.voices)
    if len(voices) < 4:
        return None
    rng = np.random.default_rng(seed)
    n = len(labels)
    answer = whole.logits.argmax(axis=1)
    counts = np.zeros((len(voices), n, n))
    for i, voice in enumerate(voices):
        mine = whole.voices == voice
        np.add.at(counts[i], (whole.truth[mine], answer[mine]), 1)
    draws = counts[rng.integers(len(voices), size=(_BOOTSTRAP_DRAWS, len(voices)))].sum(axis=1)
    acted = draws.sum(axis=2)
    recall = np.diagonal(draws, axis1=1, axis2=2) / np.where(acted > 0, acted, np.nan)
    return [round(float(q), 4) for q in np.percentile(np.nanmean(recall, axis=1), _INTERVAL)]
