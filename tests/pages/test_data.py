from pathlib import Path

import pytest
import soundfile
import streamlit as st
from streamlit.testing.v1 import AppTest

from ser_core.config import PROJECT_DIR
from ser_core.corpora.survey import load_surveys
from ui.data import survey
from ui.shared.samples import samples

# Streamlit's test harness knows no address.
at_this_machine = survey.at_this_machine


@pytest.fixture(autouse=True)
def _visitor_sits_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "at_this_machine", lambda: True)


def opened() -> AppTest:
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    page.switch_page("pages/data.py")
    page.session_state["notice_read"] = True
    page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    return "\n".join(element.value for kind in ("markdown", "caption", "error") for element in page.get(kind))


def charts(page: AppTest) -> list[str]:
    return [element.proto.alt for element in page.get("plotly_chart")]


@pytest.fixture
def own_corpus(tmp_path) -> Path:
    voices = [soundfile.read(sample.path) for sample in samples()[:3]]
    for place, (voice, rate_hz) in zip(("angry/ann", "angry/bob", "sad/ann"), voices, strict=True):
        (tmp_path / place).mkdir(parents=True)
        soundfile.write(tmp_path / place / "1.wav", voice, rate_hz)
    return tmp_path


def test_without_a_corpus_the_committed_surveys_are_shown():
    page = opened()
    committed = load_surveys()
    for name, made in committed.items():
        page.selectbox(key="survey_of").select(name).run()
        assert not page.exception
        assert f"**{made.n_clips:,} clips** by {len(made.speakers)} speakers" in texts(page)
        assert charts(page)[0].startswith("Clips by emotion:")
    page.selectbox(key="survey_measure").select("centroid_hz").run()
    assert charts(page)[2].startswith("Spectral centroid by emotion")


def test_a_visitor_from_elsewhere_is_not_asked_for_a_folder(monkeypatch):
    monkeypatch.setattr(survey, "at_this_machine", lambda: False)
    assert "a folder of my own" not in opened().selectbox(key="survey_of").options


def test_a_folder_of_ones_own_is_counted_measured_and_heard(own_corpus):
    page = opened()
    page.selectbox(key="survey_of").select("a folder of my own").run()
    page.text_input(key="own_folder").input(str(own_corpus)).run()
    assert not page.exception
    assert "**3 clips** by 2 speakers; 3 clips were measured." in texts(page)
    page.selectbox(key="survey_clip").select_index(2).run()
    assert "Sad, speaker ann" in texts(page)
    alternatives = "\n".join(charts(page))
    assert "Clips by emotion: sad 1, angry 2." in alternatives
    assert len(charts(page)) == 3 + 2 + 4


def test_a_wrong_folder_is_told_with_the_layout_expected(tmp_path):
    page = opened()
    page.selectbox(key="survey_of").select("a folder of my own").run()
    page.selectbox(key="own_layout").select("ravdess").run()
    page.text_input(key="own_folder").input(str(tmp_path)).run()
    assert not page.exception
    assert "Actor" in page.error[0].value


@pytest.mark.parametrize(
    "address, headers, allowed",
    [
        (None, {}, True),
        ("127.0.0.1", {"Host": "localhost"}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
    ],
)
def test_only_who_sits_at_the_machine_may_name_its_folders(address, headers, allowed, monkeypatch):
    class Context:
        ip_address = address

    Context.headers = headers
    monkeypatch.setattr(st, "context", Context)
    assert at_this_machine() is allowed


@pytest.mark.parametrize(
    "kind, slider",
    [("Noise", "snr"), ("Stretch", "tempo"), ("Shift", "shift"), ("Pitch", "pitch"), ("Speed", "speed")],
)
def test_the_bench_shows_before_and_after(kind, slider):
    page = opened()
    page.button_group(key="bench_kind").set_value(kind).run()
    assert not page.exception
    assert [s.key for s in page.slider] == [f"bench_{slider}"]
    lengths = [
        float(e.value.split("·")[1].split()[0]) for e in page.markdown if e.value.startswith(("**Before", "**Aft"))
    ]
    assert len(lengths) == 2
    faster = {"Stretch": 0.8, "Speed": 1.2}.get(kind, 1.0)
    assert lengths[1] == pytest.approx(lengths[0] / faster, abs=0.02)
    assert len([alt for alt in charts(page) if alt.startswith(("Before:", "After:"))]) == 4


def test_without_librosa_the_bench_offers_what_it_can_compute(monkeypatch):
    monkeypatch.setattr("ui.data.augmentation_bench.find_spec", lambda module: None)
    page = opened()
    assert page.button_group(key="bench_kind").options == ["Noise", "Shift", "Speed"]
