"""A conversation is heard block by block, channel by channel."""

import tracemalloc

import numpy as np
import pytest
import soundfile

from ser_core.audio import read_clip
from ser_core.conversations import hear
from ser_core.errors import AudioError, NoSpeechError
from ser_core.notices import NoticeCode
from tests.conftest import RATE_HZ
from tests.conversations.voices import a_call, voice, wav


def test_a_call_has_two_parties_that_speak_in_turn(recogniser):
    shares: list[float] = []
    heard = hear(wav(*a_call()), name="call.wav", recogniser=recogniser, parties=["Agent"], on_progress=shares.append)
    assert (heard.file, heard.model) == ("call.wav", recogniser.name)
    assert heard.duration_s == pytest.approx(28)
    assert [(party.name, party.channel) for party in heard.parties] == [("Agent", 0), ("Right", 1)]
    for side, party in enumerate(heard.parties):
        turns_s = [(7.0 * turn, 7.0 * turn + 6) for turn in (side, side + 2)]
        for stretch in (*party.speech, *party.timeline):
            assert any(start_s - 0.2 < stretch.start_s < stretch.end_s < end_s + 0.3 for start_s, end_s in turns_s)
        # The synthetic voices pause between their sentences.
        assert 5 < party.speaking_s < 12.5
        assert sum(s.end_s - s.start_s for s in party.timeline) == pytest.approx(party.speaking_s, abs=1.5)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert NoticeCode.PARTIES not in {notice.code for notice in heard.notices}


def test_what_is_heard_faintly_on_the_other_channel_is_nobodys_speech(recogniser):
    apart = hear(wav(*a_call()), name="a", recogniser=recogniser)
    leaking = hear(wav(*a_call(crosstalk=0.1)), name="a", recogniser=recogniser)
    for one, other in zip(apart.parties, leaking.parties, strict=True):
        assert other.speaking_s == pytest.approx(one.speaking_s, abs=0.5)


def test_the_person_says_whether_the_channels_are_parties(recogniser):
    together = hear(wav(*a_call()), name="a", recogniser=recogniser, apart=False, parties=["Us", "them"])
    assert [(party.name, party.channel) for party in together.parties] == [("Us", None)]
    sound = voice(0, 8)
    apart = hear(wav(sound, 0.8 * sound), name="a", recogniser=recogniser, apart=True)
    assert [party.name for party in apart.parties] == ["Left", "Right"]
    with pytest.raises(AudioError, match="two are needed"):
        hear(wav(sound), name="a", recogniser=recogniser, apart=True)


def test_a_segment_is_answered_as_the_model_would_by_itself(recogniser):
    sound = np.concatenate([np.zeros(RATE_HZ), voice(1, 2.2), np.zeros(RATE_HZ)]).astype(np.float32)
    (party,) = hear(wav(sound), name="a", recogniser=recogniser).parties
    alone = recogniser.predict(read_clip(wav(voice(1, 2.2))))
    scores = party.timeline[0].prediction.scores
    assert [scores[label] for label in alone.scores] == pytest.approx(list(alone.scores.values()), abs=0.15)


def test_noise_is_no_conversation(recogniser, white_noise):
    with pytest.raises(NoSpeechError):
        hear(wav(np.tile(white_noise.samples, 4)), name="a", recogniser=recogniser)


def test_what_progress_raises_ends_the_work(recogniser):
    class EndedError(Exception):
        pass

    def end(share: float) -> None:
        raise EndedError

    with pytest.raises(EndedError):
        hear(wav(voice(0, 8)), name="a", recogniser=recogniser, on_progress=end)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_recording(recogniser, tmp_path):
    peaks = []
    sound = voice(0, 60)
    sound[20 * RATE_HZ :] *= 0  # a pause of forty seconds in each minute, for the time of the test
    for minutes in (2, 5):
        path = tmp_path / f"{minutes}.flac"
        soundfile.write(path, np.tile(sound, minutes), RATE_HZ)
        tracemalloc.start()
        hear(path, name="a", recogniser=recogniser)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Three more minutes: 5,600 steps of speech probability and level, and some 20 answers of 2 kB. Their sound has
    # 12 MB.
    assert peaks[1] - peaks[0] < 1e6
