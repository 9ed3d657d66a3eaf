import pytest

from ser_core.adaptation.voices import MAX_LABELLED, KnownVoice
from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.records import Prediction


def heard(emotion: Emotion, model: str = "crnn") -> Prediction:
    return Prediction(dict.fromkeys(Emotion, 0.02) | {emotion: 0.86}, model)


def test_a_label_replaces_an_earlier_one_of_the_same_recording_and_model():
    voice = KnownVoice("Anna").with_label("a", heard(Emotion.SAD), Emotion.ANGRY)
    voice = voice.with_label("a", heard(Emotion.SAD), Emotion.HAPPY).with_label(
        "a", heard(Emotion.SAD, "svm"), Emotion.SAD
    )
    assert [each.meant for each in voice.of_model("crnn")] == [Emotion.HAPPY]
    assert [each.meant for each in voice.of_model("svm")] == [Emotion.SAD]
    assert voice.without_label("a", "crnn").of_model("crnn") == ()


def test_a_recording_is_adapted_by_the_others_alone():
    voice = KnownVoice("Anna").with_label("a", heard(Emotion.SAD), Emotion.ANGRY)
    assert voice.adaptation("crnn", "a") is None
    assert voice.adaptation("svm", "b") is None
    adaptation = voice.adaptation("crnn", "b")
    assert adaptation is not None
    assert (adaptation.model, adaptation.n_recordings) == ("crnn", 1)


def test_a_voice_is_read_back_as_it_was_stored():
    voice = KnownVoice("Anna").with_label("a", heard(Emotion.SAD), Emotion.ANGRY)
    assert KnownVoice.from_dict(voice.to_dict()) == voice


@pytest.mark.parametrize("content", [{}, {"name": "Anna"}, {"name": "Anna", "labelled": [{"digest": "a"}]}])
def test_what_is_no_voice_is_refused(content):
    with pytest.raises(SerError, match="cannot be read"):
        KnownVoice.from_dict(content)


def test_nobody_labels_without_end():
    voice = KnownVoice("Anna")
    for number in range(MAX_LABELLED):
        voice = voice.with_label(str(number), heard(Emotion.SAD), Emotion.SAD)
    with pytest.raises(SerError, match="64 labelled recordings already"):
        voice.with_label("one more", heard(Emotion.SAD), Emotion.SAD)
    assert len(voice.with_label("0", heard(Emotion.SAD), Emotion.HAPPY).labelled) == MAX_LABELLED
