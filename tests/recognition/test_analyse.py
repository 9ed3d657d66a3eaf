import csv
import io
import tracemalloc

import numpy as np
import pytest

from ser_core import analyse, audio
from ser_core.errors import AudioError, NoSpeechError
from ser_core.metrics import softmax
from ser_core.recognition.analyse import report_csv, report_dict
from ser_core.records import Clip


@pytest.fixture
def voice(samples_dir) -> np.ndarray:
    return audio.read_clip(samples_dir / "synthetic-changing.flac").samples


def mean_of(segments) -> np.ndarray:
    """Scores of the mean of the segments' logits."""
    logs = np.log([list(segment.prediction.scores.values()) for segment in segments])
    return softmax(logs.mean(axis=0))


def wav(samples: np.ndarray) -> bytes:
    return audio.to_wav(Clip(samples.astype(np.float32), 16_000))


def test_a_short_clip_is_one_segment(recogniser, voice):
    report = analyse(wav(voice[: 16_000 * 2]), name="short.wav", recogniser=recogniser, timeline=True)
    assert report.file == "short.wav"
    assert report.duration_s == pytest.approx(2)
    assert [(s.start_s, s.end_s) for s in report.timeline] == [(0.0, report.duration_s)]
    assert report.timeline[0].prediction == report.prediction


def test_a_longer_clip_has_an_answer_a_second(recogniser, voice):
    report = analyse(wav(voice[: 16_000 * 8]), recogniser=recogniser, timeline=True)
    assert [s.start_s for s in report.timeline] == [float(i) for i in range(8)]


def test_a_path_gives_the_report_its_name(recogniser, samples_dir):
    report = analyse(str(samples_dir / "synthetic-even.flac"), recogniser=recogniser)
    assert report.file == "synthetic-even.flac"
    assert report.prediction.model == recogniser.name


def test_a_long_recording_is_heard_in_blocks_with_progress(recogniser, voice):
    shares: list[float] = []
    long = wav(np.resize(voice, 16_000 * 150))
    report = analyse(long, recogniser=recogniser, timeline=True, on_progress=shares.append)
    assert report.duration_s == pytest.approx(150)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 4
    # The whole is the mean of what was heard along it, before the softmax.
    assert list(report.prediction.scores.values()) == pytest.approx(mean_of(report.timeline))
    # It is the same where nobody asks how it changes.
    assert analyse(long, recogniser=recogniser).prediction == report.prediction


@pytest.mark.slow
def test_memory_does_not_grow_with_the_recording(recogniser, voice, tmp_path):
    import soundfile

    peaks = []
    for minutes in (2, 8):
        path = tmp_path / f"{minutes}.flac"
        soundfile.write(path, np.resize(voice, 16_000 * 60 * minutes), 16_000)
        tracemalloc.start()
        analyse(path, recogniser=recogniser)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Six more minutes are 360 more segments, of about 2 kB each, and 11,000 steps
    # of which the speech detector keeps the probability and the level.
    assert peaks[1] - peaks[0] < 3e6


@pytest.mark.parametrize("duration_s", [2, 90], ids=["whole", "in blocks"])
def test_noise_has_no_emotion(recogniser, rng, duration_s):
    with pytest.raises(NoSpeechError, match="no emotion is named") as refused:
        analyse(wav(0.1 * rng.standard_normal(16_000 * duration_s)), recogniser=recogniser)
    assert refused.value.duration_s == pytest.approx(duration_s)


@pytest.mark.parametrize("duration_s", [20, 80], ids=["whole", "in blocks"])
def test_a_stretch_of_music_has_no_part_in_the_answer(recogniser, voice, duration_s):
    time_s = np.arange(16_000 * duration_s) / 16_000
    chord = 0.05 * sum(np.sin(2 * np.pi * hz * time_s) for hz in (262, 330, 392))
    sound = np.concatenate([np.resize(voice, 16_000 * 20), chord])
    report = analyse(wav(sound), recogniser=recogniser, timeline=True)
    heard_s = [segment.start_s for segment in report.timeline]
    assert heard_s[:18] == list(range(18))
    # A window of 3.5 s lies across the seam, and the one before it speaks.
    assert heard_s[-1] < 20 + 2 * 3.5
    # Nor has it one in the whole answer: heard with all of the music, it lies further from that of the voice alone.
    voice_alone, with_music = (
        recogniser.predict(Clip(sound[:n].astype(np.float32), 16_000)) for n in (16_000 * 20, None)
    )
    given, alone, mixed = (np.array(list(p.scores.values())) for p in (report.prediction, voice_alone, with_music))
    assert np.abs(given - alone).sum() < 0.7 * np.abs(mixed - alone).sum()


def test_silence_that_is_too_long_to_hold_is_refused_too(recogniser):
    with pytest.raises(AudioError):
        analyse(wav(np.zeros(16_000 * 90)), recogniser=recogniser)


def test_the_report_as_json_holds_the_promised_keys(recogniser, voice):
    plain = report_dict(analyse(wav(voice[:40_000]), name="a.wav", recogniser=recogniser), timeline=False)
    assert list(plain) == [
        "file",
        "duration_s",
        "model",
        "speech",
        "emotion",
        "confidence",
        "unsure",
        "pair",
        "scores",
        "valence",
        "arousal",
        "tone",
        "warnings",
    ]
    assert plain["scores"][plain["emotion"]] == plain["confidence"] == max(plain["scores"].values())


def test_the_report_as_csv_has_a_row_for_the_whole_and_each_segment(recogniser, voice):
    report = analyse(wav(voice[: 16_000 * 6]), name='=HYPERLINK("x").wav', recogniser=recogniser, timeline=True)
    rows = list(csv.DictReader(io.StringIO(report_csv(report))))
    assert [row["part"] for row in rows] == ["whole", *["segment"] * 6]
    assert rows[0]["emotion"] == report.prediction.emotion
    assert float(rows[0]["end_s"]) == pytest.approx(6, abs=0.001)
    # No spreadsheet runs a file name as a formula.
    assert rows[0]["file"] == '\'=HYPERLINK("x").wav'
