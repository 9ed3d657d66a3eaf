"""The classic feature sets against librosa's own features and against sounds whose values are known."""

import re
import subprocess
import sys

import numpy as np
import pytest

from ser_core.errors import AudioError, SerError
from ser_core.features import feature_sets
from ser_core.features.contours import contours
from ser_core.features.feature_sets import FEATURE_SETS, Sound, get_feature_set
from ser_core.records import Clip

RATE_HZ = 16_000


def tone(hz: float, seconds: float = 1.0, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def values(name: str, clip: Clip) -> dict[str, float]:
    known = get_feature_set(name)
    return dict(zip(known.columns, known.extract(clip).tolist(), strict=True))


@pytest.mark.parametrize(
    "name, shape",
    [
        ("mfcc-chroma-mel", (180,)),
        ("mfcc-chroma-mel-contrast-tonnetz", (193,)),
        ("mfcc", (40,)),
        ("zcr-chroma-mfcc-mel", (181,)),
        ("zcr-chroma-mfcc-mel-steps", (16, 181)),
        ("mfcc-mel", (141,)),
        ("zcr-chroma-mfcc-rms-mel", (162,)),
        ("log-mel-image", (64, 64)),
    ],
)
def test_every_set_has_the_published_dimension_also_for_silence_and_a_blink(name, shape, white_noise, silence):
    known = get_feature_set(name)
    assert known.shape == shape
    assert len(set(known.columns)) == shape[-1]
    for clip in (white_noise, silence, Clip(white_noise.samples[:300], RATE_HZ)):
        made = known.extract(clip)
        assert made.shape == shape
        assert made.dtype == np.float32
        assert np.isfinite(made).all()


def test_a_tone_has_its_note_its_crossings_and_its_level():
    seen = values("zcr-chroma-mfcc-rms-mel", Clip(tone(440), RATE_HZ))
    chroma = {name: value for name, value in seen.items() if name.startswith("chroma")}
    assert max(chroma, key=lambda name: chroma[name]) == "chroma A"
    assert seen["zcr"] == pytest.approx(2 * 440 / RATE_HZ, rel=0.05)
    # The first and last windows reach past the clip, into silence.
    assert seen["rms"] == pytest.approx(0.5 / np.sqrt(2), rel=0.08)


def test_steps_follow_the_clip_in_time():
    clip = Clip(np.concatenate([tone(200), tone(1000)]), RATE_HZ)
    crossings = get_feature_set("zcr-chroma-mfcc-mel-steps").extract(clip)[:, 0] * RATE_HZ / 2
    assert crossings[2:6] == pytest.approx(200, rel=0.1)
    assert crossings[-6:-2] == pytest.approx(1000, rel=0.1)


def test_the_image_is_normalised_and_knows_neither_level_nor_silence_around(white_noise):
    image = get_feature_set("log-mel-image").extract
    speech = white_noise.samples[: 2 * RATE_HZ]
    loud = image(Clip(speech, RATE_HZ))
    quiet = image(Clip(np.pad(0.1 * speech, RATE_HZ), RATE_HZ))
    spoken = loud[:50]
    assert spoken.mean() == pytest.approx(0, abs=0.05)
    assert spoken.std() == pytest.approx(1, abs=0.1)
    # The frames at the edges see a part of the silence.
    np.testing.assert_allclose(loud[2:45].mean(axis=0), quiet[3:46].mean(axis=0), atol=0.4)
    assert not loud[55:].any()


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(AudioError, match="empty"):
        get_feature_set("mfcc").extract(Clip(np.zeros(0, dtype=np.float32), RATE_HZ))
    with pytest.raises(AudioError, match="16000 Hz"):
        get_feature_set("mfcc").extract(Clip(tone(100), 8000))
    with pytest.raises(SerError, match=r"Known sets: .*mfcc-mel"):
        get_feature_set("mcff")


@pytest.mark.parametrize("name", [name for name, known in FEATURE_SETS.items() if known.steps is None])
def test_a_summary_counts_the_columns(name):
    known = FEATURE_SETS[name]
    counted = sum(map(int, re.findall(r"\d+", known.summary)))
    assert counted + ("zero crossings" in known.summary) + ("RMS" in known.summary) == len(known.columns)


def test_sets_made_together_are_those_made_alone_and_share_the_contours(white_noise, monkeypatch):
    counted = []
    monkeypatch.setattr(feature_sets, "contours", lambda clip: counted.append(clip) or contours(clip))
    wanted = list(FEATURE_SETS.values())
    sound = Sound(white_noise)
    together = [each.extract_from(sound) for each in wanted]
    assert len(counted) == 1
    for each, values in zip(wanted, together, strict=True):
        np.testing.assert_array_equal(values, each.extract(white_noise))


def test_the_vector_is_the_mean_of_the_contours(white_noise):
    rows = contours(white_noise)
    expected = np.concatenate([rows[:, 0:13], rows[:, 13:33], rows[:, 53:182]], axis=1).mean(axis=0)
    np.testing.assert_allclose(get_feature_set("zcr-chroma-mfcc-rms-mel").extract(white_noise), expected, atol=1e-5)


def test_features_are_made_without_librosa():
    # It costs a server seconds and 200 MB, and half a minute where it has not yet been compiled.
    script = """
import sys, numpy as np
from ser_core.features.feature_sets import FEATURE_SETS
from ser_core.records import Clip
for each in FEATURE_SETS.values():
    each.extract(Clip(np.ones(16000, dtype=np.float32), 16000))
print({"librosa", "numba", "sklearn", "scipy.signal"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
