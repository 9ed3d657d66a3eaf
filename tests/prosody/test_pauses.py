import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ser_core.dsp.pitch import track_pitch
from ser_core.prosody import measure_prosody
from ser_core.prosody.frames import cut_frames
from ser_core.prosody.pauses import find_speech
from tests.prosody.voices import add_noise, clip_of, silence, steady

# The window of 25 ms and the hop of 10 ms: each edge is read within 15 ms.
EDGE_S = 0.015


def speech_of(*parts):
    clip = clip_of(np.concatenate(parts))
    return find_speech(cut_frames(clip), track_pitch(clip))


def test_bursts_with_known_gaps():
    gaps_s = [0.25, 0.4, 0.8, 1.5]
    parts, truth, now = [silence(0.3), steady(150, 0.5)], [], 0.8
    for gap_s in gaps_s:
        parts += [silence(gap_s), steady(150, 0.5)]
        truth.append((now, now + gap_s))
        now += gap_s + 0.5
    speech = speech_of(*parts, silence(0.7))
    assert [(p.start_s, p.end_s) for p in speech.pauses] == [pytest.approx(t, abs=2 * EDGE_S) for t in truth]
    assert [p.duration_s for p in speech.pauses] == pytest.approx(gaps_s, abs=0.04)
    assert speech.start_s == pytest.approx(0.3, abs=2 * EDGE_S)
    assert speech.end_s == pytest.approx(now, abs=2 * EDGE_S)
    assert speech.speaking_s == pytest.approx(2.5, abs=0.15)


def test_closures_of_plosives_are_no_pauses():
    assert not speech_of(steady(150, 0.4), silence(0.12), steady(150, 0.4)).pauses


def test_silence_before_and_after_is_no_pause():
    assert not speech_of(silence(1.0), steady(150, 0.6), silence(1.0)).pauses


def test_unvoiced_sound_is_speech(rng):
    hiss = rng.normal(0, 0.05, 8000)
    assert not speech_of(steady(150, 0.4), hiss, steady(150, 0.4)).pauses


def test_pauses_in_a_loud_room_are_still_found(rng):
    sound = np.concatenate([steady(150, 1.0), silence(0.6), steady(150, 1.0)])
    speech = speech_of(add_noise(sound, 15, rng))
    assert [(p.start_s, p.end_s) for p in speech.pauses] == [pytest.approx((1.0, 1.6), abs=0.04)]
    # The noise is 15 dB under the mean power, of which a quarter is silence.
    assert speech.snr_db == pytest.approx(16, abs=2.5)


def test_click_does_not_split_a_pause():
    gap = silence(1.0)
    gap[8000:8080] = 0.3
    speech = speech_of(steady(150, 0.5), gap, steady(150, 0.5))
    assert [p.duration_s for p in speech.pauses] == pytest.approx([1.0], abs=0.04)


def test_silence_has_no_speech():
    speech = speech_of(silence(1.0))
    assert not speech.active.any()
    assert (speech.span_s, speech.pauses) == (0.0, ())


@settings(max_examples=8)
@given(lead_frames=st.integers(0, 60), gain_db=st.floats(-30, 0))
def test_pauses_move_with_the_sound_and_do_not_depend_on_gain(lead_frames, gain_db):
    sound = np.concatenate([steady(150, 0.4), silence(0.5), steady(150, 0.4), silence(0.2)])
    plain = measure_prosody(clip_of(sound)).pauses
    lead_s = lead_frames * 0.01
    moved = measure_prosody(clip_of(np.concatenate([silence(lead_s), sound]) * 10 ** (gain_db / 20))).pauses
    assert [(p.start_s + lead_s, p.end_s + lead_s) for p in plain] == [
        pytest.approx((p.start_s, p.end_s), abs=0.0101) for p in moved
    ]
