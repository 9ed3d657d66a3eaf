"""Speech and what is none, and how longer recordings are judged."""

import json
import time

import numpy as np
import pytest

from ser_core import audio
from ser_core.errors import AudioError, SerError
from ser_core.records import Clip
from ser_core.speech import Heard, SpeechMeter, sounds_like_speech
from ser_core.speech.detector import PATH, WINDOW_S, Weights, load_weights
from ser_core.speech.measures import MEASURES, measure_sound

RATE_HZ = 16_000
TIME_S = np.arange(4 * RATE_HZ) / RATE_HZ


def clip(samples: np.ndarray) -> Clip:
    return Clip(samples.astype(np.float32), RATE_HZ)


def test_the_synthetic_voices_are_speech(samples_dir):
    for path in sorted(samples_dir.glob("*.flac")):
        voice = audio.read_clip(path)
        assert sounds_like_speech(voice), path.stem
        noise = np.random.default_rng(3).standard_normal(len(voice.samples))
        noisy = voice.samples + noise * np.sqrt(np.mean(voice.samples**2) / 10)  # 10 dB
        assert sounds_like_speech(clip(noisy)), path.stem


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
def test_machines_and_instruments_are_not(samples):
    assert not sounds_like_speech(clip(0.1 * samples))


def test_speech_is_found_between_long_waits_in_a_quiet_room(samples_dir, rng):
    voice = audio.read_clip(samples_dir / "synthetic-even.flac").samples
    room = 10 ** (-30 / 20) * np.sqrt(np.mean(voice**2)) * rng.standard_normal(30 * RATE_HZ + len(voice))
    room[12 * RATE_HZ :][: len(voice)] += voice
    assert sounds_like_speech(clip(room))


def evidence(*of_windows: float, levels_db: tuple[float, ...] | None = None) -> float:
    """Of a recording whose windows have this evidence, all equally loud by default."""
    weights = Weights(np.zeros(1), np.ones(1), np.full(1, 10.0), np.zeros(1), 0.0, 0.0)
    levels = np.array(levels_db or (0.0,) * len(of_windows))
    return Heard(np.arange(len(levels)), levels, np.array(of_windows)[:, None] / 10).evidence(weights)


def test_one_window_in_ten_that_is_speech_is_enough():
    assert evidence(-9, -9, 1) == pytest.approx(1)
    assert evidence(1, 2, *[-9] * 5) == pytest.approx(2)
    # Of many windows one is a little like speech by chance: not enough.
    assert evidence(3, 3, *[-9] * 6) == pytest.approx(-2)
    assert evidence(8, 6, *[-9] * 8) == pytest.approx(3)
    assert evidence(8, 6, *[-9] * 9) == pytest.approx(1)


def test_windows_that_are_the_room_do_not_count():
    assert evidence(1, *[-9] * 20, levels_db=(-20, *[-51] * 20)) == pytest.approx(1)


def test_how_a_recording_is_cut_into_blocks_changes_nothing(samples_dir):
    voice = audio.read_clip(samples_dir / "synthetic-changing.flac").samples
    long = clip(np.resize(voice, 40 * RATE_HZ))
    heard = []
    for size in (len(long.samples), 7_001, 160_000):
        meter = SpeechMeter(every_s=10.0)
        blocks = [Clip(long.samples[i : i + size], RATE_HZ) for i in range(0, len(long.samples), size)]
        assert list(meter.watch(blocks)) == blocks
        heard.append(meter.heard)
    for one in heard:
        # Every ten seconds of forty; a rest of less than half a window would not count.
        np.testing.assert_allclose(one.middles_s, [1.75, 11.75, 21.75, 31.75])
        np.testing.assert_array_equal(one.measures, heard[0].measures)


def test_stretches_without_speech_are_known_but_no_single_window(samples_dir, rng):
    voice = np.resize(audio.read_clip(samples_dir / "synthetic-even.flac").samples, 14 * RATE_HZ)  # four windows
    noise = 0.02 * rng.standard_normal(14 * RATE_HZ)
    one = noise[: round(WINDOW_S * RATE_HZ)]
    meter = SpeechMeter()
    meter.add(clip(np.concatenate([voice, noise, voice, one, voice])))
    heard = meter.heard
    np.testing.assert_allclose(heard.middles_s, WINDOW_S * (np.arange(17) + 0.5))
    # Between the middles of the first and the last window of the long noise there is none; around the single one, all.
    moments_s = np.arange(0.5, 59.0)
    without = moments_s[~heard.with_speech(moments_s)]
    np.testing.assert_array_equal(without, moments_s[(moments_s > 15.75) & (moments_s < 26.25)])


def test_the_ends_of_a_recording_are_judged_by_the_window_there(samples_dir, rng):
    voice = np.resize(audio.read_clip(samples_dir / "synthetic-even.flac").samples, 7 * RATE_HZ)
    meter = SpeechMeter()
    meter.add(clip(np.concatenate([0.02 * rng.standard_normal(7 * RATE_HZ), voice])))
    assert meter.heard.with_speech([0.5, 3.0, 6.5, 13.5]).tolist() == [False, False, True, True]


def test_silence_in_a_recording_is_no_reason_to_doubt(samples_dir):
    voice = audio.read_clip(samples_dir / "synthetic-even.flac").samples
    assert sounds_like_speech(clip(np.concatenate([voice, np.zeros(20 * RATE_HZ)])))


def test_nothing_heard_is_refused():
    with pytest.raises(AudioError, match="empty"):
        sounds_like_speech(clip(np.zeros(0)))


def test_weights_for_other_measures_are_refused(tmp_path):
    content = json.loads(PATH.read_text(encoding="utf-8"))
    del content["measures"][MEASURES[0]]
    other = tmp_path / "speech.json"
    other.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SerError, match=r"python -m benchmarks\.speech --write"):
        load_weights(other)


def test_a_window_costs_little(samples_dir):
    voice = audio.read_clip(samples_dir / "synthetic-changing.flac").samples
    window = clip(np.resize(voice, round(WINDOW_S * RATE_HZ)))

    def milliseconds() -> float:
        start = time.thread_time()
        load_weights().evidence(measure_sound(window))
        return 1000 * (time.thread_time() - start)

    # 10 ms of one core is the budget (benchmarks/speech.md measures it); twice that, for the machine may be busy.
    assert min(milliseconds() for _ in range(10)) < 20
