"""Adaptation to a speaker, on predictions whose errors are known."""

import numpy as np
import pytest

from ser_core.adaptation.few_shot import adapt, adapted
from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.recognition.analyse import report_dict
from ser_core.recognition.recogniser import load_recogniser
from ser_core.records import Prediction, Report, Segment

LABELS = tuple(Emotion)


def heard(emotion: Emotion, share: float = 0.6, model: str = "crnn") -> Prediction:
    """An answer that gives one emotion this share, and the others the rest alike."""
    rest = (1 - share) / (len(LABELS) - 1)
    return Prediction({label: share if label == emotion else rest for label in LABELS}, model)


@pytest.fixture(scope="module")
def card():
    return load_recogniser().card


def report_of(*predictions: Prediction) -> Report:
    timeline = tuple(Segment(float(i), i + 1.0, prediction) for i, prediction in enumerate(predictions))
    return Report("voice.wav", float(len(timeline)), predictions[0], timeline)


def always_angry(meant: Emotion, share: float = 0.5) -> Prediction:
    """A voice that sounds angry whatever it says; what it means comes second."""
    if meant == Emotion.ANGRY:
        return heard(meant, 0.8)
    rest = (1 - share - 0.3) / (len(LABELS) - 2)
    return Prediction({e: share if e == Emotion.ANGRY else 0.3 if e == meant else rest for e in LABELS}, "crnn")


def test_a_voice_that_always_sounds_angry_is_right_after_one_recording_of_each_emotion(card):
    adaptation = adapt([(always_angry(meant), meant) for meant in LABELS])
    for meant in LABELS:
        answer = adapted(report_of(always_angry(meant, 0.45)), adaptation, card).prediction
        assert answer.emotion == meant
        assert sum(answer.scores.values()) == pytest.approx(1.0)


def test_one_emotion_named_many_times_is_not_heard_everywhere(card):
    adaptation = adapt([(heard(Emotion.ANGRY), Emotion.SAD)] * 6)
    assert adapted(report_of(heard(Emotion.HAPPY, 0.8)), adaptation, card).prediction.emotion == Emotion.HAPPY


def test_one_recording_moves_an_answer_and_does_not_overrule_a_sure_one(card):
    adaptation = adapt([(heard(Emotion.ANGRY), Emotion.SAD)])
    before = heard(Emotion.ANGRY, 0.3)
    after = adapted(report_of(before), adaptation, card).prediction
    assert after.scores[Emotion.SAD] > 2 * before.scores[Emotion.SAD]
    sure = adapted(report_of(heard(Emotion.CALM, 0.97)), adaptation, card).prediction
    assert sure.emotion == Emotion.CALM


def test_what_was_heard_right_and_surely_changes_no_answer(card):
    adaptation = adapt([(heard(label, 0.98), label) for label in LABELS])
    for label in LABELS:
        before = heard(label, 0.7)
        after = adapted(report_of(before), adaptation, card).prediction
        assert after.emotion == label
        assert after.confidence >= before.confidence


def test_the_whole_report_is_adapted_by_the_thresholds_of_the_card(card):
    report = report_of(heard(Emotion.ANGRY, 0.5), heard(Emotion.HAPPY, 0.8))
    adaptation = adapt([(heard(Emotion.ANGRY), Emotion.SAD)] * 3)
    result = adapted(report, adaptation, card)
    assert [segment.prediction.emotion for segment in result.timeline] == [Emotion.SAD, Emotion.HAPPY]
    assert [(s.start_s, s.end_s) for s in result.timeline] == [(0.0, 1.0), (1.0, 2.0)]
    assert result.prediction == card.prediction(np.array(list(result.prediction.scores.values())))
    assert report_dict(result)["adapted_by"] == 3
    assert "adapted_by" not in report_dict(report)


def test_the_order_of_recordings_does_not_matter():
    named = [(heard(label, 0.4 + 0.05 * i), LABELS[(3 * i) % len(LABELS)]) for i, label in enumerate(LABELS)]
    one, other = adapt(named), adapt(named[::-1])
    scores = np.array([list(heard(label).scores.values()) for label in LABELS])
    assert one.apply(scores) == pytest.approx(other.apply(scores), abs=1e-3)


@pytest.mark.parametrize(
    "named, said",
    [
        ([], "at least one recording"),
        ([(heard(Emotion.SAD), Emotion.SAD), (heard(Emotion.SAD, model="other"), Emotion.SAD)], "got 2 models"),
        ([(Prediction({Emotion.SAD: 0.5, Emotion.CALM: 0.5}, "two"), Emotion.ANGRY)], "does not know angry"),
    ],
)
def test_what_cannot_be_adapted_to_is_said(named, said):
    with pytest.raises(ModelError, match=said):
        adapt(named)


def test_a_report_of_another_model_is_refused(card):
    with pytest.raises(ModelError, match="is of other; crnn made"):
        adapted(report_of(heard(Emotion.SAD)), adapt([(heard(Emotion.SAD, model="other"), Emotion.SAD)]), card)
