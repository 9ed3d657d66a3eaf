"""A voice is heard while it speaks: each second from the few before it, and nothing where nobody speaks."""

import numpy as np
import pytest

from ser_core.audio import read_clip
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError
from ser_core.recognition.live import LiveHearing, LiveKind
from ser_core.records import Clip, joined

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def voice(samples_dir):
    return read_clip(samples_dir / "synthetic-changing.flac").between(3.0, 9.0)


def heard(hearing, clip, block_s=0.5):
    answers = []
    for start_s in np.arange(0.0, clip.duration_s, block_s):
        hearing.add(clip.between(start_s, start_s + block_s))
        if hearing.is_due:
            answers.append(hearing.answer())
    return answers


def test_each_second_is_answered_from_the_window_that_ends_with_it(voice, recogniser):
    answers = heard(LiveHearing(recogniser), voice)
    assert [(each.start_s, each.end_s) for each in answers] == [(n, n + 1) for n in range(6)]
    assert answers[0].kind is LiveKind.TOO_LITTLE
    assert answers[0].prediction is None
    last = answers[-1]
    assert last.kind is LiveKind.ANSWER
    window = condition(voice).between(6.0 - recogniser.window_s, 6.0)
    alone = recogniser.predict(window).scores
    # The filter is the same, run in blocks: the samples differ by what float32 rounds.
    assert last.prediction.scores == pytest.approx(alone, abs=0.01)


def test_nothing_is_named_where_nobody_speaks_however_sure_the_second_before_was(voice, recogniser):
    rng = np.random.default_rng(0)
    room = Clip(rng.normal(0, 2e-3, 4 * RATE_HZ).astype(np.float32), RATE_HZ)
    answers = heard(LiveHearing(recogniser), joined([room, voice, room]))
    kinds = [each.kind for each in answers]
    assert set(kinds[:4]) == {LiveKind.NO_SPEECH}
    assert LiveKind.ANSWER in kinds[4:10]
    assert set(kinds[11:]) == {LiveKind.NO_SPEECH}
    assert all(each.prediction is None for each in answers if each.kind is not LiveKind.ANSWER)


def test_how_it_comes_in_blocks_does_not_matter(voice, recogniser):
    by_half, by_much = (heard(LiveHearing(recogniser), voice, block_s)[-1] for block_s in (0.5, 1.0))
    assert by_half.prediction.scores == pytest.approx(by_much.prediction.scores, abs=0.01)


def test_no_more_than_a_few_seconds_are_held(voice, recogniser):
    hearing = LiveHearing(recogniser)
    for _ in range(200):
        hearing.add(voice.between(0.0, 0.5))
    assert hearing._held.duration_s <= recogniser.window_s + 1.0
    assert hearing._held.samples.base is None  # a view would keep all of it


def test_who_comes_late_has_missed_a_second(voice, recogniser):
    hearing = LiveHearing(recogniser)
    hearing.add(voice.between(0.0, 4.2))
    assert hearing.answer().end_s == 4.0
    assert not hearing.is_due
    assert hearing.answer() is None


def test_what_was_said_before_a_gap_has_no_part_in_what_follows(voice, recogniser):
    hearing = LiveHearing(recogniser)
    heard(hearing, voice.between(0.0, 4.0))
    hearing.skip(10 * RATE_HZ)
    assert not hearing.is_due
    hearing.add(voice.between(4.0, 5.0))
    answer = hearing.answer()
    assert (answer.start_s, answer.kind) == (14.0, LiveKind.TOO_LITTLE)


def test_another_rate_is_refused(voice, recogniser):
    with pytest.raises(AudioError, match="44100 Hz"):
        LiveHearing(recogniser).add(Clip(np.zeros(100, np.float32), 44_100))
