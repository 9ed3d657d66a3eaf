"""A small encoder of random weights, served as a large one would be."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ser_core.errors import ModelError
from ser_core.features import whisper_log_mel as front_end
from ser_core.labels import Emotion
from ser_core.models.card import SERVED_FILE, UNCALIBRATED, EncoderCard, digests, load_card, save_card
from ser_core.models.encoder_runner import EncoderRunner
from ser_core.models.opening import open_runner
from ser_core.models.runner import whole_answer
from ser_core.nets.whisper import Recogniser, Shape
from ser_core.nets.whisper.serving import serving_model, to_lite
from ser_core.recognition.occlusion import Places, span_saliency
from ser_core.records import Clip
from tests.conftest import RATE_HZ

SMALL = Shape(width=32, n_blocks=1, n_heads=2, hidden=64, channels=16, n_weightings=2, head_hidden=32, n_early=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Recogniser(shape=SMALL)
    rng = np.random.default_rng(0)
    made.from_arrays({name: rng.normal(0, 0.2, w.shape).astype(np.float32) for name, w in made.to_arrays().items()})
    out = tmp_path_factory.mktemp("models") / "small"
    out.mkdir()
    (out / SERVED_FILE).write_bytes(to_lite(serving_model(made)))
    save_card(a_card(out), out)
    return out


def a_card(folder: Path) -> EncoderCard:
    return EncoderCard(
        name=folder.name,
        summary="small",
        labels=tuple(Emotion),
        calibration=UNCALIBRATED,
        corpora={},
        protocol={"kind": "by speaker", "train": [], "validation": [], "test": []},
        metrics={},
        training={},
        files=digests(folder, SERVED_FILE),
        made_with={},
        base={"name": "nothing", "citation": "none", "licence": "none"},
        features_version=front_end.VERSION,
        chunk_s=4.0,
        span_s=2.0,
    )


@pytest.fixture
def runner(folder: Path) -> EncoderRunner:
    opened = open_runner(load_card(folder.name, folder.parent), folder)
    assert isinstance(opened, EncoderRunner)
    return opened


def voice(seconds: float, seed: int = 0) -> Clip:
    """Bursts of noise that change in colour, without a silent moment."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE_HZ)
    slow = np.repeat(rng.uniform(0.2, 1.0, n // 1600 + 1), 1600)[:n]
    return Clip((0.1 * slow * rng.standard_normal(n)).astype(np.float32), RATE_HZ)


def test_a_clip_of_up_to_a_chunk_is_heard_in_one_pass(runner: EncoderRunner):
    (window,) = runner.windows(voice(3.0))
    assert window.given.passage.spans.all()
    np.testing.assert_allclose(runner.logits(voice(3.0)), runner.run(window.given))


def test_a_longer_clip_is_heard_in_equal_parts_with_margins(runner: EncoderRunner):
    clip = voice(10.0)
    windows = runner.windows(clip)
    assert [round(w.start_s, 1) for w in windows] == [0.0, 3.3, 6.7]
    assert windows[-1].end_s == pytest.approx(10.0, abs=0.05)
    for before, after in pairwise(windows):
        assert before.end_s == pytest.approx(after.start_s, abs=0.03)
    # The one in the middle hears a second more on both sides, and answers of its own part.
    passage = windows[1].given.passage
    assert len(passage.log_mel) / front_end.FRAMES_PER_S == pytest.approx(10 / 3 + 2, abs=0.1)
    assert passage.spans.sum() / front_end.ENCODED_FRAMES_PER_S == pytest.approx(10 / 3, abs=0.05)
    np.testing.assert_allclose(runner.logits(clip), whole_answer([runner.run(w.given) for w in windows]))


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.4, 4.0, 7.9, 8.0, 12.4])
@pytest.mark.parametrize("step_s", [1.0, 2.0])
def test_steps_along_a_recording_tile_it_and_look_at_what_lies_around_them(
    runner: EncoderRunner, seconds: float, step_s: float
):
    clip = voice(seconds)
    found = list(runner.along([clip.between(0, seconds / 2), clip.between(seconds / 2, seconds)], step_s))
    assert found[0].start_s == 0
    assert found[-1].end_s == pytest.approx(seconds)
    for before, after in pairwise(found):
        assert before.end_s == after.start_s
    for window in found:
        passage, span = window.given.passage, window.given.passage.spans[window.given.number]
        lasting_s = span.sum() / front_end.ENCODED_FRAMES_PER_S
        assert lasting_s >= min(runner.window_s, len(passage.log_mel) / front_end.FRAMES_PER_S) - 0.06


def test_a_step_is_answered_from_its_own_sound(runner: EncoderRunner):
    """What is heard of a moment late in a long recording is what is heard of its surroundings cut out."""
    clip = voice(11.0, seed=3)
    step = next(w for w in runner.along([clip], 1.0) if w.start_s == 9.0)
    span = step.given.passage.spans[step.given.number]
    frames = np.flatnonzero(span)
    sound_s = len(step.given.passage.log_mel) / front_end.FRAMES_PER_S
    from_s = 11.0 - sound_s + frames[0] / front_end.ENCODED_FRAMES_PER_S
    assert from_s == pytest.approx(8.5, abs=0.06)
    assert frames[-1] - frames[0] == pytest.approx(2.0 * front_end.ENCODED_FRAMES_PER_S, abs=2)


def test_silent_steps_are_left_out(runner: EncoderRunner):
    sound, silence = voice(2.0).samples, np.zeros(3 * RATE_HZ, np.float32)
    found = list(runner.along([Clip(np.concatenate([sound, silence, sound]), RATE_HZ)], 1.0))
    assert [w.start_s for w in found] == [0.0, 1.0, 5.0, 6.0]


def test_a_passage_is_run_once_for_all_its_spans(runner: EncoderRunner, monkeypatch: pytest.MonkeyPatch):
    windows = list(runner.along([voice(4.0)], 1.0))
    asked = []
    run = runner._model.run
    monkeypatch.setattr(runner._model, "run", lambda inputs: asked.append(1) or run(inputs))
    rows = [runner.run(window.given) for window in windows]
    assert len(asked) == 1
    assert len({row.tobytes() for row in rows}) == len(rows)


@pytest.mark.parametrize("seconds", [2.4, 3.4, 4.0, 7.9, 12.4])
def test_whole_and_along_take_one_pass_and_the_whole_is_what_it_is_alone(
    runner: EncoderRunner, seconds: float, monkeypatch: pytest.MonkeyPatch
):
    clip = voice(seconds)
    expected = runner.logits(clip)
    asked = []
    run = runner._model.run
    monkeypatch.setattr(runner._model, "run", lambda inputs: asked.append(1) or run(inputs))
    whole, along = runner.whole_and_along(clip)
    np.testing.assert_allclose(whole_answer([runner.run(w.given) for w in whole]), expected, atol=1e-5)
    rows = [runner.run(step.given) for step in along]
    assert len(asked) == len(whole)
    # The steps tile the recording, and each is answered from as much as a window around it.
    assert [(round(step.start_s, 3), round(step.end_s, 3)) for step in along] == [
        (round(step.start_s, 3), round(step.end_s, 3)) for step in runner.along([clip], 1.0)
    ]
    assert len({row.tobytes() for row in rows}) > 1
    for step in along:
        lasting_s = step.given.passage.spans[step.given.number].sum() / front_end.ENCODED_FRAMES_PER_S
        assert min(runner.window_s, seconds) - 0.5 <= lasting_s <= runner.window_s + 0.05


def test_silent_steps_have_no_part_in_whole_and_along(runner: EncoderRunner):
    sound, silence = voice(2.0).samples, np.zeros(3 * RATE_HZ, np.float32)
    clip = Clip(np.concatenate([silence, sound, silence, sound, silence]), RATE_HZ)
    _, along = runner.whole_and_along(clip)
    assert [step.start_s for step in along] == [3.0, 4.0, 8.0, 9.0]
    for step in along:
        passage = step.given.passage
        frames = np.flatnonzero(passage.spans[step.given.number])
        assert len(frames) >= 0.7 * runner.window_s * front_end.ENCODED_FRAMES_PER_S


def test_another_version_of_the_input_is_refused(folder: Path):
    card = replace(a_card(folder), features_version=front_end.VERSION + 1)
    with pytest.raises(ModelError, match="Train it anew"):
        open_runner(card, folder)


def test_fewer_labels_than_outputs_are_refused(folder: Path):
    card = replace(a_card(folder), labels=tuple(Emotion)[:5])
    with pytest.raises(ModelError, match="5 emotions"):
        open_runner(card, folder)


def test_the_card_comes_back_as_it_was(folder: Path):
    assert load_card(folder.name, folder.parent) == a_card(folder)


def test_saliency_finds_the_place_that_the_answer_rests_on():
    """The answer counts energy in the upper bands of the frames 100 to 139, as far as they are pooled."""
    frames = np.random.default_rng(0).normal(0, 0.1, (240, 80)).astype(np.float32)
    frames[100:140, 60:80] += 2

    def answers_of(log_mel, spans):
        power = log_mel[::2, 60:80].mean(axis=1)
        evidence = 4 * (spans * power).sum(axis=1) / 20
        return np.stack([evidence, np.zeros_like(evidence)], axis=1)

    found = span_saliency(frames, answers_of, 0, Places(100.0, 0.5, 0.0, 8000.0, 80))
    moment, band = np.unravel_index(found.log_odds.argmax(), found.log_odds.shape)
    assert 95 <= moment < 145
    assert band >= 55
    assert found.moment_s is not None
    assert 1.3 < found.moment_s[0] < found.moment_s[1] < 2.1
    assert found.confidence_without is not None
    assert found.confidence_without < found.confidence


def test_parts_of_a_clip_are_answered_in_one_pass_each_from_its_own_frames(runner: EncoderRunner):
    clip = voice(3.0)
    whole, *_ = runner.parts(clip, [0.0, 3.0])
    np.testing.assert_allclose(runner.run(whole.given), runner.answers(*whole_span(clip))[0], rtol=1e-5)
    parts = runner.parts(clip, [0.5, 1.5, 2.5])
    assert [(part.start_s, part.end_s) for part in parts] == [(0.5, 1.5), (1.5, 2.5)]
    assert parts[0].given.passage is parts[1].given.passage
    spans = parts[0].given.passage.spans
    assert spans.sum(axis=1) / front_end.ENCODED_FRAMES_PER_S == pytest.approx([1, 1], abs=0.03)
    assert spans.sum(axis=0).max() == 1


def test_parts_leave_out_the_silence_around_them_unless_that_is_all_of_one(runner: EncoderRunner):
    silence = np.zeros(RATE_HZ, np.float32)
    clip = Clip(np.concatenate([silence, voice(2.0).samples, silence]), RATE_HZ)
    first, _ = runner.parts(clip, [0.0, 2.0, 4.0])
    passage = first.given.passage
    assert passage.start_s == pytest.approx(0.95, abs=0.02)
    assert len(passage.log_mel) / front_end.FRAMES_PER_S == pytest.approx(2.1, abs=0.04)
    assert passage.spans.sum(axis=1) / front_end.ENCODED_FRAMES_PER_S == pytest.approx([1.05, 1.05], abs=0.04)
    untrimmed, *_ = runner.parts(clip, [0.0, 0.5, 4.0])
    assert len(untrimmed.given.passage.log_mel) / front_end.FRAMES_PER_S == pytest.approx(4.0)
    assert untrimmed.given.passage.spans.any(axis=1).all()


def whole_span(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    log_mel = front_end.whisper_log_mel(clip.samples)
    return log_mel, np.ones((1, len(log_mel) // 2), np.float32)
