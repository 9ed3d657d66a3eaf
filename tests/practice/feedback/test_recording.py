import numpy as np
import pytest

from ser_core.practice.feedback import recording_notes
from ser_core.prosody import measure_prosody
from tests.prosody.voices import add_noise, clip_of, silence, steady

VOICE = np.concatenate([silence(0.3), steady(130, 1.5), silence(0.3)])


def notes(samples):
    return recording_notes(measure_prosody(clip_of(samples)))


def test_a_clear_recording_needs_no_note():
    assert notes(VOICE) == ()


def test_noise_is_named_with_how_far_the_voice_stands_above_it(rng):
    (note,) = notes(add_noise(VOICE, 12, rng))
    assert note.startswith("Your voice is only 1")
    assert "closer to the microphone" in note


def test_an_overdriven_microphone_is_named():
    (note,) = notes(np.clip(VOICE * 8, -1.0, 1.0))
    assert "overdriven" in note


def test_without_a_voice_there_is_nothing_to_be_less_sure_of(rng):
    assert notes(0.1 * rng.standard_normal(16_000)) == ()
    assert notes(silence(1.0)) == ()


def test_one_click_is_no_overdriven_microphone():
    clicked = VOICE.copy()
    clicked[8000:8010] = 1.0
    assert notes(clicked) == ()


@pytest.mark.parametrize("snr_db, noted", [(25, 0), (14, 1)])
def test_a_usual_room_is_not_called_noisy(rng, snr_db, noted):
    assert len(notes(add_noise(VOICE, snr_db, rng))) == noted
