"""A folder of recorded noises in the layout of MS-SNSD (Reddy et al. 2019, "A scalable noisy speech dataset")."""

from pathlib import Path

from ser_core.errors import CorpusError

_LAYOUT = "noise_train/AirConditioner_1.wav, or noises directly in the folder; kind of noise before the number"
_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3"})


def noise_files(folder: Path) -> tuple[Path, ...]:
    """The training noises in `folder`, sorted by path, without those of `noise_test`.

    Raises CorpusError when there are none.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder} is not a folder. Noises are expected as: {_LAYOUT}.")
    training = folder / "noise_train"
    inside = training if training.is_dir() else folder
    found = tuple(sorted(path for path in inside.iterdir() if path.suffix.lower() in _SUFFIXES))
    if not found:
        raise CorpusError(f"No noise was found in {inside}. Expected: {_LAYOUT}.")
    return found
