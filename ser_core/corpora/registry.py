"""What a corpus is, and the table of the known ones."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ser_core.errors import CorpusError
from ser_core.labels import Emotion

AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3"})


@dataclass(frozen=True)
class Utterance:
    """One labelled recording of a corpus.

    Attributes:
        path: the file.
        emotion: what the speaker was asked to convey; neutral in a corpus that nobody acted.
        corpus: name of the corpus.
        speaker: the speaker as the corpus calls them, such as "01" or "OAF".
        gender: "f", "m", or None if the corpus does not say.
        sentence: the corpus's code or word for what is said, or None.
    """

    path: Path
    emotion: Emotion
    corpus: str
    speaker: str
    gender: str | None = None
    sentence: str | None = None

    @property
    def voice(self) -> str:
        """The speaker, unique across all corpora: "ravdess:01"."""
        return f"{self.corpus}:{self.speaker}"


Reader = Callable[[Path], Iterable[Utterance]]


@dataclass(frozen=True)
class Corpus:
    """A corpus and the layout of its files.

    Attributes:
        name: its name in commands.
        title: its full name.
        language: spoken language.
        licence: licence of the recordings.
        citation: authors, year and identifier.
        layout: the files that the reader expects, shown when it finds none.
        read: yields the utterances in a folder.
        acted: whether somebody was asked for the emotions; the labels of other corpora say nothing by themselves.
        trains: whether models may be trained on it; others are only tested on.
    """

    name: str
    title: str
    language: str
    licence: str
    citation: str
    layout: str
    read: Reader
    acted: bool = True
    trains: bool = True


_CORPORA: dict[str, Corpus] = {}


def corpus(
    name: str,
    *,
    title: str,
    language: str,
    licence: str,
    citation: str,
    layout: str,
    acted: bool = True,
    trains: bool = True,
) -> Callable[[Reader], Reader]:
    """Registers a reader under `name`."""

    def register(read: Reader) -> Reader:
        _CORPORA[name] = Corpus(name, title, language, licence, citation, layout, read, acted, trains)
        return read

    return register


def corpora() -> tuple[Corpus, ...]:
    """All known corpora, by name."""
    return tuple(_CORPORA[name] for name in sorted(_CORPORA))


def get_corpus(name: str) -> Corpus:
    """The corpus called `name`. Raises CorpusError when it is unknown."""
    try:
        return _CORPORA[name]
    except KeyError:
        known = ", ".join(sorted(_CORPORA))
        raise CorpusError("There is no corpus {name}. Known corpora: {known}.", name=repr(name), known=known) from None


def load_corpus(name: str, folder: Path) -> tuple[Utterance, ...]:
    """Every utterance of a corpus in `folder`, ordered by path.

    Raises CorpusError when the folder is missing or nothing in it has the corpus's layout.
    """
    known = get_corpus(name)
    if not folder.is_dir():
        raise CorpusError(
            "{folder} is not a folder. {title} is expected as: {layout}",
            folder=folder,
            title=known.title,
            layout=known.layout,
        )
    found = tuple(sorted(known.read(folder), key=lambda utterance: utterance.path))
    if not found:
        raise CorpusError(
            "No recording of {title} was found in {folder}. Expected: {layout}",
            title=known.title,
            folder=folder,
            layout=known.layout,
        )
    return found


def audio_files(folder: Path) -> Iterator[Path]:
    """Sound files in `folder` at any depth. Readers use only the stem, because copies come in different containers."""
    return (path for path in files_below(folder) if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file())


def files_below(folder: Path) -> Iterator[Path]:
    """Files in `folder` at any depth, also where symbolic links lead. Each folder is listed once: by its own name if
    it lies in `folder`, so that links in a circle end, and a corpus that is linked into itself is not doubled.
    """
    listed: set[tuple[int, int]] = set()
    places = [folder]
    for place in places:
        for parent, folders, files in os.walk(place):
            status = os.stat(parent)
            if (status.st_dev, status.st_ino) in listed:
                folders.clear()
                continue
            listed.add((status.st_dev, status.st_ino))
            paths = [Path(parent, name) for name in sorted(folders)]
            places += [path for path in paths if path.is_symlink()]
            yield from (Path(parent, name) for name in files)
