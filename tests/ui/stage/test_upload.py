from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile
from ui.stage import upload as module

def take(given):
    st.session_state["taken"] = given
    module.empty("here")

def uploader(label, key, on_change, **_):
    # As when a browser tells of a file that has been released meanwhile.
    if st.session_state.get("gone"):
        st.session_state[key] = DeletedFile("released")
        on_change()

if st.session_state.get("gone"):
    real, st.file_uploader = st.file_uploader, uploader
try:
    module.upload("A file", "here", take)
finally:
    if st.session_state.get("gone"):
        st.file_uploader = real
"""


def page() -> AppTest:
    return AppTest.from_string(SCRIPT, default_timeout=30)


def test_a_file_is_taken_once_and_the_widget_is_empty_then() -> None:
    shown = page().run()
    shown.file_uploader[0].upload("voice.wav", b"sound").run()
    assert not shown.exception
    taken = shown.session_state["taken"]
    assert (taken.name, taken.data) == ("voice.wav", b"sound")
    assert shown.file_uploader[0].key == "here_upload_1"
    shown.run()
    assert shown.session_state["taken"] is taken


def test_what_a_browser_tells_of_a_file_that_is_gone_is_no_file() -> None:
    shown = page()
    shown.session_state["gone"] = True
    shown.run()
    assert not shown.exception
    assert "taken" not in shown.session_state
