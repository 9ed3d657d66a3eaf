from pathlib import Path

import pytest

from ser_core.corpora import Utterance
from ser_core.corpora.splits import choose_validation, select_voices, split_at_random, split_by_speaker
from ser_core.errors import CorpusError
from ser_core.labels import Emotion


def utterance(corpus: str, speaker: str, gender: str) -> Utterance:
    return Utterance(Path(f"{corpus}-{speaker}"), Emotion.HAPPY, corpus, speaker, gender)


@pytest.fixture
def utterances() -> list[Utterance]:
    actors = [utterance("ravdess", f"{i:02d}", "m" if i % 2 else "f") for i in range(1, 21)]
    return [*actors, utterance("tess", "OAF", "f"), utterance("tess", "YAF", "f")]


def test_no_voice_is_on_two_sides(utterances):
    split = split_by_speaker(utterances, validation=["ravdess:03", "04"], test=["Actor_05", "6"])
    sides = [{u.voice for u in side} for side in (split.train, split.validation, split.test)]
    assert sides[1] == {"ravdess:03", "ravdess:04"}
    assert sides[2] == {"ravdess:05", "ravdess:06"}
    assert not (sides[0] & sides[1])
    assert not (sides[0] & sides[2])
    assert not (sides[1] & sides[2])
    assert sum(map(len, sides)) == 22


def test_a_speaker_on_two_sides_or_unknown_or_nobody_left_is_refused(utterances):
    with pytest.raises(CorpusError, match="cannot validate and test"):
        split_by_speaker(utterances, validation=["01"], test=["ravdess:01"])
    with pytest.raises(CorpusError, match=r"no speaker '21'.*ravdess:20"):
        split_by_speaker(utterances, validation=[], test=["21"])
    with pytest.raises(CorpusError, match="left to train"):
        split_by_speaker(utterances[-2:], validation=["OAF"], test=["YAF"])


def test_the_name_of_a_speaker_can_be_given_with_its_corpus_only(utterances):
    with pytest.raises(CorpusError):
        select_voices(utterances, ["tess:01"])


def test_validation_takes_women_and_men_and_leaves_small_corpora_whole(utterances):
    chosen = choose_validation(utterances, share=0.2, seed=1)
    assert len(chosen) == 4
    genders = [u.gender for u in utterances if u.voice in chosen]
    assert sorted(genders) == ["f", "f", "m", "m"]
    assert all(voice.startswith("ravdess:") for voice in chosen)


def test_the_same_seed_chooses_the_same_voices(utterances):
    assert choose_validation(utterances, seed=3) == choose_validation(list(reversed(utterances)), seed=3)
    assert len({choose_validation(utterances, seed=seed) for seed in range(5)}) > 1


def test_a_random_split_takes_its_share_of_every_emotion_of_every_corpus():
    clips = [
        Utterance(Path(f"{corpus}-{emotion}-{i}"), emotion, corpus, "a")
        for corpus, n in (("tess", 400), ("ravdess", 152))
        for emotion in (Emotion.HAPPY, Emotion.SAD)
        for i in range(n)
    ]
    split = split_at_random(clips, 0.2, seed=5)
    assert len(split.test) == 2 * (80 + 30)
    assert not {u.path for u in split.train} & {u.path for u in split.test}
    assert len(split.train) + len(split.test) == len(clips)
    assert sum(u.corpus == "tess" and u.emotion == Emotion.SAD for u in split.test) == 80
    assert split_at_random(clips[::-1], 0.2, seed=5).test == split.test[::-1]
    assert split_at_random(clips, 0.2, seed=6).test != split.test
