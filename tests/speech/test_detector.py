"""Where somebody speaks, however little of a recording it is, and what is behind the voice."""

import numpy as np
import pytest

from ser_core import audio
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError
from ser_core.records import Clip
from ser_core.speech import Heard, SpeechMeter, find_speech, heard_lately, sounds_like_speech

RATE_HZ = 16_000
TIME_S = np.arange(4 * RATE_HZ) / RATE_HZ


def clip(samples: np.ndarray) -> Clip:
    return condition(Clip(samples.astype(np.float32), RATE_HZ))


@pytest.fixture
def voice(samples_dir) -> np.ndarray:
    """Some seconds of a synthetic voice, silent at neither end."""
    return audio.read_clip(samples_dir / "synthetic-even.flac").samples


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def test_the_synthetic_voices_are_speech(samples_dir, rng):
    for path in sorted(samples_dir.glob("*.flac")):
        spoken = audio.read_clip(path).samples
        assert sounds_like_speech(clip(spoken)), path.stem
        noise = rng.standard_normal(len(spoken))
        # As loud as the voice.
        assert sounds_like_speech(clip(spoken + noise * rms(spoken))), path.stem


@pytest.mark.parametrize(
    "samples",
    [
        np.random.default_rng(1).standard_normal(len(TIME_S)),
        np.sin(2 * np.pi * 440 * TIME_S),
        sum(np.sin(2 * np.pi * hz * TIME_S) for hz in (262, 330, 392)) * (1 + np.sin(2 * np.pi * 2 * TIME_S)),
        np.sin(2 * np.pi * 900 * TIME_S) * (np.sin(2 * np.pi * 2 * TIME_S) > 0),
        sum(np.sin(2 * np.pi * 50 * k * TIME_S) / k for k in range(1, 20)),
    ],
    ids=["noise", "tone", "chord", "beeps", "mains hum"],
)
@pytest.mark.parametrize("level", [0.1, 1e-4])
def test_machines_and_instruments_are_not(samples, level):
    assert find_speech(clip(level * samples)).stretches == ()


@pytest.mark.parametrize("level", [1.0, 0.1, 0.003])
def test_the_level_of_the_recording_does_not_matter(voice, level):
    loud, quiet = find_speech(clip(voice)), find_speech(clip(level * voice))
    assert loud.stretches == quiet.stretches


@pytest.mark.parametrize("wait_s", [60, 285])
def test_a_little_speech_in_a_long_recording_is_found_where_it_is(voice, rng, wait_s):
    """Faint hiss of a minute before a clip, and fifteen seconds of speech in five minutes."""
    spoken = np.resize(voice, 4 * RATE_HZ if wait_s == 60 else 15 * RATE_HZ)
    hiss = 10 ** (-40 / 20) * rms(spoken) * rng.standard_normal(wait_s * RATE_HZ)
    heard = find_speech(clip(np.concatenate([hiss, spoken])))
    assert heard.stretches[0].start_s == pytest.approx(wait_s, abs=0.4)
    assert heard.stretches[-1].end_s == pytest.approx(heard.duration_s, abs=0.4)
    assert heard.seconds_of_speech(0, wait_s - 1) == 0
    assert heard.seconds_of_speech(wait_s, heard.duration_s) > 0.8 * len(spoken) / RATE_HZ


def test_stretches_are_told_apart_and_pauses_between_words_are_not(voice, rng):
    """Two seconds of quiet end a stretch; a fifth of a second does not."""
    quiet = 0.0003 * rng.standard_normal(2 * RATE_HZ)
    word = voice[: round(1.5 * RATE_HZ)]
    heard = find_speech(clip(np.concatenate([quiet, word, quiet, word, quiet[: RATE_HZ // 5], word, quiet])))
    assert len(heard.stretches) == 2
    first, second = heard.stretches
    assert (first.start_s, first.end_s) == (pytest.approx(2, abs=0.3), pytest.approx(3.5, abs=0.3))
    assert (second.start_s, second.end_s) == (pytest.approx(5.5, abs=0.3), pytest.approx(8.7, abs=0.3))


def test_seconds_of_speech_are_those_that_both_share():
    probabilities = np.repeat([0.0, 1.0, 0.0, 1.0, 0.0], 100).astype(np.float32)
    heard = Heard(16.0, probabilities, np.zeros(500, np.float32))
    # Stretches are a tenth of a second wider on either side than the steps that are speech.
    assert [(s.start_s, s.end_s) for s in heard.stretches] == [(pytest.approx(3.1), pytest.approx(6.5)), (9.5, 12.9)]
    found = heard.seconds_of_speech([0, 0, 6.0, 7.0, 0], [3.1, 5.1, 10.0, 9.0, 16.0])
    np.testing.assert_allclose(found, [0, 2, 1.0, 0, 6.8], atol=1e-9)


def test_a_blip_is_no_word():
    probabilities = np.zeros(200, np.float32)
    probabilities[100:105] = 0.9
    assert Heard(6.4, probabilities, np.zeros(200, np.float32)).stretches == ()
    probabilities[100:109] = 0.9
    assert len(Heard(6.4, probabilities, np.zeros(200, np.float32)).stretches) == 1


@pytest.mark.parametrize("size", [1_600, 7_001, 160_000])
def test_how_a_recording_is_cut_into_blocks_changes_nothing(voice, size):
    long = clip(np.resize(voice, 40 * RATE_HZ + 77))
    whole = find_speech(long)
    meter = SpeechMeter()
    blocks = [Clip(long.samples[i : i + size], RATE_HZ) for i in range(0, len(long.samples), size)]
    assert list(meter.watch(blocks)) == blocks
    heard = meter.heard
    assert heard.duration_s == whole.duration_s
    np.testing.assert_allclose(heard.probabilities, whole.probabilities, atol=1e-4)
    np.testing.assert_array_equal(heard.levels_db, whole.levels_db)
    assert len(heard.probabilities) == -(-len(long.samples) // 512)


@pytest.mark.parametrize("over_db, is_told", [(40, False), (25, False), (10, True), (3, True)])
@pytest.mark.parametrize("kind", ["hiss", "music"])
def test_what_goes_on_behind_the_voice_is_told(samples_dir, rng, over_db, is_told, kind):
    spoken = np.resize(audio.read_clip(samples_dir / "synthetic-changing.flac").samples, 10 * RATE_HZ)
    time_s = np.arange(len(spoken)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (262, 330, 392)) * (1.2 + np.sin(2 * np.pi * 1.5 * time_s))
    behind = rng.standard_normal(len(spoken)) if kind == "hiss" else chord
    behind *= 10 ** (-over_db / 20) * rms(spoken) / rms(behind)
    heard = find_speech(clip(0.5 * (spoken + behind)))
    assert heard.is_speech()
    assert heard.background is is_told


def test_where_nobody_speaks_there_is_no_background(rng):
    assert not find_speech(clip(0.1 * rng.standard_normal(RATE_HZ * 3))).background


@pytest.mark.parametrize("n", [1, 511, 512, 8000])
def test_a_blink_and_digital_silence_are_heard_too(n, rng):
    for samples in (np.zeros(n), 0.1 * rng.standard_normal(n)):
        heard = find_speech(clip(samples))
        assert not heard.is_speech()
        assert len(heard.probabilities) == -(-n // 512)
        assert np.isfinite(heard.probabilities).all()


def test_what_cannot_be_heard_is_refused():
    with pytest.raises(AudioError, match="empty"):
        find_speech(Clip(np.zeros(0, np.float32), RATE_HZ))
    with pytest.raises(AudioError, match="8000 Hz"):
        find_speech(Clip(np.zeros(8000, np.float32), 8000))


def test_what_was_heard_can_be_taken_step_by_step(voice):
    whole, meter = find_speech(clip(voice)), SpeechMeter()
    taken = [meter.take()]
    for block in np.array_split(clip(voice).samples, 5):
        meter.add(Clip(block, RATE_HZ))
        taken.append(meter.take())
    assert len(taken[0][0]) == 0
    heard = meter.heard
    taken.append(meter.take())
    probabilities, levels_db = (np.concatenate(parts) for parts in zip(*taken, strict=True))
    assert np.array_equal(probabilities, heard.probabilities)
    assert np.array_equal(levels_db, heard.levels_db)
    assert probabilities == pytest.approx(whole.probabilities, abs=1e-5)


def test_what_goes_on_now_is_heard_as_it_is_afterwards(samples_dir, rng):
    spoken = clip(audio.read_clip(samples_dir / "synthetic-changing.flac").samples).between(3.0, 7.0)
    lately = heard_lately(spoken, 1.0)
    assert lately.duration_s == pytest.approx(1.0, abs=0.032)
    afterwards = find_speech(spoken).seconds_of_speech(3.0, 4.0)
    assert lately.seconds_of_speech(0.0, 1.0) == pytest.approx(afterwards, abs=0.2)
    assert not heard_lately(clip(2e-3 * rng.standard_normal(4 * RATE_HZ)), 1.0).is_speech()
    assert heard_lately(spoken.between(0.0, 1.5), 1.0).duration_s == 1.5
