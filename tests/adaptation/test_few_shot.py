"""A voice that was taught, on answers whose errors are known."""

import numpy as np
import pytest

from ser_core.adaptation.few_shot import reread, teach
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


def test_a_voice_that_always_sounds_angry_is_read_right_after_one_recording_of_each_emotion(card):
    voice = teach([(always_angry(meant), meant) for meant in LABELS])
    for meant in LABELS:
        answer = reread(report_of(always_angry(meant, 0.45)), voice, card).prediction
        assert answer.emotion == meant
        assert sum(answer.scores.values()) == pytest.approx(1.0)


def test_one_emotion_named_many_times_is_not_heard_everywhere(card):
    voice = teach([(heard(Emotion.ANGRY), Emotion.SAD)] * 6)
    assert reread(report_of(heard(Emotion.HAPPY, 0.8)), voice, card).prediction.emotion == Emotion.HAPPY


def test_one_recording_moves_an_answer_and_does_not_overrule_a_sure_one(card):
    voice = teach([(heard(Emotion.ANGRY), Emotion.SAD)])
    before = heard(Emotion.ANGRY, 0.3)
    after = reread(report_of(before), voice, card).prediction
    assert after.scores[Emotion.SAD] > 2 * before.scores[Emotion.SAD]
    sure = reread(report_of(heard(Emotion.CALM, 0.97)), voice, card).prediction
    assert sure.emotion == Emotion.CALM


def test_what_was_heard_right_and_surely_teaches_nothing_new(card):
    voice = teach([(heard(label, 0.98), label) for label in LABELS])
    for label in LABELS:
        before = heard(label, 0.7)
        after = reread(report_of(before), voice, card).prediction
        assert after.emotion == label
        assert after.confidence >= before.confidence


def test_the_whole_report_is_read_anew_by_the_thresholds_of_the_card(card):
    report = report_of(heard(Emotion.ANGRY, 0.5), heard(Emotion.HAPPY, 0.8))
    voice = teach([(heard(Emotion.ANGRY), Emotion.SAD)] * 3)
    read = reread(report, voice, card)
    assert [segment.prediction.emotion for segment in read.timeline] == [Emotion.SAD, Emotion.HAPPY]
    assert [(s.start_s, s.end_s) for s in read.timeline] == [(0.0, 1.0), (1.0, 2.0)]
    assert read.prediction.unsure == (read.prediction.confidence < card.calibration.unsure_below)
    assert report_dict(read)["taught_by"] == 3
    assert "taught_by" not in report_dict(report)


def test_the_order_of_recordings_does_not_matter():
    takes = [(heard(label, 0.4 + 0.05 * i), LABELS[(3 * i) % len(LABELS)]) for i, label in enumerate(LABELS)]
    one, other = teach(takes), teach(takes[::-1])
    scores = np.array([list(heard(label).scores.values()) for label in LABELS])
    assert one.reread(scores) == pytest.approx(other.reread(scores), abs=1e-3)


@pytest.mark.parametrize(
    "takes, said",
    [
        ([], "at least one recording"),
        ([(heard(Emotion.SAD), Emotion.SAD), (heard(Emotion.SAD, model="other"), Emotion.SAD)], "got 2 models"),
        ([(Prediction({Emotion.SAD: 0.5, Emotion.CALM: 0.5}, "two"), Emotion.ANGRY)], "does not know angry"),
    ],
)
def test_what_cannot_be_taught_is_said(takes, said):
    with pytest.raises(ModelError, match=said):
        teach(takes)


def test_a_report_of_another_model_is_refused(card):
    with pytest.raises(ModelError, match="taught to other; crnn made"):
        reread(report_of(heard(Emotion.SAD)), teach([(heard(Emotion.SAD, model="other"), Emotion.SAD)]), card)
