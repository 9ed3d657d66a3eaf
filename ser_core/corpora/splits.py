"""Which speakers train, which validate, which test. No voice is on two sides, but in a split at random."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ser_core.corpora.registry import Utterance
from ser_core.errors import CorpusError

# A corpus with fewer speakers keeps them all for training: taking one away would cost more than it tells.
_MIN_SPEAKERS_TO_SPLIT = 4


@dataclass(frozen=True)
class Split:
    """Utterances by what they are for."""

    train: tuple[Utterance, ...]
    validation: tuple[Utterance, ...]
    test: tuple[Utterance, ...]


def split_by_speaker(utterances: Sequence[Utterance], *, validation: Iterable[str], test: Iterable[str]) -> Split:
    """Puts the named speakers ("01" or "ravdess:01") aside. Raises CorpusError for a speaker who is not there,
    who is named on both sides, or when nobody is left to train on.
    """
    validating, testing = set(select_voices(utterances, validation)), set(select_voices(utterances, test))
    if both := validating & testing:
        raise CorpusError("A speaker cannot validate and test at once: {join}.", join=", ".join(sorted(both)))
    train = tuple(u for u in utterances if u.voice not in validating | testing)
    if not train:
        raise CorpusError("No speaker is left to train on. Put fewer speakers aside.")
    return Split(
        train,
        tuple(u for u in utterances if u.voice in validating),
        tuple(u for u in utterances if u.voice in testing),
    )


def split_at_random(utterances: Sequence[Utterance], test_share: float, seed: int) -> Split:
    """Puts a random share of each corpus's clips of each emotion aside for testing; nobody validates.

    The same voices are on both sides, so that figures from it flatter: it is for comparison with published ones.
    """
    tested = drawn_at_random(utterances, test_share, seed)
    return Split(
        train=tuple(u for u in utterances if u.path not in tested),
        validation=(),
        test=tuple(u for u in utterances if u.path in tested),
    )


def drawn_at_random(utterances: Iterable[Utterance], share: float, seed: int) -> set[Path]:
    """The files of a share of each corpus's clips of each emotion, by chance: wherever the corpora lie, the same."""
    rng = np.random.default_rng(seed)
    groups: dict[tuple[str, str], list[Utterance]] = defaultdict(list)
    for u in sorted(utterances, key=lambda u: (u.corpus, u.speaker, u.path.name)):
        groups[u.corpus, u.emotion.value].append(u)
    drawn: set[Path] = set()
    for _, group in sorted(groups.items()):
        chosen = rng.permutation(len(group))[: round(share * len(group))]
        drawn.update(group[i].path for i in chosen)
    return drawn


def select_voices(utterances: Iterable[Utterance], names: Iterable[str]) -> tuple[str, ...]:
    """The voices ("ravdess:01") meant by `names`, each a voice or a speaker as its corpus calls them.

    "1", "01" and "Actor_01" mean the same RAVDESS actor. Raises CorpusError for a name that nobody has.
    """
    voices = sorted({(u.corpus, u.speaker) for u in utterances})
    chosen: list[str] = []
    for name in names:
        corpus, _, speaker = name.rpartition(":")
        wanted = _plain(speaker)
        matches = [f"{c}:{s}" for c, s in voices if _plain(s) == wanted and corpus in ("", c)]
        if not matches:
            known = ", ".join(f"{c}:{s}" for c, s in voices)
            raise CorpusError("There is no speaker {name}. There are: {known}.", name=repr(name), known=known)
        chosen += matches
    return tuple(dict.fromkeys(chosen))


def choose_validation(utterances: Sequence[Utterance], share: float = 0.15, seed: int = 0) -> tuple[str, ...]:
    """Voices to validate on: about `share` of each corpus's speakers, women and men in turn, by chance.

    A corpus of fewer than four speakers gives none.
    """
    speakers: dict[str, dict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for u in utterances:
        speakers[u.corpus][u.gender].add(u.voice)
    rng = np.random.default_rng(seed)
    chosen: list[str] = []
    for _, by_gender in sorted(speakers.items()):
        n = sum(map(len, by_gender.values()))
        if n < _MIN_SPEAKERS_TO_SPLIT:
            continue
        queues = [list(rng.permutation(sorted(voices))) for _, voices in sorted(by_gender.items(), key=str)]
        in_turn = [queue[i] for i in range(n) for queue in queues if i < len(queue)]
        chosen += [str(voice) for voice in in_turn[: max(1, round(share * n))]]
    return tuple(chosen)


def _plain(speaker: str) -> str:
    return speaker.removeprefix("Actor_").lstrip("0").casefold()
