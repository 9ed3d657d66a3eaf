"""The report on an answer: a page that needs nothing else, says what was heard, and draws the sound where it is."""

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from ser_core.claim import ClaimKind
from ser_core.config import load_settings
from ser_core.figures.sound_layers import sound_layer
from ser_core.labels import Emotion
from ser_core.models.card import Card, load_card
from ser_core.notices import Notice, NoticeCode
from ser_core.records import Clip, Prediction, Report, Segment
from ser_core.reports.answer import answer_html
from ser_core.reports.sound import sound_pictures

RATE_HZ = 16_000
HEIGHTS = {"outline": 100.0, "pitch": 100.0, "level": 100.0}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Twenty seconds: silence, then from 10 s on the first harmonics of 200 Hz."""
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * 200 * k * time_s) / k for k in range(1, 8))
    return dict(sound_layer(Clip((0.2 * voice * (time_s >= 10)).astype(np.float32), RATE_HZ)).files)


@pytest.fixture(scope="module")
def card() -> Card:
    settings = load_settings()
    return load_card(settings.model, settings.models_dir)


def heard(kind: ClaimKind = ClaimKind.ONE_EMOTION, **scores: float) -> Prediction:
    rest = (1 - sum(scores.values())) / (len(Emotion) - len(scores))
    return Prediction({e: scores.get(e.value, rest) for e in Emotion}, "whisper", kind)


def a_report(prediction: Prediction, duration_s: float = 20.0) -> Report:
    timeline = (
        Segment(0.0, 10.0, heard(sad=0.8)),
        Segment(10.0, duration_s, heard(angry=0.9)),
    )
    return Report("<script>alert(1)</script>.wav", duration_s, prediction, timeline, (Notice(NoticeCode.BACKGROUND),))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in {"src", "href", "xlink:href", "action"}]

    def handle_data(self, data):
        self.text += data


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


def test_the_page_needs_nothing_else_and_runs_nothing(files, card):
    page = answer_html(a_report(heard(angry=0.71)), files, card)
    found = read(page)
    assert all(address.startswith("data:image/") for address in found.addresses)
    assert not {"script", "link", "iframe", "object"} & set(found.tags)
    assert not re.search(r"@import|url\(", page)
    assert "<script>alert(1)</script>.wav" in found.text


def test_the_page_says_the_answer_the_model_and_the_limits(files, card):
    told = read(answer_html(a_report(heard(angry=0.71)), files, card)).text
    assert "Angry" in told
    assert "The model is fairly sure: 71%." in told
    assert "It changes: sad 50% of the time, angry 50%." in told
    assert "0:10 to 0:20: angry (90%)" in told
    assert "There is music or noise behind the voice" in told
    assert "analysed by the model whisper" in told
    assert "Do not base any decision" in " ".join(told.split())
    assert "article 5(1)(f)" in told


def test_near_ties_and_unsure_answers_have_their_own_faces(files, card):
    tie = answer_html(a_report(heard(ClaimKind.NEAR_TIE, angry=0.45, sad=0.4)), files, card)
    assert tie.count("<img ") == 2
    assert "Angry or sad" in tie
    unsure = answer_html(a_report(heard(ClaimKind.UNSURE, angry=0.3)), files, card)
    assert unsure.count("<img ") == 1
    assert "The model cannot tell" in unsure


def test_an_adapted_answer_says_so_and_claims_no_measured_confidence(files, card):
    short = replace(a_report(heard(angry=0.71)), duration_s=4.0, adapted_by=2)
    told = read(answer_html(short, files, card)).text
    assert "Adapted to this voice with 2 labelled recordings." in told
    assert "Of 100 answers" not in told


def test_the_sound_is_drawn_where_it_is(files):
    drawn = sound_pictures(files, 20.0, HEIGHTS)
    points = [float(x) for x in re.findall(r"[ML]([\d.]+),", drawn.pitch.path)]
    assert min(points) == pytest.approx(500, abs=5)  # voiced from the middle on
    png = Image.open(io.BytesIO(base64.b64decode(drawn.spectrogram.partition(",")[2]))).convert("L")
    cells = np.asarray(png, dtype=float)
    left, right = np.hsplit(cells, [cells.shape[1] // 2 - 10])
    assert right[:, 20:].mean() > left.mean() + 30
    low, high = (float(text.split()[0]) for text in (drawn.pitch.lowest, drawn.pitch.highest))
    assert low < 200 < high
    assert drawn.level.lowest.startswith("−")


def test_silence_has_no_pitch_and_can_be_drawn():
    quiet = sound_layer(Clip(np.zeros(RATE_HZ, dtype=np.float32), RATE_HZ))
    drawn = sound_pictures(quiet.files, 1.0, HEIGHTS)
    assert drawn.pitch.path == ""
    assert drawn.outline.startswith("M")
