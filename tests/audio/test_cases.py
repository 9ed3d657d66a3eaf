"""Files that once failed, each of a kind: those that lie beside the corpora, where they do. All kinds are made up in
other tests as well, so that they are tested everywhere.
"""

from pathlib import Path

import numpy as np
import pytest

from ser_core.audio import NoticeCode, read_clip, read_recording
from ser_core.recognition.analyse import analyse
from tests.audio.signals import told

ORIGINAL = "00_original.flac"
# File, length in seconds, what is told beside the answer; the answer is that of the original, or there is just one.
CASES = [
    ("00_original.flac", 4.18, {}, ORIGINAL),
    ("00_original_b.flac", 5.02, {}, None),
    ("01_dc_0.01.flac", 6.18, {}, "01_dc_0_control.flac"),
    ("01_dc_0.03.flac", 6.18, {}, "01_dc_0_control.flac"),
    ("02_hum50_0.01.flac", 6.18, {}, ORIGINAL),
    ("03_mp3_stereo_then_mono.mp3", 9.2, {NoticeCode.JOINED}, None),
    ("03_mp3_jingle_then_mono_talk.mp3", 8.02, {NoticeCode.JOINED}, "00_original_b.flac"),
    ("04_ogg_padded_pages.ogg", 4.18, {NoticeCode.STRANGE_BYTES}, ORIGINAL),
    ("05_60s_hiss_then_speech.ogg", 64.7, set(), None),
    ("06_flac_zeros_behind.flac", 4.18, {}, ORIGINAL),
    ("07_mp3_no_xing_36_bytes_short.mp3", 4.18, {}, ORIGINAL),
    ("07_mp3_no_xing_72_bytes_short.mp3", 4.18, {NoticeCode.CUT_OFF}, ORIGINAL),
    ("09_free_format.mp3", 4.18, {}, ORIGINAL),
    ("10_iphone.m4a", 4.2, {}, ORIGINAL),
    ("10_browser.webm", 4.18, {}, ORIGINAL),
    ("10_android.amr", 4.18, {}, None),
    ("10_android.3gp", 4.2, {}, ORIGINAL),
    ("11_whatsapp_name.mpeg", 4.2, {}, ORIGINAL),
    ("11_long_name.wave", 4.18, {}, ORIGINAL),
]


@pytest.fixture
def cases_dir(corpora_dir: Path) -> Path:
    return corpora_dir.parent / "cases"


@pytest.mark.corpus
@pytest.mark.cases
@pytest.mark.parametrize("name, duration_s, codes, answers_like", CASES, ids=[case[0] for case in CASES])
def test_a_file_that_once_failed(
    cases_dir: Path, recogniser, name: str, duration_s: float, codes: set[NoticeCode], answers_like: str | None
) -> None:
    take = read_recording(cases_dir / name)
    assert take.clip.duration_s == pytest.approx(duration_s, abs=0.06)
    assert set(told(take)) == set(codes)
    report = analyse(take, name=name, recogniser=recogniser)
    if answers_like is not None:
        like = analyse(read_clip(cases_dir / answers_like), recogniser=recogniser).prediction
        assert report.prediction.emotion == like.emotion
    assert np.isfinite(list(report.prediction.scores.values())).all()
