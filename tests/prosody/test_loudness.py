import numpy as np
import pytest

from ser_core.dsp.pitch import track_pitch
from ser_core.prosody.frames import cut_frames
from ser_core.prosody.loudness import dynamics_db, loudness_lufs
from ser_core.prosody.pauses import find_speech
from tests.prosody.voices import clip_of, silence, steady, times


@pytest.mark.parametrize("level_db", [0, -20, -40])
def test_sine_of_997_hz_reads_its_level_less_3_01(level_db):
    # ITU-R BS.1770-4: a full-scale 997 Hz sine in one channel reads -3.01 LKFS.
    sine = 10 ** (level_db / 20) * np.sin(2 * np.pi * 997 * times(2.0))
    assert loudness_lufs(clip_of(sine)) == pytest.approx(level_db - 3.01, abs=0.1)


def test_silence_around_is_gated_away():
    sine = 0.1 * np.sin(2 * np.pi * 997 * times(2.0))
    padded = np.concatenate([silence(3.0), sine, silence(3.0)])
    # Three blocks on either side see 1/4, 1/2 and 3/4 of the sine: 20 of 23 blocks' power, -0.61 dB. Without
    # the gate it would be 2 of 8 s, -6 dB.
    assert loudness_lufs(clip_of(padded)) == pytest.approx(loudness_lufs(clip_of(sine)) - 0.61, abs=0.05)


def test_clip_shorter_than_the_gate_is_one_block():
    sine = 0.1 * np.sin(2 * np.pi * 997 * times(0.2))
    assert loudness_lufs(clip_of(sine)) == pytest.approx(-23.0, abs=0.3)


def test_silence_has_no_loudness():
    assert loudness_lufs(clip_of(silence(1.0))) is None
    assert loudness_lufs(clip_of(np.full(16000, 1e-6))) is None


@pytest.mark.parametrize("step_db", [6, 12, 18])
def test_dynamics_are_the_step_between_two_levels(step_db):
    loud = steady(150, 1.0)
    clip = clip_of(np.concatenate([loud, loud * 10 ** (-step_db / 20)]))
    frames, pitch = cut_frames(clip), track_pitch(clip)
    assert dynamics_db(frames, pitch, find_speech(frames, pitch)) == pytest.approx(step_db, abs=0.7)


def test_dynamics_need_a_voice(rng):
    clip = clip_of(rng.normal(0, 0.1, 16000))
    frames, pitch = cut_frames(clip), track_pitch(clip)
    assert dynamics_db(frames, pitch, find_speech(frames, pitch)) is None
