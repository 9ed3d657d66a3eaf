import pytest

from ser_core.claim import ClaimKind
from ser_core.corpora import load_corpus
from ser_core.errors import CorpusError
from ser_core.labels import Emotion
from ser_core.recognition.scoring import Scored, score
from ser_core.records import Prediction


def answer(emotion: Emotion, confidence: float, *, unsure: bool = False) -> Prediction:
    other = Emotion.SAD if emotion != Emotion.SAD else Emotion.ANGRY
    return Prediction(
        {emotion: confidence, other: 1 - confidence}, "test", ClaimKind.UNSURE if unsure else ClaimKind.ONE_EMOTION
    )


def utterance(tmp_path, emotion: Emotion):
    from ser_core.corpora import Utterance

    return Utterance(tmp_path / "a.wav", emotion, "folder", "ann")


def test_figures_of_the_answered_by_hand(tmp_path):
    acted = [Emotion.ANGRY, Emotion.SAD, Emotion.ANGRY, Emotion.SAD]
    heard = [
        answer(Emotion.ANGRY, 0.9),
        answer(Emotion.SAD, 0.8),
        answer(Emotion.SAD, 0.7),
        answer(Emotion.ANGRY, 0.6, unsure=True),
    ]
    scored = Scored(tuple(utterance(tmp_path, e) for e in acted), tuple(heard))
    assert scored.evaluation.ua == 0.5
    assert scored.answered == 0.75
    assert scored.accuracy_of_answered == pytest.approx(2 / 3)
    # Four bins with one clip each: |0.9-1|, |0.8-1|, |0.7-0|, |0.6-0|.
    assert scored.calibration_error == pytest.approx((0.1 + 0.2 + 0.7 + 0.6) / 4)
    assert scored.metrics()["speakers"] == ["folder:ann"]


def test_nothing_to_score_is_refused(recogniser):
    with pytest.raises(CorpusError, match="no clip"):
        score(recogniser, [])


@pytest.mark.corpus
@pytest.mark.slow
def test_the_served_model_hears_voices_it_trained_on_at_least_as_well_as_the_protocols_heard_others(
    recogniser, corpora_dir
):
    """Through the path that a recording takes: a fault between file and answer would show here."""
    utterances = load_corpus("ravdess", corpora_dir / "ravdess")
    measured = score(recogniser, [u for u in utterances if u.speaker in ("05", "12")]).metrics()
    assert measured["n"] == 120
    assert measured["ua"] > recogniser.card.metrics["protocol ravdess-actors"]["ua"]


def test_the_card_splits_by_speaker(recogniser):
    protocol = recogniser.card.protocol
    train, validation, test = (set(protocol[side]) for side in ("train", "validation", "test"))
    assert train
    assert not train & validation
    assert not train & test
    assert not validation & test
