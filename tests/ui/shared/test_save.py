from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.history.conftest import noise
from tests.ui.history_helpers import Browser

APP = """
import streamlit as st
from ser_core.history import MAX_AUDIO_S
from tests.history.conftest import a_practice, a_report, noise
from ui.shared import save

def audio():
    st.session_state["audio_asked"] = True
    return noise()

duration_s = st.session_state.get("duration_s", 1.0)
save.offer("r", a_practice(report=a_report(file="mine.wav", duration_s=duration_s)), audio)
"""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Browser:
    return Browser(monkeypatch, tmp_path / "data")


@pytest.fixture
def app(browser: Browser, tmp_path: Path) -> AppTest:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "history.py").touch()
    (tmp_path / "app.py").write_text(APP)
    app = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=30).run()
    assert not app.exception
    return app


def _save(app: AppTest) -> AppTest:
    app.button(key="save_button_r").click().run()
    assert not app.exception
    return app


def _says(app: AppTest, text: str) -> bool:
    return any(text in element.value for element in app.markdown)


def test_nothing_happens_before_the_person_says_so(app: AppTest, browser: Browser, tmp_path: Path) -> None:
    assert not app.checkbox(key="save_audio_r").value
    assert browser.cookie == ""
    assert not (tmp_path / "data").exists()


def test_saving_keeps_the_result_without_its_audio(app: AppTest, browser: Browser) -> None:
    assert _says(_save(app), "Saved.")
    assert not app.button
    history, profile = browser.saved()
    (take,) = history.takes(profile)
    assert (take.file, take.has_audio) == ("mine.wav", False)
    assert "audio_asked" not in app.session_state


def test_the_audio_is_kept_when_the_box_is_ticked(app: AppTest, browser: Browser) -> None:
    app.checkbox(key="save_audio_r").check()
    _save(app)
    history, profile = browser.saved()
    (take,) = history.takes(profile)
    flac = history.audio(profile, take.id)
    assert flac is not None
    assert flac.startswith(b"fLaC")
    assert len(flac) > len(noise().samples)


def test_a_result_is_saved_once(app: AppTest, browser: Browser) -> None:
    _save(app).run().run()
    history, profile = browser.saved()
    assert history.count(profile) == 1


def test_a_result_that_was_deleted_can_be_saved_again(app: AppTest, browser: Browser) -> None:
    _save(app)
    history, profile = browser.saved()
    (take,) = history.takes(profile)
    history.delete_take(profile, take.id)
    _save(app.run())
    assert history.count(profile) == 1


def test_another_tab_that_was_first_gives_its_profile(app: AppTest, browser: Browser) -> None:
    browser.cookie = "C" * 22  # set after this page was opened
    _save(app)
    assert browser.cookie == "C" * 22
    history, profile = browser.saved()
    assert history.count(profile) == 1


def test_saving_waits_for_the_browser(app: AppTest, browser: Browser, tmp_path: Path) -> None:
    browser.answers = False
    _save(app)
    assert [caption.value for caption in app.caption] == ["Saving …"]
    assert not (tmp_path / "data").exists()
    browser.answers = True
    assert _says(app.run(), "Saved.")


def test_a_browser_that_refuses_cookies_is_told_what_that_means(app: AppTest, browser: Browser) -> None:
    browser.refuses_cookies = True
    _save(app)
    assert _says(app, "Saved.")
    (warning,) = app.warning
    assert "until you close this page" in warning.value


def test_a_recording_too_long_to_keep_cannot_be_ticked(app: AppTest) -> None:
    app.session_state["duration_s"] = 601.0
    app.run()
    box = app.checkbox(key="save_audio_r")
    assert box.disabled
    assert "up to 10 minutes" in box.help


def test_a_history_out_of_reach_is_told_and_can_be_tried_again(app: AppTest, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    _save(app)
    (error,) = app.error
    assert "Takes cannot be saved in" in error.value
    (tmp_path / "data").unlink()
    assert _says(_save(app), "Saved.")


def test_an_account_needs_no_cookie(app: AppTest, browser: Browser) -> None:
    app.user = {"is_logged_in": True, "iss": "https://id.example", "sub": "42"}
    app.run()
    assert _says(app, "history of your account")
    assert _says(_save(app), "Saved.")
    assert browser.cookie == ""


def test_an_account_without_a_name_is_an_error_and_not_a_shared_profile(app: AppTest) -> None:
    app.user = {"is_logged_in": True, "email": "a@b.example"}
    _save(app)
    (error,) = app.error
    assert "issuer" in error.value
