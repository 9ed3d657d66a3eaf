import numpy as np
import pytest

from ser_core.prosody import measure_prosody
from tests.prosody.voices import clip_of, espeak, silence, steady, times

# 14 words, 20 syllables: peo-ple who speak slow-ly and clear-ly are un-der-stood by ev-ery-bo-dy at last
SENTENCE = "People who speak slowly and clearly are understood by everybody at last"
SYLLABLES = 20


def syllables(rate, duration_s, depth_db=20):
    """A voice whose level goes up and down `rate` times a second."""
    swing = depth_db / 2 * (1 - np.cos(2 * np.pi * rate * times(duration_s)))
    return steady(150, duration_s) * 10 ** ((swing - depth_db) / 20)


@pytest.mark.parametrize("rate", [2, 4, 6])
def test_known_rate(rate):
    measured = measure_prosody(clip_of(syllables(rate, 3.0)))
    assert len(measured.syllables_s) == 3 * rate
    # Nuclei are where the level is highest: in the middle of each swing.
    np.testing.assert_allclose(measured.syllables_s, (np.arange(3 * rate) + 0.5) / rate, atol=0.021)


def test_level_voice_is_one_syllable():
    assert (
        len(measure_prosody(clip_of(np.concatenate([silence(0.1), steady(150, 1.0), silence(0.1)]))).syllables_s) == 1
    )


def test_articulation_leaves_pauses_out():
    half = syllables(4, 1.5)
    measured = measure_prosody(clip_of(np.concatenate([half, silence(1.0), half])))
    assert measured.articulation_rate == pytest.approx(4, rel=0.1)
    assert measured.syllables_per_s == pytest.approx(12 / 4, rel=0.1)
    assert measured.pause_share == pytest.approx(25, abs=3)


def test_noise_has_no_syllables(rng):
    measured = measure_prosody(clip_of(rng.normal(0, 0.1, 16000)))
    assert measured.syllables_per_s is None
    assert measured.confidence["syllables_per_s"] == 0


def test_syllables_of_a_synthetic_voice_are_counted_within_a_fifth():
    counts = [len(measure_prosody(clip_of(espeak(SENTENCE, words_per_minute=w))).syllables_s) for w in (110, 150, 190)]
    np.testing.assert_allclose(counts, SYLLABLES, rtol=0.2)


def test_faster_speech_reads_faster():
    slow, fast = (measure_prosody(clip_of(espeak(SENTENCE, words_per_minute=w))).articulation_rate for w in (110, 220))
    # espeak-ng halves the lengths of sounds less than it halves the rate it is asked for.
    assert 1.4 < fast / slow < 2.2
