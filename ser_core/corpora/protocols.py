"""The protocols that figures are reported under: which clips train and which are tested, fold by fold."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ser_core.corpora import Utterance, get_corpus
from ser_core.corpora.splits import drawn_at_random
from ser_core.errors import CorpusError


@dataclass(frozen=True)
class Fold:
    """One training and what it is tested on. `name` says what is held out."""

    name: str
    train: tuple[Utterance, ...]
    test: tuple[Utterance, ...]


FoldMaker = Callable[[Sequence[Utterance]], Iterator[Fold]]


@dataclass(frozen=True)
class Protocol:
    """How a figure comes about.

    Attributes:
        name: how commands call it.
        summary: one sentence.
        corpora: corpora that must be given; others that are given train in every fold.
        by_speaker: whether no voice is on both sides.
        folds: makes the folds from the clips of all corpora that are given.
    """

    name: str
    summary: str
    corpora: tuple[str, ...]
    by_speaker: bool
    folds: FoldMaker


_PROTOCOLS: dict[str, Protocol] = {}
# Of the customary random splits; fixed, so that everyone tests on the same clips.
_SPLIT_SEED = 42
_TEST_SHARE = 0.2
_ACTORS_A_FOLD = 4
_FOLDS = 5
# Corpora whose speakers are left out in blocks of consecutive names, and not every fifth.
_HELD_OUT_IN_BLOCKS = frozenset({"ravdess", "crema-d"})


def protocols() -> tuple[Protocol, ...]:
    """All protocols, by name."""
    return tuple(_PROTOCOLS[name] for name in sorted(_PROTOCOLS))


def folds_of(name: str, utterances: Sequence[Utterance]) -> tuple[Fold, ...]:
    """The folds of the protocol called `name` over these clips.

    Raises CorpusError when there is no such protocol, a corpus it needs is missing, or has nothing to hold out.
    """
    if name not in _PROTOCOLS:
        raise CorpusError(
            "There is no protocol {name}. There are: {join}.", name=repr(name), join=", ".join(sorted(_PROTOCOLS))
        )
    protocol = _PROTOCOLS[name]
    if missing := set(protocol.corpora) - {u.corpus for u in utterances}:
        raise CorpusError(
            "{name} needs the corpus {join}: give it as --corpus NAME=DIR.", name=name, join=", ".join(sorted(missing))
        )
    folds = tuple(protocol.folds(utterances))
    for fold in folds:
        if not fold.train or not fold.test:
            raise CorpusError(
                "{name}: fold {name2} has nothing to train on, or nothing to test.", name=name, name2=fold.name
            )
        if protocol.by_speaker and {u.voice for u in fold.train} & {u.voice for u in fold.test}:
            raise CorpusError("{name}: fold {name2} has a voice on both sides.", name=name, name2=fold.name)
    return folds


def _protocol(name: str, summary: str, *corpora: str, by_speaker: bool = True) -> Callable[[FoldMaker], FoldMaker]:
    def register(folds: FoldMaker) -> FoldMaker:
        _PROTOCOLS[name] = Protocol(name, summary, corpora, by_speaker, folds)
        return folds

    return register


@_protocol("ravdess-actors", "Five folds of four RAVDESS actors, none of whom is heard in training", "ravdess")
def _ravdess_actors(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    actors = sorted({u.speaker for u in utterances if u.corpus == "ravdess"})
    for first in range(0, len(actors), _ACTORS_A_FOLD):
        held = {f"ravdess:{actor}" for actor in actors[first : first + _ACTORS_A_FOLD]}
        yield _by_voice("-".join(sorted({v[-2:] for v in held})[:: len(held) - 1 or 1]), held, utterances)


@_protocol("nemo-speakers", "Each nEMO speaker in turn is not heard in training", "nemo")
def _nemo_speakers(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    for voice in sorted({u.voice for u in utterances if u.corpus == "nemo"}):
        yield _by_voice(voice.partition(":")[2], {voice}, utterances)


@_protocol("tess-actress", "Train on one actress of TESS, test on the other, both ways", "tess")
def _tess_actress(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    for voice in sorted({u.voice for u in utterances if u.corpus == "tess"}):
        yield _by_voice(voice.partition(":")[2], {voice}, utterances)


@_protocol("crema-d-actors", "Five folds of fifteen CREMA-D actors, none of whom is heard in training", "crema-d")
def _crema_d_actors(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    for number, held in enumerate(_in_blocks(_voices(utterances, "crema-d")), 1):
        yield _by_voice(str(number), held, utterances)


@_protocol("emovo-speakers", "Each EMOVO speaker in turn is not heard in training", "emovo")
def _emovo_speakers(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    for voice in _voices(utterances, "emovo"):
        yield _by_voice(voice.partition(":")[2], {voice}, utterances)


@_protocol("joint-speakers", "Five folds of a fifth of the speakers of every corpus, none of whom is heard in training")
def _joint_speakers(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    """Of RAVDESS and CREMA-D the folds are those of their own protocols, of TESS the first two are its actresses."""
    held: list[set[str]] = [set() for _ in range(_FOLDS)]
    for corpus in sorted({u.corpus for u in utterances}):
        voices = _voices(utterances, corpus)
        if not get_corpus(corpus).acted:
            # Speakers of one source stand side by side, and are unlike those of others.
            voices = [voices[i] for i in np.random.default_rng(_SPLIT_SEED).permutation(len(voices))]
        blocks = (
            _in_blocks(voices) if corpus in _HELD_OUT_IN_BLOCKS else [set(voices[n::_FOLDS]) for n in range(_FOLDS)]
        )
        for fold, block in zip(held, blocks, strict=True):
            fold |= block
    for number, voices_held in enumerate(held, 1):
        yield _by_voice(str(number), voices_held, utterances)


@_protocol(
    "leave-corpus-out",
    "Each corpus of acted speech in turn is not heard in training, and tested on the emotions that the others have",
)
def _leave_corpus_out(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    for corpus in sorted({u.corpus for u in utterances if get_corpus(u.corpus).acted}):
        train = tuple(u for u in utterances if u.corpus != corpus and get_corpus(u.corpus).trains)
        taught = {u.emotion for u in train if get_corpus(u.corpus).acted}
        yield Fold(corpus, train, tuple(u for u in utterances if u.corpus == corpus and u.emotion in taught))


@_protocol(
    "tess-random", "A random fifth of TESS is tested: both voices are heard in training", "tess", by_speaker=False
)
def _tess_random(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    yield _random_fifth(utterances, ("tess",))


@_protocol(
    "ravdess-tess-random",
    "A random fifth of RAVDESS and TESS is tested: all voices are heard in training",
    "ravdess",
    "tess",
    by_speaker=False,
)
def _ravdess_tess_random(utterances: Sequence[Utterance]) -> Iterator[Fold]:
    yield _random_fifth(utterances, ("ravdess", "tess"))


def _voices(utterances: Sequence[Utterance], corpus: str) -> list[str]:
    return sorted({u.voice for u in utterances if u.corpus == corpus})


def _in_blocks(voices: Sequence[str]) -> list[set[str]]:
    """Speakers in blocks of consecutive names, as many of them as there are folds, the first ones one longer."""
    size, longer = divmod(len(voices), _FOLDS)
    edges = [n * size + min(n, longer) for n in range(_FOLDS + 1)]
    return [set(voices[start:end]) for start, end in pairwise(edges)]


def _by_voice(name: str, held: set[str], utterances: Sequence[Utterance]) -> Fold:
    return Fold(
        name,
        tuple(u for u in utterances if u.voice not in held and get_corpus(u.corpus).trains),
        tuple(u for u in utterances if u.voice in held),
    )


def _random_fifth(utterances: Sequence[Utterance], corpora: tuple[str, ...]) -> Fold:
    """Of each emotion of these corpora the same share, by chance with a fixed seed."""
    held = drawn_at_random([u for u in utterances if u.corpus in corpora], _TEST_SHARE, _SPLIT_SEED)
    return Fold(
        "random",
        tuple(u for u in utterances if u.path not in held and get_corpus(u.corpus).trains),
        tuple(u for u in utterances if u.path in held),
    )
