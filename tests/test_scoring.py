import pytest

from ser_core.corpora import load_corpus
from ser_core.errors import CorpusError
from ser_core.labels import Emotion
from ser_core.records import Prediction
from ser_core.scoring import Scored, score


def answer(emotion: Emotion, confidence: float, *, unsure: bool = False) -> Prediction:
    other = Emotion.SAD if emotion != Emotion.SAD else Emotion.ANGRY
    return Prediction({emotion: confidence, other: 1 - confidence}, "test", unsure)


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
def test_the_card_tells_the_truth_about_unseen_speakers(recogniser, corpora_dir):
    """The test figures of the committed card, measured again through the path that a recording takes."""
    for part, figures in recogniser.card.metrics.items():
        side, corpus = part.split()
        if side != "test":
            continue
        utterances = [u for u in load_corpus(corpus, corpora_dir / corpus) if u.voice in figures["speakers"]]
        measured = score(recogniser, utterances).metrics()
        # Another processor may round otherwise; a clip or two may then tip over.
        assert measured["n"] == figures["n"]
        assert measured["ua"] == pytest.approx(figures["ua"], abs=0.01)
        assert measured["calibration_error"] == pytest.approx(figures["calibration_error"], abs=0.02)


def test_the_card_splits_by_speaker(recogniser):
    protocol = recogniser.card.protocol
    sides = [set(protocol[side]) for side in ("train", "validation", "test")]
    assert all(sides)
    assert not (sides[0] & sides[1])
    assert not (sides[0] & sides[2])
    assert not (sides[1] & sides[2])
