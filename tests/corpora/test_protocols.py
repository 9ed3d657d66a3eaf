"""Which clips a protocol trains on and which it tests."""

from dataclasses import replace
from pathlib import Path

import pytest

from ser_core.corpora import Utterance
from ser_core.corpora.protocols import folds_of, protocols
from ser_core.errors import CorpusError
from ser_core.labels import Emotion

EMOTIONS = (Emotion.HAPPY, Emotion.SAD)


def clips(corpus, speakers, each=10):
    return [
        Utterance(Path(f"{corpus}/{speaker}/{emotion.value}{i}.wav"), emotion, corpus, speaker)
        for speaker in speakers
        for emotion in EMOTIONS
        for i in range(each)
    ]


RAVDESS = clips("ravdess", [f"{i:02}" for i in range(1, 21)])
TESS = clips("tess", ["OAF", "YAF"], 50)
NEMO = clips("nemo", ["AA0", "BB0", "CC0"])


def test_five_folds_of_actors_test_everyone_once_and_hear_nobody_twice():
    folds = folds_of("ravdess-actors", [*RAVDESS, *TESS])
    assert [fold.name for fold in folds] == ["01-04", "05-08", "09-12", "13-16", "17-20"]
    assert sorted(u.path for fold in folds for u in fold.test) == sorted(u.path for u in RAVDESS)
    for fold in folds:
        assert not {u.voice for u in fold.train} & {u.voice for u in fold.test}
        assert len({u.speaker for u in fold.test}) == 4
        # Other corpora that are given train in every fold.
        assert {u.voice for u in fold.train} >= {"tess:OAF", "tess:YAF"}


@pytest.mark.parametrize(
    "name, held_out",
    [
        ("nemo-speakers", ["AA0", "BB0", "CC0"]),
        ("tess-actress", ["OAF", "YAF"]),
        ("leave-corpus-out", ["nemo", "ravdess", "tess"]),
    ],
)
def test_each_speaker_or_corpus_is_held_out_in_turn(name, held_out):
    folds = folds_of(name, [*RAVDESS, *TESS, *NEMO])
    assert [fold.name for fold in folds] == held_out
    for fold in folds:
        assert {fold.name} == {u.corpus if name == "leave-corpus-out" else u.speaker for u in fold.test}
        assert not {u.path for u in fold.train} & {u.path for u in fold.test}
        assert {u.voice for u in fold.train} | {u.voice for u in fold.test} == {
            u.voice for u in (*RAVDESS, *TESS, *NEMO)
        }


def test_an_unheard_corpus_is_tested_on_the_emotions_that_the_others_have():
    calm = [replace(u, emotion=Emotion.CALM, path=u.path.with_name(f"calm-{u.path.name}")) for u in RAVDESS]
    folds = {fold.name: fold for fold in folds_of("leave-corpus-out", [*RAVDESS, *calm, *TESS, *NEMO])}
    assert set(folds["ravdess"].test) == set(RAVDESS)
    assert set(folds["tess"].train) == {*RAVDESS, *calm, *NEMO}


def test_a_corpus_that_is_only_tested_on_never_trains():
    ased = [replace(u, corpus="ased") for u in TESS]
    for name in ("leave-corpus-out", "ravdess-actors", "joint-speakers"):
        for fold in folds_of(name, [*RAVDESS, *TESS, *NEMO, *ased]):
            assert "ased" not in {u.corpus for u in fold.train}
    tested = {f.name: f.test for f in folds_of("leave-corpus-out", [*RAVDESS, *TESS, *NEMO, *ased])}
    assert len(tested["ased"]) == len(ased)


def test_the_random_fifth_is_stratified_and_always_the_same():
    (fold,) = folds_of("tess-random", TESS)
    assert sum(u.emotion == Emotion.SAD for u in fold.test) == sum(u.emotion == Emotion.HAPPY for u in fold.test) == 20
    (again,) = folds_of("tess-random", TESS[::-1])
    assert {u.path for u in again.test} == {u.path for u in fold.test}
    assert not {u.path for u in fold.train} & {u.path for u in fold.test}
    (both,) = folds_of("ravdess-tess-random", [*TESS, *RAVDESS])
    assert sum(u.corpus == "ravdess" for u in both.test) == 80


def test_says_what_is_missing():
    with pytest.raises(CorpusError, match=r"There is no protocol 'x'.*tess-random"):
        folds_of("x", TESS)
    with pytest.raises(CorpusError, match="ravdess-actors needs the corpus ravdess"):
        folds_of("ravdess-actors", TESS)
    with pytest.raises(CorpusError, match="nothing to train on"):
        folds_of("leave-corpus-out", TESS)


def test_only_the_random_splits_may_share_voices():
    assert {p.name for p in protocols() if not p.by_speaker} == {"tess-random", "ravdess-tess-random"}
