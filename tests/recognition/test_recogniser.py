import copy
import itertools
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core import audio
from ser_core.claim import ClaimKind
from ser_core.metrics import softmax
from ser_core.models.card import OwnVoiceUse
from ser_core.recognition.recogniser import TIMELINE_STEP_S, windows_along
from ser_core.records import Clip

RATE_HZ = 1000  # the tiling does not depend on it


def counting_blocks(n: int, sizes: list[int]) -> list[Clip]:
    """Samples that are their own place in the recording, in blocks of the given sizes, repeated as needed."""
    samples = np.arange(n, dtype=np.float32)
    cuts, at = [], 0
    while at < n:
        at += sizes[len(cuts) % len(sizes)]
        cuts.append(at)
    return [Clip(part, RATE_HZ) for part in np.split(samples, cuts) if len(part)]


@given(
    n=st.integers(1, 20_000),
    sizes=st.lists(st.integers(1, 7000), min_size=1, max_size=4),
    window_s=st.floats(1.0, 6.0),
)
def test_steps_tile_the_recording_and_windows_hold_the_sound_around_them(n, sizes, window_s):
    steps = list(windows_along(counting_blocks(n, sizes), window_s, 1.0))
    assert steps[0][0] == 0
    assert steps[-1][1] == pytest.approx(n / RATE_HZ)
    for (_, end_s, _), (start_s, _, _) in itertools.pairwise(steps):
        assert end_s == start_s
    for start_s, end_s, window in steps:
        first, last = window.samples[0], window.samples[-1]
        assert np.array_equal(window.samples, np.arange(first, last + 1))
        assert len(window.samples) == min(n, round(window_s * RATE_HZ))
        # The window holds its step, but for a rest at the end that is longer than the window's overhang.
        assert first <= start_s * RATE_HZ
        assert last >= end_s * RATE_HZ - 1.5


@given(sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=4))
def test_how_the_sound_is_cut_into_blocks_changes_nothing(sizes):
    whole = list(windows_along(counting_blocks(9500, [9500]), 3.5, 1.0))
    cut = list(windows_along(counting_blocks(9500, sizes), 3.5, 1.0))
    assert [(a, b) for a, b, _ in cut] == [(a, b) for a, b, _ in whole]
    for (*_, one), (*_, other) in zip(cut, whole, strict=True):
        assert np.array_equal(one.samples, other.samples)


def test_probabilities_sum_to_one_and_the_level_changes_nothing(recogniser, samples_dir):
    clip = audio.read_clip(samples_dir / "synthetic-even.flac")
    loud = recogniser.predict(clip)
    quiet = recogniser.predict(Clip(clip.samples * np.float32(0.1), clip.rate_hz))
    assert sum(loud.scores.values()) == pytest.approx(1)
    assert quiet.emotion == loud.emotion
    # Only the 100 dB floor of the log-mel sees the level; the network's eight-bit steps add a little.
    assert quiet.confidence == pytest.approx(loud.confidence, abs=0.05)


def test_silent_stretches_give_no_segment(recogniser, samples_dir):
    voice = audio.read_clip(samples_dir / "synthetic-even.flac").samples[: 16_000 * 3]
    silence = np.zeros(16_000 * 20, dtype=np.float32)
    segments = list(recogniser.timeline([Clip(np.concatenate([voice, silence, voice]), 16_000)]))
    heard = {segment.start_s for segment in segments}
    half_window_s = recogniser.window_s / 2
    assert all(start < 3 + half_window_s or start > 23 - half_window_s - TIMELINE_STEP_S for start in heard)
    assert {0.0, 24.0} <= heard


def test_threads_share_a_model_without_mixing_answers(recogniser, samples_dir):
    clips = [audio.read_clip(path) for path in sorted(samples_dir.glob("*.flac"))[:3]]
    alone = [recogniser.predict(clip).scores for clip in clips]
    together: dict[int, list[dict]] = {i: [] for i in range(len(clips))}

    def ask(i: int) -> None:
        for _ in range(10):
            together[i].append(recogniser.predict(clips[i]).scores)

    threads = [threading.Thread(target=ask, args=(i,)) for i in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(scores == alone[i] for i, answers in together.items() for scores in answers)


def test_the_own_voice_takes_its_share_of_the_difference_away(recogniser, samples_dir):
    clip = audio.read_clip(samples_dir / "synthetic-even.flac")
    usual = tuple(float(x) for x in np.linspace(-1, 1, len(recogniser.labels)))
    voice = recogniser.own_voice(clip)
    calibration = replace(recogniser.card.calibration, own_voice=OwnVoiceUse(0.5, usual))
    hearing = copy.copy(recogniser)
    hearing.card = replace(recogniser.card, calibration=calibration)
    moved = np.array([voice.neutral_logits[label] for label in recogniser.labels]) * 0.5 + 0.5 * np.array(usual)
    expected = softmax(moved, calibration.temperature)
    given = hearing.predict(clip, voice)
    assert [given.scores[label] for label in recogniser.labels] == pytest.approx(expected, abs=1e-6)
    # As another model heard it, a voice says nothing to this one.
    assert hearing.predict(clip, replace(voice, model="another")).scores == hearing.predict(clip).scores


@pytest.mark.parametrize(
    "pair_below, unsure_below, kind",
    [
        (0.9, 0.1, ClaimKind.NEAR_TIE),
        (0.9, "between", ClaimKind.NEAR_TIE),  # neither is likely enough by itself, the two together are
        (0.9, 1.1, ClaimKind.UNSURE),
        (0.0, 0.1, ClaimKind.ONE_EMOTION),
    ],
)
def test_two_that_are_close_are_a_near_tie_where_together_they_are_likely_enough(
    recogniser, samples_dir, pair_below, unsure_below, kind
):
    clip = audio.read_clip(samples_dir / "synthetic-even.flac")
    (_, first), (_, second) = recogniser.predict(clip).ranked[:2]
    if unsure_below == "between":
        unsure_below = first + second / 2
    calibration = replace(recogniser.card.calibration, pair_below=pair_below, unsure_below=unsure_below)
    hearing = copy.copy(recogniser)
    hearing.card = replace(recogniser.card, calibration=calibration)
    given = hearing.predict(clip)
    assert given.kind is kind
