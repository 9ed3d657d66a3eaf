"""Trains the encoder's recipe on a machine with an accelerator that has neither the corpora nor TensorFlow.

The early head, which needs no accelerator, is trained afterwards, where the corpora are.

    python -m tools.train_elsewhere pack --corpora CORPORA --out PACK                 # where the corpora are
    KERAS_BACKEND=jax python -m tools.train_elsewhere train --pack PACK --encoder FILE --out WEIGHTS   # there
    python -m tools.train_elsewhere early --corpora CORPORA --weights WEIGHTS         # here again
    python -m tools.train_elsewhere keep --corpora CORPORA --weights WEIGHTS --work evaluation --models models

Each of the five joint folds is trained once, everybody without each corpus, and once more everybody; what comes back
stands where `ser evaluate --protocol joint-speakers`, `--protocol leave-corpus-out` and `ser train whisper --everyone`
look for unfinished work, so that they measure and export it instead of training anew. CORPORA holds a folder a corpus,
by its name.
"""

import time
from pathlib import Path

import click
import numpy as np

from ser_core.corpora import Utterance, get_corpus, load_corpus
from ser_core.corpora.protocols import folds_of
from ser_core.recipes import WHISPER

CORPORA = ("ravdess", "crema-d", "nemo", "tess", "emovo", "emotiontts", "plain", "noise")
_EVERYBODY = "everybody"
# Heard by no training.
_TESTED_ONLY = ("ased",)
_FOLDS = "folds.npz"
# A fifth of TESS, by chance, is left out of this one as well: so it also serves `tess-random`.
_RANDOM_IN = "3"
# RAVDESS is lossless where it comes from; the rest has been through Opus at 25 to 56 kbit/s already.
_KBIT_S = {"ravdess": 56.0, "tess": 20.0, "emovo": 28.0, "emotiontts": 28.0, "noise": 32.0}
_DEFAULT_KBIT_S = 24.0
_N_STREAMS = 96
# Protocols whose folds leave out people that one of the joint folds leaves out.
_SERVED = ("joint-speakers", "ravdess-actors", "crema-d-actors", "nemo-speakers", "emovo-speakers", "tess-actress")

_FOLDER = click.Path(path_type=Path, file_okay=False)


def _tell(done: int, total: int) -> None:
    if done % 1024 < 32 or done == total:
        click.echo(f"{done} of {total} clips.")


def everybody(corpora: Path) -> list[Utterance]:
    return [u for name in CORPORA for u in load_corpus(name, corpora / name)]


def left_out(utterances: list[Utterance]) -> dict[str, set[Path]]:
    """What each training leaves out, by its name."""
    (random,) = folds_of("tess-random", utterances)
    found = {fold.name: {u.path for u in fold.test} for fold in folds_of("joint-speakers", utterances)}
    found[_RANDOM_IN] |= {u.path for u in random.test}
    acted = sorted({u.corpus for u in utterances if get_corpus(u.corpus).acted})
    found |= {f"without-{name}": {u.path for u in utterances if u.corpus == name} for name in acted}
    return {_EVERYBODY: set(), **found}


@click.group()
def main() -> None:
    """Packs recordings for a training machine, trains there, and brings the weights home."""


@main.command()
@click.option("--corpora", type=_FOLDER, required=True)
@click.option("--out", type=_FOLDER, required=True)
@click.option("--jobs", default=2, show_default=True)
def pack(corpora: Path, out: Path, jobs: int) -> None:
    """Write all recordings as Opus streams, with their index and the folds."""
    from ser_core.training.whisper.pack import write_pack

    utterances = everybody(corpora)
    ordered = write_pack(utterances, out, _KBIT_S, _DEFAULT_KBIT_S, n_streams=_N_STREAMS, jobs=jobs)
    absent = {name: np.array([u.path in paths for u in ordered]) for name, paths in left_out(utterances).items()}
    np.savez_compressed(out / _FOLDS, **absent)  # type: ignore[arg-type]
    click.echo(f"{len(ordered)} recordings are packed in {out}.")


@main.command()
@click.option("--pack", "pack_dir", type=_FOLDER, required=True)
@click.option("--encoder", type=click.Path(path_type=Path, exists=True), required=True, help="Whisper tiny.en.")
@click.option("--out", type=_FOLDER, required=True)
@click.option("--only", multiple=True, help="Trainings by name; all where none is given.")
@click.option("--half/--full", default=True, help="Compute in bfloat16, or in float32.")
@click.option("--jobs", default=8, show_default=True)
def train(pack_dir: Path, encoder: Path, out: Path, only: tuple[str, ...], half: bool, jobs: int) -> None:
    """Train everybody and each fold, and write the weights in eight bits to OUT/NAME.npz, without the early head."""
    from ser_core.nets.whisper import Recogniser, load_encoder
    from ser_core.nets.whisper.quantised import write_quantised
    from ser_core.training.whisper.pack import read_pack
    from ser_core.training.whisper.trainer import Trainer, setup

    setup(half)
    recordings = read_pack(pack_dir, jobs)
    network = Recogniser()
    load_encoder(network.encoder, encoder)
    trainer = Trainer(network, recordings, WHISPER)
    out.mkdir(parents=True, exist_ok=True)
    with np.load(pack_dir / _FOLDS) as stored:
        absent = {name: stored[name] for name in stored.files}
    for name, is_left_out in absent.items():
        if not only or name in only:
            start = time.monotonic()
            write_quantised(out / f"{name}.npz", trainer.arrays(trainer.train(~is_left_out)))
            click.echo(f"{name}: {time.monotonic() - start:.0f} s")


@main.command()
@click.option("--corpora", type=_FOLDER, required=True)
@click.option("--weights", type=_FOLDER, required=True, help="What `train` wrote; the early head is added to it.")
def early(corpora: Path, weights: Path) -> None:
    """Train the early head of everybody and each fold."""
    from ser_core.config import load_settings
    from ser_core.nets.whisper import ShallowRecogniser
    from ser_core.nets.whisper.quantised import read_quantised, write_quantised
    from ser_core.training.encoder import Recordings
    from ser_core.training.whisper.early import fit_early

    utterances, network = everybody(corpora), ShallowRecogniser()
    data = Recordings(utterances, WHISPER, 0, load_settings().cache_dir, _tell)
    absent = {name: np.array([u.path in paths for u in utterances]) for name, paths in left_out(utterances).items()}
    for name, is_left_out in absent.items():
        fit_early(network.early_head, data.statistics(~is_left_out), data.pack, ~is_left_out, WHISPER)
        own = read_quantised(weights / f"{name}.npz")
        trained = {path: values for path, values in network.to_arrays().items() if path.startswith("early_head/")}
        write_quantised(weights / f"{name}.npz", {path: v for path, v in own.items() if path not in trained} | trained)
        click.echo(f"{name}: the early head is trained.")


@main.command()
@click.option("--corpora", type=_FOLDER, required=True)
@click.option("--weights", type=_FOLDER, required=True, help="What `train` and `early` wrote.")
@click.option("--work", type=_FOLDER, required=True, help="The folder that `ser evaluate --work` is given.")
@click.option("--models", type=_FOLDER, required=True, help="The folder in which `ser train --out` gets one by name.")
def keep(corpora: Path, weights: Path, work: Path, models: Path) -> None:
    """Put the weights where `ser evaluate` and `ser train` find them."""
    from ser_core.evaluation.cross_validation import RECORDINGS_ALONE, run_name
    from ser_core.nets.whisper.quantised import read_quantised
    from ser_core.training.encoder import EncoderTrainer
    from ser_core.training.trainers import trainer_of

    utterances = everybody(corpora)
    absent = left_out(utterances)
    trained = {name: {u.path.name for u in utterances if u.path not in paths} for name, paths in absent.items()}
    found = {name: read_quantised(weights / f"{name}.npz") for name in absent}
    heard = {u.path for u in utterances}
    others = [u for name in _TESTED_ONLY for u in load_corpus(name, corpora / name)]
    trainer = trainer_of(WHISPER)
    assert isinstance(trainer, EncoderTrainer)  # noqa: S101  (for the type checker)
    trainer.keep(models / WHISPER.name / "training", found[_EVERYBODY], trained[_EVERYBODY], 0)
    for protocol in (*_SERVED, "tess-random", "leave-corpus-out"):
        given = [*utterances, *others] if protocol == "leave-corpus-out" else utterances
        run = work / run_name(WHISPER, trainer, protocol, given, 0, thorough=protocol not in RECORDINGS_ALONE)
        for fold in folds_of(protocol, given):
            tested = {u.path for u in fold.test} & heard
            name = next(name for name, paths in absent.items() if tested <= paths)
            trainer.keep(run / fold.name / "training", found[name], trained[name], 0)
    click.echo(f"Kept for `ser evaluate --work {work}` and for `ser train --everyone --out {models}/{WHISPER.name}`.")


if __name__ == "__main__":
    main()
