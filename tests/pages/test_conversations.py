"""The Conversations page: one recording, several, and what goes wrong."""

import threading

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ser_core.config import PROJECT_DIR
from ser_core.records import Clip
from tests.conftest import RATE_HZ
from tests.conversations.voices import a_call, voice, wav
from ui.conversations import hearing, several
from ui.conversations.given import JOB


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("SER_MODEL", "crnn")
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    page.switch_page("pages/conversations.py")
    page.session_state["notice_read"] = True
    return page.run()


def give(page: AppTest, *files: tuple[str, bytes]) -> None:
    """Gives files and waits until they have been heard."""
    page.file_uploader[0].set_value([(name, content, "") for name, content in files])
    page.run()
    settle(page)


def settle(page: AppTest) -> None:
    _, job = page.session_state[JOB]
    assert job.wait(60)
    page.run()
    assert not page.exception


def texts(page: AppTest) -> str:
    return "\n".join(
        str(each.value) for kind in ("markdown", "caption", "warning", "error", "info") for each in page.get(kind)
    )


def test_it_says_whom_it_is_about_before_anything_is_given(page):
    assert "Monitoring staff by emotion is prohibited in the European Union" in texts(page)
    assert len(page.file_uploader) == 1


def test_a_call_is_summed_up_party_by_party_and_the_parties_can_be_named(page):
    give(page, ("call.wav", wav(*a_call())))
    said = texts(page)
    assert "**Left** sounds" in said
    assert "**Right** sounds" in said
    assert "Both at once: none" in said
    assert [button.proto.label for button in page.get("download_button")] == ["Report to print (HTML)", "JSON", "CSV"]
    page.text_input(key="conversations_said_Left").input("Ms *Doe*").run()
    assert "**Ms \\*Doe\\*** sounds" in texts(page)
    # Heard together, there is one party.
    page.get("button_group")[0].set_value("All together").run()
    settle(page)
    assert "**Everybody** sounds" in texts(page)
    page.button(key="conversations_forget").click().run()
    assert len(page.file_uploader) == 1
    assert JOB not in page.session_state


def test_what_cannot_be_used_is_told(page):
    give(page, ("notes.txt", b"no sound at all"))
    assert "This is not a recording" in texts(page)


def test_a_recording_without_speech_is_told(page, white_noise: Clip):
    give(page, ("rain.wav", wav(white_noise.samples)))
    assert "No speech was heard" in texts(page)


def test_cancelling_ends_the_work_at_once_and_it_can_be_started_again(page, monkeypatch):
    told = threading.Event()
    original = hearing.hear

    def slowly(*given, on_progress, **options):
        told.wait(60)
        on_progress(0.5)
        return original(*given, on_progress=on_progress, **options)

    monkeypatch.setattr(hearing, "hear", slowly)
    page.file_uploader[0].upload("call.wav", wav(voice(0, 4)), "").run()
    _, job = page.session_state[JOB]
    page.button(key="conversations_cancel").click().run()
    assert job.is_over
    assert "Cancelled." in texts(page)
    told.set()
    assert job.wait(60)
    assert job.result is None
    page.button(key="conversations_again").click().run()
    settle(page)
    assert "**Everybody**" in texts(page)


def test_several_recordings_are_a_table_with_a_filter(page):
    sounds = {f"{name}.wav": wav(voice(i, 3)) for i, name in enumerate(("one", "two"))}
    silent = {"hum.wav": wav((0.1 * np.sin(np.arange(3 * RATE_HZ) / 30)).astype(np.float32)), "no.txt": b"text"}
    give(page, *(sounds | silent).items())
    table = page.dataframe[0].value
    assert list(table["File"]) == ["one.wav", "two.wav", "hum.wav", "no.txt"]
    assert list(table["Answer"])[2:] == ["no speech", "not read"]
    assert table["Confidence"][:2].between(0, 100).all()
    assert "not a recording" in table["Remark"][3]
    page.text_input(key="conversations_filter_name").input("O.").run()
    assert list(page.dataframe[0].value["File"]) == ["two.wav", "no.txt"]
    page.multiselect(key="conversations_filter_answer").select("not read").run()
    assert list(page.dataframe[0].value["File"]) == ["no.txt"]


def test_the_table_as_csv_holds_no_formula(recogniser):
    given = [several.Recording("=1+1.wav", wav(voice(0, 3))), several.Recording("no.txt", b"text")]
    lines = several.as_csv(several.heard(given, recogniser, lambda share: None)).splitlines()
    assert lines[0].startswith("file,answer,confidence_percent,valence,arousal,duration_s,remark,neutral,")
    assert lines[1].startswith("'=1+1.wav,")
    assert lines[2].startswith("no.txt,not read,,,,,")
