import numpy as np
import pytest
from keras import ops

from ser_core.dsp.conditioning import condition
from ser_core.features import whisper_log_mel as serving
from ser_core.records import Clip
from ser_core.training.on_device import Source, channel, drawn, frames_of, heard, noise, room, spectrum, untouched
from ser_core.training.on_device.chance import Chance, new_key, next_key

RATE = serving.RATE_HZ


def _chance(seed: int = 0) -> Chance:
    return Chance(new_key(seed))


def _voice(seconds: float, hz: float = 200.0) -> np.ndarray:
    """A sawtooth in syllables: harmonics, onsets and pauses, at a peak of 0.5."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = (2 * ((t * hz) % 1) - 1) * np.maximum(0, np.sin(2 * np.pi * 3 * t))
    return (0.5 * wave).astype(np.float32)


def _source(*clips: np.ndarray) -> Source:
    lengths = np.array([len(c) for c in clips], np.int32)
    starts = (np.cumsum(lengths) - lengths).astype(np.int32)
    samples = (np.concatenate(clips) * 32767).astype(np.int16)
    return Source(*map(ops.convert_to_tensor, (samples, starts, lengths, starts[None], lengths[None], starts, lengths)))


def test_untouched_is_what_serving_hears():
    clip = _voice(1.5)
    mel, present = (np.asarray(x) for x in heard(_source(clip), untouched(1), frames_of(2), _chance()))
    ours = serving.whisper_log_mel(condition(Clip(clip, RATE)).samples)
    n = int(present.sum())
    assert abs(n - len(ours)) <= 1
    inner = slice(4, n - 4)
    # The high-pass of serving has a delay, and the steps of 16 bits lie near the floor.
    assert np.abs(mel[0, inner] - ours[inner]).mean() < 0.03


def test_draws_differ_by_key_and_only_by_it():
    source, n = _source(_voice(1.0), _voice(1.2, 120.0)), frames_of(2)

    def once(seed: int) -> np.ndarray:
        chance = _chance(seed)
        return np.asarray(heard(source, drawn(2, 1.0, 1.0, chance), n, chance)[0])

    np.testing.assert_array_equal(once(1), once(1))
    assert np.abs(once(1) - once(2)).mean() > 0.01
    assert np.isfinite(once(3)).all()


def test_following_keys_share_no_seed():
    key = new_key(5)
    first, second = Chance(key), Chance(next_key(key))
    a = [np.asarray(first.uniform((4,))) for _ in range(3)]
    b = [np.asarray(second.uniform((4,))) for _ in range(3)]
    assert not any(np.allclose(x, y) for x in a for y in b)


def test_tempo_shortens_and_warp_raises():
    clip = _voice(2.0, 250.0)
    draws = untouched(1)._replace(tempo=np.array([1.25], np.float32))
    _, present = heard(_source(clip), draws, frames_of(3), _chance())
    assert float(np.asarray(present).sum()) == pytest.approx(200 / 1.25, abs=2)
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)[None]
    centres = spectrum.frame_centres(ops.convert_to_tensor([1.0]), 80)
    bands = [
        int(np.asarray(spectrum.warped_mel_power(tone, centres, ops.convert_to_tensor([w]))).mean(axis=1).argmax())
        for w in (1.0, 1.2)
    ]
    from ser_core.dsp.mel import hz_to_mel

    spacing = hz_to_mel(RATE / 2) / (serving.N_MELS + 1)
    risen = (hz_to_mel(1200.0) - hz_to_mel(1000.0)) / spacing
    assert bands[1] - bands[0] == pytest.approx(risen, abs=1)


def test_noise_is_mixed_at_the_ratio_asked_for():
    clips = np.stack([_voice(1.0), _voice(1.0, 150.0)])
    spoken = np.ones_like(clips)
    hiss = np.asarray(noise.coloured(2, ops.convert_to_tensor([0.0, 6.0]), RATE, 2**15, _chance()))
    snr_db = np.array([10.0, 20.0], np.float32)
    mixed = np.asarray(noise.mixed(clips, spoken, hiss, snr_db, np.array([1.0, 1.0], np.float32)))
    measured = 10 * np.log10((clips**2).mean(axis=1) / ((mixed - clips) ** 2).mean(axis=1))
    np.testing.assert_allclose(measured, snr_db, atol=0.05)
    none = np.asarray(noise.mixed(clips, spoken, hiss, snr_db, np.zeros(2, np.float32)))
    np.testing.assert_array_equal(none, clips)


def test_coloured_noise_falls_as_asked():
    made = np.asarray(noise.coloured(1, ops.convert_to_tensor([6.0]), 4 * RATE, 2**16, _chance()))[0]
    power = np.abs(np.fft.rfft(made)) ** 2
    hz = np.fft.rfftfreq(len(made), 1 / RATE)
    level = [10 * np.log10(power[(hz > f) & (hz < 1.2 * f)].mean()) for f in (500, 1000, 2000, 4000)]
    np.testing.assert_allclose(np.diff(level), -6, atol=1)


def test_room_has_the_energy_asked_for():
    click = np.zeros((1, 2 * RATE), np.float32)
    click[0, 100] = 1
    rt60_s, direct_db = np.array([0.4], np.float32), np.array([3.0], np.float32)
    wet = np.asarray(room.in_rooms(click, rt60_s, direct_db, np.ones(1, np.float32), RATE, 3 * 2**14, _chance()))[0]
    tail = wet - click[0]
    assert -10 * np.log10((tail**2).sum()) == pytest.approx(3.0, abs=0.1)
    early, late = (tail[100 + round(s * RATE) :][: RATE // 20] for s in (0.0, 0.2))
    assert 10 * np.log10((early**2).mean() / (late**2).mean()) == pytest.approx(30, abs=3)
    assert np.abs(tail[:100]).max() < 1e-5


def test_telephone_lets_through_its_band_alone():
    hz = np.array([60.0, 1000.0, 6000.0])
    tones = np.sin(2 * np.pi * hz[:, None] * np.arange(RATE) / RATE).astype(np.float32)
    one, bumps = np.ones(3, np.float32), np.ones((3, 2), np.float32)
    through = np.asarray(
        channel.filtered(tones, one, one * 300, one * 3400, one * 0, bumps * 0, bumps * 1000, bumps, RATE, 2**15)
    )
    gain_db = 10 * np.log10((through**2).mean(axis=1) / (tones**2).mean(axis=1))
    assert gain_db[0] < -40
    assert gain_db[1] == pytest.approx(0, abs=0.5)
    assert gain_db[2] < -30


def test_clipping_and_companding():
    tone = np.sin(2 * np.pi * 200 * np.arange(1600) / RATE).astype(np.float32)[None]
    assert np.abs(np.asarray(channel.saturated(tone, np.array([6.0], np.float32)))).max() == pytest.approx(
        0.501, abs=1e-2
    )
    coded = np.asarray(channel.companded(tone, np.ones(1, np.float32)))
    error_db = 10 * np.log10(((coded - tone) ** 2).mean() / (tone**2).mean())
    # Seven bits and a sign of mu-law: about 38 dB of signal to noise
    assert -42 < error_db < -32
    assert len(np.unique(np.round(coded, 5))) <= 255


def test_stripes_hide_no_more_than_asked():
    mel = np.random.default_rng(0).normal(size=(4, 200, 80)).astype(np.float32)
    hidden = np.asarray(spectrum.masked(mel, 10.0, 20.0, _chance())) != mel
    assert hidden.any()
    assert (hidden.all(axis=1).sum(axis=1) <= 22).all()
    assert (hidden.all(axis=2).sum(axis=1) <= 42).all()
    np.testing.assert_array_equal(np.asarray(spectrum.masked(mel, 0.0, 0.0, _chance())), mel)
