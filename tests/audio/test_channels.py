"""Two channels and more: mixed, chosen, and told of where mixing would lose the voice."""

import numpy as np
import pytest

from ser_core.audio import NoticeCode, read_blocks, read_clip, read_recording
from tests.audio.made import made
from tests.audio.signals import RATE_HZ, Sound, correlation, encode, level_db, told, voice


def stereo(left: Sound, right: Sound) -> bytes:
    return encode(np.stack([left, right], axis=1).astype(np.float32), "WAV", "FLOAT")


def hiss(level: float, n: int, rng: np.random.Generator) -> Sound:
    return (level * rng.standard_normal(n)).astype(np.float32)


@pytest.mark.parametrize("noisy", [0, 1])
@pytest.mark.parametrize("level", [0.003, 0.03])
def test_channels_that_cancel_but_for_noise_give_the_better_one(
    noisy: int, level: float, rng: np.random.Generator
) -> None:
    """What is left of L = -R is the noise of both: an answer from that would be one about hiss."""
    spoken = voice(4) * (np.arange(4 * RATE_HZ) % 4000 < 3000)  # pauses are where noise tells
    channels = [spoken, -spoken]
    channels[noisy] = channels[noisy] + hiss(level, len(spoken), rng)
    take = read_recording(stereo(*channels))
    sign = 1 if noisy == 1 else -1
    assert correlation(take.clip.samples, sign * spoken)[0] > 0.999
    assert told(take) == {NoticeCode.CHANNELS_CANCEL: {"channel": 1 - noisy, "channels": 2}}


def test_an_offset_does_not_hide_that_channels_cancel() -> None:
    take = read_recording(stereo(voice() + np.float32(0.2), np.float32(0.2) - voice()))
    assert NoticeCode.CHANNELS_CANCEL in told(take)
    assert level_db(take.clip.samples - take.clip.samples.mean()) == pytest.approx(level_db(voice()), abs=0.1)


def test_microphones_at_a_distance_are_mixed(rng: np.random.Generator) -> None:
    """Some milliseconds apart, with noise of their own: nothing cancels."""
    late = np.concatenate([np.zeros(70, np.float32), voice(4)[:-70]])
    take = read_recording(stereo(voice(4) + hiss(0.005, len(late), rng), 0.8 * late + hiss(0.005, len(late), rng)))
    assert take.notices == ()


def call() -> tuple[Sound, Sound]:
    """A call of 12 s: each party speaks for two seconds in turn."""
    turns = (np.arange(12 * RATE_HZ) // (2 * RATE_HZ)) % 2
    return np.where(turns == 0, voice(12), 0), np.where(turns == 1, 0.5 * voice(12), 0)


def test_a_call_is_told_and_each_side_can_be_heard(rng: np.random.Generator) -> None:
    left, right = (side + hiss(0.0005, len(side), rng) for side in call())
    source = stereo(left, right)
    both = read_recording(source)
    assert told(both) == {NoticeCode.PARTIES: {}}
    np.testing.assert_allclose(both.clip.samples, (left + right) / 2, atol=1e-6)
    for channel, side in enumerate((left, right)):
        np.testing.assert_allclose(read_clip(source, channel=channel).samples, side, atol=1e-6)
        blocks = [block.samples for block in read_blocks(source, channel=channel, block_s=5)]
        np.testing.assert_allclose(np.concatenate(blocks), side, atol=1e-6)


def test_a_call_in_another_format_too() -> None:
    source = made(np.stack(call(), axis=1).astype(np.float32), "ipod", "aac", bit_rate=96_000)
    assert told(read_recording(source)) == {NoticeCode.PARTIES: {}}
    assert correlation(read_clip(source, channel=0).samples, call()[0])[0] > 0.98


@pytest.mark.parametrize("balance", [1.0, 0.3, 0.0])
def test_one_voice_on_both_sides_or_on_one_is_no_call(balance: float) -> None:
    assert read_recording(stereo(voice(6), balance * voice(6))).notices == ()


def test_a_channel_that_is_not_there_is_all_there_is() -> None:
    np.testing.assert_array_equal(read_clip(encode(voice()), channel=1).samples, read_clip(encode(voice())).samples)
