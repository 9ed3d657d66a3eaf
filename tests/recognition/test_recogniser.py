import threading
from dataclasses import replace

import numpy as np
import pytest

from ser_core import audio
from ser_core.claim import ClaimKind
from ser_core.metrics import softmax
from ser_core.models.card import EnrolmentUse
from ser_core.records import Clip
from tests.recalibrated import recalibrated


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
    windows = recogniser.runner.along([Clip(np.concatenate([voice, silence, voice]), 16_000)], 1.0)
    heard = {window.start_s for window in windows}
    half_window_s = recogniser.window_s / 2
    assert all(start < 3 + half_window_s or start > 23 - half_window_s - recogniser.runner.step_s for start in heard)
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


def test_enrolment_takes_its_share_of_the_difference_away(recogniser, samples_dir):
    clip = audio.read_clip(samples_dir / "synthetic-even.flac")
    usual = tuple(float(x) for x in np.linspace(-1, 1, len(recogniser.labels)))
    neutral = recogniser.enrol(clip)
    relative = recalibrated(recogniser, enrolment=EnrolmentUse(0.5, usual))
    moved = np.array([neutral.logits[label] for label in recogniser.labels]) * 0.5 + 0.5 * np.array(usual)
    expected = softmax(moved, recogniser.card.calibration.temperature)
    given = relative.predict(clip, neutral)
    assert [given.scores[label] for label in recogniser.labels] == pytest.approx(expected, abs=1e-6)
    # As another model heard it, a voice says nothing to this one.
    assert relative.predict(clip, replace(neutral, model="another")).scores == relative.predict(clip).scores


def test_the_whole_answer_is_the_mean_of_the_logits_of_its_windows(recogniser, samples_dir):
    clip = Clip(np.resize(audio.read_clip(samples_dir / "synthetic-changing.flac").samples, 16_000 * 12), 16_000)
    runner = recogniser.runner
    windows = runner.windows(clip)
    # They overlap by half, and span the speech, which silence ends.
    assert len(windows) == 1 + np.ceil(
        (windows[-1].end_s - windows[0].start_s - runner.window_s) / (runner.window_s / 2)
    )
    mean = np.mean([runner.run(window.given) for window in windows], axis=0)
    assert runner.logits(clip) == pytest.approx(mean)
    scores = softmax(mean, recogniser.card.calibration.temperature)
    assert list(recogniser.predict(clip).scores.values()) == pytest.approx(scores)


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
    given = recalibrated(recogniser, pair_below=pair_below, unsure_below=unsure_below).predict(clip)
    assert given.kind is kind
