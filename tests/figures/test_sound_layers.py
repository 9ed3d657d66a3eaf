"""What a player draws from: the values of the sound at the moments they belong to, in few bytes."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ser_core.errors import AudioError
from ser_core.figures.sound_layers import PART_S, overlay, overview, sound_layer
from ser_core.records import Clip, Saliency

RATE_HZ = 16_000


def opened(content: bytes) -> dict[str, Any]:
    """A file as a browser opens it: the header, and each array by its name."""
    inflated = zlib.decompress(content)
    length = int.from_bytes(inflated[:4], "little")
    file = json.loads(inflated[4 : 4 + length])
    at = 4 + length
    for listed in file["arrays"]:
        dtype = np.dtype(listed["dtype"]).newbyteorder("<")
        size = int(np.prod(listed["shape"])) * dtype.itemsize
        file[listed["name"]] = np.frombuffer(inflated[at : at + size], dtype).reshape(listed["shape"])
        at += size
    assert at == len(inflated)
    return file


def tone(duration_s: float, hz: float = 220.0, level: float = 0.5) -> np.ndarray:
    """A tone with a formant of its own: a pulse train's harmonics, so that it has a pitch."""
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    harmonics = sum(np.sin(2 * np.pi * hz * n * time_s) / n for n in range(1, 8))
    return (level * harmonics / np.abs(harmonics).max()).astype(np.float32)


def clip_of(*parts: np.ndarray) -> Clip:
    return Clip(np.concatenate(parts).astype(np.float32), RATE_HZ)


def column(file: dict[str, Any], time_s: float) -> int:
    return int((time_s - file["start_s"]) / file["column_s"])


@pytest.fixture(scope="module")
def layer():
    """A second of silence, a second of a tone at 220 Hz, a second of silence; from 100 s of a recording on."""
    silence = np.zeros(RATE_HZ, np.float32)
    return sound_layer(clip_of(silence, tone(1.0), silence), start_s=100.0)


def test_the_outline_has_the_peaks_of_the_samples_when_they_sound(layer):
    curves = opened(layer.files["curves"])
    time = curves["times"]["outline"]
    middles_s = time["start_s"] + (np.arange(len(curves["highest"])) + 0.5) * time["column_s"]
    assert middles_s[-1] == pytest.approx(103.0, abs=0.01)
    sounding = (middles_s > 101.0) & (middles_s < 102.0)
    # 0.5 of full scale in 127 steps, half a step of rounding.
    assert curves["highest"][sounding].max() == pytest.approx(63.5, abs=0.51)
    assert curves["lowest"][sounding].min() == pytest.approx(-63.5, abs=0.51)
    assert not curves["highest"][~sounding].any()
    assert not curves["lowest"][~sounding].any()


def test_the_pitch_is_that_of_the_tone_and_only_where_it_sounds(layer):
    curves = opened(layer.files["curves"])
    time = curves["times"]["pitch"]
    times_s = time["start_s"] + (np.arange(len(curves["pitch"])) + 0.5) * time["column_s"]
    voiced = curves["pitch"] > 0
    assert np.all(np.abs(curves["pitch"][voiced] / 10 - 220) < 2)
    assert times_s[voiced].min() == pytest.approx(101.0, abs=0.05)
    assert times_s[voiced].max() == pytest.approx(102.0, abs=0.05)


def test_the_level_is_that_of_the_tone(layer):
    curves = opened(layer.files["curves"])
    expected = 20 * np.log10(np.sqrt(np.mean(tone(1.0) ** 2)))
    at = column(curves["times"]["frames"], 101.5)
    assert curves["lowest_dbfs"] + curves["level"][at] / 2 == pytest.approx(expected, abs=0.6)
    assert curves["level"][column(curves["times"]["frames"], 100.5)] == 0


@pytest.mark.parametrize("name", ["linear", "mel", "log"])
def test_a_spectrogram_is_loudest_at_the_tone_when_it_sounds(layer, name):
    picture = opened(layer.files[name])
    rows_hz = picture["rows_hz"]
    row, loudest = np.unravel_index(picture["cells"].argmax(), picture["cells"].shape)
    assert abs(rows_hz[row] - 220) < 40
    assert 101 < picture["start_s"] + (loudest + 0.5) * picture["column_s"] < 102
    assert picture["cells"].max() * picture["step_db"] == 80
    assert picture["cells"][:, column(picture, 100.4)].max() == 0


def test_a_quiet_part_can_be_shown_on_the_scale_of_the_whole():
    """Each layer counts from its own loudest cell; what that is in dB lets both share a scale."""
    loud, quiet = (sound_layer(clip_of(tone(1.0, level=level))) for level in (0.5, 0.05))
    for name in ("linear", "mel", "log"):
        difference_db = opened(loud.files[name])["loudest_db"] - opened(quiet.files[name])["loudest_db"]
        assert difference_db == pytest.approx(20.0, abs=0.2)


def test_a_clip_too_short_for_deltas_has_none():
    assert {"mfcc", "mfcc_delta"} & set(sound_layer(clip_of(tone(0.05))).files) == {"mfcc"}


def test_a_part_is_at_most_a_minute():
    with pytest.raises(AudioError, match=r"61\.0 s"):
        sound_layer(clip_of(np.zeros(61 * RATE_HZ, np.float32)))


def blocks(minutes: int, rng: np.random.Generator) -> Iterator[Clip]:
    """Tones, noise and pauses, no two blocks alike: what deflates as badly as speech does."""
    for i in range(2 * minutes):
        noise = rng.normal(0, 0.02, 30 * RATE_HZ).astype(np.float32)
        noise[10 * RATE_HZ : 20 * RATE_HZ] += tone(10.0, 100 + 7 * (i % 30), 0.1 + 0.02 * (i % 20))
        yield Clip(noise, RATE_HZ)


@pytest.mark.slow
def test_an_hour_is_less_than_a_megabyte_with_all_its_pictures(rng):
    layer = overview(blocks(60, rng), 3600.0)
    assert sum(len(content) for content in layer.files.values()) < 1_000_000
    # What the stage fetches at first.
    assert len(layer.files["curves"]) + len(layer.files["mel"]) < 300_000
    curves = opened(layer.files["curves"])
    assert "pitch" not in curves
    assert curves["times"]["outline"]["column_s"] * len(curves["highest"]) == pytest.approx(3600, abs=0.1)


def test_an_overview_that_is_not_too_long_has_its_pitch(rng):
    layer = overview(blocks(1, rng), 60.0)
    pitch = opened(layer.files["curves"])["pitch"]
    assert layer.end_s == pytest.approx(PART_S)
    assert np.median(pitch[1200:1800]) / 10 == pytest.approx(100, abs=1)


def test_what_is_laid_over_says_for_and_against_where_it_lies():
    saliency = Saliency(
        log_odds=np.array([[2.0, 0.0], [0.0, -1.0], [0.0, 0.0]], np.float32),
        times_s=np.array([1.0, 1.1, 1.2], np.float32),
        frequencies_hz=np.array([200.0, 900.0], np.float32),
        confidence=0.9,
        moment_s=(1.0, 1.1),
        range_hz=(100.0, 500.0),
        confidence_without=0.5,
    )
    laid_over = opened(overlay(saliency, 4.0))
    assert laid_over["cells"].tolist() == [[127, 0, 0], [0, -64, 0]]
    assert (laid_over["start_s"], laid_over["rows_hz"]) == (5.0, [200.0, 900.0])
    assert laid_over["column_s"] == pytest.approx(0.1, abs=1e-5)
    assert laid_over["moment_s"] == pytest.approx([5.0, 5.1])
    assert laid_over["range_hz"] == [100.0, 500.0]
