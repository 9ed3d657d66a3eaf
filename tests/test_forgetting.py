"""A stranger's voice does not outlive its answer: nothing keeps a clip, or what was computed from one."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

from ser_core.audio import read_clip, to_wav
from ser_core.config import PROJECT_DIR, Settings
from ser_core.errors import NoSpeechError
from ser_core.figures import SoundView
from ser_core.practice.session import Session
from ser_core.practice.take import judge_take
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.recognition.saliency import SalientWindow
from ser_core.records import Clip, Prediction, Report
from tests.classic_folder import classic_folder
from tests.ui.history_helpers import Browser
from ui.analyse.sources import Recording
from ui.conversations import given
from ui.conversations.hearing import Heard
from ui.shared.samples import samples
from ui.stage.ways import Way

OF_A_VOICE = (Recording, given.Recording, Heard, Clip, Report, Prediction, SoundView, SalientWindow)


@pytest.fixture(params=["network", "classic"])
def answering(request: pytest.FixtureRequest, tmp_path: Path) -> Recogniser:
    if request.param == "network":
        return request.getfixturevalue("recogniser")
    classic_folder(tmp_path / "svm", "svm")
    return load_recogniser("svm", Settings(models_dir=tmp_path))


@pytest.fixture
def voice(samples_dir: Path) -> Callable[[float], Clip]:
    samples = read_clip(samples_dir / "synthetic-even.flac").samples
    return lambda duration_s: Clip(np.resize(samples, round(16_000 * duration_s)), 16_000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One server for all runs of a page: AppTest would give each its own, and keep the one before."""
    Browser(monkeypatch, tmp_path / "data")
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr("streamlit.testing.v1.app_test.MediaFileManager", lambda storage: files)


def alive() -> set[int]:
    """What there is of any voice, by its address."""
    gc.collect()
    # By its type: a weak proxy, of whatever library, passes the question on to what it may have outlived.
    return {id(each) for each in gc.get_objects() if issubclass(type(each), OF_A_VOICE)}


def test_an_answer_keeps_neither_the_clip_nor_anything_of_its_size(answering, voice):
    def answer(duration_s: float) -> weakref.ref[np.ndarray]:
        clip = voice(duration_s)
        analyse(clip, recogniser=answering, timeline=True)
        return weakref.ref(clip.samples)

    answer(3.0)  # what is made once for all, such as filters, stays
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    samples = answer(40.0)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert samples() is None
    # The clip alone has 2.5 MB.
    assert kept < 100_000


def test_a_refused_take_leaves_no_sound_in_its_traceback(recogniser, rng):
    session = Session()
    noise = Clip((0.1 * rng.standard_normal(32_000)).astype(np.float32), 16_000)
    before = alive()
    try:
        judge_take(to_wav(noise), session.task, name="a.wav", recogniser=recogniser)
    except NoSpeechError as error:
        session.refuse(error)
    assert isinstance(session.problem, NoSpeechError)
    assert not alive() - before


@pytest.mark.usefixtures("server")
def test_a_recording_that_was_dropped_leaves_nothing_on_the_server():
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60).run()
    before = alive()
    page.session_state["why"] = True
    page.file_uploader[0].upload("voice.flac", samples()[0].path.read_bytes()).run()
    assert page.header
    assert alive() - before
    page.button(key="forget").click().run()
    assert not page.exception
    assert not alive() - before


@pytest.mark.usefixtures("server")
def test_a_new_practice_session_leaves_nothing_of_the_one_before():
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    page.switch_page("pages/practise.py")
    page.session_state["notice_read"] = True
    page.run()
    before = alive()
    page.button_group(key="practise_way").set_value(Way.UPLOAD).run()
    page.file_uploader[0].upload("take.flac", samples()[0].path.read_bytes()).run()
    assert page.header
    page.button(key="practise_finish").click().run()
    page.button(key="practise_anew").click().run()
    assert not page.exception
    assert not alive() - before


@pytest.mark.usefixtures("server")
def test_conversations_that_were_dropped_leave_nothing_on_the_server():
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    page.switch_page("pages/conversations.py")
    page.session_state["notice_read"] = True
    page.run()
    before = alive()
    page.file_uploader[0].upload("call.flac", samples()[0].path.read_bytes()).run()
    assert page.session_state[given.JOB][1].wait(60)
    page.run()
    assert page.header
    assert alive() - before
    page.button(key="conversations_forget").click().run()
    assert not page.exception
    assert not alive() - before
