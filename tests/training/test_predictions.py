"""What a model predicts for labelled recordings, counted over the emotions that it knows or they have."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ser_core.corpora import Utterance, load_corpus
from ser_core.errors import CorpusError
from ser_core.labels import Emotion
from ser_core.models.card import Calibration, load_card
from ser_core.models.opening import open_runner
from ser_core.training.predictions import Predictions, predict

HAPPY, SAD, ANGRY = Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY


@pytest.fixture
def three_clips(tmp_path) -> list[Utterance]:
    """Each louder than the one before."""
    hum = np.sin(2 * np.pi * 300 * np.arange(16_000) / 16_000)
    clips = []
    for number, emotion in enumerate((ANGRY, SAD, HAPPY)):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, 0.1 * (number + 1) * hum, 16_000)
        clips.append(Utterance(path, emotion, "folder", f"voice{number}"))
    return clips


def test_an_emotion_that_the_model_does_not_know_is_never_predicted(three_clips):
    told = []
    louder_is_sadder = predict(
        lambda clip: np.array([clip.samples.std(), 0.1]), (SAD, ANGRY), three_clips, lambda *done: told.append(done)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert louder_is_sadder.labels == (HAPPY, SAD, ANGRY)
    figures = louder_is_sadder.figures(Calibration(10.0, 0.0))
    assert figures["confusion"] == [[0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert figures["per_class"]["happy"]["recall"] == 0
    assert figures["answered"] == 1
    assert figures["speakers"] == ["folder:voice0", "folder:voice1", "folder:voice2"]


def test_figures_follow_the_calibration():
    clips = tuple(Utterance(Path(str(i)), SAD, "folder", "ann") for i in range(3))
    logits = np.log([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    predicted = Predictions(clips, (HAPPY, SAD), np.array([1, 1, 1]), logits)
    assert predicted.figures(Calibration(1.0, 0.7))["answered"] == pytest.approx(2 / 3, abs=1e-4)
    assert predicted.figures(Calibration(1.0, 0.7))["accuracy_of_answered"] == 0.5
    assert predicted.figures(Calibration(4.0, 0.7))["accuracy_of_answered"] is None
    assert predicted.of(np.array([False, True, True])).evaluation.wa == 1


def test_a_recording_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    with pytest.raises(CorpusError, match=r"broken\.wav"):
        predict(lambda clip: np.zeros(2), (SAD, ANGRY), [Utterance(tmp_path / "broken.wav", SAD, "folder", "ann")])


@pytest.mark.corpus
@pytest.mark.slow
def test_the_served_model_predicts_voices_it_trained_on_at_least_as_well_as_the_protocols_others(
    model_dir, corpora_dir
):
    """Through the path that a recording takes: a fault between file and answer would show here."""
    utterances = [u for u in load_corpus("ravdess", corpora_dir / "ravdess") if u.speaker in ("05", "12")]
    card = load_card(model_dir.name, model_dir.parent)
    evaluation = predict(open_runner(card, model_dir).logits, card.labels, utterances).evaluation
    assert evaluation.n == 120
    assert evaluation.ua > card.metrics["protocol ravdess-actors"]["ua"]


def test_the_served_models_card_splits_by_speaker(model_dir):
    protocol = load_card(model_dir.name, model_dir.parent).protocol
    train, validation, test = (set(protocol[side]) for side in ("train", "validation", "test"))
    assert train
    assert not train & validation
    assert not train & test
    assert not validation & test
